"""Policies to play with, and what can be read of clocks."""

from bot.clocks.facts import StepFired
from bot.clocks.rules import Clock
from bot.facts import Fact
from bot.unit import Unit
from tests.tickets.stage import Stage

POLICIES = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "30m"
steps = [
  { at = "10m", notify = ["assignee"], via = ["dm"] },
  { at = "target-5m", notify = ["assignee"], via = ["thread"] },
  { at = "target", notify = ["supervisors"], via = ["dm"] },
]

[[policies]]
key = "next"
on = "ticket.next_response"
target = "1h"
steps = [{ at = "target", notify = ["assignee"], via = ["dm"] }]

[[policies]]
key = "resolution"
on = "ticket.resolution"
target = "8h"
steps = [{ at = "target", notify = ["team-lead"], via = ["dm"] }]

[[policies]]
key = "resolution-urgent"
on = "ticket.resolution"
target = "2h"
priorities = ["urgent"]
steps = [{ at = "1h", notify = ["assignee"], via = ["dm"] }, { at = "target", notify = ["team-lead"], via = ["dm"] }]
"""


async def clocks(stage: Stage, ticket: int = 1) -> dict[str, Clock]:
    """The clocks of a ticket by the last part of their measure; of several of one measure the latest."""
    found: list[Clock] = await stage.baton.read(lambda unit: unit.clocks.of_ticket(ticket))
    return {clock.measure.partition(".")[2]: clock for clock in found}


async def facts(stage: Stage, kind: type[Fact], ticket: int = 1) -> list[Fact]:
    """The facts of one kind about a ticket, oldest first."""

    def look(unit: Unit) -> list[Fact]:
        return [record.fact for record in unit.facts.of_ticket(ticket) if isinstance(record.fact, kind)]

    found: list[Fact] = await stage.baton.read(look)
    return found


async def fired(stage: Stage, ticket: int = 1) -> list[tuple[str, int, int, int]]:
    """What fell due: measure, step, how many were told in it, round."""
    found = await facts(stage, StepFired, ticket)
    return [
        (fact.measure.partition(".")[2], fact.step, fact.skipped, fact.round)
        for fact in found
        if isinstance(fact, StepFired)
    ]
