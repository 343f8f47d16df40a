"""Requests in lists: somebody's own, what nobody in a department has taken, and where a ticket is (`where T-12`)."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.events import ButtonPressed
from bot.chat.text import Text, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post, Reply, Section
from bot.collab import cards, flows
from bot.collab.rules import CollabRequest, State
from bot.collab.steps import in_order, waits_for
from bot.collab.submitting import demand_ask
from bot.language.catalogue import Words
from bot.people.permissions import Reach, Right, reach
from bot.people.rules import Person
from bot.tickets import finding as ticket_finding
from bot.tickets.rules import Ticket
from bot.unit import Unit

_MOST = 20
# Bytes that a button has for a key on the strictest platform; longer ones are typed.
_KEY_LIMIT = 30


def mine(unit: Unit, who: Person, words: Words) -> list[Section]:
    """What this person has, what came back to him, and what he waits for."""
    if not who.role.staff:
        return []
    owned = unit.collab.owned_by(who.id, _MOST)
    asked = unit.collab.asked_by(who.id, _MOST)
    back = [each for each in asked if each.state is State.RETURNED]
    curious = [each for each in asked if each.asked_back]
    waiting = [each for each in asked if each.state.with_team and not each.asked_back]
    teams, names = _names(unit, [*owned, *asked])
    return [
        *cards.sections(back, words("collab.list.returned"), words, teams, names),
        *cards.sections(curious, words("collab.list.asked_back"), words, teams, names),
        *cards.sections(owned, words("collab.list.mine"), words, teams, names),
        *cards.sections(waiting, words("collab.list.waiting"), words, teams, names),
    ]


def queue(unit: Unit, who: Person, words: Words) -> list[Section]:
    """What nobody in this person's departments has taken."""
    granted = reach(who, Right.QUEUE)
    teams = [team.id for team in unit.people.teams()] if granted is Reach.ALL else sorted(who.teams)
    if granted is Reach.NONE or not teams:
        return []
    unowned = [each for each in unit.collab.open_for(teams, _MOST) if not each.owner]
    return cards.sections(unowned, words("collab.list.queue"), words, *_names(unit, unowned))


def _names(unit: Unit, requests: Sequence[CollabRequest]) -> tuple[dict[int, str], dict[int, str]]:
    people = unit.people.persons(sorted({each.owner for each in requests if each.owner}))
    teams = {team.id: team.name for team in unit.people.teams()}
    return teams, {number: person.name for number, person in people.items()}


def where(context: Context) -> Reply | None:
    """`where T-12`: with whom it is, what comes before what, and until when."""
    ticket = ticket_finding.meant(context, Right.READ_INTERNAL)
    context.answer_inside(where_card(context, ticket), ticket=ticket.id)
    return None


def where_card(context: Context, ticket: Ticket) -> Card:
    """The requests of a ticket in their order, each with state, owner and expected time."""
    unit, words = context.unit, context.words
    requests = unit.collab.of_ticket(ticket.id)
    open_ = [each for each in requests if each.state.open]
    title = words("collab.where.title", reference=ticket.reference, title=ticket.title)
    if not requests:
        owner = unit.people.person(ticket.assignee).name if ticket.assignee else words("card.nobody")
        return Card(title, spans(words("collab.where.nowhere", owner=owner)))
    teams, names = _names(unit, requests)
    sections = [
        Section(
            body=_line(context, each, requests, teams, names),
            controls=(Button(words("button.show"), "collab.show", each.id),) if each.state.open else (),
        )
        for each in in_order(requests)[-_MOST:]
    ]
    return Card(title, sections=tuple(sections), footer=_expected(words, open_))


def _line(context: Context, request: CollabRequest, requests: Sequence[CollabRequest], teams: dict[int, str],
          names: dict[int, str]) -> Text:  # fmt: skip
    words = context.words
    said = cards.line(request, words, teams, names)
    before = waits_for(request, requests) if request.state is State.BLOCKED else []
    if before:
        waited = words.joined([each.reference for each in before])
        said = spans(said, " · ", words("collab.where.after", names=waited))
    if request.remark and not request.state.with_team:
        said = spans(said, " · ", shortened(request.remark, 80))
    if request.state.open and request.eta is None:
        due = [look(context.unit, request.ticket, request.id)(words) for look in context.house.due_of_request]
        said = spans(said, *(spans(" · ", row.label, " ", *row.value) for rows in due for row in rows))
    return said


def _expected(words: Words, open_: Sequence[CollabRequest]) -> str:
    """When all of it should be done, as far as somebody has said so."""
    if not open_:
        return words("collab.where.all_done")
    etas = [each.eta for each in open_ if each.eta is not None]
    if len(etas) == len(open_):
        return words("collab.where.expected", at=max(etas))
    return words("collab.where.open_ended", count=len(open_) - len(etas))


def flow(context: Context) -> Reply | None:
    """`flow NAME`, or a button: a named chain of requests begins; without a name those that there are, as buttons."""
    ticket = ticket_finding.meant(context, Right.NOTE)
    demand_ask(context, ticket)
    said = context.event.value if isinstance(context.event, ButtonPressed) else plain(context.text).strip()
    known = flows.flows(context.unit)
    if not said and known:
        context.answer_inside(_choice_of_flows(context.words, ticket, known), ticket=ticket.id)
        return None
    chosen = flows.named(context, said)
    opened = flows.start(context, ticket, chosen)
    return context.tell("collab.flow_started", name=chosen.name, reference=ticket.reference, count=len(opened))


def _choice_of_flows(words: Words, ticket: Ticket, known: Sequence[flows.Flow]) -> Post:
    buttons = [Button(each.name, "collab.flow", ticket.id, each.key) for each in known if len(each.key) <= _KEY_LIMIT]
    return Post(spans(words("collab.flow_choose", reference=ticket.reference)), controls=tuple(buttons))
