"""Business time is counted in days, each worked out once: what a due time weeks ahead costs.

Covers issue 3, section 3: a change of priority or calendar recomputes due times, of many tickets at once.
"""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.reading import calendar_of
from bot.calendars.rules import BusinessCalendar, DayKind, NoHolidays
from tests.calendars.minutes import local
from tests.calendars.weeks import NINE_TO_SIX

BERLIN = "Europe/Berlin"
MONDAY = local("2026-06-01 09:00", BERLIN)


class CountingHolidays(NoHolidays):
    """Remembers which days were asked for."""

    def __init__(self) -> None:
        self.asked: Counter[date] = Counter()

    def kind(self, day: date) -> DayKind:
        """An ordinary day."""
        self.asked[day] += 1
        return super().kind(day)


def test_a_due_time_weeks_ahead_looks_at_each_day_and_no_minute() -> None:
    holidays = CountingHolidays()
    calendar = BusinessCalendar("o", ZoneInfo(BERLIN), (*(NINE_TO_SIX,) * 5, (), ()), holidays=holidays)
    forty_days = 40 * timedelta(hours=7.5)
    due = calendar.add(MONDAY, forty_days)
    assert due == local("2026-07-24 18:00", BERLIN)
    assert len(holidays.asked) <= 56
    # A local day lies in two days of UTC at most.
    assert max(holidays.asked.values()) <= 2
    before = holidays.asked.total()
    for minute in range(500):
        calendar.add(MONDAY + timedelta(minutes=minute), forty_days - timedelta(hours=16))
    assert calendar.between(MONDAY, due) == forty_days
    assert holidays.asked.total() == before


def test_what_is_kept_is_bounded() -> None:
    calendar = BusinessCalendar("o", ZoneInfo(BERLIN), ((),) * 6 + (((0, 1),),))
    calendar.between(local("1980-01-01", BERLIN), local("2030-01-01", BERLIN))
    assert len(calendar._kept) <= 2000


def test_equal_rows_share_what_was_worked_out() -> None:
    row = {"key": "o", "hours": {"mon": ["09:00-18:00"]}, "open": {"2026-12-26": ["10:00-16:00"]}}
    assert calendar_of(row, default_zone=BERLIN) is calendar_of(dict(reversed(row.items())), default_zone=BERLIN)
    assert calendar_of(row, default_zone=BERLIN) != calendar_of(row, default_zone="Asia/Taipei")
