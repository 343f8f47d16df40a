"""`why T-12`: how each due time came about, line by line."""

from bot.chat.context import Context
from bot.chat.events import CommandGiven, MessageReceived
from bot.chat.text import plain, shortened
from bot.chat.views import Reply
from bot.clocks.cards.why import Asked, Explained, why_card
from bot.clocks.policies import calendar_of, request_of, subject_of, team_of
from bot.clocks.rules import Clock, Subject, trace
from bot.collab import finding as requests
from bot.collab.rules import CollabRequest
from bot.people.permissions import Right
from bot.tickets import finding
from bot.tickets.rules import Ticket

MOST = 6
"""Clocks that one answer explains: those that run, then those that ended last."""

LINE = 60
"""Characters of a request's words that fit into a title."""


def why(context: Context) -> Reply | None:
    """`why T-12`, `why C-7`: for the staff; customers have nothing to do with policies."""
    ticket, request = _meant(context)
    known = context.unit.clocks.of_ticket(ticket.id)
    if request is not None:
        known = [clock for clock in known if clock.request == request.id]
    shown = sorted(known, key=lambda clock: (not clock.running, -clock.id))[:MOST]
    explained = [_explained(context, ticket, clock) for clock in shown]
    asked = Asked(*_named(ticket, request), len(known) - len(shown), context.unit.now)
    context.answer_inside(why_card(asked, explained, context.words), ticket=ticket.id)
    return None


def _meant(context: Context) -> tuple[Ticket, CollabRequest | None]:
    """The ticket, and the request if one was named or it was asked in the thread of one."""
    if _of_request(context):
        request = requests.readable(context)
        return context.unit.tickets.get(request.ticket), request
    return finding.meant(context, Right.READ_INTERNAL), None


def _named(ticket: Ticket, request: CollabRequest | None) -> tuple[str, str]:
    """The reference and the title of what was asked about: of a request, what its department is to do."""
    if request is None:
        return ticket.reference, ticket.title
    return request.reference, shortened(" ".join(plain(request.problem).split()), LINE)


def _of_request(context: Context) -> bool:
    if context.reference:
        return context.reference.startswith("C-")
    event = context.event
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    found = finding.where(context.unit, event.place, reply_to) if context.who.role.staff else None
    return found is not None and bool(found.request)


def _explained(context: Context, ticket: Ticket, clock: Clock) -> Explained:
    unit, words = context.unit, context.words
    calendar = calendar_of(unit, clock)
    request = request_of(unit, clock)
    people = {extension.person for extension in clock.extensions} | {change.person for change in clock.changes}
    names = {id: person.name for id, person in unit.people.persons(sorted(people - {0})).items()}
    team = team_of(unit, ticket, request)
    subject = subject_of(unit, ticket, request)
    shown = Subject(team.name, subject.type, words(f"priority.{ticket.priority.value}"), subject.tier)
    return Explained(clock, trace(clock, calendar, unit.now), calendar, shown, names)
