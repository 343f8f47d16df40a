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
from bot.tickets.facts import CustomerWrote
from bot.tickets.finding import Where, demand
from bot.tickets.opening import open_ticket, request_from
from bot.tickets.recording import Written, record
from bot.tickets.rules import Side, Status, Ticket


def says_little(event: MessageReceived) -> bool:
    """Whether somebody only greeted or thanked."""
    return is_pleasantry(plain(event.text)) and not event.attachments


def said_in(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Something was said in a ticket's thread: whoever it was and wherever it is decide what becomes of it."""
    if found.side is Side.TEAM:
        return said_by_team(context, event, found)
    if context.who.id != found.ticket.requester and may(context.who, Right.REPLY, found.ticket):
        return _answered_openly(context, event, found)
    return customer_says(context, event, found)


def customer_says(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """The customer went on: shown to the team; a waiting ticket is open again, a solved one reopened, a closed one
    followed up."""
    ticket, unit = found.ticket, context.unit
    if ticket.status is Status.CLOSED:
        return None if says_little(event) else _follow_up(context, event, ticket)
    message = record(context, ticket, Side.CUSTOMER, event.text, Written.by(event, found))
    if message is None:
        return None
    if found.thread is not None and found.thread.reply_to:
        unit.tickets.save_thread(replace(found.thread, reply_to=event.message))
    relay.show(context, ticket, message)
    unit.record(CustomerWrote(ticket.id, message=message.id))
    ticket = replace(ticket, customer_spoke_at=unit.now)
    if ticket.status is Status.SOLVED and not says_little(event):
        work.reopen(context, ticket, because="customer_wrote")
    elif ticket.status is Status.PENDING:
        work.set_status(context, ticket, Status.OPEN, because="customer_wrote")
    else:
        unit.tickets.save(ticket, unit.now)
    return None


def _follow_up(context: Context, event: MessageReceived, closed: Ticket) -> Reply | None:
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
    ticket = found.ticket
    if found.thread is None and context.unit.people.team_of_room(event.place) is None:
        demand(context, Right.NOTE, ticket)
    written = Written.by(event, found)
    if may(context.who, Right.REPLY, ticket) and _is_for_customer(context, event, ticket):
        replies.write_reply(context, ticket, event.text, written)
    else:
        replies.write_note(context, ticket, event.text, written)
    return None


def _is_for_customer(context: Context, event: MessageReceived, ticket: Ticket) -> bool:
    unit = context.unit
    answered = unit.posted.at(event.place, event.reply_to) if event.reply_to else None
    if answered is not None and answered.message and unit.tickets.message(answered.message).side is Side.CUSTOMER:
        return True
    return unit.people.team(ticket.team).audience is Visibility.PUBLIC
