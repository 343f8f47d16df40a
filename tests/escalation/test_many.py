"""Forty at once, a budget an hour, and nothing dropped."""

from pathlib import Path

from bot.escalation.rules import Stage as Reached
from bot.escalation.rules import State
from tests.escalation.stage import alarmed, alerts, ledger, minutes, told
from tests.tickets.stage import Stage

ONE_STEP = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "4h"
steps = [{ at = "10m", notify = ["team-lead"], via = ["dm"] }]
"""


async def _open(stage: Stage, count: int, name: str = "问题") -> None:
    for number in range(count):
        await stage.command("ann", stage.help, "/ticket", f"{name}{number + 1}")


async def test_forty_at_once_are_one_message(tmp_path: Path) -> None:
    """Covers U15: ten with a line and buttons each, all of them counted, each with its proof."""
    async with alarmed(tmp_path, ONE_STEP) as stage:
        await _open(stage, 40)
        await stage.later(660)
        await minutes(stage, 1)
        (group,) = told(stage, "wang")
        shown = stage.read(group)
        assert "有 40 件事等您处理" in shown
        assert "还有 30 件" in shown
        assert shown.count("⏰") == 10
        for number in (1, 40):
            (entry,) = await ledger(stage, number)
            assert entry.state is State.ACCEPTED
        await stage.forge("wang", group, "alert.ack", (await alerts(stage))[0].id)
        assert stage.read(group).count("👀") == 1


async def test_what_exceeds_the_budget_waits_and_comes_together(tmp_path: Path) -> None:
    """Covers U15: two interruptions an hour; the rest is one message later, and all of it arrives."""
    async with alarmed(tmp_path, ONE_STEP) as stage:
        await stage.baton.baton.database.write(_only_two)
        for number in range(5):
            await _open(stage, 1, f"第{number}个")
            await minutes(stage, 3)
        await minutes(stage, 12)
        assert len(told(stage, "wang")) == 2
        assert [(await alerts(stage, number))[0].stage for number in (1, 2, 3)] == [
            Reached.TOLD, Reached.TOLD, Reached.WAITING,
        ]  # fmt: skip
        await minutes(stage, 60)
        assert len(told(stage, "wang")) == 3
        assert "有 3 件事" in stage.read(told(stage, "wang")[2])


def _only_two(unit: object) -> None:
    keys = unit.keys  # type: ignore[attr-defined]
    keys.put("config/workspace", {**keys.get("config/workspace"), "alerts_per_hour": 2})


async def test_what_falls_due_within_a_minute_does_not_ring_forty_times(tmp_path: Path) -> None:
    """Covers U15: a rush of cases; the first are told one by one, the others together a minute later."""
    async with alarmed(tmp_path, ONE_STEP) as stage:
        for number in range(20):
            await stage.say("ann" if number % 2 else "bo", None, f"工单 打印机坏了 {number}")
            await stage.later(2)
        await minutes(stage, 12)
        alarms = told(stage, "wang")
        assert len(alarms) <= 4
        assert "有 17 件事等您处理" in stage.read(alarms[-1])
