"""How exceptions to a calendar lie in a row: closed days, days with hours of their own, daily rest, as JSON."""

from collections.abc import Iterable
from datetime import date

from bot.calendars.rules import Interval, Intervals
from storage.encoding import packed, unpacked

Exceptions = tuple[tuple[date, ...], tuple[tuple[date, Intervals], ...], Intervals]
"""Closed days, opened days with their hours, rest."""


def exceptions_packed(
    closed: Iterable[date], opened: Iterable[tuple[date, Intervals]], rest: Iterable[Interval]
) -> bytes | None:
    """As a column holds them; None where there are none, as with nearly everybody."""
    content = [list(closed), list(opened), list(rest)]
    return packed(content) if any(content) else None


def exceptions_unpacked(stored: bytes | None) -> Exceptions:
    """What `exceptions_packed` gave."""
    if stored is None:
        return (), (), ()
    closed, opened, rest = unpacked(stored)
    return (
        tuple(date.fromisoformat(day) for day in closed),
        tuple((date.fromisoformat(day), _intervals(hours)) for day, hours in opened),
        _intervals(rest),
    )


def _intervals(stored: Iterable[Iterable[int]]) -> Intervals:
    return tuple((start, end) for start, end in stored)
