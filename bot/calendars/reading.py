"""From what the team file says of a calendar to one that can be asked, and times of day as the file writes them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendars.holidays import holidays_of
from bot.calendars.rules import BusinessCalendar, Interval, Intervals, NoHolidays, always, merged
from bot.people.rules import Person, Team

Rows = Mapping[str, Mapping[str, Any]]
"""Rows of the team file by key."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar_of(row: Mapping[str, Any], *, default_zone: str) -> BusinessCalendar:
    """The calendar that a row of `[[calendars]]` describes; `default_zone` is the workspace's.

    Stored rows have their key beside them: put it in, if the calendar is to know its name. Equal rows give the same
    object, with what it has worked out so far. Rows are checked when the file is read: raises ValueError or KeyError
    for values that no team file can have.
    """
    return _calendar(json.dumps(row, sort_keys=True), default_zone)


@lru_cache(maxsize=256)
def _calendar(written: str, default_zone: str) -> BusinessCalendar:
    row = json.loads(written)
    hours = row.get("hours") or {}
    code = row.get("holidays") or ""
    return BusinessCalendar(
        row.get("key") or "",
        ZoneInfo(row.get("timezone") or default_zone),
        tuple(intervals_of(hours.get(day) or ()) for day in DAYS),
        frozenset(days_of(row.get("closed") or ())),
        dict(opened_of(row.get("open") or {})),
        holidays_of(code) if code else NoHolidays(),
    )


def team_calendar(calendars: Rows, team: Team, *, default_zone: str) -> BusinessCalendar:
    """When a team works: its calendar with its own exceptions, or always if it has none (or one that is gone).

    `calendars` are the stored rows by key.
    """
    base = _named(calendars, team.calendar, default_zone)
    return merged(base, closed=team.closed, opened=team.opened, rest=team.rest)


def person_calendar(calendars: Rows, person: Person, team: Team | None, *, default_zone: str) -> BusinessCalendar:
    """When a person works: by his own calendar or else his team's, with his own exceptions and rest."""
    if team is None or person.calendar in calendars:
        base = _named(calendars, person.calendar, default_zone)
    else:
        base = team_calendar(calendars, team, default_zone=default_zone)
    return merged(base, closed=person.closed, opened=person.opened, rest=person.rest)


def _named(calendars: Rows, key: str, default_zone: str) -> BusinessCalendar:
    if key not in calendars:
        return always(ZoneInfo(default_zone))
    return calendar_of({**calendars[key], "key": key}, default_zone=default_zone)


def interval_of(written: str) -> Interval:
    """`09:00-12:30` as minutes of the day. Raises ValueError for anything that does not read like it."""
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in written.split("-"))
    return start, end


def interval_written(interval: Interval) -> str:
    """As the team file writes it; `interval_of` reads it back."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in interval)


def intervals_of(written: Iterable[str]) -> Intervals:
    """Several intervals."""
    return tuple(interval_of(one) for one in written)


def days_of(written: Iterable[str]) -> tuple[date, ...]:
    """Dates from ISO 8601, in the order in which they are written."""
    return tuple(date.fromisoformat(day) for day in written)


def opened_of(written: Mapping[str, Iterable[str]]) -> tuple[tuple[date, Intervals], ...]:
    """Days with hours of their own, in the order in which they are written."""
    return tuple((date.fromisoformat(day), intervals_of(hours)) for day, hours in written.items())


def days_written(days: Iterable[date]) -> list[str]:
    """As the team file writes them; `days_of` reads them back."""
    return [day.isoformat() for day in days]


def opened_written(opened: Iterable[tuple[date, Intervals]]) -> dict[str, list[str]]:
    """As the team file writes them; `opened_of` reads them back."""
    return {day.isoformat(): [interval_written(one) for one in hours] for day, hours in opened}
