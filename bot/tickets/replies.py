"""What the house says to a customer, and the ten seconds in which it can be taken back.

A reply is stored at once and queued with its moment of leaving; until then "take back" withdraws it without a trace on
the customer's side. When it has left, the notice under it says so and the card shows it as what the customer saw.
"""

from dataclasses import dataclass, replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Attachment, Place
from bot.chat.ports import OutboxRow
from bot.chat.text import Text, cleaned, head, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Post
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.people.permissions import Right, may
from bot.people.rules import Visibility
from bot.tickets import living, relay, work
from bot.tickets.facts import NoteAdded, ReplyTakenBack, ReplyWritten
from bot.tickets.rules import TAKE_BACK_WINDOW, TEXT_LIMIT, Fate, Message, Side, Status, Ticket


@dataclass(frozen=True, slots=True)
class Written:
    """Where something was typed: the place and the platform's reference of the message ("" for a form), the ticket's
    thread it stands in (0: none), and what was attached."""

    place: Place | None = None
    ref: str = ""
    thread: int = 0
    attachments: tuple[Attachment, ...] = ()


def notice_key(message: int) -> str:
    """The name of the line that tells what becomes of a reply."""
    return f"reply:{message}"


def write_reply(context: Context, ticket: Ticket, text: Text, written: Written) -> Message:
    """Answer the customer, in ten seconds. An ownerless ticket becomes the writer's, a new or waiting one open.

    Raises `Invalid` for an empty text, a ticket that is closed, or one without a place where the customer is.
    """
    unit = context.unit
    text = _checked(text, written.attachments)
    if ticket.status is Status.CLOSED:
        raise Invalid("ticket.reopen_first", reference=ticket.reference)
    if not unit.tickets.threads(ticket.id, Side.CUSTOMER):
        raise Invalid("ticket.customer_unreachable", reference=ticket.reference)
    files = relay.accept_files(context, context.event.place.platform, written.attachments)
    message = unit.tickets.add_message(
        Message(0, ticket.id, context.who.id, Side.TEAM, True, text, unit.now, written.place, written.ref,
                written.thread, files, Fate.HELD)
    )  # fmt: skip
    if message.at != unit.now:  # the same message of the platform, seen before
        return message
    if not ticket.assignee and ticket.status.live:
        ticket = work.assign(context, ticket, context.who)
    leaves = unit.now + TAKE_BACK_WINDOW
    relay.show(context, ticket, message, not_before=leaves)
    unit.record(ReplyWritten(ticket.id, message=message.id, held=True))
    _notice(context, ticket, message, "reply.leaving", seconds=int(TAKE_BACK_WINDOW.total_seconds()), button=True)
    return message


def _checked(text: Text, attachments: tuple[Attachment, ...]) -> Text:
    text = cleaned(text)
    if not plain(text).strip() and not attachments:
        raise Invalid("reply.empty", field="text")
    if len(plain(text)) > TEXT_LIMIT:
        raise Invalid("reply.too_long", field="text", limit=TEXT_LIMIT, length=len(plain(text)))
    return text


def _notice(context: Context, ticket: Ticket, message: Message, key: str, *, button: bool = False,
            **values: object) -> None:  # fmt: skip
    for thread in context.unit.tickets.threads(ticket.id, Side.TEAM):
        words = context.words_at(thread.place)
        quoted = shortened(plain(message.text).replace("\n", " "), 60) or "📎"
        view = Post(spans(words(key, words=quoted, **values)))
        if button:
            view = living.with_buttons(
                view, Button(words("button.take_back"), "reply.take_back", message.id, style="danger")
            )
        order = Order("show", thread.place, view, under=thread.key, key=f"{notice_key(message.id)}@{thread.id}")
        context.unit.outbox.put(order, ticket=ticket.id)


def take_back(context: Context, number: int) -> Message:
    """Withdraw a reply before it leaves. Raises `Conflict` when it has left, `NotAllowed` for somebody else's."""
    unit = context.unit
    message = unit.tickets.message(number)
    ticket = unit.tickets.get(message.ticket)
    if message.author != context.who.id and not may(context.who, Right.ASSIGN, ticket):
        raise NotAllowed("reply.not_yours")
    if message.fate is not Fate.HELD or not relay.withhold(unit, message):
        raise Conflict("reply.gone_already")
    taken = replace(message, fate=Fate.TAKEN_BACK, public=False)
    unit.tickets.save_message(taken)
    unit.record(ReplyTakenBack(ticket.id, message=message.id))
    _notice(context, ticket, taken, "reply.taken_back")
    return taken


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
    said = shortened(plain(message.text).replace("\n", " "), 500) or "📎"
    work.save(context, ticket, replace(ticket, last_reply=said, last_reply_at=unit.now))
    _notice(context, ticket, message, "reply.left", at=unit.now)


def seen_openly(context: Context, ticket: Ticket, message: Message) -> None:
    """Somebody of the house wrote where the customer reads: a reply like any other, only that it has left already."""
    unit = context.unit
    if not ticket.assignee and ticket.status.live:
        ticket = work.assign(context, ticket, context.who)
    unit.record(ReplyWritten(ticket.id, message=message.id))
    said = shortened(plain(message.text).replace("\n", " "), 500) or "📎"
    work.save(context, ticket, replace(ticket, last_reply=said, last_reply_at=unit.now))


def write_note(context: Context, ticket: Ticket, text: Text, written: Written) -> Message:
    """Something for the house alone; copied to the other rooms of the team."""
    unit = context.unit
    text = head(_checked(text, written.attachments), TEXT_LIMIT)
    files = relay.accept_files(context, context.event.place.platform, written.attachments)
    message = unit.tickets.add_message(
        Message(0, ticket.id, context.who.id, Side.TEAM, False, text, unit.now, written.place, written.ref,
                written.thread, files)
    )  # fmt: skip
    if message.at == unit.now:
        relay.show(context, ticket, message)
        unit.record(NoteAdded(ticket.id, message=message.id))
        if unit.people.team(ticket.team).audience is Visibility.PUBLIC:
            _notice(context, ticket, message, "reply.internal_only")
    return message
