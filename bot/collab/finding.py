"""Which request an act is about: the one that was named, or the one in whose thread or on whose card it stands."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived
from bot.collab.permissions import may_answer, may_steer
from bot.collab.rules import CollabRequest
from bot.errors import Invalid, NotAllowed, NotFound
from bot.tickets.finding import where
from bot.tickets.rules import Side


def by_reference(context: Context, reference: str) -> CollabRequest:
    """The request that was named; customers know of none. Raises `Invalid`, `NotAllowed`, `NotFound`."""
    kind, _, number = reference.upper().partition("-")
    if kind != "C" or not number.isdecimal() or len(number) > 12:
        raise Invalid("collab.not_a_reference", reference=reference[:40])
    if not context.who.role.staff:
        raise NotAllowed("ticket.staff_only")
    return context.unit.collab.get(int(number))


def meant(context: Context) -> CollabRequest:
    """The request that the event is about. Raises `NotFound` where there is none, or one of several."""
    event = context.event
    if context.reference:
        return by_reference(context, context.reference)
    if isinstance(event, ButtonPressed | FormSubmitted) and event.subject:
        return by_reference(context, f"C-{event.subject}")
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    found = where(context.unit, event.place, reply_to) if context.who.role.staff else None
    if found is not None and found.request:
        return context.unit.collab.get(found.request)
    if found is not None and found.side is not Side.CUSTOMER:
        return _only_one(context, context.unit.collab.of_ticket(found.ticket.id))
    if not (event.direct and context.who.role.staff):
        raise NotFound("collab.which_one")
    return _only_one(context, context.unit.collab.owned_by(context.who.id))


def _only_one(context: Context, requests: Sequence[CollabRequest]) -> CollabRequest:
    """Where only one is open, that one is meant: of the ticket's, or, alone with Baton, of those that somebody has."""
    open_ = [request for request in requests if request.state.open]
    if len(open_) != 1:
        names = context.words.joined([request.reference for request in open_])
        raise NotFound("collab.which_of" if open_ else "collab.which_one", names=names)
    return open_[0]


def to_answer(context: Context) -> CollabRequest:
    """The request that is meant, for somebody who may answer it. Raises `NotAllowed`, naming whose it is."""
    request = meant(context)
    team = context.unit.people.team(request.team)
    if not may_answer(context.who, request, team):
        raise NotAllowed("collab.not_your_team", reference=request.reference, team=team.name)
    return request


def to_steer(context: Context) -> CollabRequest:
    """The request that is meant, for somebody of the side that asks. Raises `NotAllowed`, naming who it is."""
    request = meant(context)
    if not may_steer(context.who, request, context.unit.tickets.get(request.ticket)):
        team = context.unit.people.team(request.asking_team)
        raise NotAllowed("collab.not_your_request", reference=request.reference, team=team.name)
    return request


def readable(context: Context) -> CollabRequest:
    """The request that is meant, for somebody of either side."""
    request = meant(context)
    unit = context.unit
    team = unit.people.team(request.team)
    if may_answer(context.who, request, team) or may_steer(context.who, request, unit.tickets.get(request.ticket)):
        return request
    raise NotAllowed("collab.not_your_team", reference=request.reference, team=team.name)
