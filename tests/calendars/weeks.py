"""Calendars to test with."""

from zoneinfo import ZoneInfo

from bot.calendars.holidays import holidays_of
from bot.calendars.rules import BusinessCalendar, Intervals, NoHolidays

NINE_TO_SIX: Intervals = ((540, 720), (810, 1080))
"""09:00-12:00 and 13:30-18:00."""
ROUND_THE_CLOCK: Intervals = ((0, 1440),)


def office(zone: str, holidays: str = "", hours: Intervals = NINE_TO_SIX) -> BusinessCalendar:
    """Monday to Friday."""
    data = holidays_of(holidays) if holidays else NoHolidays()
    return BusinessCalendar("office", ZoneInfo(zone), (*(hours,) * 5, (), ()), holidays=data)


def daily(zone: str, *hours: tuple[int, int]) -> BusinessCalendar:
    """The same hours every day."""
    return BusinessCalendar("daily", ZoneInfo(zone), (hours,) * 7)
