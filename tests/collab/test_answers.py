"""How a department answers: accepts, returns, hands on, says when; and what becomes of the ticket."""

from datetime import timedelta

import pytest

from bot.collab.rules import State
from bot.people.leaving import disable
from bot.tickets.rules import Status
from tests.collab.stage import House


@pytest.fixture
async def asked(house: House) -> House:
    """林晓 has asked 技术部 about Ann's printer."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    return house


async def test_accepted_by_a_button_with_one_of_the_usual_times(asked: House) -> None:
    """Covers U3, U5: one tap and a choice."""
    await asked.taps("zhao", asked.request_card(), "接受并预计")
    await asked.taps("zhao", asked.note("C-1 · 接受并预计"), "2 小时")
    request = await asked.request()
    assert request.state is State.ACCEPTED
    assert request.eta is not None
    assert abs(request.eta - asked.baton.clock.now() - timedelta(hours=2)) < timedelta(minutes=1)


async def test_who_comes_second_hears_who_has_it(asked: House) -> None:
    """Covers C12."""
    await asked.taps("zhao", asked.request_card(), "接受")
    await asked.tells("sun", "/accept", to=asked.request_card())
    assert any("已由 赵磊 接受" in text for text in asked.notes())
    assert (await asked.request()).owner == (await asked.baton.read(lambda unit: unit.people.by_key("zhao"))).id


async def test_returned_with_a_reason_repaired_and_resent(asked: House) -> None:
    """Covers U5, M11, U24: the reason is demanded, the agent gets it at once, and it counts."""
    await asked.tells("zhao", "退回 资料不全：没有错误代码", to=asked.request_card())
    request = await asked.request()
    assert (request.state, request.reason, request.remark, request.returns) == (
        State.RETURNED, "missing", "没有错误代码", 1,
    )  # fmt: skip
    assert (await asked.ticket()).status is Status.OPEN
    line = asked.below("退回了（资料不全）")
    assert "没有错误代码" in asked.read(line)
    await asked.press("lin", line, "补充")
    assert asked.form("lin")["需要对方做什么"] == "请检查打印机日志"
    await asked.submit("lin", {"需要对方做什么": "请检查打印机日志，代码 E-203"})
    await asked.settle()
    request = await asked.request()
    assert request.state is State.ASKED
    assert request.returns == 1
    assert "E-203" in asked.phone.visible_text(asked.request_card())
    assert (await asked.ticket()).status is Status.ON_HOLD


async def test_resent_with_one_tap(asked: House) -> None:
    """Covers U5."""
    await asked.tells("zhao", "退回 不是我们的", to=asked.request_card())
    await asked.press("lin", asked.below("退回了"), "重新发出")
    await asked.settle()
    assert (await asked.request()).state is State.ASKED


async def test_a_return_without_a_reason_is_asked_for_it(asked: House) -> None:
    """Covers U5: from the short list, and in words."""
    await asked.taps("zhao", asked.request_card(), "退回")
    question = asked.note("原因")
    assert "资料不全" in asked.phone.buttons(question)
    await asked.taps("zhao", question, "描述不清")
    assert (await asked.request()).state is State.ASKED
    await asked.tells("zhao", "哪台打印机？", to=asked.note("说明"))
    request = await asked.request()
    assert (request.state, request.reason, request.remark) == (State.RETURNED, "unclear", "哪台打印机？")


async def test_handed_to_a_colleague(asked: House) -> None:
    """Covers U13: who it is handed to is told alone, and can answer there."""
    await asked.phone.starts(asked.guests["sun"])
    await asked.settle()
    await asked.taps("zhao", asked.request_card(), "接受")
    await asked.taps("zhao", asked.request_card(), "转交")
    await asked.taps("zhao", asked.note("C-1 · 转交"), "孙强")
    assert "孙强" in asked.read(asked.asking_card())
    told = asked.note("转交给您", asked.guests["sun"])
    await asked.alone("sun", "我下午处理", to=told)
    assert "孙强" in asked.read(asked.below("我下午处理"))


async def test_alone_with_baton_the_only_one_is_meant(asked: House) -> None:
    """Covers U13: who has one request answers it from anywhere."""
    await asked.phone.starts(asked.guests["zhao"])
    await asked.taps("zhao", asked.request_card(), "接受")
    await asked.alone("zhao", "完成 已更换打印头")
    assert (await asked.request()).result == "已更换打印头"


async def test_a_new_time_is_told_to_both(asked: House) -> None:
    """Covers U3, U5: `预计 明天10点`, said as one says it."""
    await asked.taps("zhao", asked.request_card(), "接受")
    await asked.tells("zhao", "预计 明天10点", to=asked.request_card())
    request = await asked.request()
    assert request.eta is not None
    assert request.eta.astimezone(asked.baton.clock.now().tzinfo).minute == 0
    assert any("预计" in text and "赵磊" in text for text in asked.thread())


async def test_talk_is_talk(asked: House) -> None:
    """Covers T1: what only begins like an answer is passed on as words."""
    for said in ("return the cable please", "接受不了这个方案", "done with lunch, back now"):
        await asked.tells("zhao", said, to=asked.request_card())
        assert any(said in text for text in asked.thread())
    assert (await asked.request()).state is State.ASKED


async def test_whoever_is_of_neither_side_can_do_nothing(asked: House) -> None:
    """Covers P9: another department is told whose it is."""
    told = await asked.command("zhou", asked.finance, "/baton", "accept C-1")
    assert "技术部" in told
    told = await asked.command("zhou", asked.finance, "/baton", "withdraw C-1")
    assert "客服部" in told
    told = await asked.command("ann", asked.help, "/baton", "show C-1")
    assert "只有我们的同事可以做" in told
    assert "C-1" not in told
    assert (await asked.request()).state is State.ASKED


async def test_withdrawn_the_ticket_is_back(asked: House) -> None:
    """Covers A4."""
    await asked.press("lin", asked.asking_card(), "撤销")
    await asked.settle()
    assert (await asked.request()).state is State.WITHDRAWN
    assert "已撤销" in asked.phone.visible_text(asked.request_card())
    assert (await asked.ticket()).status is Status.OPEN


async def test_a_ticket_that_ends_needs_no_help_any_more(asked: House) -> None:
    """Covers A4: the departments are told."""
    await asked.press("lin", asked.card(), "解决")
    await asked.settle()
    assert (await asked.request()).state is State.WITHDRAWN
    assert any("已结束，不再需要" in text for text in asked.notes())


async def test_the_result_was_none(asked: House) -> None:
    """Covers A4: reopened it is with its owner again, and the ticket waits."""
    await asked.tells("zhao", "完成 已重启", to=asked.request_card())
    assert (await asked.ticket()).status is Status.OPEN
    await asked.press("lin", asked.asking_card(), "重开")
    await asked.settle()
    assert (await asked.request()).state is State.ACCEPTED
    assert (await asked.ticket()).status is Status.ON_HOLD


async def test_off_duty_the_next_takes_over(asked: House) -> None:
    """Covers A4, U26, U13: and the thread says so."""
    await asked.command("lin", asked.support, "/baton", "rest 2h")
    await asked.tells("zhao", "完成 已重启", to=asked.request_card())
    assert await asked.owner() in ("陈曦", "王芳")
    assert any("林晓 不在班" in text for text in asked.thread())


async def test_who_has_left_is_stood_in_for(asked: House) -> None:
    """Covers A4: the result goes to somebody who can use it."""
    lin = await asked.baton.read(lambda unit: unit.people.by_key("lin"))
    await asked.baton.baton.database.write(lambda unit: disable(unit, lin))
    await asked.settle()
    await asked.tells("zhao", "完成 已重启", to=asked.request_card())
    assert await asked.owner() in ("陈曦", "王芳")
    assert (await asked.ticket()).status is Status.OPEN


async def test_merged_its_requests_go_along(asked: House) -> None:
    """Covers A4: answered later, they answer the ticket that is left."""
    await asked.opened("扫描仪也坏了", who="bo")
    await asked.command("wang", asked.support, "/baton", "T-2 merge T-1")
    await asked.settle()
    assert (await asked.request()).ticket == 2
    await asked.tells("zhao", "完成 已重启", to=asked.request_card())
    assert any("已重启" in text for text in asked.thread(2))
