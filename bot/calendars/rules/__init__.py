"""When people work, and arithmetic in the time they are at work: the calendar, exceptions laid over it, durations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.calendars.rules.calendar import (
    LOOK_AHEAD,
    BusinessCalendar,
    DayKind,
    HolidayData,
    Interval,
    Intervals,
    NeverOpen,
    NoHolidays,
)
from bot.durations import Duration

__all__ = [
    "ALWAYS",
    "LOOK_AHEAD",
    "BusinessCalendar",
    "DayKind",
    "HolidayData",
    "Interval",
    "Intervals",
    "NeverOpen",
    "NoHolidays",
    "Opened",
    "advance",
    "always",
    "merged",
    "retreat",
]

Opened = Mapping[date, Intervals] | Iterable[tuple[date, Intervals]]
"""Days with hours of their own."""


@lru_cache(maxsize=64)
def always(zone: ZoneInfo) -> BusinessCalendar:
    """The calendar of those who have none: open day and night; the zone only decides when a day begins."""
    return BusinessCalendar("always", zone, (((0, 1440),),) * 7)


ALWAYS = always(ZoneInfo("UTC"))
"""Open day and night, with days by UTC."""


def merged(
    base: BusinessCalendar, *, closed: Iterable[date] = (), opened: Opened = (), rest: Iterable[Interval] = ()
) -> BusinessCalendar:
    """A team's or a person's exceptions laid over a calendar: what they say of a day counts, whatever `base` said.

    `rest` is cut out of every day, opened days included. The same exceptions over the same calendar give the same
    object, with what it has worked out so far.
    """
    days = frozenset(closed)
    hours = tuple(sorted((day, tuple(intervals)) for day, intervals in dict(opened).items()))
    breaks = tuple(rest)
    return _merged(base, days, hours, breaks) if days or hours or breaks else base


@lru_cache(maxsize=512)
def _merged(
    base: BusinessCalendar, closed: frozenset[date], opened: tuple[tuple[date, Intervals], ...], rest: Intervals
) -> BusinessCalendar:
    kept = {day: intervals for day, intervals in base.opened.items() if day not in closed}
    return replace(base, closed=base.closed | closed, opened=kept | dict(opened), rest=(*base.rest, *rest), revision="")


def advance(calendar: BusinessCalendar, at: datetime, duration: Duration) -> datetime:
    """`at` and the duration: in real time (a day is 24 hours), in business time (`2h biz`), or in business days.

    `1d biz` is the next business day at the same time, see `BusinessCalendar.add_days`. Raises `NeverOpen`.
    """
    if not duration.business:
        return at + duration.length
    if duration.unit == "d":
        return calendar.add_days(at, duration.amount)
    return calendar.add(at, duration.length)


def retreat(calendar: BusinessCalendar, at: datetime, duration: Duration) -> datetime:
    """`at` less the duration, counted as `advance` counts. Raises `NeverOpen`."""
    if not duration.business:
        return at - duration.length
    if duration.unit == "d":
        return calendar.add_days(at, -duration.amount)
    return calendar.subtract(at, duration.length)
