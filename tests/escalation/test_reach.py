"""From channel to channel, and what happens when none is left."""

import functools
from dataclasses import replace
from pathlib import Path

from bot.escalation.rules import Stage as Reached
from bot.escalation.rules import State
from bot.unit import Unit
from tests.escalation.stage import alarmed, alerts, ledger, minutes, told
from tests.tickets.stage import Stage

TO_ASSIGNEE = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "4h"
steps = [{ at = "10m", notify = ["assignee"], via = ["dm"] }]
"""
TO_ALL = TO_ASSIGNEE.replace('["assignee"]', '["supervisors", "person:wang", "team-lead"]')


async def _begun(stage: Stage) -> None:
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(), "领取")


async def test_a_platform_that_is_down_for_an_hour_does_not_keep_it_from_arriving(tmp_path: Path) -> None:
    """Fault O7. Covers U18: five minutes without proof, then the other platform."""
    async with alarmed(tmp_path, TO_ASSIGNEE, telegram=True) as stage:
        assert stage.telegram is not None
        lin = stage.telegram.user(1001, "林晓", language_code="zh-hans")
        await stage.telegram.starts(lin)
        await stage.telegram.settled()
        await stage.baton.settle()
        await _begun(stage)
        stage.slack.fail_next("chat.postMessage", 503, times=500)
        await minutes(stage, 16)
        shown = [stage.telegram.visible_text(message) for message in stage.telegram.sent(lin)]
        assert any("T-1 · 打不开" in words for words in shown)
        first, second = await ledger(stage)
        assert (first.state, second.state) == (State.UNPROVED, State.ACCEPTED)
        stage.slack.faults.clear()


async def test_a_channel_that_is_not_there_is_replaced_and_the_ledger_says_why(tmp_path: Path) -> None:
    """Covers U18: SMS is not set up, so it is a direct message."""
    async with alarmed(tmp_path, TO_ASSIGNEE.replace('["dm"]', '["sms"]')) as stage:
        await _begun(stage)
        await minutes(stage, 11)
        assert len(told(stage, "lin")) == 1
        await stage.command("lin", None, "/baton", "送达 T-1")
        assert "短信：被拒绝：没有配置这个渠道" in stage.direct("lin")[-1]


async def test_what_somebody_can_not_be_told_goes_to_the_lead(tmp_path: Path) -> None:
    """Covers O6 U18: 林晓 shut the bot out; 王芳 hears of both his cases, and why it is she."""
    async with alarmed(tmp_path, TO_ASSIGNEE) as stage:
        await _begun(stage)
        await stage.say("bo", stage.help, "second")
        await stage.press("lin", stage.card(2), "领取")
        await stage.baton.baton.database.write(_shut_out)
        await minutes(stage, 11)
        messages = told(stage, "wang")  # one, or one each, as the moments at which they fell due have it
        shown = "\n".join(stage.read(message) for message in messages)
        assert shown.count("联系不上林晓") == 2
        assert "打不开" in shown
        assert "second" in shown
        assert (await alerts(stage))[0].stage is Reached.LOST
        lost = next(alert for alert in await alerts(stage) if alert.lost)
        assert "由您处理" in await stage.forge("wang", messages[0], "alert.ack", lost.id)


def _shut_out(unit: Unit, key: str = "lin") -> None:
    person = unit.people.by_key(key)
    assert person is not None
    for account in unit.people.accounts(person.id):
        unit.people.save_account(replace(account, reachable=False))


async def test_a_chain_of_the_unreachable_ends_at_the_admins(tmp_path: Path) -> None:
    """Fault O6: neither 林晓 nor his lead; nothing loops."""
    async with alarmed(tmp_path, TO_ASSIGNEE) as stage:
        await _begun(stage)
        await stage.baton.baton.database.write(_shut_out)
        await stage.baton.baton.database.write(lambda unit: _shut_out(unit, "wang"))
        await minutes(stage, 12)
        (alert,) = told(stage, "root")
        assert "联系不上林晓" in stage.read(alert)


async def test_nobody_at_all_is_written_down_and_nothing_fails(tmp_path: Path) -> None:
    """Fault O6: no lead, no supervisor, no admin can be had."""
    async with alarmed(tmp_path, TO_ASSIGNEE) as stage:
        await _begun(stage)
        for key in ("lin", "wang", "root"):
            await stage.baton.baton.database.write(functools.partial(_shut_out, key=key))
        await minutes(stage, 12)
        assert {alert.stage for alert in await alerts(stage)} == {Reached.LOST}
        assert await stage.baton.read(lambda unit: unit.timers.get("proof", 1)) is None


async def test_nobody_is_told_twice_and_the_disabled_never(tmp_path: Path) -> None:
    """Covers U15: 王芳 is lead, supervisor and named; once she is gone the admins hear it."""
    async with alarmed(tmp_path, TO_ALL) as stage:
        await _begun(stage)
        await minutes(stage, 11)
        assert len(told(stage, "wang")) == 1
        await stage.say("bo", stage.help, "second")
        await stage.press("lin", stage.card(2), "领取")
        await stage.baton.baton.database.write(_disable)
        await minutes(stage, 11)
        assert len(told(stage, "wang")) == 1
        (alert,) = told(stage, "root")
        assert "通知管理员" in stage.read(alert)


def _disable(unit: Unit) -> None:
    person = unit.people.by_key("wang")
    assert person is not None
    unit.people.save_person(replace(person, active=False))


async def test_who_is_disabled_between_step_and_message_is_not_told(tmp_path: Path) -> None:
    """Fault T5: what waited for him goes to the lead."""
    async with alarmed(tmp_path, TO_ASSIGNEE) as stage:
        await _begun(stage)
        await minutes(stage, 11)

        def waits_again(unit: Unit) -> None:
            (alert,) = unit.alerts.of_ticket(1)
            unit.alerts.save(replace(alert, stage=Reached.WAITING, told_at=None, tried=()))
            lin = unit.people.person(alert.person)
            unit.people.save_person(replace(lin, active=False))
            unit.timers.set("alerts", alert.id, unit.now)

        await stage.baton.baton.database.write(waits_again)
        await minutes(stage, 1)
        assert len(told(stage, "lin")) == 1
        assert "联系不上林晓" in stage.read(told(stage, "wang")[0])
