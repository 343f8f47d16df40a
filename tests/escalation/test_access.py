"""Who may answer an alert, and that customers never hear of one."""

from pathlib import Path

from bot.tickets.rules import Status
from tests.escalation.stage import alarmed, alerts, minutes, told
from tests.tickets.stage import Stage

TO_CUSTOMERS_SIDE = ("⏰", "我来处理", "超时", "改派", "王芳", "送达")


async def test_another_team_may_not_answer(stage: Stage) -> None:
    """Covers P9: 技术部 was not told and has nothing to do with it."""
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 11)
    (alert,) = await alerts(stage)
    (shown,) = told(stage, "lin")
    assert "由客服部负责" in await stage.forge("zhao", shown, "alert.ack", alert.id)
    assert "由客服部负责" in await stage.forge("zhao", shown, "alert.snooze", alert.id, "15m")
    (after,) = await alerts(stage)
    assert not after.answered_by


async def test_a_customer_neither_sees_nor_answers(stage: Stage) -> None:
    """Covers P9: not by a forged press, not by words, and nothing of it is ever shown to him."""
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 31)
    (shown,) = told(stage, "lin")
    (first, _) = await alerts(stage)
    assert "已经不存在了" in await stage.forge("ann", shown, "alert.ack", first.id)
    await stage.command("ann", stage.help, "/baton", "T-1 送达")
    await stage.command("ann", stage.help, "/baton", "T-1 知道了")
    assert not (await alerts(stage))[0].answered_by
    seen = stage.shown_to_customer("ann")
    assert not [words for words in TO_CUSTOMERS_SIDE if words in seen]


async def test_a_colleague_of_the_team_and_an_admin_may(stage: Stage) -> None:
    """Covers U16: whoever is told, the team, supervisors, admins."""
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 11)
    (alert,) = await alerts(stage)
    (shown,) = told(stage, "lin")
    assert "由您处理" in await stage.forge("root", shown, "alert.ack", alert.id)
    assert "管理员 已经在处理" in await stage.forge("chen", shown, "alert.ack", alert.id)


async def test_what_is_settled_can_not_be_answered(stage: Stage) -> None:
    """An old button says so."""
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 11)
    (alert,) = await alerts(stage)
    (shown,) = told(stage, "lin")
    await stage.press("lin", stage.card(), "解决")
    assert (await stage.ticket()).status is Status.SOLVED
    assert "已经处理完了" in await stage.forge("lin", shown, "alert.ack", alert.id)


async def test_an_unknown_alert_is_none(stage: Stage) -> None:
    """Whatever number a press has in it."""
    await stage.say("ann", stage.help, "打不开")
    assert "已经不存在了" in await stage.forge("lin", stage.card(), "alert.ack", 4711)


async def test_english_readers_are_told_in_english(tmp_path: Path) -> None:
    """Covers P1."""
    async with alarmed(tmp_path) as stage:
        await stage.command("lin", None, "/baton", "lang en")
        await stage.say("ann", stage.help, "打不开")
        await stage.press("lin", stage.card(), "领取")
        await minutes(stage, 11)
        (shown,) = told(stage, "lin")
        assert "The customer hasn't had a first answer yet." in stage.read(shown)
        assert "T-1" in stage.read(shown)
