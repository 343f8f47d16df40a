"""What others do while somebody is off duty is told where they do it."""

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.router import Router
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.duty import roster
from bot.duty.cards import names_on_duty
from bot.tickets.facts import TicketAssigned
from bot.tickets.rules import Side
from bot.unit import Unit


class Assignments:
    """Watches over who is given a ticket."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def assigned(self, unit: Unit, fact: TicketAssigned) -> None:
        """Somebody off duty was given a ticket by somebody else: the team's thread says until when he is away, and who
        is on duty instead."""
        if not fact.after or fact.after == unit.actor:
            return
        person = unit.people.person(fact.after)
        if not person.active or roster.on_duty(unit, person, unit.now):
            return
        back = roster.next_on_duty(unit, person, unit.now)
        ticket = unit.tickets.get(fact.ticket)
        present = roster.on_duty_of(unit, unit.people.team(ticket.team), unit.now)
        for thread in unit.tickets.threads(ticket.id, Side.TEAM):
            words = Context.background(unit, self._router.house, thread.place).words_at(thread.place)
            away = words("duty.off_until", name=person.name, at=back) if back else words("duty.off", name=person.name)
            said = spans(away, " ", names_on_duty([each.name for each in present], words))
            key = f"duty:{ticket.id}.{ticket.version}.{person.id}@{thread.id}"
            order = Order("show", thread.place, Post(said), key=key, under=thread.key)
            unit.outbox.put(order, ticket=ticket.id)
