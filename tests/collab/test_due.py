"""The cards of a request tell until when, and bring its result to the same agent on either database."""

from pathlib import Path

import pytest

from bot.collab.rules import State
from bot.people.leaving import disable
from bot.tickets.rules import Status
from tests.collab.stage import House, open_house

POLICIES = """
[[policies]]
key = "answer"
on = "collab.response"
target = "30m"

[[policies]]
key = "finish"
on = "collab.completion"
target = "4h"
"""


async def test_the_cards_tell_until_when(tmp_path: Path) -> None:
    """Covers A2, U4: both clocks on both cards; the first is gone when somebody has accepted."""
    async with open_house(tmp_path, more=POLICIES) as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        card, asking = house.phone.visible_text(house.request_card()), house.read(house.asking_card())
        for told in ("10:30", "14:00"):
            assert told in card
            assert told in asking
        await house.tells("zhao", "接受", to=house.request_card())
        card = house.phone.visible_text(house.request_card())
        assert "10:30" not in card
        assert "14:00" in card


async def test_the_first_words_of_the_department_count_as_a_response(tmp_path: Path) -> None:
    """Covers A2: whoever asks back has answered."""
    async with open_house(tmp_path, more=POLICIES) as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        await house.tells("zhao", "我看看", to=house.request_card())
        open_ = await house.baton.read(lambda unit: unit.clocks.running(1, 1))
        assert [clock.measure for clock in open_] == ["collab.completion"]


async def test_a_ticket_that_ends_stops_the_clocks_of_its_requests(tmp_path: Path) -> None:
    """Covers A4: and nobody is alarmed about them any more."""
    step = 'steps = [{ at = "10m", notify = ["assignee", "team"], via = ["dm", "room"] }]'
    alarmed = POLICIES.replace('target = "30m"', f'target = "30m"\n{step}')
    async with open_house(tmp_path, more=alarmed) as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        await house.later(660)
        await house.press("lin", house.card(), "解决")
        await house.settle()
        assert (await house.request()).state is State.WITHDRAWN
        assert await house.baton.read(lambda unit: unit.clocks.running(1, 1)) == []


async def test_what_matters_more_is_told(house: House) -> None:
    """Covers A2: the card follows the ticket."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.choose("lin", house.card(), "优先级", "紧急")
    await house.settle()
    assert "紧急" in house.phone.visible_text(house.request_card())


async def test_who_leaves_leaves_his_requests_to_his_department(house: House) -> None:
    """Covers P9: what he had waits for somebody else."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("zhao", "接受", to=house.request_card())

    def leave(unit: object) -> None:
        disable(unit, unit.people.by_key("zhao"))  # type: ignore[attr-defined, arg-type]

    await house.baton.baton.database.write(leave)
    await house.settle()
    request = await house.request()
    assert (request.state, request.owner) == (State.ASKED, 0)
    await house.taps("sun", house.request_card(), "接受")
    assert (await house.request()).state is State.ACCEPTED


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_from_request_to_result(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> None:
    """Covers A2, A4."""
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    async with open_house(tmp_path, database_url=url) as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        await house.tells("zhao", "接受 2h", to=house.request_card())
        await house.tells("sun", "我有备件", to=house.request_card())
        await house.tells("zhao", "完成 已更换", to=house.request_card())
        assert any("我有备件" in text for text in house.thread())
        assert any("已更换" in text for text in house.thread())
        assert (await house.ticket()).status is Status.OPEN


async def test_why_names_what_was_asked_for(tmp_path: Path) -> None:
    """Covers U25: the due times of a request under its own words."""
    async with open_house(tmp_path, more=POLICIES) as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        assert "C-1 · 请检查打印机日志：时限说明" in await house.command("lin", house.support, "/baton", "为什么 C-1")
