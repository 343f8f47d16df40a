"""Whoever is called where a department speaks of its request answers there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.collab.stage import House, open_house


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """客服部 and 财务部 on Slack, 技术部 on Telegram."""
    async with open_house(tmp_path, database_url=sqlite_url) as opened:
        yield opened


async def test_who_is_called_in_a_request_s_thread_answers_there(house: House) -> None:
    """Covers U4, U26, P2: a technician calls somebody of finance, who sees neither the ticket nor the group; her answer
    reaches the technician and the agents, and no customer."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("sun", "@周洁 这台还在保修期吗？", to=house.request_card())
    [shown] = house.direct("zhou")
    assert "T-1" in shown
    assert "孙强" in shown
    assert "保修期" in shown
    message = house.slack.sent(house.slack.dm(house["zhou"]))[0]
    await house.say("zhou", None, "保修到明年三月", under=message)
    await house.settle()
    assert any("周洁" in words and "保修到明年三月" in words for words in house.notes())
    assert any("保修到明年三月" in words for words in house.thread())
    await house.later()
    assert "保修" not in house.shown_to_customer("ann")
    [*_, answer] = await house.conversation()
    assert answer.request == 1
    assert not answer.public


async def test_a_handle_in_the_group_rings_by_itself(house: House) -> None:
    """Covers U4: on a platform that tells whoever is called by his handle, a member of the group is not told twice."""
    house.guests["sun"].username = "sunqiang"
    await house.phone.starts(house.guests["sun"])
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("sun", "我在", to=house.request_card())
    await house.tells("zhao", "@sunqiang 你去看看", to=house.request_card())
    assert not any("你去看看" in words for words in house.notes(house.guests["sun"]))
    await house.tells("zhao", "@孙强 你去看看", to=house.request_card())
    assert any("你去看看" in words for words in house.notes(house.guests["sun"]))


async def test_what_was_said_of_another_request_is_not_told_along(house: House) -> None:
    """Covers P2: the last words before it are those of the same matter."""
    await house.opened()
    await house.asks("协作 财务部 请安排退款")
    await house.say("zhou", house.finance, "客户的账号是 6222", under=house.finance_card())
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("zhao", "@孙强 你去看看", to=house.request_card(2))
    assert not any("6222" in words for words in house.notes(house.guests["sun"]))
