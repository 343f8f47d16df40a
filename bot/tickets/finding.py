"""Which ticket an act is about: the one that was named, or the one in whose thread or on whose card it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived, Place
from bot.chat.ports import Posted
from bot.collab.rules import request_in
from bot.errors import Conflict, Invalid, NotAllowed, NotFound, TooEarly
from bot.people.permissions import Right, knows_of, may
from bot.tickets.rules import Message, Side, Thread, Ticket
from bot.unit import Unit

# What somebody may do whose own ticket was merged into another: say whether it is solved.
_SHARED = frozenset({Right.SOLVE, Right.REOPEN})


@dataclass(frozen=True, slots=True)
class Where:
    """A ticket, the side of it that a place belongs to, and the thread there (None: the room is not joined as such).

    `request` is the number of the collaboration request that is spoken of there (0: none).
    """

    ticket: Ticket
    side: Side
    thread: Thread | None
    request: int = 0


def where(unit: Unit, place: Place, reply_to: str = "") -> Where | None:
    """The ticket whose thread this place is, or that the message replied to belongs to; None if there is none.

    Raises `TooEarly` when the thread, or the message replied to, may be something that is being sent this very moment.
    """
    if reply_to:
        found = _of_message(unit, place, reply_to, as_thread=False)
        if found:
            return found
    thread = unit.tickets.thread_at(place)
    if thread is not None and thread.alone:
        return Where(unit.tickets.get(thread.ticket), thread.side, thread, thread.request)
    if place.thread:
        found = _of_message(unit, place, place.thread, as_thread=True)
        if found:
            return found
    if (reply_to or place.thread) and unit.posted.in_flight(place.whole):
        raise TooEarly(str(place))
    return None


def _of_message(unit: Unit, place: Place, ref: str, *, as_thread: bool) -> Where | None:
    """The ticket of the message that `ref` is; `as_thread`: the place is the thread under that message."""
    posted = unit.posted.at(place, ref)
    message = unit.tickets.message_at(place, ref) if posted is None or not posted.ticket else None
    number = message.ticket if message else posted.ticket if posted else 0
    if not number:
        return None
    ticket = _surviving(unit, unit.tickets.get(number))
    here = [thread for thread in unit.tickets.threads(ticket.id) if thread.place.whole == place.whole]
    request = _request(unit, posted, message)
    thread = _marked(here, posted, message) or _of_request(here, request) or _nearest(here, as_thread=as_thread)
    if thread is not None:
        return Where(ticket, thread.side, thread, thread.request or request)
    side = Side.TEAM if unit.people.team_of_room(place) is not None else Side.CUSTOMER
    return Where(ticket, side, None, request)


def _request(unit: Unit, posted: Posted | None, message: Message | None) -> int:
    """The collaboration request that a message is about (0: none)."""
    if message is None and posted is not None and posted.message:
        message = unit.tickets.message(posted.message)
    if message is not None:
        return message.request
    return request_in(posted.key) if posted is not None else 0


def _of_request(here: Sequence[Thread], request: int) -> Thread | None:
    return next((thread for thread in here if request and thread.request == request), None)


def _marked(here: Sequence[Thread], posted: Posted | None, message: Message | None) -> Thread | None:
    """The thread to which the message surely belongs: what is posted in one carries its name."""
    if message is not None:
        return next((thread for thread in here if thread.id == message.thread), None)
    if posted is None:
        return None
    if posted.topic:
        own = _of_request(here, request_in(posted.key))
        return own or next((thread for thread in here if thread.side is Side.TEAM), None)
    copy = posted.key.partition("/")[0]
    return next((thread for thread in here if posted.key == thread.key or copy.endswith(f"@{thread.id}")), None)


def _nearest(here: Sequence[Thread], *, as_thread: bool) -> Thread | None:
    """A thread of the same room. A thread under another message is none of the team's: what is written there has to
    be shown in theirs (a ticket that was merged away leaves such a thread)."""
    own = [thread for thread in here if thread.side is not Side.HELPER]
    return next((thread for thread in own if not as_thread or thread.side is Side.CUSTOMER), None)


def _surviving(unit: Unit, ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, however often."""
    for _ in range(20):
        if not ticket.merged_into:
            break
        ticket = unit.tickets.get(ticket.merged_into)
    return ticket


def by_reference(context: Context, reference: str) -> Ticket:
    """The ticket that was named. To a customer, somebody else's does not exist. Raises `Invalid` and `NotFound`."""
    kind, _, number = reference.upper().partition("-")
    if kind != "T" or not number.isdecimal() or len(number) > 12:
        raise Invalid("ticket.not_a_reference", reference=reference[:40])
    unknown = NotFound("ticket.unknown", reference=reference.upper())
    try:
        ticket = context.unit.tickets.get(int(number))
    except NotFound:
        raise unknown from None
    if not knows_of(context.who, ticket) and not _shares(context, ticket):
        raise unknown
    return ticket


def meant(context: Context, right: Right) -> Ticket:
    """The ticket that the event is about, if the person may do this to it; else a `UserError` says how to go on.

    One that was merged away can only be read; its customer, who knows of no other, is taken to mean what it became.
    """
    ticket = _meant(context)
    if ticket.merged_into and right is not Right.READ and not context.who.role.staff:
        ticket = _surviving(context.unit, ticket)
    demand(context, right, ticket)
    if ticket.merged_into and right is not Right.READ:
        raise Conflict("ticket.merged_away", reference=ticket.reference, into=f"T-{ticket.merged_into}")
    return ticket


def _meant(context: Context) -> Ticket:
    event = context.event
    if context.reference:
        return by_reference(context, context.reference)
    if isinstance(event, ButtonPressed | FormSubmitted) and event.subject:
        return by_reference(context, f"T-{event.subject}")
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    found = where(context.unit, event.place, reply_to)
    if found is None or not (knows_of(context.who, found.ticket) or _shares(context, found.ticket)):
        raise NotFound("ticket.which_one")
    return found.ticket


def demand(context: Context, right: Right, ticket: Ticket) -> None:
    """Raise `NotAllowed`, naming the team to ask, unless the person may do this to the ticket."""
    who = context.who
    if may(who, right, ticket):
        return
    if not who.role.staff:
        if right in _SHARED and _shares(context, ticket) and may(who, right, replace(ticket, requester=who.id)):
            return
        raise NotAllowed("ticket.staff_only")
    if not may(who, right):
        raise NotAllowed("ticket.role_may_not", role=context.words(f"role.{who.role.value}"))
    team = context.unit.people.team(ticket.team)
    raise NotAllowed("ticket.not_your_team", reference=ticket.reference, team=team.name)


def _shares(context: Context, ticket: Ticket) -> bool:
    """Whether the ticket has joined the person's own conversation, as it does when his was merged into it."""
    if not context.event.direct:
        return False
    threads = context.unit.tickets.threads(ticket.id, Side.CUSTOMER)
    return any(thread.place.whole == context.event.place.whole for thread in threads)
