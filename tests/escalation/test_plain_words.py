"""What stands in an alert is true at every moment, and what people say to it is understood."""

from tests.collab.stage import House, open_house
from tests.escalation.stage import POLICY, minutes, told
from tests.tickets.stage import Stage


async def _alerted(stage: Stage) -> None:
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 11)


async def test_what_is_left_is_told_to_the_minute(stage: Stage) -> None:
    """Covers U16: an hour and fifty minutes are not two hours."""
    await _alerted(stage)
    (alert,) = told(stage, "lin")
    assert "还剩 1 小时 50 分钟" in stage.read(alert)
    assert "10 分钟（自" in stage.read(alert)


async def test_what_is_settled_no_longer_says_that_somebody_waits(stage: Stage) -> None:
    """Covers U16: the answer was given; that it was not yet is history."""
    await _alerted(stage)
    (alert,) = told(stage, "lin")
    await stage.say("lin", stage.support, "回复：马上来看", under=stage.card())
    await stage.later()
    assert "已首次回复客户，没有超时" in stage.read(alert)
    assert "还没有得到" not in stage.read(alert)
    assert "还剩" not in stage.read(alert)


async def test_who_put_it_off_or_asked_for_time_can_still_take_it_on(stage: Stage) -> None:
    """Covers U16: to be reminded later is not to be on it, for nobody."""
    await _alerted(stage)
    (alert,) = told(stage, "lin")
    await stage.choose("lin", alert, "稍后提醒", "15 分钟")
    assert "💤" in stage.read(alert)
    assert "由您处理" in await stage.press("lin", alert, "我来处理")
    await stage.press("lin", alert, "延期")
    assert await stage.submit("lin", {"延长多久": "1h", "原因": "等配件"}) == {}
    assert "由您处理" in await stage.press("lin", alert, "我来处理")


async def test_lengths_are_understood_as_people_write_them(stage: Stage) -> None:
    """Covers U16: with words and in any width, in the form and after the word."""
    await _alerted(stage)
    (alert,) = told(stage, "lin")
    for written in ("30分钟", "１ 小时", "半小时", "45", "1小时30分", "2 hours"):
        await stage.press("lin", alert, "延期")
        assert await stage.submit("lin", {"延长多久": written, "原因": "等配件"}) == {}, written
    await stage.command("lin", None, "/baton", "T-1 稍后 20分钟。")
    assert "不再提醒" in stage.direct("lin")[-1]


async def test_a_customer_hears_that_these_words_are_for_the_staff(stage: Stage) -> None:
    """Covers S2: not that his own ticket does not exist."""
    await _alerted(stage)
    for said in ("送达 T-1", "T-1 知道了", "T-1 稍后 15m"):
        await stage.command("ann", None, "/baton", said)
        assert "只有我们的同事" in stage.direct("ann")[-1], said


async def test_a_room_is_called_by_its_department(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Covers G5: in the ledger nobody has to know a platform's number."""
    policy = POLICY.replace("ticket.first_response", "collab.response").replace('["dm"]', '["thread"]')
    async with open_house(tmp_path, more=policy) as house:
        await _asked(house)
        await minutes(house, 11)
        await house.command("lin", None, "/baton", "送达 C-1")
        assert "技术部" in house.direct("lin")[-1]
        assert "telegram:" not in house.direct("lin")[-1]


async def _asked(house: House) -> None:
    await house.opened()
    await house.asks("协作 技术部 请看看")
