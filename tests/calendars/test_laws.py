"""Laws that hold for every calendar, and agreement with a model that looks at the wall clock every minute.

Covers U13 and issue 3, section 2: inverse, monotonic, additive, and right over years, zones and clock changes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.calendars.holidays import holidays_of
from bot.calendars.rules import BusinessCalendar, Intervals, NoHolidays, merged
from tests.calendars.minutes import MINUTE, MinuteModel

# Clocks that move by an hour, half an hour, at midnight, against the year, in Ramadan, by a whole day, or never.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "UTC",
]
# Newfoundland's clocks went back over midnight until 2011, so that days came twice.
DAYS_IN_ORDER = [zone for zone in ZONES if zone != "America/St_Johns"]
YEARS = (2008, 2035)
# Instants around which clocks change, so that chance does not pass them by.
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 2, 14, 8, tzinfo=UTC),
]

# The same examples every time; calendars that hardly ever open are passed over.
LAW = settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.filter_too_much])
MODEL = settings(LAW, max_examples=60)


@st.composite
def day_hours(draw: st.DrawFn) -> Intervals:
    """Up to three intervals of a day, in order and apart; often touching midnight."""
    bounds = sorted(draw(st.sets(st.integers(0, 1440) | st.sampled_from([0, 1440, 120, 180]), min_size=0, max_size=6)))
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn, zones: Sequence[str] = ZONES) -> BusinessCalendar:
    """A calendar that opens at least once a week."""
    first = draw(day_hours()) or ((540, 720), (780, 1080))
    hours = (first, *draw(st.lists(day_hours(), min_size=6, max_size=6)))
    code = draw(st.sampled_from(["", "", "CN", "DE-BY", "TW"]))
    base = BusinessCalendar(
        "any", ZoneInfo(draw(st.sampled_from(zones))), hours, holidays=holidays_of(code) if code else NoHolidays()
    )
    days = st.dates(date(2026, 3, 1), date(2026, 4, 15))
    opened = draw(st.dictionaries(days, day_hours(), max_size=3))
    return merged(base, closed=draw(st.lists(days, max_size=3)), opened=opened, rest=draw(day_hours() | st.just(())))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """A whole minute, often near a change of the clock."""
    if draw(st.booleans()):
        return draw(st.sampled_from(CHANGES)) + draw(st.integers(-2000, 2000)) * MINUTE
    first, last = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[1], 1, 1, tzinfo=UTC)
    return first + draw(st.integers(0, (last - first) // MINUTE)) * MINUTE


lengths = st.integers(0, 30 * 86400 * 10**6).map(lambda micros: timedelta(microseconds=micros))
moments = st.builds(lambda at, more: at + timedelta(microseconds=more), instants(), st.integers(0, 60 * 10**6 - 1))


def opens(calendar: BusinessCalendar, at: datetime) -> bool:
    """Whether it opens often enough to count a month of business time."""
    month = timedelta(days=30)
    return calendar.between(at, at + month) > timedelta(hours=4) < calendar.between(at - month, at)


class TestAgainstTheModel:
    """The same answers as counting minutes."""

    @MODEL
    @given(calendars(), instants(), st.integers(0, 600))
    def test_adding_and_subtracting(self, calendar: BusinessCalendar, at: datetime, minutes: int) -> None:
        assume(opens(calendar, at))
        model = MinuteModel(calendar.zone, calendar.intervals)
        assert calendar.add(at, minutes * MINUTE) == model.add(at, minutes)
        assert calendar.subtract(at, minutes * MINUTE) == model.subtract(at, minutes)

    @MODEL
    @given(calendars(), instants(), st.integers(0, 4000))
    def test_between(self, calendar: BusinessCalendar, at: datetime, minutes: int) -> None:
        model = MinuteModel(calendar.zone, calendar.intervals)
        end = at + minutes * MINUTE
        assert calendar.between(at, end) == model.between(at, end) == -calendar.between(end, at)

    @MODEL
    @given(calendars(), instants())
    def test_opening_and_closing(self, calendar: BusinessCalendar, at: datetime) -> None:
        assume(opens(calendar, at))
        model = MinuteModel(calendar.zone, calendar.intervals)
        assert calendar.is_open(at) == model.is_open(at)
        assert calendar.next_open(at) == model.next_open(at)
        closes = calendar.closes(at)
        for minute in range(min((closes - at) // MINUTE, 3000)):
            assert model.is_open(at + minute * MINUTE)
        assert not model.is_open(closes) or closes - at > timedelta(days=400)


class TestLaws:
    """To the microsecond, over months."""

    @LAW
    @given(calendars(), moments, lengths)
    def test_subtracting_undoes_adding(self, calendar: BusinessCalendar, at: datetime, length: timedelta) -> None:
        assume(opens(calendar, at))
        start = calendar.next_open(at)
        assert start is not None
        assert calendar.subtract(calendar.add(start, length), length) == start

    @LAW
    @given(calendars(), moments, lengths, lengths)
    def test_adding_twice_is_adding_the_sum(
        self, calendar: BusinessCalendar, at: datetime, first: timedelta, second: timedelta
    ) -> None:
        assume(opens(calendar, at))
        assert calendar.add(calendar.add(at, first), second) == calendar.add(at, first + second)
        assert calendar.subtract(calendar.subtract(at, first), second) == calendar.subtract(at, first + second)

    @LAW
    @given(calendars(), moments, lengths)
    def test_what_was_added_lies_between(self, calendar: BusinessCalendar, at: datetime, length: timedelta) -> None:
        assume(opens(calendar, at))
        due = calendar.add(at, length)
        assert calendar.between(at, due) == length == -calendar.between(due, at)
        assert calendar.between(calendar.subtract(at, length), at) == length

    @LAW
    @given(calendars(), moments, moments, lengths, lengths)
    def test_later_or_longer_is_never_due_earlier(
        self, calendar: BusinessCalendar, one: datetime, other: datetime, short: timedelta, more: timedelta
    ) -> None:
        early, late = sorted((one, other))
        assume(opens(calendar, early) and opens(calendar, late))
        assert calendar.add(early, short) <= calendar.add(late, short) <= calendar.add(late, short + more)
        assert calendar.subtract(early, short + more) <= calendar.subtract(early, short)
        assert calendar.subtract(early, short) <= calendar.subtract(late, short)


class TestBusinessDays:
    """`1d biz`."""

    @LAW
    @given(calendars(DAYS_IN_ORDER), moments, st.integers(0, 40 * 60), st.integers(-6, 6))
    def test_later_is_never_due_earlier(
        self, calendar: BusinessCalendar, early: datetime, minutes: int, days: int
    ) -> None:
        assume(opens(calendar, early))
        late = early + minutes * MINUTE
        assert calendar.add_days(early, days) <= calendar.add_days(late, days)
        assert calendar.add_days(early, days) <= calendar.add_days(early, days + 1)

    @LAW
    @given(calendars(["Asia/Shanghai", "Asia/Kolkata"]), moments, st.integers(1, 8))
    def test_as_many_days_with_hours_lie_between(self, calendar: BusinessCalendar, at: datetime, days: int) -> None:
        assume(opens(calendar, at))
        start = at.astimezone(calendar.zone).date()
        for due, step in ((calendar.add_days(at, days), 1), (calendar.add_days(at, -days), -1)):
            # The closing at 24:00 belongs to the day that it closes.
            end = (due - timedelta(microseconds=step > 0)).astimezone(calendar.zone).date()
            passed = [start + timedelta(days=step * number) for number in range(1, abs((end - start).days) + 1)]
            assert sum(bool(calendar.intervals(day)) for day in passed) == days
            assert calendar.is_open(due) or calendar.is_open(due - timedelta(microseconds=1))
