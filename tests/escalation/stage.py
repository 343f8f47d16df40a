"""Alerts on the stage of the ticket stories: policies in the team file, time that tests let pass, what people see."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.escalation.rules import Alert, Sending
from bot.unit import Unit
from tests.fakes.slack import Message
from tests.tickets.stage import Stage, open_stage

POLICY = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "2h"
steps = [
  { at = "10m", notify = ["assignee"], via = ["dm"] },
  { at = "30m", notify = ["team-lead"], via = ["dm"] },
  { at = "target-15m", notify = ["assignee"], via = ["thread"] },
  { at = "target", notify = ["supervisors"], via = ["dm"] },
]
"""


@contextlib.asynccontextmanager
async def alarmed(folder: Path, policies: str = POLICY, **more: Any) -> AsyncIterator[Stage]:
    """The stage with these policies; 林晓 has a conversation with the bot."""
    extra = more.pop("more", "")
    async with open_stage(folder, more=f"{policies}\n{extra}", **more) as stage:
        yield stage


# How a message begins that tells of one alert, or of several.
MARKS = ("⏰", "👀", "💤", "✅", "有 ")


async def minutes(stage: Stage, count: float) -> None:
    """Let so many minutes pass, and everything that falls due in them happen at its moment."""
    end = stage.baton.clock.now() + timedelta(minutes=count)
    while (now := stage.baton.clock.now()) < end:
        moments = await stage.baton.read(lambda unit, at=now: (unit.timers.next_due(), unit.outbox.next_due(at)))
        due = min((moment for moment in moments if moment), default=end)
        until = min(end, max(due, now + timedelta(milliseconds=50)))
        await stage.later((until - now).total_seconds())


async def alerts(stage: Stage, ticket: int = 1) -> list[Alert]:
    """What is stored of the alerts about a ticket."""
    found: list[Alert] = await stage.baton.read(lambda unit: unit.alerts.of_ticket(ticket))
    return found


async def ledger(stage: Stage, ticket: int = 1) -> list[Sending]:
    """What is known of their arrival."""

    def look(unit: Unit) -> list[Sending]:
        return unit.alerts.sendings([alert.id for alert in unit.alerts.of_ticket(ticket)])

    found: list[Sending] = await stage.baton.read(look)
    return found


def told(stage: Stage, who: str) -> list[Message]:
    """The alerts in somebody's conversation with the bot, oldest first."""
    sent = stage.slack.sent(stage.slack.dm(stage[who]))
    return [message for message in sent if stage.slack.visible_text(message).startswith(MARKS)]
