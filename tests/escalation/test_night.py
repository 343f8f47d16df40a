"""Nobody is woken without need, and nothing is lost by it."""

from datetime import timedelta
from pathlib import Path

from bot.escalation.rules import Stage as Reached
from tests.duty.office import HOURS, shanghai
from tests.escalation.stage import alarmed, alerts, minutes, told
from tests.tickets.stage import Stage

POLICY = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "4h"
{more}
steps = [{{ at = "10m", notify = ["assignee"], via = ["dm"] }}]
"""


async def _until(stage: Stage, written: str) -> None:
    """Let time pass until the wall in Shanghai says so, at once."""
    ahead = shanghai(written) - stage.baton.clock.now()
    await stage.later(ahead / timedelta(seconds=1))


async def _late_case(stage: Stage, priority: str = "") -> None:
    """林晓 has a case that comes in after hours."""
    await _until(stage, "2026-12-01 18:30")
    await stage.say("ann", stage.help, "门禁坏了")
    await stage.press("lin", stage.card(), "领取")
    if priority:
        await stage.command("lin", None, "/baton", f"T-1 优先级 {priority}")
    await minutes(stage, 11)


async def test_what_comes_by_night_is_told_in_the_morning_together(tmp_path: Path) -> None:
    """Covers U15: held, and delivered with the shift."""
    async with alarmed(tmp_path, POLICY.format(more=""), support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage)
        await stage.say("bo", stage.help, "Door is broken")
        await stage.press("lin", stage.card(2), "领取")
        await minutes(stage, 11)
        assert told(stage, "lin") == []
        assert {(await alerts(stage, number))[0].stage for number in (1, 2)} == {Reached.WAITING}
        await stage.command("lin", None, "/baton", "送达 T-1")
        assert "保留到" in stage.direct("lin")[-1] or "暂存到" in stage.direct("lin")[-1]
        await _until(stage, "2026-12-02 08:59")
        await minutes(stage, 0.5)
        assert told(stage, "lin") == []
        await minutes(stage, 1)
        (group,) = told(stage, "lin")
        assert "有 2 件事等您处理" in stage.read(group)


async def test_the_urgent_goes_through_if_the_policy_says_so(tmp_path: Path) -> None:
    """Covers U15."""
    policy = POLICY.format(more='at_night = "urgent"')
    async with alarmed(tmp_path, policy, support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage, "紧急")
        assert len(told(stage, "lin")) == 1


async def test_the_urgent_waits_if_the_policy_does_not(tmp_path: Path) -> None:
    """Covers U15."""
    async with alarmed(tmp_path, POLICY.format(more=""), support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage, "紧急")
        assert told(stage, "lin") == []


async def test_who_rests_is_passed_over_for_a_colleague(tmp_path: Path) -> None:
    """Covers U15, B6, C7: 林晓 rests, 陈曦 is told in his place and why."""
    async with alarmed(tmp_path, POLICY.format(more="")) as stage:
        await stage.say("ann", stage.help, "门禁坏了")
        await stage.press("lin", stage.card(), "领取")
        await stage.command("lin", None, "/baton", "休息 2h")
        await minutes(stage, 11)
        assert told(stage, "lin") == []
        (alert,) = [*told(stage, "chen"), *told(stage, "wang")]
        assert "林晓 不在班" in stage.read(alert)


async def test_who_takes_leave_meanwhile_is_not_told_on_that_morning(tmp_path: Path) -> None:
    """Covers U15, C7: who works is asked again in the moment of telling, not only when the step fell due."""
    async with alarmed(tmp_path, POLICY.format(more=""), support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage)
        await stage.command("lin", None, "/baton", "请假 2026-12-02 2026-12-02")
        await _until(stage, "2026-12-02 09:01")
        await minutes(stage, 1)
        assert told(stage, "lin") == []
        await _until(stage, "2026-12-03 09:01")
        await minutes(stage, 1)
        assert len(told(stage, "lin")) == 1
