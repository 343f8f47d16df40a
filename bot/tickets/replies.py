"""What the house says to a customer, and the ten seconds in which it can be taken back.

A reply is stored at once and queued with its moment of leaving; until then "take back" withdraws it without a trace on
the customer's side. When it has left, the notice under it says so and the card shows it as what the customer saw.
"""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Attachment
from bot.chat.ports import OutboxRow
from bot.chat.text import Text, cleaned, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Post
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.people.permissions import Right, knows_of, may
from bot.people.rules import Visibility
from bot.tickets import relay, work
from bot.tickets.copies import name_in
from bot.tickets.facts import NoteAdded, ReplyTakenBack, ReplyWritten
from bot.tickets.recording import Written, record
from bot.tickets.rules import TAKE_BACK_WINDOW, TEXT_LIMIT, Fate, Message, Side, Status, Ticket

_SUMMARY = 500
_QUOTE = 60
_MOST = 10**12  # what is more is no number of a message, and too much for some databases


def summary(text: Text, limit: int = _SUMMARY) -> str:
    """What was said, in one line."""
    return shortened(" ".join(plain(text).split()), limit) or "📎"


def notice_key(message: int) -> str:
    """The name of the line that tells what becomes of a reply."""
    return f"reply:{message}"


def write_reply(context: Context, ticket: Ticket, text: Text, written: Written, *, worded: bool = False) -> None:
    """Answer the customer, in ten seconds. An ownerless ticket becomes the writer's.

    `worded`: only the word for a reply, which is no part of `text`, makes it one.

    Raises `Invalid` for an empty text, a ticket that is closed, or one without a place where the customer is.
    """
    unit = context.unit
    _check(text, written.attachments)
    if ticket.status is Status.CLOSED:
        raise Invalid("ticket.reopen_first", reference=ticket.reference)
    if not unit.tickets.threads(ticket.id, Side.CUSTOMER):
        raise Invalid("ticket.customer_unreachable", reference=ticket.reference)
    message = record(context, ticket, Side.TEAM, text, written, fate=Fate.HELD)
    if message is None:
        return
    ticket = _taken(context, ticket)
    relay.show(context, ticket, message, not_before=unit.now + TAKE_BACK_WINDOW)
    unit.record(ReplyWritten(ticket.id, message=message.id, held=True, worded=worded))
    tell(context, message, "reply.leaving", seconds=int(TAKE_BACK_WINDOW.total_seconds()), button=True)


def _taken(context: Context, ticket: Ticket) -> Ticket:
    """Whoever answers a ticket that nobody owns, owns it, if his role can."""
    if ticket.assignee or not ticket.status.live or not may(context.who, Right.TAKE, ticket):
        return ticket
    return work.assign(context, ticket, context.who)


def _check(text: Text, attachments: tuple[Attachment, ...]) -> None:
    said = plain(cleaned(text)).strip()
    if not said and not attachments:
        raise Invalid("reply.empty", field="text")
    if len(said) > TEXT_LIMIT:
        raise Invalid("reply.too_long", field="text", limit=TEXT_LIMIT, length=len(said))


def tell(context: Context, message: Message, key: str, *, button: bool = False, **values: object) -> None:
    """Tell the team's threads what becomes of a message; what is told later replaces what was told before."""
    for thread in context.unit.tickets.threads(message.ticket, Side.TEAM):
        words = context.words_at(thread.place)
        back = Button(words("button.take_back"), "reply.take_back", message.id, style="danger")
        said = spans(words(key, words=summary(message.text, _QUOTE), **values))
        view = Post(said, controls=(back,) if button else ())
        name = name_in(context.unit, notice_key(message.id), thread)
        order = Order("show", thread.place, view, under=thread.key, key=name)
        context.unit.outbox.put(order, ticket=message.ticket)


def take_back(context: Context, number: int) -> None:
    """Withdraw a reply before it leaves.

    Raises `Conflict` when it has left, `NotAllowed` for somebody else's, `NotFound` for what is none of the person's
    business.
    """
    if not 0 < number < _MOST:
        raise NotFound("message.unknown")
    message = context.unit.tickets.message(number)
    ticket = context.unit.tickets.get(message.ticket)
    if message.side is not Side.TEAM or not (context.who.role.staff and knows_of(context.who, ticket)):
        raise NotFound("message.unknown")
    if message.author != context.who.id and not may(context.who, Right.WITHDRAW, ticket):
        raise NotAllowed("reply.not_yours")
    if message.fate is not Fate.HELD or not withdraw(context, message):
        raise Conflict("reply.gone_already")


def withdraw(context: Context, message: Message) -> bool:
    """Keep a held reply from leaving, and tell the team's threads; False when it is too late."""
    if not relay.withhold(context.unit, message):
        return False
    taken = replace(message, fate=Fate.TAKEN_BACK)
    context.unit.tickets.save_message(taken)
    context.unit.record(ReplyTakenBack(message.ticket, message=message.id))
    tell(context, taken, "reply.taken_back")
    return True


def left(context: Context, row: OutboxRow) -> None:
    """The outbox sent something about a ticket: a held reply has now been seen by the customer."""
    unit = context.unit
    try:
        message = unit.tickets.message(row.message)
        ticket = unit.tickets.get(message.ticket)
    except NotFound:
        return
    if message.fate is not Fate.HELD or row.order.under:
        return
    unit.tickets.save_message(replace(message, fate=Fate.SHOWN))
    _seen(context, ticket, message)
    tell(context, message, "reply.left", at=unit.now)


def refused(context: Context, message: Message) -> None:
    """It will never reach the customer: the line under it says so."""
    if message.side is not Side.TEAM or message.fate not in (Fate.HELD, Fate.SHOWN):
        return
    context.unit.tickets.save_message(replace(message, fate=Fate.REFUSED))
    tell(context, message, "reply.refused")


def seen_openly(context: Context, ticket: Ticket, message: Message) -> None:
    """Somebody of the house wrote where the customer reads: a reply like any other, only that it has left already."""
    ticket = _taken(context, ticket)
    context.unit.record(ReplyWritten(ticket.id, message=message.id))
    _seen(context, ticket, message)


def _seen(context: Context, ticket: Ticket, message: Message) -> None:
    """The card shows what the customer saw last."""
    seen = replace(ticket, last_reply=summary(message.text), last_reply_at=context.unit.now)
    work.save(context, ticket, seen)


def forget_seen(context: Context, gone: Message) -> None:
    """A reply was taken away from the customer: what he saw last is the one before it."""
    unit = context.unit
    ticket = unit.tickets.get(gone.ticket)
    if not gone.public or gone.side is not Side.TEAM or ticket.last_reply != summary(gone.text):
        return
    said = unit.tickets.conversation(ticket.id, public_only=True)
    left = [message for message in said if message.side is Side.TEAM and message.seen and message.id != gone.id]
    last = left[-1] if left else None
    before = replace(ticket, last_reply=summary(last.text) if last else "", last_reply_at=last.at if last else None)
    work.save(context, ticket, before)


def write_note(
    context: Context, ticket: Ticket, text: Text, written: Written, *,
    side: Side = Side.TEAM, marked: bool = False, requests: tuple[int, ...] = (),
) -> Message | None:  # fmt: skip
    """Something for the house alone; copied to the other rooms of the team. `marked`: a line says so.

    `requests` are the collaboration requests whose departments read it as well; `side` says who wrote it. None when
    this very message is in a conversation already.
    """
    unit = context.unit
    _check(text, written.attachments)
    message = record(context, ticket, side, text, written, public=False)
    if message is None:
        return None
    relay.show(context, ticket, message)
    if requests != (message.request,):
        theirs = unit.tickets.threads(ticket.id, Side.HELPER) if requests else []
        relay.show_to(context, ticket, message, [thread for thread in theirs if thread.request in requests])
    unit.record(NoteAdded(ticket.id, message=message.id))
    if side is Side.HELPER:
        return message
    if marked or unit.people.team(ticket.team).audience is Visibility.PUBLIC:
        tell(context, message, "reply.internal_only")
    return message
