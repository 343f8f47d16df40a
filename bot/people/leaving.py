"""Somebody leaves, or comes back."""

from dataclasses import replace

from bot.people.facts import PersonDisabled, PersonEnabled
from bot.people.rules import Person
from bot.tickets.facts import TicketAssigned
from bot.unit import Unit

# More than anybody ever has open; all of them must go back.
_ALL = 100_000


def disable(unit: Unit, person: Person) -> int:
    """Take away all rights of `person`; his live tickets go back to their teams' queues. Gives how many."""
    unit.people.save_person(replace(person, active=False))
    unit.record(PersonDisabled(ticket=0, person=person.id))
    tickets = unit.tickets.assigned_to(person.id, limit=_ALL)
    for ticket in tickets:
        unit.tickets.save(replace(ticket, assignee=0), unit.now)
        unit.record(TicketAssigned(ticket.id, before=person.id, after=0))
    return len(tickets)


def enable(unit: Unit, person: Person) -> None:
    """Let `person` work again; what was his before stays with whoever has it now."""
    unit.people.save_person(replace(person, active=True))
    unit.record(PersonEnabled(ticket=0, person=person.id))
