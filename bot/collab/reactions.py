"""What becomes of requests when something happens to their ticket."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import Place
from bot.chat.router import Router
from bot.clocks.facts import ClockChanged
from bot.collab import asking, flows, living, rules, work
from bot.collab.facts import CollabHanded, CollabWithdrawn
from bot.collab.offering import offer
from bot.collab.rules import State
from bot.people.facts import PersonDisabled
from bot.tickets.facts import NoteAdded, PriorityChanged, StatusChanged, TeamChanged, TicketMerged, TypeChanged
from bot.tickets.rules import Side, Status
from bot.unit import Unit

# More than anybody ever has open; all of it must go back.
_ALL = 10_000


class Collaboration:
    """Reacts in the unit in which it happened; `router` knows the house."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def _context(self, unit: Unit, ticket: int) -> Context:
        threads = unit.tickets.threads(ticket)
        place = threads[0].place if threads else Place("", "")
        return Context.background(unit, self._router.house, place)

    def noted(self, unit: Unit, fact: NoteAdded) -> None:
        """What the asker's side says to what it was asked back is the answer; a department that it names with an @ can
        be asked with one tap."""
        message = unit.tickets.message(fact.message)
        if message.side is not Side.TEAM:
            return
        if not message.request:
            offer(self._context(unit, fact.ticket), unit.tickets.get(fact.ticket), message)
            return
        request = unit.collab.get(message.request)
        if request.asked_back:
            work.answered(self._context(unit, fact.ticket), request, message.id)

    def ended(self, unit: Unit, fact: StatusChanged) -> None:
        """A ticket that ended needs nobody's help any more: what is open is withdrawn, and its departments are told."""
        if Status(fact.after).live or not Status(fact.before).live or unit.tickets.get(fact.ticket).merged_into:
            return
        context = self._context(unit, fact.ticket)
        for request in unit.collab.of_ticket(fact.ticket):
            if request.state.open:
                saved = unit.collab.save(rules.withdrawn(request, "", unit.now), unit.now)
                unit.record(CollabWithdrawn(fact.ticket, request=saved.id, reason=fact.after))
                living.tell_helpers(context, saved, "collab.told.ticket_ended", ticket=f"T-{fact.ticket}")
                living.refresh(context, saved)

    def moved(self, unit: Unit, fact: PriorityChanged | TeamChanged) -> None:
        """The cards tell how much the ticket matters, and stand wherever its team is now."""
        context = self._context(unit, fact.ticket)
        for request in unit.collab.of_ticket(fact.ticket):
            if request.state.open:
                living.refresh(context, request)

    def due_moved(self, unit: Unit, fact: ClockChanged) -> None:
        """The cards tell until when."""
        if fact.request:
            request = unit.collab.get(fact.request)
            if request.state.open:
                living.refresh(self._context(unit, fact.ticket), request)

    def left(self, unit: Unit, fact: PersonDisabled) -> None:
        """What somebody had who is gone is with his department again, for somebody else to accept."""
        name = unit.people.person(fact.person).name
        for request in unit.collab.owned_by(fact.person, _ALL):
            freed = unit.collab.save(replace(request, owner=0, state=State.ASKED, accepted_at=None, eta=None), unit.now)
            unit.record(CollabHanded(freed.ticket, request=freed.id, before=fact.person, after=0))
            context = self._context(unit, freed.ticket)
            living.refresh(context, freed)
            living.tell_helpers(context, freed, "collab.told.left", name=name)
            living.tell_asking(context, freed, "collab.told.left", name=name)

    def typed(self, unit: Unit, fact: TypeChanged) -> None:
        """A flow that belongs to the ticket's new type begins by itself; the same one does not run twice."""
        ticket, flow = unit.tickets.get(fact.ticket), flows.of_type(unit, fact.after)
        if flow is None or not ticket.status.live or flows.running(unit, ticket, flow):
            return
        context = self._context(unit, fact.ticket)
        actor = unit.people.persons([unit.actor]).get(unit.actor) if unit.actor else None
        flows.start(replace(context, who=actor) if actor else context, ticket, flow)

    def merged(self, unit: Unit, fact: TicketMerged) -> None:
        """The requests go on with the ticket that is left; while any is with its department, that one waits as well."""
        unit.collab.move(fact.ticket, fact.into)
        context = self._context(unit, fact.into)
        for request in unit.collab.of_ticket(fact.into):
            if request.state.open:
                living.refresh(context, request)
        if any(request.state.with_team for request in unit.collab.of_ticket(fact.into)):
            asking.hold(context, unit.tickets.get(fact.into))
