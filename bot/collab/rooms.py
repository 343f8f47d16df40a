"""A joint room: a place of its own for the people of both departments who work on one request.

It is made once and named after ticket and request; what is said there belongs to the request, so the ticket's thread
and the asked department's show it, and the customer never does. A while after the request ended it is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.context import Context
from bot.chat.contract import Delivery, Order
from bot.chat.events import Place
from bot.chat.ports import OutboxRow
from bot.chat.router import Router
from bot.chat.text import text as spans
from bot.chat.views import Button, Post, Reply
from bot.collab import asking, finding, living
from bot.collab.facts import CollabDone, CollabReopened, CollabSkipped, CollabWithdrawn
from bot.collab.rules import CollabRequest, State, card_key
from bot.duty import roster
from bot.errors import Conflict, Invalid
from bot.escalation.ports import Timer
from bot.people.rules import Person, Room
from bot.tickets import relay
from bot.tickets.rules import Side, Thread
from bot.unit import Unit

TIMER = "room"
# How long a room stays open after its request ended, so that everybody reads how it ended.
CLOSING = timedelta(minutes=1)
# Of a large department not everybody is brought in.
_MOST = 8
_KEY = "room"


@dataclass(frozen=True, slots=True)
class JointRoom:
    """The room of a request: `state` opening, open, closed or refused; `round` counts how often one was opened.

    `tried` are the places where this one can't be opened.
    """

    state: str
    round: int
    place: str = ""
    title: str = ""
    tried: tuple[str, ...] = ()

    @property
    def where(self) -> Place:
        """Where it is, once it is open."""
        return Place.parse(self.place)


def known_room(unit: Unit, request: int) -> JointRoom | None:
    """The room that was last opened for a request."""
    stored: Mapping[str, str] | None = unit.keys.get(f"{_KEY}/{request}")
    if not stored:
        return None
    tried = tuple(stored.get("tried", "").split())
    return JointRoom(stored["state"], int(stored["round"]), stored["place"], stored["title"], tried)


def _remember(unit: Unit, request: int, room: JointRoom) -> None:
    row = {"state": room.state, "round": room.round, "place": room.place, "title": room.title,
           "tried": " ".join(room.tried)}  # fmt: skip
    unit.keys.put(f"{_KEY}/{request}", row)


def room(context: Context) -> Reply | None:
    """`room C-7`, or the button on its card: opens the room, or says where it is."""
    request = finding.readable(context)
    known = known_room(context.unit, request.id)
    if known is not None and known.state == "open":
        return _show(context, request, known)
    if not request.state.open:
        raise Invalid("rooms.over", reference=request.reference)
    if request.state is State.BLOCKED:
        raise Invalid("rooms.not_yet", reference=request.reference)
    if known is not None and known.state == "opening":
        raise Conflict("rooms.opening", title=known.title)
    title = _open(context, request, known.round + 1 if known else 1)
    return context.tell("rooms.opening", title=title)


def _show(context: Context, request: CollabRequest, known: JointRoom) -> Reply | None:
    unit, here = context.unit, known.where
    thread = next((each for each in living.helper_threads(unit, request) if each.place == here), None)
    card = unit.posted.by_key(card_key(request.id, thread.id)) if thread else None
    link = context.house.links.get(here.platform)
    address = link(here, card.ref) if link and card else ""
    go = (Button(context.words("rooms.go"), "", url=address),) if address else ()
    platform = context.words(f"platform.{here.platform}")
    said = context.words("rooms.is_here", title=known.title, platform=platform)
    context.answer_inside(Post(spans(said), controls=go), ticket=request.ticket)
    return None


def _open(context: Context, request: CollabRequest, number: int, tried: tuple[str, ...] = ()) -> str:
    """Queue it, and give its title. Raises `Invalid` where no place is left in which it could be."""
    unit = context.unit
    people = _people(context, request)
    place = _meeting_place(context, request, people, tried)
    team = unit.people.team(request.team).name
    again = f"-{number}" if number > 1 else ""
    title = f"t-{request.ticket}-c-{request.id}-{team}{again}"
    users = tuple(account.user for person in people for account in unit.people.accounts(person.id)
                  if account.platform == place.platform)  # fmt: skip
    _remember(unit, request.id, JointRoom("opening", number, title=title, tried=(*tried, str(place))))
    name = f"{_KEY}:{request.id}.{number}" + (f".{len(tried)}" if tried else "")
    order = Order("room", place, key=name, title=title, users=tuple(dict.fromkeys(users)))
    unit.outbox.put(order, effect=name, author=context.who.id, ticket=request.ticket)
    return title


def _people(context: Context, request: CollabRequest) -> list[Person]:
    """Whoever asked, has the ticket or opened the room, and whoever has the request; while nobody has it, those of the
    asked department who are on duty."""
    unit = context.unit
    ticket, team = unit.tickets.get(request.ticket), unit.people.team(request.team)
    numbers = [context.who.id, request.asker, ticket.assignee, request.owner]
    known = unit.people.persons(sorted({number for number in numbers if number}))
    asked = [] if request.owner else roster.on_duty_of(unit, team, unit.now) or roster.members(unit, team)
    people = {person.id: person for person in (*known.values(), *asked[:_MOST]) if person.active}
    return [person for person in people.values() if person.role.staff]


def _meeting_place(context: Context, request: CollabRequest, people: Sequence[Person], tried: Sequence[str]) -> Place:
    """A room of one of the two departments, on the platform on which most of these people are.

    Of several the one on which the room was asked for, else the one where the asked department works first. Where
    some were `tried` in vain, another one on which at least two of them would meet. Raises `Invalid` where there is
    none.
    """
    unit = context.unit
    teams = [unit.people.team(number) for number in (request.team, request.asking_team) if number]
    rooms = [place for team in teams for place in team.rooms if context.house.can(place.platform).rooms]
    accounts = [account for person in people for account in unit.people.accounts(person.id)]
    present = {room.platform: {each.person for each in accounts if each.platform == room.platform} for room in rooms}
    if tried:
        rooms = [room for room in rooms if str(room) not in tried and len(present[room.platform]) > 1]
    if not rooms:
        raise Invalid("rooms.nowhere")

    def suits(at: int) -> tuple[int, bool, int]:
        platform = rooms[at].platform
        return len(present[platform]), platform == context.event.place.platform, -at

    return rooms[max(range(len(rooms)), key=suits)]


class JointRooms:
    """Hears what became of rooms, and of the requests that they are for."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def delivered(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """A room was opened: it joins the ticket, and the context is put into it; or the platform refused it."""
        kind, _, rest = row.order.key.partition(":")
        if row.order.kind != "room" or kind != _KEY:
            return
        number = int(rest.partition(".")[0])
        known = known_room(unit, number)
        if known is None or known.state != "opening":
            return
        if delivery.outcome == "sent" and delivery.place is not None:
            _remember(unit, number, JointRoom("open", known.round, str(delivery.place), known.title))
            self._furnish(unit, unit.collab.get(number), delivery.place, known, row.author)
        else:
            self._elsewhere(unit, unit.collab.get(number), known, row.author)

    def _elsewhere(self, unit: Unit, request: CollabRequest, known: JointRoom, opener: int) -> None:
        """This platform refused it (no topics in the group, no right to open channels): the next one; where none is
        left, the asking side hears it."""
        context = Context.background(unit, self._router.house, Place("", ""))
        context = replace(context, who=unit.people.person(opener)) if opener else context
        try:
            _open(context, request, known.round, known.tried)
        except Invalid:
            _remember(unit, request.id, JointRoom("refused", known.round, title=known.title))
            living.tell_asking(context, request, "rooms.refused", title=known.title)

    def _furnish(self, unit: Unit, request: CollabRequest, place: Place, known: JointRoom, opener: int) -> None:
        """Who opened it and what for, the living card, and what was chosen of the ticket for the department."""
        context = Context.background(unit, self._router.house, place)
        living.tell_asking(context, request, "rooms.is_open", title=known.title)
        living.tell_helpers(context, request, "rooms.is_open", title=known.title)
        thread = unit.tickets.add_thread(Thread(0, request.ticket, Side.HELPER, place, request=request.id))
        names = {number: unit.people.team(number).name for number in (request.team, request.asking_team) if number}
        who = unit.people.person(opener).name if opener else context.workspace.name
        teams = context.words.joined(list(dict.fromkeys(names.values())))
        said = context.words_at(place)("rooms.opened", name=who, reference=request.reference,
                                       ticket=f"T-{request.ticket}", teams=teams)  # fmt: skip
        greeting = Order("show", place, Post(spans(said)), key=f"{_KEY}:{request.id}.{known.round}:hello")
        unit.outbox.put(greeting, ticket=request.ticket)
        living.refresh(context, request)
        asking.carry(context, request)
        relay.show_again(context, unit.tickets.get(request.ticket), [thread])

    def ended(self, unit: Unit, fact: CollabDone | CollabWithdrawn | CollabSkipped) -> None:
        """The request ended: its room is closed a little later."""
        known = known_room(unit, fact.request)
        if known is not None and known.state == "open":
            unit.timers.set(TIMER, fact.request, unit.now + CLOSING)

    def reopened(self, unit: Unit, fact: CollabReopened) -> None:
        """It goes on: so does the room."""
        unit.timers.clear(TIMER, fact.request)

    def fell_due(self, unit: Unit, timer: Timer) -> None:
        """Say so, and close it."""
        unit.timers.clear(TIMER, timer.subject)
        request, known = unit.collab.get(timer.subject), known_room(unit, timer.subject)
        if known is None or known.state != "open" or request.state.open:
            return
        place = known.where
        words = Context.background(unit, self._router.house, place).words_at(place)
        said = Post(spans(words("rooms.closing", reference=request.reference)))
        name = f"{_KEY}:{request.id}.{known.round}"
        unit.outbox.put(Order("show", place, said, key=f"{name}:bye"), ticket=request.ticket)
        unit.outbox.put(Order("close", place, key=f"{name}:close"), effect=f"{name}:close", ticket=request.ticket)
        if not place.thread:
            unit.people.save_room(Room(place, known.title, present=False))
        _remember(unit, request.id, JointRoom("closed", known.round, known.place, known.title))


def register(router: Router) -> None:
    """Take the names."""
    joint = JointRooms(router)
    router.command("room", room)
    router.button("collab.room", room)
    router.delivered.append(joint.delivered)
    router.timer(TIMER, joint.fell_due)
    router.reactions.on(CollabDone, joint.ended)
    router.reactions.on(CollabWithdrawn, joint.ended)
    router.reactions.on(CollabSkipped, joint.ended)
    router.reactions.on(CollabReopened, joint.reopened)
