"""To which of a ticket's collaboration requests the words of its own team go.

To the one that is named first (`C-7 …`) or answered (its card, what the department said), else to whoever of the
departments asked something back, else to all that are at work on it. A note that is none of theirs is made with the
word for notes.
"""

from bot.chat.text import Text, plain
from bot.chat.words import leading_reference
from bot.collab.rules import CollabRequest
from bot.errors import NotFound
from bot.tickets.rules import Side, Ticket
from bot.unit import Unit


def asked_departments(unit: Unit, ticket: Ticket) -> bool:
    """Whether any department was ever asked to help with it; costs nothing where the ticket's threads are known."""
    return any(thread.request for thread in unit.tickets.threads(ticket.id, Side.HELPER))


def named(unit: Unit, ticket: Ticket, text: Text) -> int:
    """The ticket's request with whose number the words begin (0: none)."""
    reference, _ = leading_reference(plain(text).lstrip(), 0)
    if not reference.startswith("C-") or not asked_departments(unit, ticket):
        return 0
    try:
        request = unit.collab.get(int(reference.removeprefix("C-")))
    except NotFound:
        return 0
    return request.id if request.ticket == ticket.id else 0


def addressed(unit: Unit, ticket: Ticket, text: Text, answered: int) -> tuple[int, ...]:
    """The requests for which internal words are; `answered` is the one that they reply to (0: none)."""
    one = named(unit, ticket, text) or answered
    if one:
        return (one,)
    if not asked_departments(unit, ticket):
        return ()
    at_work = [request for request in unit.collab.of_ticket(ticket.id) if request.state.with_team]
    return tuple(request.id for request in _curious(at_work) or at_work)


def _curious(requests: list[CollabRequest]) -> list[CollabRequest]:
    return [request for request in requests if request.asked_back]
