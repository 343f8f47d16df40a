"""Requests as people really handle them: times in their own words, the same press twice, asking where it is."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.collab.rules import State
from tests.collab.stage import House, open_house

COMPLETION = """
[[policies]]
key = "done"
on = "collab.completion"
target = "4h"
steps = [{ at = "target", notify = ["assignee"], via = ["thread"] }]
"""


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("30分钟。", 30), ("两小时", 120), ("半小时", 30), ("半个小时", 30), ("一个半小时", 90), ("２个小时", 120),
     ("十五分钟", 15), ("兩個小時", 120), ("2 hours!", 120), ("1h30m", 90)],
)  # fmt: skip
async def test_lengths_in_the_words_of_the_trade(house: House, said: str, minutes: int) -> None:
    """Covers M9: `接受 两小时` means what it says."""
    await house.opened()
    await house.asks("协作 技术部 请看看")
    now = house.baton.clock.now()
    await house.tells("zhao", f"接受 {said}", to=house.request_card())
    request = await house.request()
    assert request.state is State.ACCEPTED
    assert request.eta is not None
    assert timedelta(0) <= request.eta - now - timedelta(minutes=minutes) < timedelta(minutes=1)


async def test_a_time_of_day_in_chinese_numerals(house: House) -> None:
    """Covers M9."""
    await house.opened()
    await house.asks("协作 技术部 请看看")
    await house.tells("zhao", "预计 明天下午三点半", to=house.request_card())
    request = await house.request()
    assert request.eta is not None
    assert request.eta.strftime("%H:%M") == "07:30"  # half past three in Shanghai


async def test_accepting_again_says_nothing_again(house: House) -> None:
    """Covers M9: everybody knows already."""
    await house.opened()
    await house.asks("协作 技术部 请看看")
    await house.tells("zhao", "接受 2h", to=house.request_card())
    before = house.thread()
    await house.tells("zhao", "接受", to=house.request_card())
    await house.tells("zhao", "/accept", to=house.request_card())
    assert house.thread() == before
    await house.tells("zhao", "接受 3h", to=house.request_card())
    assert len(house.thread()) == len(before) + 1


async def test_where_is_asked_of_a_request_too(house: House) -> None:
    """Covers U6, A4: `C-1 到哪了` from those who asked and from those who were asked."""
    await house.opened()
    await house.asks("协作 技术部 请看看")
    await house.command("lin", None, "/baton", "C-1 到哪了")
    assert "待接受" in house.direct("lin")[-1]
    await house.asks("C-1 撤销")
    await house.command("lin", None, "/baton", "到哪了 T-1")
    assert "没有未完成的协作请求" in house.direct("lin")[-1]


async def test_a_request_keeps_its_clocks_on_its_cards_when_its_ticket_is_merged(tmp_path: Path) -> None:
    """Covers U3 U25: in both departments."""
    async with open_house(tmp_path, more=COMPLETION) as house:
        await house.opened()
        await house.asks("协作 技术部 请看看")
        await house.opened("第二个", who="bo")
        await house.asks("合并 T-1", number=2)
        assert "完成: 2026" in house.phone.visible_text(house.request_card())
        assert "*完成*" in house.read(house.asking_card(ticket=2))
