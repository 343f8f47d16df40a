"""Which policy a ticket or a request is measured by, and in whose business time."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calendars.rules import BusinessCalendar
from bot.clocks.defaults import DEFAULT_COMPLETION, DEFAULT_POLICIES
from bot.clocks.rules import Choice, Clock, Measure, Policy, Subject, chosen
from bot.collab.rules import CollabRequest
from bot.duty.roster import team_calendar
from bot.errors import NotFound
from bot.people.rules import Team
from bot.tickets.rules import Ticket
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, POLICIES_KEY, Workspace


def rows(unit: Unit) -> Mapping[str, Mapping[str, Any]]:
    """The policies that hold, as they are written: those of the team file, or the defaults where it has none and did
    not turn them off (`default_policies`)."""
    written: dict[str, dict[str, Any]] = unit.keys.get(POLICIES_KEY) or {}
    if written or not Workspace.read(unit.keys.get(CONFIG_KEY)).default_policies:
        return written
    return DEFAULT_POLICIES


def policies(unit: Unit) -> list[Policy]:
    """The policies that hold, in the order of the file; one that this version can't read is left out."""
    found = []
    for key, row in rows(unit).items():
        try:
            found.append(Policy.read(key, row))
        except (KeyError, ValueError):
            continue
    return found


def choice(unit: Unit, measure: str, ticket: Ticket, request: CollabRequest | None) -> Choice | None:
    """The policy for this measure of a ticket or request; None if there is none."""
    known: Sequence[Policy] = [policy for policy in policies(unit) if policy.on == measure]
    found = chosen(known, measure, subject_of(unit, ticket, request)) if known else None
    if request is not None and request.limit and measure == Measure.COLLAB_COMPLETION:
        return _within(request, found)
    return found


def _within(request: CollabRequest, found: Choice | None) -> Choice:
    """The policy with the time that a step of a flow allows; its steps are those of the policy that would hold else."""
    row = found.policy.row if found else DEFAULT_POLICIES[DEFAULT_COMPLETION]
    policy = Policy.read(request.flow or DEFAULT_COMPLETION, {**row, "target": request.limit})
    return Choice(policy, found.because if found else (), found.others if found else 0)


def subject_of(unit: Unit, ticket: Ticket, request: CollabRequest | None) -> Subject:
    """What policies are chosen by: the asked team's side for a request, the ticket's own otherwise."""
    requester = unit.people.persons([ticket.requester]).get(ticket.requester)
    return Subject(
        team=team_of(unit, ticket, request).key,
        type=request.type if request else ticket.type,
        priority=ticket.priority.value,
        tier=requester.tier if requester else "",
    )


def team_of(unit: Unit, ticket: Ticket, request: CollabRequest | None) -> Team:
    """The team whose turn it is."""
    return unit.people.team(request.team if request else ticket.team)


def calendar_of(unit: Unit, clock: Clock) -> BusinessCalendar:
    """The calendar that a clock goes by as things are now."""
    ticket = unit.tickets.get(clock.ticket)
    return team_calendar(unit, team_of(unit, ticket, request_of(unit, clock)))


def request_of(unit: Unit, clock: Clock) -> CollabRequest | None:
    """The request that a clock belongs to; None for one of the ticket itself, or if the request is gone."""
    if not clock.request:
        return None
    try:
        return unit.collab.get(clock.request)
    except NotFound:
        return None
