"""Whose conversation a customer's thread is. A ticket that others were merged into has several customers."""

from bot.chat.context import Context
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.tickets.rules import Side, Thread, Ticket
from bot.unit import Unit

# Whoever is in a thread at all wrote something lately.
_LATELY = 200


def customer_at(unit: Unit, ticket: Ticket, thread: Thread) -> Person:
    """The customer who reads in this thread: he who wrote there last."""
    person = ticket.requester
    if len(unit.tickets.threads(ticket.id, Side.CUSTOMER)) > 1:
        for message in unit.tickets.conversation(ticket.id, limit=_LATELY):
            if message.side is Side.CUSTOMER and message.place and message.place.whole == thread.place.whole:
                person = message.author
    return unit.people.person(person)


def own_reference(unit: Unit, ticket: Ticket, customer: Person) -> str:
    """The number under which the customer knows the ticket: that of his own, if it was merged into this one."""
    if ticket.requester == customer.id:
        return ticket.reference
    others = [unit.tickets.get(number) for kind, number in unit.tickets.linked(ticket.id) if kind == "duplicate"]
    merged = (other for other in others if other.merged_into == ticket.id and other.requester == customer.id)
    return next((other.reference for other in merged), ticket.reference)


def words_in(context: Context, ticket: Ticket, thread: Thread) -> Words:
    """The language of a thread: its customer's own, else its room's, else the workspace's."""
    if thread.side is not Side.CUSTOMER:
        return context.words_at(thread.place)
    return context.words_for(customer_at(context.unit, ticket, thread), thread.place)
