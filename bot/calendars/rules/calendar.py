"""Business calendars: when people work by the clock on their wall, and arithmetic in the time they are at work.

A calendar says for each local day in which minutes somebody works. An instant is open if its local date and time of day
lie in such an interval, so the clock on the wall decides: where it is put forward an interval is shorter, where it is
put back longer, and an interval that lies in the repeated hour is worked twice.

Instants are aware datetimes, given back in UTC. Inside, they are whole microseconds since 1970, and the open time of
each UTC day is worked out once and kept. "Business days" are local days; "days" without further words are UTC days.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.calendars.rules import wallclock
from bot.calendars.rules.wallclock import DAY, MICROSECOND, MINUTE, Piece, Span

Interval = tuple[int, int]
"""Minutes of the local day, from the first until before the second; 1440 is its end."""

Intervals = tuple[Interval, ...]

LOOK_AHEAD = timedelta(days=400)
"""How long a calendar may stay closed at a stretch before it counts as closed for good. More than a year, so that one
that opens on one day of the year is still a calendar."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST_DAY, _LAST_DAY = date(2, 1, 1).toordinal() - _EPOCH_DAY, date(9998, 12, 31).toordinal() - _EPOCH_DAY
# Further from UTC than any clock has ever been (Manila until 1844: 15:56 behind).
_FAR = 16 * 60 * MINUTE
_KEPT_DAYS = 2000


class NeverOpen(Exception):
    """The calendar (its key is the message) does not open any more, so business time never passes."""


class DayKind(StrEnum):
    """What the state makes of a day."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    WORKDAY = "workday"
    """A day off by the week that is worked to make up for another one (调休, 補班)."""


class HolidayData(Protocol):
    """The public holidays of a place."""

    @property
    def revision(self) -> str:
        """Changes whenever the data may have changed."""
        ...

    def kind(self, day: date) -> DayKind:
        """What the day is; `ORDINARY` where nothing is known."""
        ...

    def known(self, year: int) -> bool:
        """Whether the holidays of that year have been published and are known here."""
        ...

    def name(self, day: date) -> str:
        """What the holiday is called where it is kept, or the one that a working day makes up for; "" for others."""
        ...


class NoHolidays:
    """For calendars that go by the week alone."""

    revision = ""

    def kind(self, day: date) -> DayKind:
        """Every day is ordinary."""
        return DayKind.ORDINARY

    def known(self, year: int) -> bool:
        """There is nothing that could be missing."""
        return True

    def name(self, day: date) -> str:
        """No day has a name."""
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class BusinessCalendar:
    """When somebody works. Two calendars are equal if key and revision are.

    `hours` are the intervals from Monday to Sunday, in order and apart; `closed` and `opened` say otherwise for single
    dates; `rest` is cut out of every day. `revision` is a short digest of everything that decides, the version of the
    holiday data included: due times that were worked out by another revision have to be worked out again.
    """

    key: str
    zone: ZoneInfo
    hours: tuple[Intervals, ...]
    closed: frozenset[date] = frozenset()
    opened: Mapping[date, Intervals] = field(default_factory=dict)
    holidays: HolidayData = field(default_factory=NoHolidays)
    rest: Intervals = ()
    revision: str = ""
    _kept: dict[int, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for hours that are no week, or intervals that overlap or lie outside of the day."""
        if len(self.hours) != 7:
            raise ValueError(f"a week has 7 days, not {len(self.hours)}")
        for intervals in (*self.hours, *self.opened.values()):
            _check(intervals)
        for interval in self.rest:
            _check((interval,))
        if not self.revision:
            object.__setattr__(self, "revision", _digest(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BusinessCalendar) and (self.key, self.revision) == (other.key, other.revision)

    def __hash__(self) -> int:
        return hash((self.key, self.revision))

    # What a day looks like.

    def intervals(self, day: date) -> Intervals:
        """When that local day is worked. An opened day comes before a closed one, that before the state's holidays.

        A day that makes up for another has the hours of the first weekday that has any (Monday's, as a rule): the state
        makes an ordinary working day of it, whatever shorter hours its own weekday may have.
        """
        worked = self._worked(day)
        return _without(worked, self.rest) if self.rest and worked else worked

    def _worked(self, day: date) -> Intervals:
        if day in self.opened:
            return self.opened[day]
        if day in self.closed:
            return ()
        match self.holidays.kind(day):
            case DayKind.HOLIDAY:
                return ()
            case DayKind.WORKDAY:
                return next((hours for hours in self.hours if hours), ())
            case DayKind.ORDINARY:
                return self.hours[day.weekday()]

    # Instants.

    def is_open(self, at: datetime) -> bool:
        """Whether it is worked at that instant; the end of an interval is closed."""
        now = wallclock.micros(at)
        return any(start <= now < end for start, end in self._spans(now // DAY))

    def next_open(self, at: datetime) -> datetime | None:
        """The first open instant from `at` on; None if there is none within `LOOK_AHEAD`."""
        span = next(self._ahead(wallclock.micros(at)), None)
        return wallclock.instant(span[0]) if span else None

    def closes(self, at: datetime) -> datetime:
        """The end of the open stretch in which `at` lies, over midnight if need be; `at` itself if it is closed then.

        Not much later than `LOOK_AHEAD`: a calendar that is always open has no better answer.
        """
        now = end = wallclock.micros(at)
        for start, until in self._ahead(now):
            if start > end or end - now > LOOK_AHEAD // MICROSECOND:
                break
            end = until
        return wallclock.instant(end)

    # Business time.

    def add(self, at: datetime, length: timedelta) -> datetime:
        """The earliest instant until which `length` of business time has passed since `at`; `at` itself for no length.

        So what takes exactly until closing is due at closing, not at the next opening. `add(add(t, a), b)` is
        `add(t, a + b)`, a longer length is never due earlier, nor is a later start. Raises `NeverOpen`.
        """
        left = length // MICROSECOND
        if left < 0:
            return self.subtract(at, -length)
        if not left:
            return at
        for start, end in self._ahead(wallclock.micros(at)):
            if left <= end - start:
                return wallclock.instant(start + left)
            left -= end - start
        raise NeverOpen(self.key)

    def subtract(self, at: datetime, length: timedelta) -> datetime:
        """The latest instant from which `length` of business time passes until `at`.

        It undoes `add` for every open instant: `subtract(add(t, a), a)` is `t`. Raises `NeverOpen`.
        """
        left = length // MICROSECOND
        if left < 0:
            return self.add(at, -length)
        if not left:
            return at
        for start, end in self._behind(wallclock.micros(at)):
            if left <= end - start:
                return wallclock.instant(end - left)
            left -= end - start
        raise NeverOpen(self.key)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` until `end`; negative if `end` comes first."""
        if end < start:
            return -self.between(end, start)
        first, last = wallclock.micros(start), wallclock.micros(end)
        days = range(first // DAY, last // DAY + 1)
        spans = (span for day in days for span in self._spans(day))
        return sum((max(0, min(till, last) - max(since, first)) for since, till in spans)) * MICROSECOND

    def _spans(self, day: int) -> tuple[Span, ...]:
        """The open spans of a UTC day, in order and apart."""
        known = self._kept.get(day)
        if known is None:
            if len(self._kept) >= _KEPT_DAYS:
                self._kept.clear()
            pieces = wallclock.pieces(self.zone, day * DAY, (day + 1) * DAY) if _FIRST_DAY < day < _LAST_DAY else ()
            known = tuple(wallclock.joined(span for piece in pieces for span in self._open_in(piece)))
            self._kept[day] = known
        return known

    def _open_in(self, piece: Piece) -> Iterator[Span]:
        start, end, offset = piece
        for day in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
            yield from self._open_on_day_in(day, piece)

    def _open_on_day_in(self, day: int, piece: Piece) -> Iterator[Span]:
        """The part of the piece in which that local day is worked."""
        start, end, offset = piece
        midnight = day * DAY - offset
        for opening, closing in self.intervals(date.fromordinal(_EPOCH_DAY + day)):
            since, till = max(start, midnight + opening * MINUTE), min(end, midnight + closing * MINUTE)
            if since < till:
                yield since, till

    def _ahead(self, at: int) -> Iterator[Span]:
        """The open spans from `at` on, each within a UTC day; ends when none comes for `LOOK_AHEAD`."""
        day, closed = at // DAY, 0
        while closed <= LOOK_AHEAD.days:
            spans = self._spans(day)
            yield from ((max(start, at), end) for start, end in spans if end > at)
            day, closed = day + 1, 0 if spans else closed + 1

    def _behind(self, at: int) -> Iterator[Span]:
        """The open spans before `at`, the latest first; ends when none comes for `LOOK_AHEAD`."""
        day, closed = at // DAY, 0
        while closed <= LOOK_AHEAD.days:
            spans = self._spans(day)
            yield from ((start, min(end, at)) for start, end in reversed(spans) if start < at)
            day, closed = day - 1, 0 if spans else closed + 1

    # Business days.

    def add_days(self, at: datetime, days: int) -> datetime:
        """`days` business days later (earlier, if negative) at the same local time, brought into that day's hours.

        A business day is a local date with any open time; `at`'s own is not counted. Later: a time before opening or in
        a break becomes the next opening of the day, one after closing its closing time, and a day off counts as the
        evening before it, so `1d biz` from Saturday is Monday at closing time. Earlier is the mirror image: a break
        becomes the closing before it, a day off the morning after it. A later `at` never gives an earlier result; no
        days give `at`. Raises `NeverOpen`.
        """
        if not days:
            return at
        wall = wallclock.shown(self.zone, wallclock.micros(at))
        day = wall // DAY
        target, spans = self._business_day(day, days)
        if not self._open_on(day):
            return wallclock.instant(spans[-1][1] if days > 0 else spans[0][0])
        wanted = wall + (target - day) * DAY
        brought = wallclock.first_from if days > 0 else wallclock.last_until
        return wallclock.instant(brought(spans, wanted))

    def _business_day(self, day: int, days: int) -> tuple[int, list[Piece]]:
        """The local day so many business days from `day`, and its open pieces."""
        left, closed, step = abs(days), 0, 1 if days > 0 else -1
        while closed <= LOOK_AHEAD.days and _FIRST_DAY < day < _LAST_DAY:
            day += step
            spans = self._open_on(day)
            left, closed = (left - 1, 0) if spans else (left, closed + 1)
            if not left:
                return day, spans
        raise NeverOpen(self.key)

    def _open_on(self, day: int) -> list[Piece]:
        """The open pieces of a local day."""
        if not self.intervals(date.fromordinal(_EPOCH_DAY + day)):
            return []
        pieces = wallclock.pieces(self.zone, day * DAY - _FAR, (day + 1) * DAY + _FAR)
        return [(*span, piece[2]) for piece in pieces for span in self._open_on_day_in(day, piece)]


def _check(intervals: Intervals) -> None:
    ends = 0
    for start, end in intervals:
        if not ends <= start < end <= 1440:
            raise ValueError(f"{intervals} are no intervals of a day, in order and apart")
        ends = end


def _digest(calendar: BusinessCalendar) -> str:
    closed = sorted(day.isoformat() for day in calendar.closed)
    opened = sorted((day.isoformat(), intervals) for day, intervals in calendar.opened.items())
    decides = (str(calendar.zone), calendar.hours, closed, opened, calendar.rest, calendar.holidays.revision)
    return hashlib.sha256(repr(decides).encode()).hexdigest()[:12]


def _without(intervals: Intervals, rest: Intervals) -> Intervals:
    for begin, finish in rest:
        parts = [part for start, end in intervals for part in ((start, min(end, begin)), (max(start, finish), end))]
        intervals = tuple((start, end) for start, end in parts if start < end)
    return intervals
