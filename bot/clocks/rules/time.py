"""Running time: the time of a clock without its pauses, counted on the wall or in business time.

Two laws hold the rest: what lies before a pause is not moved by it, and of what lies after it nothing is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.rules import BusinessCalendar, NeverOpen, advance, retreat
from bot.durations import Duration


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `since` until `until` (None: it still does), because of `because`."""

    since: datetime
    until: datetime | None
    because: str


def reach(
    calendar: BusinessCalendar, since: datetime, length: Duration, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When `length` of running time has passed since then; None while an open pause, or a calendar that does not open
    any more, keeps it from being reached.

    A length of business days that meets a pause counts as the business time that it would have been without it.
    """
    try:
        straight = advance(calendar, since, length)
        if not any(pause.since < straight and (pause.until is None or pause.until > since) for pause in pauses):
            return straight
        left = measured(calendar, since, straight, length)
        for start, end in stretches(since, None, pauses):
            if end is None:
                return _add(calendar, start, left, length)
            ran = measured(calendar, start, end, length)
            if ran >= left:
                return _add(calendar, start, left, length)
            left -= ran
    except NeverOpen:
        pass
    return None


def before(
    calendar: BusinessCalendar, until: datetime, length: Duration, since: datetime, pauses: Sequence[Pause] = ()
) -> datetime:
    """From when on `length` of running time passes until then; never before `since`."""
    try:
        straight = retreat(calendar, until, length)
    except NeverOpen:
        return since
    if not any(pause.since < until and (pause.until is None or pause.until > straight) for pause in pauses):
        return max(straight, since)
    left = measured(calendar, straight, until, length)
    for start, end in reversed(list(stretches(since, until, pauses))):
        assert end is not None  # noqa: S101 - `until` is given
        ran = measured(calendar, start, end, length)
        if ran >= left:
            return max(_add(calendar, end, -left, length), start)
        left -= ran
    return since


def running_time(
    calendar: BusinessCalendar, since: datetime, until: datetime, kind: Duration, pauses: Sequence[Pause] = ()
) -> timedelta:
    """How much of it ran, counted as `kind` is: on the wall, or in business time."""
    spans = stretches(since, until, pauses)
    return sum((measured(calendar, start, end, kind) for start, end in spans if end is not None), timedelta())


def measured(calendar: BusinessCalendar, start: datetime, end: datetime, kind: Duration) -> timedelta:
    """The length from one instant to the other, counted as `kind` is."""
    return calendar.between(start, end) if kind.business else end - start


def stretches(
    since: datetime, until: datetime | None, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """The parts of a time that no pause covers, in order; the last is open where `until` is None and nothing holds."""
    at = since
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if until is not None and pause.since >= until:
            break
        if pause.since > at:
            yield at, pause.since
        if pause.until is None:
            return
        at = max(at, pause.until)
    if until is None or at < until:
        yield at, until


def _add(calendar: BusinessCalendar, at: datetime, length: timedelta, kind: Duration) -> datetime:
    return calendar.add(at, length) if kind.business else at + length
