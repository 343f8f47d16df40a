"""Who may do what: least privilege, one table, tested cell by cell.

A right is granted for the tickets within a reach: a customer reaches his own, the staff those of their teams and those
assigned to them, supervisors have every lever there, an analyst reads figures without names, an admin configures and
reaches everything.
"""

from collections.abc import Mapping
from enum import Enum, IntEnum

from bot.people.rules import Person, Role
from bot.tickets.rules import Ticket


class Right(Enum):
    """Something that can be done."""

    OPEN = "open"
    READ = "read"
    READ_INTERNAL = "read_internal"
    WRITE_AS_CUSTOMER = "write_as_customer"
    REPLY = "reply"
    NOTE = "note"
    WITHDRAW = "withdraw"
    TAKE = "take"
    ASSIGN = "assign"
    EDIT = "edit"
    SOLVE = "solve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    TRANSFER = "transfer"
    QUEUE = "queue"
    FIGURES = "figures"
    SET_ROOM_LANGUAGE = "set_room_language"
    CONFIGURE = "configure"


class Reach(IntEnum):
    """For which tickets."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


def _granted(own: str = "", team: str = "", all_: str = "") -> Mapping[Right, Reach]:
    """A row of the table: names of rights by reach; what is not named is not granted."""
    named = {Reach.OWN: own, Reach.TEAM: team, Reach.ALL: all_}
    return {Right(name): reach for reach, names in named.items() for name in names.split()}


_EVERYTHING = " ".join(right.value for right in Right if right is not Right.WRITE_AS_CUSTOMER)

TABLE: Mapping[Role, Mapping[Right, Reach]] = {
    Role.CUSTOMER: _granted(own="open read write_as_customer solve reopen"),
    Role.TECHNICIAN: _granted(
        own="open write_as_customer", team="read read_internal reply note take edit solve reopen queue figures"
    ),
    Role.AGENT: _granted(
        own="open write_as_customer",
        team="read read_internal reply note take assign edit solve close reopen merge transfer queue figures",
    ),
    Role.SUPERVISOR: _granted(
        own="open write_as_customer",
        team="read read_internal reply withdraw note take assign edit solve close reopen merge transfer queue figures "
        "set_room_language",
    ),
    Role.ANALYST: _granted(own="open read write_as_customer", all_="figures"),
    Role.ADMIN: _granted(own="write_as_customer", all_=_EVERYTHING),
}


def reach(person: Person, right: Right) -> Reach:
    """How far the person's role carries this right; nothing for somebody who was disabled."""
    return TABLE[person.role].get(right, Reach.NONE) if person.active else Reach.NONE


def may(person: Person, right: Right, ticket: Ticket | None = None) -> bool:
    """Whether the person may do this to the ticket (None: to any at all).

    Whoever asked, staff or not, may do with his own ticket what a customer may.
    """
    granted = reach(person, right)
    if ticket is not None and person.active and ticket.requester == person.id and right in TABLE[Role.CUSTOMER]:
        return True
    if ticket is None or granted in (Reach.NONE, Reach.ALL):
        return granted is not Reach.NONE
    if granted is Reach.TEAM:
        return ticket.team in person.teams or ticket.assignee == person.id
    return False


def knows_of(person: Person, ticket: Ticket) -> bool:
    """Whether the person may know that the ticket exists at all: the whole staff may, a customer only of his own."""
    return person.active and (person.role.staff or ticket.requester == person.id)
