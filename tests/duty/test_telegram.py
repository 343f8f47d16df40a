"""Rest and duty on a phone, in a group that works on Telegram."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.duty.office import HOURS
from tests.telegram.stage import TEAM_ROOM, Stage, open_stage, telegram_team


@pytest.fixture
async def phone(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """客服部 works in a group, from nine to six."""
    async with open_stage(tmp_path, database_url=sqlite_url) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path, 'calendar = "office"', more=HOURS))
        yield stage


async def test_the_menu_says_who_is_off_duty_until_when(phone: Stage) -> None:
    """Covers B6, T8, C7: before somebody is given a ticket that he will not see."""
    room = phone.telegram.world.chats[TEAM_ROOM]
    await phone.say(phone.ann, text="打印机坏了")
    await phone.start(phone.chen)
    await phone.say(phone.chen, text="休息 1h")
    assert phone.sees(phone.chen, "您到 2026/12/1 11:00 之前不在班")
    await phone.press(phone.wang, phone.card(room), "指派")
    picker = phone.last(room, "T-1 · 指派？")
    assert {"林晓", "陈曦 · 休息至 2026/12/1 11:00", "王芳", "取消"} == set(phone.telegram.buttons(picker))
    await phone.press(phone.wang, picker, "陈曦 · 休息至 2026/12/1 11:00")
    assert any("不在班" in phone.telegram.visible_text(message) for message in phone.telegram.sent(room))


async def test_one_tap_ends_a_rest(phone: Stage) -> None:
    """Covers B6, T8."""
    await phone.start(phone.chen)
    await phone.say(phone.chen, text="休息")
    asked = phone.last(phone.chen, "您现在没有在休息。")
    await phone.press(phone.chen, asked, "30分钟")
    resting = phone.last(phone.chen, "10:30 之前不在班")
    await phone.press(phone.chen, resting, "我回来了")
    await phone.say(phone.chen, text="值班")
    card = phone.telegram.visible_text(phone.last(phone.chen, "当前值班"))
    assert "🟢 陈曦" in card
