"""What a department needs is asked for, item by item; without it nothing is sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.collab.rules import State
from tests.collab.stage import TEMPLATE, House, open_house
from tests.telegram.stage import picture

PNG = picture(20)
TYPES = """
[[templates]]
team = "tech"
type = "换货"
required = ["订单号"]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """技术部 wants to know three things of a BUG."""
    async with open_house(tmp_path, more=TEMPLATE) as opened:
        yield opened


async def test_what_is_missing_is_asked_for_at_its_field(house: House) -> None:
    """Covers M11, U5, U24: nothing is sent before it is whole."""
    file = house.slack.file("shot.png", PNG, mimetype="image/png")
    await house.say("ann", house.help, "打印机坏了", files=[file])
    await house.press("lin", house.card(), "领取")
    await house.asks("协作 技术部 请检查打印机日志")
    await house.press("lin", house.below("请点"), "T-1 请求协作")
    form = house.form("lin")
    assert form["需要对方做什么"] == "请检查打印机日志"
    errors = await house.submit("lin", {"操作步骤": "打印测试页", "错误代码": "E-203"})
    assert "截图" in "".join(errors.values())
    assert not any("C-1 " in text for text in house.notes())
    view = house.slack.modal(house["lin"])
    assert view is not None
    photo = next(block for block in view.blocks if "消息" in str(block.get("label")))
    option = photo["element"]["options"][0]["text"]["text"]
    assert await house.submit("lin", {"一并转给对方的消息": [option]}) == {}
    await house.settle()
    shown = house.phone.visible_text(house.request_card())
    for told in ("BUG", "操作步骤: 打印测试页", "错误代码: E-203", "截图: 📎"):
        assert told in shown
    assert house.phone.calls("sendPhoto") or house.phone.calls("sendDocument")


async def test_items_can_be_written_with_the_request(house: House) -> None:
    """Covers M11: each on a line of its own, the picture with it."""
    await house.opened()
    file = house.slack.file("shot.png", PNG, mimetype="image/png")
    said = f"{house.slack.bot_mention} 协作 技术部 打不出来\n操作步骤：打印测试页\n错误代码：E-203"
    await house.say("lin", house.support, said, under=house.card(), files=[file])
    await house.settle()
    request = await house.request()
    assert request.state is State.ASKED
    assert [item.given for item in request.items] == [True, True, True]
    shown = house.phone.visible_text(house.request_card())
    assert "打不出来" in shown
    assert shown.count("E-203") == 1  # with its item, not once more among the words


async def test_a_type_that_comes_first_is_not_told_twice(house: House) -> None:
    """`BUG: …` chooses the template; what is asked for is what follows."""
    await house.opened()
    await house.asks("协作 技术部 BUG：客户无法登录")
    await house.press("lin", house.below("请点"), "T-1 请求协作")
    assert house.form("lin")["需要对方做什么"] == "客户无法登录"


async def test_where_there_are_no_forms_each_item_is_a_question(tmp_path: Path) -> None:
    """Covers M11, U5: 技术部 asks 财务部 from Telegram; a picture is sent as one."""
    template = TEMPLATE.replace('"tech"', '"finance"')
    async with open_house(tmp_path, more=template) as house:
        await house.say("ann", house.help, "打印机坏了")
        await house.command("wang", house.support, "/baton", "T-1 team 技术部")
        await house.settle()
        await house.phone.starts(house.guests["zhao"])
        await house.settle()
        await house.alone("zhao", "T-1 协作 财务部 请退款")
        for answer in ("请退款", "打印测试页"):
            await house.alone("zhao", answer)
        await house.phone.says(house.guests["zhao"], None, photo=PNG)
        await house.settle()
        await house.alone("zhao", "E-203")
        question = house.note("消息", house.guests["zhao"])
        await house.taps("zhao", question, "跳过")
        request = await house.request()
        assert request.state is State.ASKED
        values = {item.name: item.value or len(item.files) for item in request.items}
        assert values == {"操作步骤": "打印测试页", "截图": 1, "错误代码": "E-203"}


async def test_of_several_kinds_one_is_chosen(tmp_path: Path) -> None:
    """Covers M11: what is required depends on the kind."""
    async with open_house(tmp_path, more=TEMPLATE + TYPES) as house:
        await house.opened()
        await house.choose("lin", house.card(), "请求协作", "技术部")
        assert await house.submit("lin", {"类型": "换货", "需要对方做什么": "换一台"}) == {}
        assert "订单号" in house.form("lin")
        assert await house.submit("lin", {"订单号": "A-77"}) == {}
        await house.settle()
        shown = house.phone.visible_text(house.request_card())
        assert "换货" in shown
        assert "订单号: A-77" in shown
