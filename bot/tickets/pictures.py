"""The further pictures of an album: they belong to the message that its first picture was."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.tickets import relay
from bot.tickets.rules import TAKE_BACK_WINDOW, Fate


def continued(context: Context, event: MessageReceived, first: str) -> bool:
    """Add the files of `event` to the message `first`; False when that is none of a ticket's, or this one has words of
    its own to say."""
    unit = context.unit
    message = unit.tickets.message_at(event.place, first)
    if message is None or message.author != context.who.id or plain(event.text).strip():
        return False
    files = relay.accept_files(context, event.place.platform, event.attachments)
    if files and message.fate is not Fate.TAKEN_BACK:
        more = replace(message, files=(*message.files, *files))
        unit.tickets.save_message(more)
        leaves = message.at + TAKE_BACK_WINDOW if message.fate is Fate.HELD else None
        relay.show_more(unit, more, files, not_before=leaves)
    return True
