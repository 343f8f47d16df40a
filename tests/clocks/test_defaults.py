"""What holds where the team file says nothing: nobody's silence lasts, and a step of a flow has its own time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.text import text
from bot.collab.facts import CollabStarted
from bot.collab.rules import CollabRequest
from bot.unit import Unit
from bot.workspace import CONFIG_KEY
from tests.clocks.desk import Desk, desk, policy, since_start


@pytest.fixture
async def at(database_url: str) -> AsyncIterator[Desk]:
    """A database without any policy."""
    async with desk(database_url) as opened:
        yield opened


async def asked_within(at: Desk, limit: str) -> None:
    """A step of the flow 售后, with its own time."""

    def ask(unit: Unit) -> None:
        now = unit.now
        request = CollabRequest(0, 1, 2, 1, 2, text("检测"), now, now, started_at=now, flow="售后", limit=limit)
        unit.collab.add(replace(request))
        unit.record(CollabStarted(1, request=1))

    await at.database.write(ask)


async def test_without_a_policy_of_its_own_a_team_is_not_left_alone(at: Desk) -> None:
    """Covers U15, U16, U18: ten minutes of silence, thirty, a warning before the target, and the target."""
    await at.configure({})
    await at.open()
    clocks = {clock.measure: clock for clock in await at.clocks()}
    first = clocks["ticket.first_response"]
    assert [str(step.at) for step in first.policy.steps] == ["10m biz", "30m biz", "target-15m biz", "target"]
    assert [step.notify for step in first.policy.steps] == [
        ("assignee",),
        ("team-lead",),
        ("assignee",),
        ("supervisors",),
    ]
    assert "ticket.resolution" in clocks


async def test_who_wants_no_policies_has_none(at: Desk) -> None:
    await at.database.write(lambda unit: unit.keys.put(CONFIG_KEY, {"default_policies": False}))
    await at.configure({})
    await at.open()
    assert await at.clocks() == []


async def test_one_policy_of_the_file_and_the_defaults_are_gone(at: Desk) -> None:
    await at.configure({"mine": policy("ticket.resolution", "2h")})
    await at.open()
    assert [clock.policy.key for clock in await at.clocks()] == ["mine"]


@pytest.mark.parametrize(
    "policies", [{}, {"work": policy("collab.completion", "8h", ("1h",))}], ids=["defaults", "own"]
)
async def test_a_step_of_a_flow_has_its_own_time(at: Desk, policies: dict[str, dict[str, object]]) -> None:
    """Covers U13: two hours for the technical check, whatever else holds; the steps are those of the policy."""
    await at.configure(policies)
    await at.open()
    await asked_within(at, "2h")
    [work] = [clock for clock in await at.clocks() if clock.measure == "collab.completion"]
    assert work.target == since_start(hours=2)
    assert work.policy.key == "售后"
    assert work.policy.steps
    at.clock.advance(timedelta(hours=1).total_seconds())
    await at.configure(policies | {"other": policy("collab.response", "1h")})
    await at.sweep()
    [work] = [clock for clock in await at.clocks() if clock.measure == "collab.completion"]
    assert work.target == since_start(hours=2), "a changed file does not take the step's time away"
