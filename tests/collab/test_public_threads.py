"""A department whose thread the customer reads: what is said to the house does not get there all the same."""

from pathlib import Path

import pytest

from tests.collab.stage import open_house

INSIDE = (
    "@技术部 这个客户很烦",
    "＠技术 帮看下",
    "<@U0CHEN> 这个客户很烦",
    "@陈曦 你知道吗",
    "C-1 密码是 1234",
    "c－1：密码是 1234",
    "内部：别告诉客户",
    "備註：別告訴客戶",
    "协作 财务部 请退款",
)


@pytest.mark.parametrize("said", INSIDE)
async def test_words_for_colleagues_stay_inside(tmp_path: Path, said: str) -> None:
    """Covers S2 A4: a mention of a colleague or a department, a request's number, the word for notes."""
    async with open_house(tmp_path, support='audience = "public"') as house:
        await house.opened()
        await house.asks("协作 技术部 请看看")
        before = house.shown_to_customer("ann")
        await house.say("lin", house.support, said, under=house.card())
        await house.settle()
        await house.later()
        assert house.shown_to_customer("ann") == before


async def test_other_words_go_to_the_customer(tmp_path: Path) -> None:
    """Covers S2: that is what the department chose; an address is no mention, and neither is the customer."""
    async with open_house(tmp_path, support='audience = "public"') as house:
        await house.opened()
        for said in ("请写信到 help@tech.example", "@Ann 您好", "好的"):
            await house.say("lin", house.support, said, under=house.card())
            await house.settle()
            await house.later()
            assert said in house.shown_to_customer("ann")


async def test_an_answer_to_a_department_stays_inside(tmp_path: Path) -> None:
    """Covers U5: asked something back, and answered without a name: the department reads it, the customer does not."""
    async with open_house(tmp_path, support='audience = "public"') as house:
        await house.opened()
        await house.asks("协作 技术部 请看看")
        await house.tells("zhao", "/ask 设备的管理密码是多少？", to=house.request_card())
        await house.say("lin", house.support, "密码是 1234", under=house.card())
        await house.settle()
        await house.later()
        assert "1234" not in house.shown_to_customer("ann")
        assert any("1234" in note for note in house.notes())
        await house.say("lin", house.support, "已经在查了，请稍等", under=house.card())
        await house.settle()
        await house.later()
        assert "请稍等" in house.shown_to_customer("ann")
