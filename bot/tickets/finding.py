"""Which ticket an act is about: the one that was named, or the one in whose thread or on whose card it stands."""

from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived, Place
from bot.errors import Invalid, NotAllowed, NotFound, TooEarly
from bot.people.permissions import Right, knows_of, may
from bot.people.rules import Person
from bot.tickets.rules import Side, Thread, Ticket
from bot.unit import Unit


@dataclass(frozen=True, slots=True)
class Where:
    """A ticket, the side of it that a place belongs to, and the thread there (None: the room is not joined as such)."""

    ticket: Ticket
    side: Side
    thread: Thread | None


def where(unit: Unit, place: Place, reply_to: str = "") -> Where | None:
    """The ticket whose thread this place is, or that the message replied to belongs to; None if there is none.

    Raises `TooEarly` when the thread may belong to something that is being sent this very moment.
    """
    if reply_to:
        found = _of_message(unit, place, reply_to)
        if found:
            return found
    thread = unit.tickets.thread_at(place)
    if thread is not None and thread.alone:
        return Where(unit.tickets.get(thread.ticket), thread.side, thread)
    if place.thread:
        found = _of_message(unit, place, place.thread)
        if found is None and unit.posted.in_flight(place.whole):
            raise TooEarly(str(place))
        return found
    return None


def _of_message(unit: Unit, place: Place, ref: str) -> Where | None:
    posted = unit.posted.at(place, ref)
    number = posted.ticket if posted else 0
    if not number:
        message = unit.tickets.message_at(place, ref)
        number = message.ticket if message else 0
    if not number:
        return None
    ticket = _surviving(unit, unit.tickets.get(number))
    joined = [thread for thread in unit.tickets.threads(ticket.id) if thread.place.whole == place.whole]
    anchored = [thread for thread in joined if posted and thread.key and thread.key == posted.key]
    thread = next(iter(anchored or joined), None)
    team_room = unit.people.team_of_room(place) is not None
    side = thread.side if thread else (Side.TEAM if team_room else Side.CUSTOMER)
    return Where(ticket, side, thread)


def _surviving(unit: Unit, ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, however often."""
    for _ in range(20):
        if not ticket.merged_into:
            break
        ticket = unit.tickets.get(ticket.merged_into)
    return ticket


def by_reference(unit: Unit, who: Person, reference: str) -> Ticket:
    """The ticket that was named. To a customer, somebody else's does not exist."""
    kind, _, number = reference.upper().partition("-")
    if kind != "T" or not number.isdigit():
        raise Invalid("ticket.not_a_reference", reference=reference)
    try:
        ticket = unit.tickets.get(int(number))
    except NotFound:
        raise NotFound("ticket.unknown", reference=reference.upper()) from None
    if not knows_of(who, ticket):
        raise NotFound("ticket.unknown", reference=reference.upper())
    return ticket


def meant(context: Context, right: Right) -> Ticket:
    """The ticket that the event is about, if the person may do this to it; else a `UserError` says how to go on."""
    ticket = _meant(context)
    demand(context, right, ticket)
    return ticket


def _meant(context: Context) -> Ticket:
    event = context.event
    if context.reference:
        return by_reference(context.unit, context.who, context.reference)
    if isinstance(event, ButtonPressed | FormSubmitted) and event.subject:
        return by_reference(context.unit, context.who, f"T-{event.subject}")
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    found = where(context.unit, event.place, reply_to)
    if found is None or not knows_of(context.who, found.ticket):
        raise NotFound("ticket.which_one")
    return found.ticket


def demand(context: Context, right: Right, ticket: Ticket) -> None:
    """Raise `NotAllowed`, naming the team to ask, unless the person may do this to the ticket."""
    if may(context.who, right, ticket):
        return
    if not may(context.who, right):
        raise NotAllowed("ticket.role_may_not", role=context.words(f"role.{context.who.role.value}"))
    team = context.unit.people.team(ticket.team)
    raise NotAllowed("ticket.not_your_team", reference=ticket.reference, team=team.name)
