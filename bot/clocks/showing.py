"""Bringing the cards up to date on which clocks are shown."""

from collections.abc import Iterable

from bot.chat.context import Context
from bot.chat.events import Place
from bot.collab import living as collab_living
from bot.errors import NotFound
from bot.tickets import living as ticket_living
from bot.unit import Unit
from bot.workspace import House


def refresh(unit: Unit, house: House, ticket: int, of: Iterable[int]) -> None:
    """Show the clocks as they are now: `of` 0 on the ticket's own card, other numbers on those of its requests."""
    context = Context.background(unit, house, Place("", ""))
    for number in sorted(of):
        if number:
            _refresh_request(context, number)
        else:
            ticket_living.refresh(context, unit.tickets.get(ticket))


def _refresh_request(context: Context, number: int) -> None:
    try:
        request = context.unit.collab.get(number)
    except NotFound:
        return
    collab_living.refresh(context, request)
