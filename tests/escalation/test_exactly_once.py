"""Each step tells each person once, however often and however late it is carried out."""

from bot.clocks.facts import StepFired
from bot.escalation.rules import State
from bot.unit import Unit
from tests.escalation.stage import alerts, ledger, minutes, told
from tests.tickets.stage import Stage


async def _begun(stage: Stage) -> None:
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")


async def test_the_same_step_told_of_twice_changes_nothing(stage: Stage) -> None:
    """Covers U12: one row a clock, round, step and recipient."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = await alerts(stage)

    def again(unit: Unit) -> None:
        unit.record(StepFired(1, clock=alert.clock, measure=alert.measure, step=0, due=alert.due_at.isoformat()))

    await stage.baton.baton.database.write(again)
    await stage.baton.settle()
    assert len(await alerts(stage)) == 1
    assert len(await ledger(stage)) == 1
    assert len(told(stage, "lin")) == 1


async def test_after_an_outage_the_highest_step_comes_once_and_says_why_it_is_late(stage: Stage) -> None:
    """Covers T1 U12: an hour down, two steps missed: one message, to the one whose turn it is now."""
    await _begun(stage)
    await stage.later(3600)
    assert told(stage, "lin") == []
    (alert,) = told(stage, "wang")
    shown = stage.read(alert)
    assert "Baton 曾停机" in shown
    assert "有 1 条较早的提醒没有发出" in shown


async def test_an_uncertain_sending_is_looked_up_and_not_repeated(stage: Stage) -> None:
    """Covers G5: Slack took it and the line broke; it is found there, and no repeat is claimed."""
    await _begun(stage)
    stage.slack.break_connection_after_accept("chat.postMessage")
    await minutes(stage, 12)
    assert len(told(stage, "lin")) == 1
    (entry,) = await ledger(stage)
    assert entry.state is State.ACCEPTED
    assert not entry.repeat
