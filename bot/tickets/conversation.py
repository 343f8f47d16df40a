"""What is said in a ticket's threads: the customer's words go to the team, the team's words stay inside unless sent
on purpose."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.chat.words import is_pleasantry
from bot.people.permissions import Right, may
from bot.people.rules import Visibility
from bot.tickets import relay, replies, work
from bot.tickets.addressing import addressed, awaits_answer, calls_house, named
from bot.tickets.facts import CustomerWrote
from bot.tickets.finding import Where, demand
from bot.tickets.opening import open_ticket, request_from
from bot.tickets.recording import Written, record
from bot.tickets.rules import Side, Status, Ticket
from bot.unit import Unit


def says_little(event: MessageReceived) -> bool:
    """Whether somebody only greeted or thanked."""
    return is_pleasantry(plain(event.text)) and not event.attachments


def greeted(context: Context) -> Reply | None:
    """A greeting for a greeting."""
    return context.tell("ticket.greeting", name=context.who.name)


def said_in(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Something was said in a ticket's thread: whoever it was and wherever it is decide what becomes of it."""
    if found.side is Side.HELPER:
        return said_by_helper(context, event, found)
    if found.side is Side.TEAM:
        return said_by_team(context, event, found)
    if context.who.id != found.ticket.requester and may(context.who, Right.REPLY, found.ticket):
        return _answered_openly(context, event, found)
    return customer_says(context, event, found)


def customer_says(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """The customer went on: shown to the team; a waiting ticket is open again (new, if nobody has seen it yet), a
    solved one reopened, a closed one followed up."""
    ticket, unit = found.ticket, context.unit
    if ticket.status is Status.CLOSED:
        return _after_the_end(context, event, ticket)
    if ticket.status is Status.SOLVED and _asks_anew(context, event, ticket):
        return None
    message = record(context, ticket, Side.CUSTOMER, event.text, Written.by(event, found))
    if message is None:
        return None
    if found.thread is not None and found.thread.reply_to:
        unit.tickets.save_thread(replace(found.thread, reply_to=event.message))
    relay.show(context, ticket, message)
    unit.record(CustomerWrote(ticket.id, message=message.id))
    _moved(context, event, replace(ticket, customer_spoke_at=unit.now))
    return None


def _moved(context: Context, event: MessageReceived, ticket: Ticket) -> None:
    """What becomes of a ticket because its customer spoke."""
    unseen = ticket.waits_on_answer
    if unseen and not event.attachments and context.house.first.helped(context, ticket, plain(event.text)):
        return
    if ticket.status is Status.SOLVED and not says_little(event):
        work.reopen(context, ticket, because="customer_wrote")
    elif ticket.status is Status.PENDING:
        status = Status.NEW if unseen else Status.OPEN
        work.set_status(context, ticket, status, because="customer_wrote")
    else:
        context.unit.tickets.save(ticket, context.unit.now)


def _asks_anew(context: Context, event: MessageReceived, past: Ticket) -> bool:
    """Whether the customer, whose case is closed, or who was content with what the knowledge base answered, asks
    something that it answers: a case of its own, so that nobody has to look after the one that is done."""
    closed, first = past.status is Status.CLOSED, context.house.first
    if not event.direct or says_little(event) or not (closed or past.answered_with):
        return False
    request = request_from(context, event, context.unit.people.team(past.team), by="message")
    answer = first.consider(context, request)
    if answer is None or not answer.answered or not (closed or first.done_with(context, past, answer.answered)):
        return False
    open_ticket(context, request)
    return True


def _after_the_end(context: Context, event: MessageReceived, closed: Ticket) -> Reply | None:
    if says_little(event):
        return greeted(context) if event.direct else None
    if _asks_anew(context, event, closed):
        return None
    request = request_from(context, event, context.unit.people.team(closed.team), by="follow_up")
    open_ticket(context, replace(request, follows=closed.id))
    return None


def _answered_openly(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Somebody of the house wrote where the customer reads: it is a reply already, nothing can be held back."""
    message = record(context, found.ticket, Side.TEAM, event.text, Written.by(event, found))
    if message is not None:
        relay.show(context, found.ticket, message)
        replies.seen_openly(context, found.ticket, message)
    return None


def said_by_team(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """In the team's thread: inside, unless it answers the customer's own words, or the team chose otherwise.

    Whoever is in the team's room may speak there; elsewhere only those who may leave a note.
    """
    in_room = found.thread is not None or context.unit.people.team_of_room(event.place) is not None
    if not in_room:
        demand(context, Right.NOTE, found.ticket)
    if would_be_sent(context, event, found) and may(context.who, Right.REPLY, found.ticket):
        replies.write_reply(context, found.ticket, event.text, Written.by(event, found))
    else:
        note_by_team(context, event, found)
    return None


def would_be_sent(context: Context, event: MessageReceived, found: Where) -> bool:
    """Whether what somebody writes in the team's thread goes to the customer if he does not say for whom it is."""
    unit = context.unit
    if found.request or named(unit, found.ticket, event.text) or calls_house(unit, event.text, event.place.platform):
        return False
    in_room = found.thread is not None or context.unit.people.team_of_room(event.place) is not None
    if _answers_customer(unit, event):
        return True
    return in_room and _is_public(context, found.ticket) and not awaits_answer(unit, found.ticket)


def note_by_team(context: Context, event: MessageReceived, found: Where) -> None:
    """What surely stays inside: it was said to somebody of the house, or to Baton."""
    requests = addressed(context.unit, found.ticket, event.text, found.request)
    written = replace(Written.by(event, found), request=requests[0] if len(requests) == 1 else 0)
    replies.write_note(context, found.ticket, event.text, written, requests=requests)


def said_by_helper(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Where a department that was asked to help speaks of its request: inside, for those who asked."""
    replies.write_note(context, found.ticket, event.text, Written.by(event, found), side=Side.HELPER)
    return None


def said_of_request(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Somebody of the house answers, alone with Baton, what he was told about a request: for the other side."""
    request = context.unit.collab.get(found.request)
    if request.team in context.who.teams or request.owner == context.who.id:
        return said_by_helper(context, event, found)
    demand(context, Right.NOTE, found.ticket)
    note_by_team(context, event, found)
    return None


def _answers_customer(unit: Unit, event: MessageReceived) -> bool:
    answered = unit.posted.at(event.place, event.reply_to) if event.reply_to else None
    if answered is None or not answered.message:
        return False
    return unit.tickets.message(answered.message).side is Side.CUSTOMER


def _is_public(context: Context, ticket: Ticket) -> bool:
    return context.unit.people.team(ticket.team).audience is Visibility.PUBLIC
