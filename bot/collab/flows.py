"""Flows: named chains of requests from the team file, which open their requests by themselves, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.context import Context
from bot.chat.text import text as spans
from bot.chat.words import folded
from bot.collab import asking
from bot.collab.drafts import Draft
from bot.collab.rules import CollabRequest
from bot.errors import Conflict, NotFound
from bot.people.rules import Team
from bot.tickets.rules import Ticket
from bot.unit import Unit
from bot.workspace import FLOWS_KEY


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked of the team with the key `team`, when the steps `after` are done; `limit` is a written length."""

    key: str
    team: str
    problem: str
    type: str
    after: tuple[str, ...]
    limit: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A chain; with `type` it starts by itself when a ticket gets that type."""

    key: str
    name: str
    type: str
    steps: tuple[Step, ...]


def flows(unit: Unit) -> list[Flow]:
    """All that the team file names, in its order."""
    return [_flow(key, row) for key, row in (unit.keys.get(FLOWS_KEY) or {}).items()]


def _flow(key: str, row: Mapping[str, Any]) -> Flow:
    steps: list[Step] = []
    for step in row["steps"]:
        after = step.get("after")
        if after is None:
            after = [steps[-1].key] if steps else []
        steps.append(Step(step["key"], step["team"], step["problem"], step.get("type", ""), tuple(after),
                          step.get("limit") or ""))  # fmt: skip
    return Flow(key, row.get("name") or key, row.get("type", ""), tuple(steps))


def named(context: Context, said: str) -> Flow:
    """The flow of this key or name; raises `NotFound` with those that there are."""
    known = flows(context.unit)
    wanted = folded(said.strip())
    for flow in known:
        if wanted in (folded(flow.key), folded(flow.name)):
            return flow
    names = context.words.joined([flow.name for flow in known])
    raise NotFound("collab.flow_which" if known else "collab.no_flows", said=said[:40], names=names)


def of_type(unit: Unit, kind: str) -> Flow | None:
    """The flow that starts by itself with this type of ticket."""
    return next((flow for flow in flows(unit) if kind and flow.type == kind), None)


def running(unit: Unit, ticket: Ticket, flow: Flow) -> bool:
    """Whether a step of it is open on this ticket."""
    return any(each.flow == flow.key and each.state.open for each in unit.collab.of_ticket(ticket.id))


def start(context: Context, ticket: Ticket, flow: Flow) -> list[CollabRequest]:
    """Open its requests: the first at once, the others when what they come after is done.

    Steps of teams that are gone are left out; what came after them comes after what they came after. Raises `Conflict`
    when the flow runs already.
    """
    if running(context.unit, ticket, flow):
        raise Conflict("collab.flow_runs", name=flow.name, reference=ticket.reference)
    teams = {team.key: team for team in context.unit.people.teams()}
    asker = context.unit.people.person(ticket.assignee) if ticket.assignee and not context.who.id else None
    numbers: dict[str, tuple[int, ...]] = {}
    opened: list[CollabRequest] = []
    for step in _in_order(flow):
        after = tuple(dict.fromkeys(number for key in step.after for number in numbers.get(key, ())))
        team = teams.get(step.team)
        if team is None or team.id == ticket.team:
            numbers[step.key] = after
            continue
        request = asking.ask(context, ticket, _draft(ticket, team, step, after), flow=flow.key, step=step.key,
                             limit=step.limit, asker=asker)  # fmt: skip
        numbers[step.key] = (request.id,)
        opened.append(request)
    return opened


def _draft(ticket: Ticket, team: Team, step: Step, after: tuple[int, ...]) -> Draft:
    said = spans(f"{step.problem}\n{ticket.reference}: {ticket.title}")
    return Draft(ticket.id, team.id, said, step.type, after=after)


def _in_order(flow: Flow) -> list[Step]:
    """Each step behind those that it comes after (the team file has no circles)."""
    placed: list[Step] = []
    left = list(flow.steps)
    while left:
        done = {step.key for step in placed}
        ready = [step for step in left if set(step.after) <= done] or left[:1]
        placed += ready
        left = [step for step in left if step not in ready]
    return placed
