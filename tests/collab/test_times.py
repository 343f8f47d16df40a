"""When somebody says that he will be done, in every language; half-width or full-width. Covers U3, T1."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collab.times import moment_in
from bot.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)  # a Tuesday


def closing(day: date) -> time | None:
    """Half past five on workdays."""
    return time(17, 30) if day.weekday() < 5 else None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2h", "12-01 12:00"), ("90m", "12-01 11:30"), ("1d", "12-02 10:00"), ("1h30m", "12-01 11:30"),
        ("30 min", "12-01 10:30"), ("2 hours", "12-01 12:00"), ("30分钟", "12-01 10:30"), ("２小时", "12-01 12:00"),
        ("2個小時", "12-01 12:00"), ("1.5h", "12-01 11:30"), ("+2h", "12-01 12:00"),
        ("15:30", "12-01 15:30"), ("１５：３０", "12-01 15:30"), ("9:00", "12-02 09:00"), ("3 pm", "12-01 15:00"),
        ("tomorrow 10:00", "12-02 10:00"), ("明天10点", "12-02 10:00"), ("明天下午3点半", "12-02 15:30"),
        ("明天下午三点", "12-02 15:00"), ("半小时", "12-01 10:30"), ("两个半小时", "12-01 12:30"),
        ("三天", "12-04 10:00"), ("下午四點半。", "12-01 16:30"), ("十二点", "12-01 12:00"), ("半", ""), ("一", ""),
        ("後天 上午9點20分", "12-03 09:20"), ("今天下午4点", "12-01 16:00"),
        ("today", "12-01 17:30"), ("今天", "12-01 17:30"), ("明天", "12-02 17:30"),
        ("12-24 10:00", "12-24 10:00"), ("2026-12-05", "12-05 18:00"), ("12/24 9:30", "12-24 09:30"),
        ("24:00", ""), ("25:10", ""), ("yesterday", ""), ("", ""), ("2", ""), ("soon", ""), ("今天8点", ""),
        ("800d", ""), ("13-40 10:00", ""), ("10:00 tomorrow maybe", ""),
    ],
)  # fmt: skip
def test_what_people_write(said: str, meant: str) -> None:
    if not meant:
        with pytest.raises(Invalid, match=r"collab\.eta"):
            moment_in(said, NOW.astimezone(UTC), SHANGHAI, closing)
        return
    found = moment_in(said, NOW.astimezone(UTC), SHANGHAI, closing)
    assert found.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == meant


def test_without_a_day_that_is_over_the_next_year_is_meant() -> None:
    found = moment_in("1-15 9:00", NOW.astimezone(UTC), SHANGHAI, closing)
    assert found.astimezone(SHANGHAI).date() == date(2027, 1, 15)


@given(st.text(max_size=40))
def test_anything_is_a_time_to_come_or_refused(said: str) -> None:
    """Never another exception, never a time that is over."""
    try:
        found = moment_in(said, NOW.astimezone(UTC), SHANGHAI, closing)
    except Invalid:
        return
    assert found > NOW
