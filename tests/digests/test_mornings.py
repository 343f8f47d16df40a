"""Each team's morning at its own hour, on the days it works; and the daily sign of life for administrators."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.rules import ALWAYS, BusinessCalendar, NoHolidays
from bot.digests.rules import LATEST, OFF, OPENING, day_ends, is_now, moment_of
from tests.tickets.stage import Stage, open_stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = (((9 * 60, 12 * 60), (13 * 60, 18 * 60)),) * 5 + ((), ())
OFFICE = BusinessCalendar("office", SHANGHAI, WEEK, frozenset(), {}, NoHolidays())
TUESDAY = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)

CALENDAR = """
[[calendars]]
key = "office"
timezone = "Asia/Shanghai"
hours.mon = ["09:00-18:00"]
hours.tue = ["09:00-18:00"]
hours.wed = ["09:00-18:00"]
hours.thu = ["09:00-18:00"]
hours.fri = ["09:00-18:00"]
"""


class TestWhen:
    """The moment of a digest."""

    def test_it_is_when_the_day_begins_or_at_the_hour_that_was_named(self) -> None:
        assert moment_of(OFFICE, OPENING, TUESDAY) == TUESDAY.replace(hour=9)
        assert moment_of(OFFICE, "08:45", TUESDAY) == TUESDAY.replace(hour=8, minute=45)
        assert moment_of(ALWAYS, OPENING, TUESDAY.astimezone(UTC)) == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

    def test_there_is_none_on_a_day_off_nor_for_a_team_that_wants_none(self) -> None:
        assert moment_of(OFFICE, OPENING, TUESDAY + timedelta(days=4)) is None
        assert moment_of(OFFICE, OFF, TUESDAY) is None

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
    def test_it_is_sent_once_a_day_whenever_baton_looks(self, now: datetime) -> None:
        moment, since = moment_of(OFFICE, OPENING, now), now - timedelta(days=30)
        ends = day_ends(OFFICE, now)
        assert now < ends <= now + timedelta(hours=25)
        if moment is not None:
            assert moment.astimezone(SHANGHAI).date() == now.astimezone(SHANGHAI).date()
            assert is_now(moment, now, since) == (moment <= now < moment + LATEST)
            assert not is_now(moment, now, moment), "what fell due before Baton began was never missed"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """客服部 works on weekdays from nine; it is Tuesday, ten o'clock."""
    async with open_stage(tmp_path, support='calendar = "office"', more=CALENDAR) as opened:
        yield opened


async def wait_until(stage: Stage, hour: int, minute: int = 0, *, days: int = 1) -> None:
    """Let time pass until then, as the calendar does: minute by minute in the end."""
    now = stage.baton.clock.now().astimezone(SHANGHAI)
    then = now.replace(hour=hour, minute=minute, second=5) + timedelta(days=days)
    await stage.baton.pass_time((then - now).total_seconds())
    await stage.baton.baton.calendar.run("digests")
    await stage.baton.settle()


def digests(stage: Stage) -> list[str]:
    """The digests in the team's room."""
    shown = [stage.slack.visible_text(message) for message in stage.slack.sent(stage.support)]
    return [words for words in shown if "客服部 ·" in words]


async def test_a_team_is_told_what_waits_for_it_when_its_day_begins(stage: Stage) -> None:
    """Covers U12, U15: what nobody has, what is late, what is due today; once, with buttons, in the team's room."""
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.say("bo", stage.help, "Where is my order?")
    await stage.press("lin", stage.card(1), "领取")
    assert digests(stage) == []
    await wait_until(stage, 9)
    await wait_until(stage, 9, 30, days=0)
    [words] = digests(stage)
    assert "T-2" in words
    assert "无人负责 1 项" in words


async def test_there_is_no_digest_on_a_day_off(stage: Stage) -> None:
    await wait_until(stage, 9, days=4)
    assert digests(stage) == []
    await wait_until(stage, 9, days=2)
    [words] = digests(stage)
    assert "早上好" in words


async def test_a_digest_that_was_missed_for_a_short_while_still_comes(stage: Stage) -> None:
    await wait_until(stage, 11, 30)
    assert len(digests(stage)) == 1


async def test_administrators_hear_each_day_that_baton_is_well(stage: Stage) -> None:
    """Covers issue 3, section 4: a daily sign of life with the figures."""
    await stage.say("ann", stage.help, "打印机坏了")
    assert stage.direct("root") == []
    await wait_until(stage, 9)
    [words] = stage.direct("root")
    assert "Baton 运行正常" in words
    assert "新工单" in words
