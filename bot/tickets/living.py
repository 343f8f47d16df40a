"""The living card: one in each of the team's rooms, showing the ticket as it is now."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import bold
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post
from bot.language.catalogue import Words
from bot.people.permissions import Right, reach
from bot.people.rules import Person
from bot.tickets.cards import Shown, customer_card, headline, ticket_card
from bot.tickets.rules import Side, Ticket
from bot.unit import Unit


def card_key(ticket: int, room: Place) -> str:
    """The name under which a ticket's card in a room is remembered."""
    return f"ticket:{ticket}@{room}"


def topic_key(ticket: int, room: Place) -> str:
    """The name under which a ticket's own topic in a room is remembered."""
    return f"topic:{ticket}@{room}"


def described(unit: Unit, ticket: Ticket) -> Shown:
    """What the card tells besides the ticket itself."""
    people = unit.people.persons([ticket.requester, ticket.assignee])
    team = unit.people.team(ticket.team)
    return Shown(
        requester=people[ticket.requester].name if ticket.requester in people else "",
        assignee=people[ticket.assignee].name if ticket.assignee in people else "",
        team=team,
        candidates=tuple(person for person in unit.people.members(team.id) if reach(person, Right.TAKE)),
        links=tuple(unit.tickets.linked(ticket.id)),
    )


def refresh(context: Context, ticket: Ticket) -> None:
    """Queue the card's present state for every room of the team; an older one that has not left yet is replaced."""
    unit = context.unit
    threads = unit.tickets.threads(ticket.id, Side.TEAM)
    if not threads:
        return
    shown = described(unit, ticket)
    for thread in threads:
        card = ticket_card(ticket, shown, context.words_at(thread.place))
        topic = ""
        if shown.team.topic_per_ticket and context.house.can(thread.place.platform).topics:
            topic = topic_key(ticket.id, thread.place)
            order = Order("topic", thread.place, title=headline(ticket)[2:], key=topic, anchor=True)
            unit.outbox.put(order, effect=topic, ticket=ticket.id)
        order = Order("show", thread.place, card, key=thread.key, under=topic, anchor=not topic)
        unit.outbox.put(order, ticket=ticket.id)


def acknowledgement(ticket: Ticket, words: Words) -> Post:
    """What the requester hears when his ticket was opened."""
    return Post(spans(words("ticket.received", reference=ticket.reference)), footer=words("ticket.received_hint"))


def shown_to(context: Context, person: Person, ticket: Ticket) -> Card:
    """The card as this person may see it: a customer nothing of the inside."""
    if not person.role.staff or (ticket.requester == person.id and ticket.team not in person.teams):
        return customer_card(ticket, context.words)
    return ticket_card(ticket, described(context.unit, ticket), context.words)


def say_in_team(context: Context, ticket: Ticket, key: str, *, remember: str = "", **values: object) -> None:
    """Put one line of Baton's own into the ticket's thread in every room of the team, each in the room's language.

    With `remember`, the line has that key, so that a later one replaces it.
    """
    for thread in context.unit.tickets.threads(ticket.id, Side.TEAM):
        words = context.words_at(thread.place)
        view = Post(spans(words(key, reference=ticket.reference, **values)))
        order = Order("show", thread.place, view, under=thread.key, key=f"{remember}@{thread.id}" if remember else "")
        context.unit.outbox.put(order, ticket=ticket.id)


def with_buttons(view: Post, *buttons: Button) -> Post:
    """The same post with these buttons."""
    return replace(view, controls=tuple(buttons))


def notice(words: Words, key: str, ticket: Ticket, **values: object) -> Post:
    """A sentence about a ticket, with its reference in bold before it."""
    return Post(spans(bold(ticket.reference), " ", words(key, **values)))
