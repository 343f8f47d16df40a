"""Opening a ticket, whichever way it is asked for."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Attachment, Place, Quoted
from bot.chat.text import Text, cleaned, first_line, head, plain
from bot.errors import Invalid, NotFound
from bot.people.rules import Person, Team
from bot.tickets import living, relay
from bot.tickets.facts import TicketOpened
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Message, Priority, Side, Thread, Ticket
from bot.unit import Unit


@dataclass(frozen=True, slots=True)
class Request:
    """What a ticket is made from.

    `place` is where the requester is answered (with `reply_to` as the message to answer there), `written_at` and `ref`
    where his words stand. `origin` makes two requests from the same message one. `by` is how it was asked for.
    """

    by: str
    requester: Person
    team: Team
    text: Text
    place: Place
    written_at: Place | None = None
    ref: str = ""
    reply_to: str = ""
    title: str = ""
    origin: str = ""
    link: str = ""
    attachments: tuple[Attachment, ...] = ()
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    follows: int = 0


def open_ticket(context: Context, request: Request) -> tuple[Ticket, bool]:
    """The ticket for this request, and whether it is new: the same message never makes two.

    The team's rooms get its card, the requester hears its number where he wrote.
    """
    unit = context.unit
    if request.origin:
        known = unit.tickets.by_origin(request.origin)
        if known is not None:
            return known, False
    text = head(cleaned(request.text), TEXT_LIMIT)
    ticket = unit.tickets.add(_drafted(context, request, text, unit.now))
    thread = unit.tickets.add_thread(Thread(0, ticket.id, Side.CUSTOMER, request.place, reply_to=request.reply_to))
    files = relay.accept_files(context, request.place.platform, request.attachments)
    written = request.written_at or (request.place if request.ref else None)
    message = unit.tickets.add_message(
        Message(0, ticket.id, request.requester.id, Side.CUSTOMER, True, text, unit.now, written, request.ref,
                thread.id, files)
    )  # fmt: skip
    _join_team(unit, ticket, request.team)
    unit.record(TicketOpened(ticket.id, by=request.by, follows=request.follows))
    if request.follows:
        unit.tickets.link(ticket.id, request.follows, "follow_up")
    living.refresh(context, ticket)
    if files:
        relay.show(context, ticket, replace(message, text=()))
    acknowledge(context, ticket, request.requester)
    return ticket, True


def _drafted(context: Context, request: Request, text: Text, now: datetime) -> Ticket:
    title = request.title or first_line(plain(text), TITLE_LIMIT) or _title_of_files(context, request.attachments)
    if not title:
        raise Invalid("ticket.empty", field="title")
    draft = Ticket(
        0, title, text, request.requester.id, request.team.id, now, now, priority=request.priority,
        source=str(request.written_at or request.place), link=request.link, origin=request.origin,
        follows=request.follows, customer_spoke_at=now,
    )  # fmt: skip
    return draft.tagged(request.tags)


def _title_of_files(context: Context, attachments: tuple[Attachment, ...]) -> str:
    return context.words("ticket.only_files", name=attachments[0].name)[:TITLE_LIMIT] if attachments else ""


def _join_team(unit: Unit, ticket: Ticket, team: Team) -> None:
    for room in team.rooms:
        key = living.card_key(ticket.id, room)
        unit.tickets.add_thread(Thread(0, ticket.id, Side.TEAM, room, key=key))


def acknowledge(context: Context, ticket: Ticket, requester: Person) -> None:
    """Tell the requester that he was heard, and the number."""
    for thread in context.unit.tickets.threads(ticket.id, Side.CUSTOMER):
        words = context.words_for(requester, thread.place)
        view = living.acknowledgement(ticket, words)
        context.unit.outbox.put(
            Order("show", thread.place, view, key=f"ack:{ticket.id}", reply_to=thread.reply_to), ticket=ticket.id
        )


def team_for(context: Context, place: Place) -> Team:
    """Who gets a ticket from this room: the team it is an intake of, the team whose room it is, else the default."""
    people = context.unit.people
    found = people.team_of_intake(place) or people.team_of_room(place)
    if found is None:
        teams = people.teams()
        wanted = context.workspace.default_team
        found = next((team for team in teams if team.key == wanted), teams[0] if teams else None)
    if found is None:
        raise NotFound("team.none")
    return found


def origin_of(place: Place, message: str) -> str:
    """The name of a message as the origin of a ticket; the same however it was delivered."""
    return f"{place.whole}#{message}"


def answer_place(context: Context, quoted: Quoted) -> tuple[Place, str]:
    """Where the author of a quoted message is answered: alone with him, in a thread under it, or by a reply to it."""
    place = quoted.place
    account = context.unit.people.account(place.platform, quoted.user)
    if account is not None and account.room == place.room:
        return place, ""
    if not context.house.can(place.platform).threads:
        return place, quoted.message
    return (place if place.thread else replace(place, thread=quoted.message)), ""


def direct_place(unit: Unit, person: Person, preferred: str) -> Place | None:
    """Where the person can be written to alone, on the platform that is preferred if he has an account there."""
    accounts = sorted(unit.people.accounts(person.id), key=lambda account: account.platform != preferred)
    reachable = [account for account in accounts if account.reachable]
    return Place(reachable[0].platform, reachable[0].room or reachable[0].user) if reachable else None
