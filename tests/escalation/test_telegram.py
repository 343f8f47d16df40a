"""The same on Telegram: menus become buttons, and a repeat that nobody can rule out is marked as one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.escalation.rules import State
from tests.escalation.stage import POLICY, alarmed, ledger, minutes
from tests.fakes.telegram import Message, TelegramFake, User
from tests.tickets.stage import Stage


@pytest.fixture
async def with_telegram(tmp_path: Path) -> AsyncIterator[tuple[Stage, TelegramFake, User]]:
    """林晓 is on Telegram alone; the team's room is there, too."""
    async with alarmed(tmp_path, POLICY, telegram=True) as stage:
        assert stage.telegram is not None
        lin = stage.telegram.user(1001, "林晓", language_code="zh-hans")
        await stage.telegram.starts(lin)
        await stage.telegram.settled()
        await stage.baton.baton.database.write(lambda unit: _off_slack(unit))
        await stage.baton.settle()
        await stage.say("ann", stage.help, "打不开")
        await stage.press("chen", stage.card(), "领取")
        await stage.choose("chen", stage.card(), "指派", "林晓")
        yield stage, stage.telegram, lin


async def _presses(stage: Stage, telegram: TelegramFake, user: User, message: Message, label: str) -> None:
    query = await telegram.presses(user, message, label)
    await telegram.answered(query)
    await telegram.settled()
    await stage.baton.settle()


def _off_slack(unit: object) -> None:
    people = unit.people  # type: ignore[attr-defined]
    account = people.account("slack", "U0LIN")
    people.save_account(type(account)("slack", "U0LIN", account.person, reachable=False))


async def test_on_telegram_too_one_press_stops_the_chain(with_telegram: tuple[Stage, TelegramFake, User]) -> None:
    """Covers U16."""
    stage, telegram, lin = with_telegram
    await minutes(stage, 11)
    alert = next(m for m in reversed(telegram.sent(lin)) if "⏰" in telegram.visible_text(m))
    await _presses(stage, telegram, lin, alert, "我来处理")
    assert "林晓 从" in telegram.visible_text(telegram.message(lin, alert.message_id))
    (entry,) = await ledger(stage)
    assert entry.state is State.ANSWERED


async def test_snooze_asks_for_how_long(with_telegram: tuple[Stage, TelegramFake, User]) -> None:
    """Covers U16: where there are no menus."""
    stage, telegram, lin = with_telegram
    await minutes(stage, 11)
    alert = next(m for m in reversed(telegram.sent(lin)) if "⏰" in telegram.visible_text(m))
    await _presses(stage, telegram, lin, alert, "稍后提醒")
    asked = telegram.sent(lin)[-1]
    await _presses(stage, telegram, lin, asked, "30 分钟")
    (entry,) = await ledger(stage)
    assert entry.state is State.ANSWERED


async def test_a_possible_repeat_is_marked(with_telegram: tuple[Stage, TelegramFake, User]) -> None:
    """Covers G5 U18: Telegram can't be asked whether it took it."""
    stage, telegram, _ = with_telegram
    telegram.break_connection_after_accept("sendMessage")
    await minutes(stage, 12)
    (entry,) = await ledger(stage)
    assert entry.state is State.ACCEPTED
    assert entry.repeat
