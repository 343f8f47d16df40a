"""Several pictures that were sent at once, where the platform delivers them one by one: one message all the same."""

from datetime import timedelta

from bot.chat.context import Context
from bot.chat.events import CommandGiven, MessageReceived

# All parts of an album arrive within seconds; a delivery that was late by an outage is still joined.
_KEPT_FOR = timedelta(hours=1)


def first_of(context: Context, event: MessageReceived | CommandGiven) -> str:
    """The message that this one continues: the first of its album that was seen here; "" if this is it."""
    if not event.album:
        return ""
    key = f"album/{event.place.whole}/{event.album}"
    first = context.unit.keys.get(key)
    if first is None:
        context.unit.keys.put(key, event.message, context.unit.now + _KEPT_FOR)
        return ""
    return "" if first == event.message else str(first)
