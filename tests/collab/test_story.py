"""One department asks another, from the customer's words until he is told."""

from bot.collab.rules import State
from bot.tickets.rules import Status
from tests.collab.stage import House


async def test_asked_accepted_done_and_handed_back(house: House) -> None:
    """Covers A2, A4, B5, M9, U3, U6, P13: an agent on Slack, a technician on Telegram; nobody leaves his chat."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    assert (await house.ticket()).status is Status.ON_HOLD
    card = house.request_card()
    shown = house.phone.visible_text(card)
    for told in ("请检查打印机日志", "林晓（客服部）", "T-1", "Ann", "待接受"):
        assert told in shown
    assert "待接受" in house.read(house.asking_card())

    await house.tells("zhao", "/accept 2h", to=card)
    request = await house.request()
    assert request.state is State.ACCEPTED
    assert "处理中" in house.phone.visible_text(house.request_card())
    assert "赵磊" in house.read(house.asking_card())
    assert "预计完成" in house.read(house.asking_card())

    await house.tells("zhao", "/done 已更换打印头", to=house.request_card())
    assert "已更换打印头" in house.read(house.below("完成了，结果"))
    ticket = await house.ticket()
    assert ticket.status is Status.OPEN
    assert await house.owner() == "林晓"

    await house.press("lin", house.below("完成了，结果"), "告知客户")
    assert house.form("lin")["客户将看到的内容"] == "已更换打印头"
    await house.submit("lin")
    await house.later()
    assert "已更换打印头" in house.shown_to_customer("ann")
    assert "赵磊" not in house.shown_to_customer("ann")
