"""Public holidays and the weekends that are worked for them, as the states published them.

Covers U13: a limit in business time runs on the days on which the department really works. Sources: the notices of the
State Council on the holidays of 2025 and 2026, Taiwan's office calendar of 2025 (行政院人事行政總處), Bavaria's law on
holidays.
"""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from bot.calendars.holidays import countries, holidays_of, parts, supported
from bot.calendars.rules import DayKind
from tests.calendars.minutes import local
from tests.calendars.weeks import NINE_TO_SIX, office

WORKDAY, HOLIDAY, ORDINARY = DayKind.WORKDAY, DayKind.HOLIDAY, DayKind.ORDINARY


def days(first: str, last: str) -> list[date]:
    """Both ends included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("free", "worked", "name"),
    [
        (days("2026-02-15", "2026-02-23"), [date(2026, 2, 14), date(2026, 2, 28)], "春节"),
        (days("2026-10-01", "2026-10-07"), [date(2026, 9, 20), date(2026, 10, 10)], "国庆节"),
        (days("2025-01-28", "2025-02-04"), [date(2025, 1, 26), date(2025, 2, 8)], "春节"),
        (days("2025-05-01", "2025-05-05"), [date(2025, 4, 27)], "劳动节"),
    ],
)
def test_china_has_long_holidays_and_works_weekends_for_them(free: list[date], worked: list[date], name: str) -> None:
    """Covers issue 3, section 2: 调休."""
    china, calendar = holidays_of("CN"), office("Asia/Shanghai", "CN")
    assert {china.kind(day) for day in free} == {HOLIDAY}
    assert {china.kind(day) for day in worked} == {WORKDAY}
    assert {china.name(day) for day in worked} == {name}
    assert all(calendar.intervals(day) == () for day in free)
    assert all(calendar.intervals(day) == NINE_TO_SIX for day in worked)


def test_national_day_and_mid_autumn_of_2025_are_one_holiday() -> None:
    china = holidays_of("CN")
    assert {china.kind(day) for day in days("2025-10-01", "2025-10-08")} == {HOLIDAY}
    assert [china.kind(date(2025, 9, 28)), china.kind(date(2025, 10, 11))] == [WORKDAY, WORKDAY]
    assert china.kind(date(2025, 10, 9)) is ORDINARY


def test_two_working_hours_over_the_spring_festival() -> None:
    """Covers U13: asked on the last evening before the holiday, due on the first morning after it."""
    calendar = office("Asia/Shanghai", "CN")
    asked = local("2026-02-14 17:00", "Asia/Shanghai")  # a Saturday that is worked
    assert calendar.is_open(asked)
    assert calendar.add(asked, timedelta(hours=2)) == local("2026-02-24 10:00", "Asia/Shanghai")
    assert calendar.add_days(asked, 1) == local("2026-02-24 17:00", "Asia/Shanghai")


def test_a_year_that_china_has_not_published_has_what_the_law_fixes() -> None:
    china = holidays_of("CN")
    assert china.known(2025)
    assert china.known(2026)
    assert not china.known(2040)
    assert china.kind(date(2040, 10, 1)) is HOLIDAY
    assert china.name(date(2040, 10, 1)) == "国庆节"
    assert WORKDAY not in {china.kind(day) for day in days("2040-01-01", "2040-12-31")}


def test_taiwan_makes_up_for_a_bridge_day() -> None:
    """補班: Saturday 2025-02-08 was worked for Monday 2025-01-27."""
    taiwan = holidays_of("TW")
    assert taiwan.kind(date(2025, 1, 27)) is HOLIDAY
    assert taiwan.kind(date(2025, 2, 8)) is WORKDAY
    assert taiwan.name(date(2026, 10, 10)) == "國慶日"
    assert {day: taiwan.kind(day) for day in days("2026-02-16", "2026-02-20")} == dict.fromkeys(
        days("2026-02-16", "2026-02-20"), HOLIDAY
    )


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    corpus_christi = date(2026, 6, 4)
    assert holidays_of("DE-BY").kind(corpus_christi) is HOLIDAY
    assert holidays_of("DE-BY").name(corpus_christi) == "Fronleichnam"
    assert holidays_of("DE").kind(corpus_christi) is ORDINARY
    assert holidays_of("DE-BE").kind(date(2026, 3, 8)) is HOLIDAY
    assert holidays_of("DE").kind(date(2026, 10, 3)) is HOLIDAY


def test_a_holiday_observed_across_the_turn_of_the_year() -> None:
    assert holidays_of("US").kind(date(2021, 12, 31)) is HOLIDAY
    assert holidays_of("US").kind(date(2022, 1, 1)) is HOLIDAY


@pytest.mark.parametrize("code", ["CN", "TW", "HK", "MO", "JP", "SG", "US-CA", "DE-BY", "GB-SCT", "FR"])
def test_what_is_supported(code: str) -> None:
    assert supported(code)
    assert holidays_of(code).known(2026)


@pytest.mark.parametrize("code", ["XX", "DE-XX", "CN-GD"])
def test_what_is_not(code: str) -> None:
    assert not supported(code)
    assert not holidays_of(code).known(2026)
    assert holidays_of(code).kind(date(2026, 10, 1)) is ORDINARY


def test_what_there_is_can_be_listed() -> None:
    assert {"CN", "TW", "DE", "US"} <= set(countries())
    assert {"BY", "BE"} <= set(parts("DE"))
    assert parts("XX") == parts("CN") == []


@pytest.mark.parametrize("year", [2, 1700, 2150, 9998])
def test_years_beyond_all_data_are_ordinary_and_unknown(year: int) -> None:
    for code in ("CN", "DE-BY", "TW"):
        assert holidays_of(code).kind(date(year, 6, 15)) is ORDINARY
        assert not holidays_of(code).known(year)


def test_the_revision_names_place_and_data() -> None:
    assert holidays_of("DE-BY").revision != holidays_of("DE-BE").revision
    assert "chinesecalendar" in holidays_of("CN").revision


def test_the_data_are_loaded_when_they_are_asked_for() -> None:
    """Start-up does not pay for the holidays of countries nobody named."""
    program = (
        "import sys, bot.calendars.holidays as h; h.holidays_of('CN').revision;"
        "print(sorted({'holidays', 'chinese_calendar'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_china_has_published_needs_no_large_library() -> None:
    """Covers G3: `holidays` takes 20 MB, `chinesecalendar` next to nothing. In a process of its own, for here both are
    long loaded."""
    program = """
import sys
from datetime import date
from bot.calendars import holidays
assert holidays.supported("CN")
assert holidays.holidays_of("CN").known(2026)
assert holidays.holidays_of("CN").name(date(2026, 10, 1)) == "国庆节"
print("holidays" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
