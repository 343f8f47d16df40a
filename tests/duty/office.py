"""An office that works from nine to six on weekdays, in Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

HOURS = """
[[calendars]]
key = "office"
timezone = "Asia/Shanghai"

[calendars.hours]
mon = ["09:00-12:00", "13:00-18:00"]
tue = ["09:00-12:00", "13:00-18:00"]
wed = ["09:00-12:00", "13:00-18:00"]
thu = ["09:00-12:00", "13:00-18:00"]
fri = ["09:00-12:00", "13:00-18:00"]
"""

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(written: str) -> datetime:
    """`2026-11-23 09:00` on the wall in Shanghai; that is a Monday."""
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)
