"""The clocks that run, for those who show them: a ticket's card, a request's card, an alert."""

from collections.abc import Callable, Sequence

from bot.chat.text import text as spans
from bot.chat.views import Row
from bot.clocks.cards.due import lasting, measured
from bot.clocks.cards.lengths import exact
from bot.clocks.policies import calendar_of
from bot.clocks.rules import Clock, margin
from bot.clocks.running import USED
from bot.language.catalogue import Words
from bot.tickets.rules import Ticket
from bot.unit import Unit

Told = Callable[[Words], Sequence[Row]]
"""What was looked up once, in any language."""


def rows(unit: Unit, ticket: Ticket) -> Told:
    """The ticket's own clocks, for its card: `First response: by 15:30`.

    What stands on a card for long says nothing that only passing time makes untrue.
    """
    return of_request(unit, ticket.id, 0) if ticket.status.live else _nothing


def of_request(unit: Unit, ticket: int, request: int) -> Told:
    """The clocks of a collaboration request, for its card."""
    clocks = unit.clocks.running(ticket, request) if unit.keys.get(USED) else []
    now = unit.now
    return lambda words: [Row(measured(words, clock.measure), spans(lasting(clock, words, now))) for clock in clocks]


def at_a_glance(unit: Unit, clock: Clock, words: Words) -> str:
    """When it is due and how long that still is, as it is right now: for an alert, for an answer to a question."""
    lasts = lasting(clock, words, unit.now)
    left = margin(clock, calendar_of(unit, clock), unit.now)
    if left is None or not clock.running:
        return lasts
    key = "clock.glance_late" if clock.target is not None and clock.target <= unit.now else "clock.glance"
    return words(key, when=lasts, length=exact(words, left))


def _nothing(words: Words) -> Sequence[Row]:
    return ()
