"""When a digest is due, and what it tells. Pure: no clock, no storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.rules import BusinessCalendar, Intervals

OPENING, OFF = "opening", "off"
"""At what hour a team wants its digest, where it names none: when its day begins; or never."""

LATEST = timedelta(hours=3)
"""A morning's digest that could not be sent for so long is not sent any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something with a running clock, the ticket's own (`request` 0) or that of a request; `owner` 0 is nobody."""

    ticket: int
    request: int
    title: str
    measure: str
    target_at: datetime
    owner: int = 0

    @property
    def reference(self) -> str:
        """How people type it."""
        return f"C-{self.request}" if self.request else f"T-{self.ticket}"


@dataclass(frozen=True, slots=True)
class Listed:
    """How many there are, and the first of them."""

    count: int
    shown: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Morning:
    """What a team should know when its day begins."""

    overdue: Listed
    today: Listed
    unassigned: Listed
    unanswered: Listed

    @property
    def clear(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.overdue.count or self.today.count or self.unassigned.count or self.unanswered.count)


@dataclass(frozen=True, slots=True)
class Day:
    """What happened since `since`, by kind of fact, up to fact number `upto`; and what is left."""

    since: datetime
    upto: int
    facts: Mapping[str, int]
    open_tickets: int
    unassigned: int


def moment_of(calendar: BusinessCalendar, hour: str, now: datetime) -> datetime | None:
    """When the digest of the day that `now` falls in is due, in the calendar's zone; None where there is none that day.

    `hour` is `HH:MM`, or one of `OPENING` and `OFF`. A team that always works has its day begin at nine.
    """
    if hour == OFF:
        return None
    local = now.astimezone(calendar.zone)
    hours = calendar.intervals(local.date())
    if not hours:
        return None
    minutes = _begins(hours) if hour == OPENING else int(hour[:2]) * 60 + int(hour[3:])
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight + timedelta(minutes=minutes)).astimezone(now.tzinfo)


def _begins(hours: Intervals) -> int:
    return hours[0][0] or 9 * 60


def day_ends(calendar: BusinessCalendar, now: datetime) -> datetime:
    """The end of the local day: what falls due before it is due today."""
    local = now.astimezone(calendar.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight + timedelta(days=1)).astimezone(now.tzinfo)


def is_now(moment: datetime, now: datetime, since: datetime) -> bool:
    """Whether a digest that is due at `moment` is to be sent now: it has come, is not stale, and was not due before
    `since`, when Baton began."""
    return since < moment <= now < moment + LATEST
