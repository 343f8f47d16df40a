"""The living card: one in each of the team's rooms, showing the ticket as it is now; and what is said beside it."""

from collections.abc import Iterable
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import text as spans
from bot.chat.views import Card, Post
from bot.language.catalogue import Words
from bot.people.permissions import Right, reach
from bot.people.rules import Person, Team
from bot.tickets.cards import Shown, customer_card, ticket_card
from bot.tickets.relay import translated
from bot.tickets.rules import Side, Status, Thread, Ticket
from bot.unit import Unit


def card_key(ticket: int, room: Place) -> str:
    """The name under which a ticket's card in a room is remembered."""
    return f"{card_prefix(ticket)}{room}"


def card_prefix(ticket: int) -> str:
    """How the names of all cards of a ticket begin."""
    return f"ticket:{ticket}@"


def topic_key(ticket: int, room: Place) -> str:
    """The name under which a ticket's own topic in a room is remembered."""
    return f"topic:{ticket}@{room}"


def join(context: Context, ticket: Ticket, team: Team) -> None:
    """Let the team's rooms join the ticket, those of the platforms that are on."""
    for room in team.rooms:
        if room.platform in context.house.platforms:
            thread = Thread(0, ticket.id, Side.TEAM, room, key=card_key(ticket.id, room))
            context.unit.tickets.add_thread(thread)


def described(context: Context, ticket: Ticket) -> Shown:
    """What the card tells besides the ticket itself."""
    unit = context.unit
    people = unit.people.persons([number for number in (ticket.requester, ticket.assignee) if number])
    team = unit.people.team(ticket.team)
    candidates = tuple(person for person in unit.people.members(team.id) if reach(person, Right.TAKE))
    return Shown(
        requester=people[ticket.requester].name if ticket.requester in people else "",
        assignee=people[ticket.assignee].name if ticket.assignee in people else "",
        team=team,
        candidates=candidates,
        away=context.house.availability(unit, candidates),
        links=tuple(unit.tickets.linked(ticket.id)),
        departments=tuple(other for other in unit.people.teams() if other.id != ticket.team and other.rooms),
        waits_for=_waited_for(unit, ticket),
        types=context.workspace.types,
        due=tuple(look(unit, ticket) for look in context.house.due),
    )


def _waited_for(unit: Unit, ticket: Ticket) -> tuple[str, ...]:
    """The open requests to other departments, and with whom each is; asked only while the ticket waits."""
    if ticket.status is not Status.ON_HOLD:
        return ()
    requests = [request for request in unit.collab.of_ticket(ticket.id) if request.state.open]
    teams = {team.id: team.name for team in unit.people.teams()}
    return tuple(f"{request.reference} {teams.get(request.team, '')}" for request in requests)


def refresh(context: Context, ticket: Ticket) -> None:
    """Queue the card's present state for every room of the team; an older one that has not left yet is replaced."""
    unit = context.unit
    threads = unit.tickets.threads(ticket.id, Side.TEAM)
    if not threads:
        return
    shown = described(context, ticket)
    for thread in threads:
        card = ticket_card(_legible(unit, ticket, thread.place), shown, context.words_at(thread.place))
        topic = ""
        if shown.team.topic_per_ticket and context.house.can(thread.place.platform).topics:
            topic = topic_key(ticket.id, thread.place)
            title = f"{ticket.reference} · {ticket.title}"
            unit.outbox.put(
                Order("topic", thread.place, title=title, key=topic, anchor=True), effect=topic, ticket=ticket.id
            )
        order = Order("show", thread.place, card, key=thread.key, under=topic, anchor=not topic)
        unit.outbox.put(order, ticket=ticket.id, fresh=ticket.created_at == unit.now)


def _legible(unit: Unit, ticket: Ticket, place: Place) -> Ticket:
    """The ticket with its words as the platform of `place` can show them."""
    source = Place.parse(ticket.source).platform if ticket.source else ""
    return replace(ticket, description=translated(unit, ticket.description, source, place.platform))


def acknowledgement(ticket: Ticket, words: Words) -> Post:
    """What the requester hears when his ticket was opened."""
    return Post(spans(words("ticket.received", reference=ticket.reference)), footer=words("ticket.received_hint"))


def acknowledge(context: Context, ticket: Ticket, thread: Thread, requester: Person) -> None:
    """Tell the requester that he was heard, and the number."""
    view = acknowledgement(ticket, context.words_for(requester, thread.place))
    order = Order("show", thread.place, view, key=f"ack:{ticket.id}@{thread.id}", reply_to=thread.reply_to)
    context.unit.outbox.put(order, ticket=ticket.id, fresh=ticket.created_at == context.unit.now)


def shown_to(context: Context, person: Person, ticket: Ticket) -> Card:
    """The card as this person may see it: a customer nothing of the inside."""
    unit = context.unit
    legible = _legible(unit, ticket, context.event.place)
    if person.role.staff and (ticket.requester != person.id or ticket.team in person.teams):
        return ticket_card(legible, described(context, ticket), context.words)
    if ticket.merged_into:  # to him it is still his own; that it goes on in another is a matter of the house
        living = unit.tickets.get(ticket.merged_into)
        return replace(customer_card(replace(legible, status=living.status), context.words), controls=())
    return customer_card(legible, context.words)


def say_in_team(context: Context, ticket: Ticket, key: str, **values: object) -> None:
    """Put one line of Baton's own into the ticket's thread in every room of the team, each in the room's language."""
    tell_threads(context, ticket, context.unit.tickets.threads(ticket.id, Side.TEAM), key, **values)


def tell_threads(context: Context, ticket: Ticket, threads: Iterable[Thread], key: str, **values: object) -> None:
    """Put one line into these threads; whoever answers it speaks of the ticket."""
    for thread in threads:
        words = context.words_at(thread.place)
        view = Post(spans(words(key, reference=ticket.reference, **values)))
        name = f"say:{key}:{ticket.id}:{context.event.event_id or ticket.version}@{thread.id}"
        context.unit.outbox.put(Order("show", thread.place, view, under=thread.key, key=name), ticket=ticket.id)
