"""Down for longer than a chain is: one message with the highest step that is due by then, and never a burst.

Covers T1, G5 on SQLite: nobody can move the clock of a process, so its policy counts in seconds and it stays down.
"""

import asyncio
import signal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.unit import Unit
from storage import open_database
from tests.fakes.slack import Message
from tests.replicas.desk import Desk, desk

CHAIN = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "3s"
steps = [
  { at = "1s", notify = ["assignee"], via = ["dm"] },
  { at = "2s", notify = ["assignee"], via = ["thread"] },
  { at = "target", notify = ["supervisors"], via = ["dm"] },
  { at = "target+1s", notify = ["team-lead"], via = ["dm"] },
]
"""
WHOLE = 4.0
"""Seconds from the start of a chain to its last step."""


@pytest.mark.parametrize("tickets", [1, 4])
async def test_after_an_hour_down_each_is_told_once_of_what_is_highest(tmp_path: Path, tickets: int) -> None:
    """Fault T1: killed in the very moment in which the last of them was opened, started when all is overdue."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        _configure(Path(here.environment["BATON_CONFIG"]))
        victim = await here.start(failpoint=f"work.committed:kill@{tickets}", hurried=True)
        asked = [await here.asks(number) for number in range(tickets)]
        assert await victim.ended() == -signal.SIGKILL
        await asyncio.sleep(WHOLE)
        await here.start(hurried=True)
        for message in asked:
            await here.insist(message)
        await here.until(lambda: len(_told(here)) > 0 and all(here.cards(number) for number in range(tickets)))
        await _quiet(f"sqlite:///{tmp_path}/baton.db")
        assert await _fired(f"sqlite:///{tmp_path}/baton.db") == [(3, 3)] * tickets
        [alert] = _told(here)
        words = here.slack.visible_text(alert)
        assert alert.channel == here.slack.dm("U0WANG").id
        assert {f"question {number}" for number in range(tickets) if f"question {number}" in words} == {
            f"question {number}" for number in range(tickets)
        }
        if tickets == 1:
            assert "停机" in words
            assert "3 条较早的提醒" in words
        assert here.slack.violations == []


def _configure(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + CHAIN, "utf-8")


def _told(here: Desk) -> list[Message]:
    """Every alert that anybody sees."""
    rooms = here.slack.workspace.channels.values()
    sent = [message for room in rooms for message in here.slack.sent(room)]
    return [message for message in sent if str((message.metadata or {}).get("event_payload", "")).find("alert:") >= 0]


async def _quiet(url: str) -> None:
    """Until nothing is left to be done or sent."""
    database = open_database(url, clock=SystemClock(), mode="read")
    await database.start()
    try:
        async with asyncio.timeout(30):
            while await database.read(_left):  # noqa: ASYNC110 - what another process does sets no event here
                await asyncio.sleep(0.1)
    finally:
        await database.close()


def _left(unit: Unit) -> int:
    timers = sum(unit.timers.get("clock", clock.id) is not None for clock in unit.clocks.running_after(0, 100))
    return timers + unit.inbox.waiting()[0] + unit.outbox.backlog()[0]


async def _fired(url: str) -> list[tuple[int, int]]:
    """The steps that fired, of all clocks: which, and how many earlier ones were told in it."""
    database = open_database(url, clock=SystemClock(), mode="read")
    await database.start()
    try:
        clocks = await database.read(lambda unit: unit.clocks.running_after(0, 100))
    finally:
        await database.close()
    return [(fired.step, len(clock.told) - 1) for clock in clocks for fired in clock.fired]
