"""Opening a ticket, whichever way it is asked for."""

from dataclasses import dataclass, replace

from bot.chat.context import Context
from bot.chat.events import Attachment, CommandGiven, MessageReceived, Place, Quoted
from bot.chat.text import Text, cleaned, first_line, head, plain
from bot.chat.views import Reply
from bot.errors import Invalid, NotFound
from bot.people.identity import identify_other
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person, Team
from bot.tickets import living, relay
from bot.tickets.facts import TicketOpened
from bot.tickets.finding import where
from bot.tickets.recording import Written, record
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Message, Priority, Side, Status, Thread, Ticket, origin_of
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
    follows: int = 0


def open_ticket(context: Context, request: Request) -> tuple[Ticket, bool]:
    """The ticket for this request, and whether it is new: the same message never makes two.

    The team's rooms get its card, the requester hears its number where he wrote. What is answered before anybody has to
    see it (`House.first`) is the customer's alone: the team's rooms join it when a person is wanted.
    """
    unit = context.unit
    known = _known(unit, request)
    if known is not None:
        return known, False
    first = context.house.first.consider(context, request)
    answered = first.answered if first is not None else ""
    ticket = unit.tickets.add(_waiting(_drafted(context, request), answered))
    if ticket.created_at != unit.now:  # another replica was faster
        return ticket, False
    thread = unit.tickets.add_thread(Thread(0, ticket.id, Side.CUSTOMER, request.place, reply_to=request.reply_to))
    written = Written(request.written_at, request.ref, thread.id, request.attachments)
    message = record(context, ticket, Side.CUSTOMER, request.text, written, author=request.requester)
    if not answered:
        living.join(context, ticket, request.team)
    unit.record(TicketOpened(ticket.id, by=request.by, follows=request.follows, answered=bool(answered)))
    if not answered:
        _show(context, ticket, request, thread, message)
    if first is not None:
        first.opened(context, ticket, thread)
    return ticket, True


def _show(context: Context, ticket: Ticket, request: Request, thread: Thread, message: Message | None) -> None:
    """Tell the team and the requester of a new ticket."""
    if request.follows:
        context.unit.tickets.link(ticket.id, request.follows, "follow_up")
    living.refresh(context, ticket)
    if message is not None and message.files:
        relay.show(context, ticket, replace(message, text=()))
    living.acknowledge(context, ticket, thread, request.requester)


def _waiting(ticket: Ticket, answered: str) -> Ticket:
    """As it begins: for the team, or waiting for what its customer says to the answer."""
    return replace(ticket, status=Status.PENDING, tags=(answered,)) if answered else ticket


def _known(unit: Unit, request: Request) -> Ticket | None:
    if request.written_at and request.ref:
        return known_from(unit, request.written_at, request.ref)
    return unit.tickets.by_origin(request.origin)


def known_from(unit: Unit, place: Place, ref: str) -> Ticket | None:
    """The ticket that a message belongs to already: made from it, joined by it, or shown in it."""
    made = unit.tickets.by_origin(origin_of(place, ref))
    if made is not None:
        return made
    message = unit.tickets.message_at(place, ref)
    posted = unit.posted.at(place, ref) if message is None else None
    number = message.ticket if message else posted.ticket if posted else 0
    return unit.tickets.get(number) if number else None


def _drafted(context: Context, request: Request) -> Ticket:
    text, now = head(cleaned(request.text), TEXT_LIMIT), context.unit.now
    title = request.title or first_line(plain(text), TITLE_LIMIT) or _title_of_files(context, request.attachments)
    if not title:
        raise Invalid("ticket.empty", field="title")
    return Ticket(
        0, title, text, request.requester.id, request.team.id, now, now, priority=request.priority,
        source=str(request.written_at or request.place), link=request.link, origin=request.origin,
        follows=request.follows, customer_spoke_at=now,
    )  # fmt: skip


def _title_of_files(context: Context, attachments: tuple[Attachment, ...]) -> str:
    return context.words("ticket.only_files", name=attachments[0].name)[:TITLE_LIMIT] if attachments else ""


def request_from(context: Context, event: MessageReceived | CommandGiven, team: Team, *, by: str) -> Request:
    """A ticket from what somebody just wrote: he is answered alone where he wrote alone or in the team's thread of
    another ticket (which stays that one's), else under his message."""
    place, threads = event.place, context.house.can(event.place.platform).threads
    if threads and not event.direct:
        place = _own_thread(context, event)
    return Request(
        by, context.who, team, event.text, place, written_at=event.place, ref=event.message,
        reply_to="" if threads or event.direct else event.message,
        origin=origin_of(event.place, event.message), link=event.link, attachments=event.attachments,
    )  # fmt: skip


def _own_thread(context: Context, event: MessageReceived | CommandGiven) -> Place:
    if not event.place.thread:
        return replace(event.place, thread=event.message)
    here = where(context.unit, event.place)
    return own_place(context) if here is not None and here.side is not Side.CUSTOMER else event.place


def request_quoted(context: Context, quoted: Quoted, *, by: str) -> Request:
    """A ticket from a message that somebody pointed at, with its author as the requester."""
    requester = context.who
    if quoted.user:
        profile = quoted.profile
        requester = identify_other(context.unit, quoted.place.platform, quoted.user, profile.name, profile.handle)
    place, reply_to = _answer_place(context, quoted)
    return Request(
        by, requester, team_for(context, quoted.place), quoted.text, place, written_at=quoted.place,
        ref=quoted.message, reply_to=reply_to, origin=origin_of(quoted.place, quoted.message), link=quoted.link,
        attachments=quoted.attachments,
    )  # fmt: skip


def open_from_quoted(context: Context, quoted: Quoted, *, by: str) -> Reply | None:
    """A ticket from a message that somebody pointed at; a second time the same ticket is named."""
    ticket, new = open_ticket(context, request_quoted(context, quoted, by=by))
    return context.tell("ticket.opened" if new else "ticket.exists", reference=ticket.reference)


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


def _answer_place(context: Context, quoted: Quoted) -> tuple[Place, str]:
    """Where the author of a quoted message is answered: alone with him, in a thread under it, or by a reply to it."""
    place = quoted.place
    account = context.unit.people.account(place.platform, quoted.user)
    if account is not None and account.room == place.room:
        return place, ""
    if not context.house.can(place.platform).threads:
        return place, quoted.message
    return (place if place.thread else replace(place, thread=quoted.message)), ""


def own_place(context: Context) -> Place:
    """Where the person who acts is answered alone: on the platform he uses now, if he can be reached there."""
    platform = context.event.place.platform
    accounts = reachable(context.unit, context.house, context.who, platform)
    return direct_place(accounts[0]) if accounts else Place(platform, context.event.user)
