"""To which of a ticket's collaboration requests the words of its own team go.

To the one that is named first (`C-7 …`) or answered (its card, what the department said), else to whoever of the
departments asked something back, else to all that are at work on it. A note that is none of theirs is made with the
word for notes.
"""

import re

from bot.chat.text import Text, plain
from bot.chat.words import folded, leading_reference
from bot.collab.rules import CollabRequest
from bot.errors import NotFound
from bot.people.naming import names_of
from bot.people.rules import Role
from bot.tickets.rules import Side, Ticket
from bot.unit import Unit

# After a letter or digit an @ is part of an address.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")


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


def awaits_answer(unit: Unit, ticket: Ticket) -> bool:
    """Whether a department has asked something back: what is said next without a name is more likely its answer than
    the customer's, and only one of the two mistakes can be mended."""
    if not asked_departments(unit, ticket):
        return False
    return any(request.asked_back and request.state.with_team for request in unit.collab.of_ticket(ticket.id))


def calls_house(unit: Unit, text: Text, platform: str) -> bool:
    """Whether the words call a colleague or a department (`@陈曦`, `@技术部`, the platform's own mention): such words
    are meant for the house, whoever else reads along."""
    if any(_of_house(unit, platform, span.account) for span in text if span.account):
        return True
    after_marks = [folded(said) for said in _AT.split(plain(text))[1:]]
    if not after_marks:
        return False
    teams = [name for name, _ in names_of(unit.people.teams())]
    staff = [person.name for role in Role if role.staff for person in unit.people.all_persons(role=role)]
    return any(_begins(said, folded(name)) for said in after_marks for name in (*teams, *staff) if name)


def _of_house(unit: Unit, platform: str, user: str) -> bool:
    account = unit.people.account(platform, user)
    return account is not None and unit.people.person(account.person).role.staff


def _begins(said: str, name: str) -> bool:
    """Whether a name stands there, and not the beginning of a longer word of letters."""
    return said.startswith(name) and not (name[-1].isascii() and said[len(name) : len(name) + 1].isalnum())


def _curious(requests: list[CollabRequest]) -> list[CollabRequest]:
    return [request for request in requests if request.asked_back]
