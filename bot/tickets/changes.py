"""What becomes of messages that their authors edit or delete."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageEdited, MessageRemoved
from bot.chat.text import Text, cleaned, first_line, head, plain
from bot.chat.views import Reply
from bot.tickets import relay, replies, work
from bot.tickets.facts import MessageChanged, MessageTakenAway
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Fate, Message, Side
from bot.tickets.speech import without_command


def edited(context: Context, event: MessageEdited) -> Reply | None:
    """A message of a conversation reads differently now: so do its copies, and the card where it speaks of it."""
    unit = context.unit
    message = unit.tickets.message_at(event.place, event.message)
    if message is None or message.author != context.who.id or message.fate is Fate.TAKEN_BACK:
        return None
    text = head(cleaned(event.text), TEXT_LIMIT)
    if message.side is Side.TEAM:
        text = without_command(text, message.text)
    if text == message.text:
        return None
    changed = replace(message, text=text, edited_at=unit.now)
    unit.tickets.save_message(changed)
    unit.record(MessageChanged(message.ticket, message=message.id, before=plain(message.text)[:500]))
    relay.show(context, unit.tickets.get(message.ticket), changed)
    _amend_card(context, message, text)
    return None


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
    return None
