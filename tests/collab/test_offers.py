"""A department that is named with an @, lists of requests, and what the record says."""

from pathlib import Path

from bot.collab.rules import State
from tests.collab.stage import TEMPLATE, House, open_house


async def test_a_mention_becomes_a_request_with_one_tap(house: House) -> None:
    """Covers A2: `@技术部 …` in the ticket's thread."""
    await house.opened()
    await house.say("lin", house.support, "@技术部 请看看日志", under=house.card())
    await house.settle()
    offer = house.below("要请技术部协作吗")
    token = next(each["value"] for block in offer.blocks for each in block.get("elements", []) if "value" in each)
    await house.press("lin", offer, "发出协作请求")
    await house.settle()
    request = await house.request()
    assert "已经发出" in await house.forge("chen", offer, "collab.make", 1, token)
    assert request.state is State.ASKED
    assert "请看看日志" in house.phone.visible_text(house.request_card())
    assert not any("要请技术部协作吗" in text for text in house.thread())


async def test_the_bare_word_counts_where_a_department_follows(house: House) -> None:
    """Covers A2, T1: nobody has to speak to Baton; `协作一下` is talk."""
    await house.opened()
    await house.say("lin", house.support, "协作 大家 辛苦了", under=house.card())
    await house.say("lin", house.support, "協作：技術部，請看看日誌", under=house.card())
    await house.settle()
    assert "請看看日誌" in house.phone.visible_text(house.request_card())
    assert [message.request for message in await house.conversation()] == [0, 0]


async def test_an_alias_in_the_middle_counts_and_a_template_asks(tmp_path: Path) -> None:
    """Covers A2, M11."""
    async with open_house(tmp_path, more=TEMPLATE) as house:
        await house.opened()
        await house.say("lin", house.support, "能不能 @技术 看一下", under=house.card())
        await house.settle()
        await house.press("lin", house.below("要请技术部协作吗"), "发出协作请求")
        assert house.form("lin")["需要对方做什么"] == "能不能 @技术 看一下"


async def test_no_offer_for_the_own_team_or_plain_words(house: House) -> None:
    """Covers A2: nobody is bothered."""
    await house.opened()
    for said in ("@客服部 大家好", "技术部说过没问题", "写信到 a@tech.example"):
        await house.say("lin", house.support, said, under=house.card())
    await house.settle()
    assert not any("协作吗" in text for text in house.thread())


async def test_mine_shows_what_i_have_and_what_came_back(house: House) -> None:
    """Covers U31: for both sides."""
    await house.phone.starts(house.guests["zhao"])
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.alone("zhao", "队列")
    assert any("没有人接受的协作请求" in text and "C-1" in text for text in house.notes(house.guests["zhao"]))
    await house.tells("zhao", "接受", to=house.request_card())
    await house.alone("zhao", "我的")
    assert any("我处理的协作请求" in text and "C-1" in text for text in house.notes(house.guests["zhao"]))
    await house.tells("zhao", "退回 看不懂", to=house.request_card())
    told = await house.command("lin", house.support, "/baton", "mine")
    assert "退回给我的" in told
    assert "C-1" in told


async def test_the_record_tells_of_requests(house: House) -> None:
    """Covers P13, M13, U17: who asked whom, when, and how it ended."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("zhao", "退回 资料不全：没有代码", to=house.request_card())
    await house.press("lin", house.below("退回了"), "重新发出")
    await house.tells("zhao", "完成 已重启", to=house.request_card())
    await house.asks("历史")
    shown = "\n".join(house.thread())
    for told in ("请技术部协作（C-1）", "退回了 C-1（资料不全）：没有代码", "重新发出 C-1", "C-1 已完成：已重启"):
        assert told in shown


async def test_by_the_command_of_the_platform(house: House) -> None:
    """Covers T1, A2: /collab on Slack, with the ticket named first."""
    await house.opened()
    told = await house.command("lin", house.support, "/collab", "T-1 技术部 请检查打印机日志")
    assert "C-1 已发给技术部" in told
    assert "请检查打印机日志" in house.phone.visible_text(house.request_card())
    told = await house.command("lin", house.support, "/baton", "show C-1")
    assert "请检查打印机日志" in told or "请检查打印机日志" in "".join(
        house.slack.visible_text(message) for message in house.slack.sent(house.support)
    )
