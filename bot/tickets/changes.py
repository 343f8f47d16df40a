"""What becomes of messages that their authors edit or delete."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageEdited, MessageRemoved
from bot.chat.text import Text, cleaned, first_line, head, plain
from bot.chat.views import Reply
from bot.people.rules import Visibility
from bot.tickets import relay, replies, work
from bot.tickets.facts import MessageChanged, MessageTakenAway, ReplyWritten
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Fate, Message, Side
from bot.tickets.speech import restated


def edited(context: Context, event: MessageEdited) -> Reply | None:
    """A message of a conversation reads differently now: so do its copies, and the card where it speaks of it."""
    message = context.unit.tickets.message_at(event.place, event.message)
    if message is None or message.author != context.who.id or message.fate is Fate.TAKEN_BACK:
        return None
    text = head(cleaned(event.text), TEXT_LIMIT)
    if message.side is not Side.TEAM:
        _change(context, message, text)
        return None
    meant_for, said = restated(text, message.text)
    if message.public and _meant_inside(context, message, meant_for):
        _keep_inside(context, message, said)
    elif not message.public and meant_for == "reply":
        replies.tell(context, message, "reply.not_by_edit")
        _change(context, message, text)
    else:
        _change(context, message, said)
    return None


def _change(context: Context, message: Message, text: Text) -> None:
    if text == message.text:
        return
    unit = context.unit
    changed = replace(message, text=text, edited_at=unit.now)
    unit.tickets.save_message(changed)
    unit.record(MessageChanged(message.ticket, message=message.id, before=plain(message.text)[:500]))
    relay.show(context, unit.tickets.get(message.ticket), changed)
    _amend_card(context, message, text)


def _meant_inside(context: Context, message: Message, meant_for: str) -> bool:
    """Whether a reply was changed into something that is not for the customer: it begins with the word for a note, or
    no longer with the word that alone made it a reply."""
    unit = context.unit
    threads = unit.tickets.threads(message.ticket, Side.TEAM)
    if message.thread and message.thread not in {thread.id for thread in threads}:
        return False  # it stands before the customer's eyes
    if meant_for:
        return meant_for == "note"
    team = unit.people.team(unit.tickets.get(message.ticket).team)
    return team.audience is not Visibility.PUBLIC and _was_worded(context, message)


def _was_worded(context: Context, message: Message) -> bool:
    written = (record.fact for record in context.unit.facts.of_ticket(message.ticket))
    return any(isinstance(fact, ReplyWritten) and fact.message == message.id and fact.worded for fact in written)


def _keep_inside(context: Context, message: Message, text: Text) -> None:
    """A reply that has not left becomes a note; of one that has, the customer keeps what he read."""
    if message.fate is Fate.HELD and replies.withdraw(context, message):
        _change(context, replace(message, public=False, fate=Fate.SHOWN), text)
    else:
        replies.tell(context, message, "reply.edit_kept_inside")


def _amend_card(context: Context, before: Message, text: Text) -> None:
    """The ticket's own words follow the message that they were taken from."""
    ticket = context.unit.tickets.get(before.ticket)
    after = ticket
    if before.side is Side.CUSTOMER and plain(ticket.description) == plain(before.text):
        after = replace(after, description=text)
        if ticket.title == first_line(plain(before.text), TITLE_LIMIT):
            after = replace(after, title=first_line(plain(text), TITLE_LIMIT) or ticket.title)
    if before.public and before.side is Side.TEAM and ticket.last_reply == replies.summary(before.text):
        after = replace(after, last_reply=replies.summary(text))
    work.save(context, ticket, after)


def removed(context: Context, event: MessageRemoved) -> Reply | None:
    """A message of a conversation was deleted: its copies go; the record keeps that it was there."""
    unit = context.unit
    message = unit.tickets.message_at(event.place, event.message)
    if message is None or message.removed_at is not None:
        return None
    if message.fate is Fate.HELD and replies.withdraw(context, message):
        message = unit.tickets.message(message.id)
    gone = replace(message, removed_at=unit.now)
    unit.tickets.save_message(gone)
    unit.record(MessageTakenAway(message.ticket, message=message.id))
    relay.take_away(unit, gone)
    replies.forget_seen(context, gone)
    return None
