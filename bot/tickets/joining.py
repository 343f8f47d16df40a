"""Which case somebody's next message belongs to: what he says within two minutes is one case.

What counts is when he wrote. A message that comes late (Baton or the platform was away) is handled beside others that
were written hours before or after it, and they must not become one case for that.
"""

from datetime import datetime, timedelta

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.tickets.rules import JOIN_WINDOW, Status, Ticket

KNOWN_FOR = timedelta(hours=1)
"""How long it is known when somebody wrote what came late: those behind it are handled soon after."""


def case_to_join(context: Context, event: MessageReceived) -> Ticket | None:
    """The ticket that this message goes on with, if it does."""
    unit = context.unit
    if unit.now - event.at <= JOIN_WINDOW:
        return _open(unit.tickets.latest_from(context.who.id, event.place, unit.now - JOIN_WINDOW))
    before = _written_before(context, event)
    if before is not None and abs(event.at - before) > JOIN_WINDOW:
        return None
    latest = unit.tickets.latest_from(context.who.id, event.place, event.at - JOIN_WINDOW)
    if before is None and latest is not None and latest.created_at > event.at + JOIN_WINDOW:
        return None
    return _open(latest)


def _written_before(context: Context, event: MessageReceived) -> datetime | None:
    """When he wrote the last one that came late here; this one is the last from now on."""
    keys, key = context.unit.keys, f"late/{event.place}/{context.who.id}"
    known = keys.get(key)
    keys.put(key, event.at.isoformat(), context.unit.now + KNOWN_FOR)
    return datetime.fromisoformat(known) if known else None


def _open(ticket: Ticket | None) -> Ticket | None:
    return ticket if ticket is not None and ticket.status is not Status.CLOSED else None
