"""How a due time came about, in pieces that add up: what ran is listed, and its sum is what was allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from bot.calendars.rules import BusinessCalendar, NeverOpen, advance
from bot.clocks.rules.clock import Clock, Extension, target_of
from bot.clocks.rules.time import Pause, measured, reach, running_time, stretches
from bot.durations import Duration


@dataclass(frozen=True, slots=True)
class Stretch:
    """The clock ran from `since` until `until`: so much of it counts (none of it, where nobody works).

    `ahead`: that is yet to come, if nothing is changed.
    """

    since: datetime
    until: datetime
    length: timedelta
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """One allowance: the policy's own, or an `extension`.

    `allowed` is its length as it is counted here; `stretches` are what ran of it until `due`. While it stands still
    (`due` None) `left` is what remains; `allowed` is always the sum of the stretches and `left`.
    """

    length: Duration
    allowed: timedelta
    since: datetime
    due: datetime | None
    stretches: tuple[Stretch, ...]
    pauses: tuple[Pause, ...]
    extension: Extension | None = None

    @property
    def sum(self) -> timedelta:
        """What ran of it."""
        return sum((stretch.length for stretch in self.stretches), timedelta())

    @property
    def left(self) -> timedelta:
        """What has not run yet and cannot be dated."""
        return self.allowed - self.sum


@dataclass(frozen=True, slots=True)
class Trace:
    """The legs in order; the last one's `due` is the due time. `margin` is what is (or was) left of the time at the
    moment that was asked for: running time, negative by how much it is late; None while it stands still undated.
    `later` are pauses after the due time."""

    legs: tuple[Leg, ...]
    margin: timedelta | None
    later: tuple[Pause, ...] = ()

    @property
    def due(self) -> datetime | None:
        """The due time."""
        return self.legs[-1].due


def trace(clock: Clock, calendar: BusinessCalendar, now: datetime) -> Trace:
    """Explains the due time as it stands `now`, or as it stood when the clock stopped."""
    asked = clock.stopped_at or now
    legs = [_leg(calendar, clock.started_at, clock.policy.target, clock.pauses, asked)]
    for extension in clock.extensions:
        due = legs[-1].due
        if due is None:
            break
        legs.append(_leg(calendar, max(due, extension.at), extension.by, clock.pauses, asked, extension))
    shown = {pause for leg in legs for pause in leg.pauses}
    later = tuple(pause for pause in clock.pauses if pause not in shown and pause.since < asked)
    return Trace(tuple(legs), margin(clock, calendar, asked), later)


def margin(clock: Clock, calendar: BusinessCalendar, at: datetime) -> timedelta | None:
    """What is left until the due time at that moment, in running time; negative by how much it is past it."""
    due = target_of(clock, calendar)
    if due is None:
        return None
    kind = clock.policy.target
    if due >= at:
        return running_time(calendar, at, due, kind, clock.pauses)
    return -running_time(calendar, due, at, kind, clock.pauses)


def _leg(
    calendar: BusinessCalendar,
    since: datetime,
    length: Duration,
    pauses: tuple[Pause, ...],
    asked: datetime,
    extension: Extension | None = None,
) -> Leg:
    due = reach(calendar, since, length, pauses)
    inside = tuple(
        pause for pause in pauses if (due is None or pause.since < due) and (pause.until is None or pause.until > since)
    )
    ran = tuple(
        Stretch(begin, finish, measured(calendar, begin, finish, length), ahead=begin >= asked)
        for start, end in stretches(since, due, inside)
        if end is not None
        for begin, finish in _parted(start, end, asked)
    )
    return Leg(length, _allowed(calendar, since, length), since, due, ran, inside, extension)


def _parted(start: datetime, end: datetime, at: datetime) -> list[tuple[datetime, datetime]]:
    """What has been and what is to come."""
    return [(start, at), (at, end)] if start < at < end else [(start, end)]


def _allowed(calendar: BusinessCalendar, since: datetime, length: Duration) -> timedelta:
    try:
        return measured(calendar, since, advance(calendar, since, length), length)
    except NeverOpen:
        return length.length


def whole_seconds(lengths: Sequence[timedelta]) -> list[timedelta]:
    """The lengths in whole seconds such that, added up, they are the sum in whole seconds."""
    ends = [timedelta(), *accumulate(lengths)]
    tidy = [timedelta(seconds=round(end.total_seconds())) for end in ends]
    return [after - before for before, after in pairwise(tidy)]
