"""Customers who come back, days or weeks later: what is surely known is answered first again. Covers U19, U20."""

from bot.knowledge.rules import Content
from bot.tickets.rules import Status
from tests.knowledge.stage import Reading

HOURS = Content("营业时间", "九点到六点")
REFUND = Content("怎么申请退款", "打开订单页")
DAY = 86_400


def cards(stage: Reading, number: int) -> list[str]:
    """Where the team's room shows a ticket."""
    shown = [stage.read(one) for one in stage.slack.sent(stage.support)]
    return [text for text in shown if f" T-{number} ·" in text]


async def test_after_a_case_that_is_closed(open_to_all: Reading) -> None:
    """Most customers have had one; what is not surely known goes on to follow it, with a person."""
    stage = open_to_all
    await stage.stored(HOURS, REFUND)
    await stage.say("ann", None, "我的鞋子开胶了")
    await stage.command("lin", stage.support, "/baton", "T-1 solve")
    await stage.command("lin", stage.support, "/baton", "T-1 close")
    await stage.later(30 * DAY)
    await stage.say("ann", None, "营业时间？")
    assert "九点到六点" in stage.direct("ann")[-1]
    assert (await stage.ticket(2)).status is Status.PENDING
    await stage.press("ann", stage.told("ann"), "已解决")
    assert not cards(stage, 2)
    await stage.say("ann", None, "鞋子又开胶了")
    assert "鞋子又开胶了" in "\n".join(stage.thread(2))


async def test_after_a_closed_case_a_complaint_goes_to_a_person(open_to_all: Reading) -> None:
    """However well an article fits; it follows the old case."""
    stage = open_to_all
    await stage.stored(REFUND)
    await stage.say("ann", None, "我的鞋子开胶了")
    await stage.command("lin", stage.support, "/baton", "T-1 solve")
    await stage.command("lin", stage.support, "/baton", "T-1 close")
    await stage.say("ann", None, "怎么申请退款？我要投诉")
    assert "打开订单页" not in stage.shown_to_customer("ann")
    assert (await stage.ticket(2)).follows == 1


async def test_after_silence_another_question_is_another_case(open_to_all: Reading) -> None:
    """Nobody knows whether the first answer helped, so the same question again is a person's."""
    stage = open_to_all
    await stage.stored(HOURS, REFUND)
    await stage.say("ann", None, "营业时间？")
    await stage.say("bo", None, "营业时间？")
    await stage.later(2 * DAY)
    assert [(await stage.ticket(number)).status for number in (1, 2)] == [Status.SOLVED, Status.SOLVED]
    await stage.say("ann", None, "怎么申请退款？")
    assert "打开订单页" in stage.direct("ann")[-1]
    assert await stage.count() == 3
    assert not cards(stage, 3)
    await stage.say("bo", None, "营业时间到底是几点")
    assert await stage.count() == 3
    assert "客户又回来了" in stage.read(stage.card(2))
