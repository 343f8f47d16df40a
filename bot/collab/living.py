"""A request in the chat: its threads in the rooms of the department that was asked, its living cards on both sides,
and what Baton says beside them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.text import Span, Text, bold, mention
from bot.chat.text import text as spans
from bot.chat.views import Button, Post
from bot.collab import cards
from bot.collab.rules import CollabRequest, card_key, named
from bot.collab.steps import waits_for
from bot.duty.roster import members
from bot.errors import Invalid
from bot.language.catalogue import Words
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person
from bot.tickets import living as ticket_living
from bot.tickets import relay
from bot.tickets.rules import Side, Thread
from bot.unit import Unit


def demand_rooms(context: Context, team: int) -> None:
    """Raise `Invalid` for a department that has no room on any platform that is on: nobody would see the request."""
    asked = context.unit.people.team(team)
    if not any(room.platform in context.house.platforms for room in asked.rooms):
        raise Invalid("collab.team_unreachable", field="team", team=asked.name)


def join(context: Context, request: CollabRequest) -> list[Thread]:
    """Let the rooms of the asked department join the ticket, for this request; gives those that are new."""
    tickets = context.unit.tickets
    known = {thread.id for thread in helper_threads(context.unit, request)}
    for room in context.unit.people.team(request.team).rooms:
        if room.platform in context.house.platforms:
            key = card_key(request.id, room)
            tickets.add_thread(Thread(0, request.ticket, Side.HELPER, room, key=key, request=request.id))
    return [thread for thread in helper_threads(context.unit, request) if thread.id not in known]


def helper_threads(unit: Unit, request: CollabRequest) -> list[Thread]:
    """Where the department that was asked has the request."""
    threads = unit.tickets.threads(request.ticket, Side.HELPER)
    return [thread for thread in threads if thread.request == request.id and not relay.shut(unit, thread)]


def described(context: Context, request: CollabRequest) -> cards.Shown:
    """What the cards tell besides the request itself."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    people = unit.people.persons(sorted({request.asker, request.owner, ticket.requester} - {0}))
    names = {number: person.name for number, person in people.items()}
    team = unit.people.team(request.team)
    before = waits_for(request, unit.collab.of_ticket(request.ticket)) if request.after else []
    return cards.Shown(
        ticket=ticket,
        asker=names.get(request.asker, ""),
        asking_team=unit.people.team(request.asking_team or ticket.team).name,
        team=team.name,
        owner=names.get(request.owner, ""),
        customer=names.get(ticket.requester, ""),
        due=tuple(look(unit, request.ticket, request.id) for look in context.house.due_of_request),
        candidates=tuple(members(unit, team)),
        before=tuple(before),
    )


def refresh(context: Context, request: CollabRequest) -> None:
    """Queue the present state of its cards in all rooms of both sides."""
    unit = context.unit
    shown = described(context, request)
    for thread in helper_threads(unit, request):
        card = cards.helper_card(request, shown, context.words_at(thread.place))
        key, topic = thread.key or card_key(request.id, thread.id), _topic(context, request, thread)
        order = Order("show", thread.place, card, key=key, under=topic, anchor=bool(thread.key) and not topic)
        unit.outbox.put(order, author=request.asker, ticket=request.ticket)
    for thread in unit.tickets.threads(request.ticket, Side.TEAM):
        card = cards.asking_card(request, shown, context.words_at(thread.place))
        key = card_key(request.id, thread.id)
        unit.outbox.put(Order("show", thread.place, card, key=key, under=thread.key), ticket=request.ticket)


def _topic(context: Context, request: CollabRequest, thread: Thread) -> str:
    """The name of the request's own topic, which is opened where its department wants one; "" where it has none."""
    if not (context.unit.people.team(request.team).topic_per_ticket and thread.key):
        return ""
    if not context.house.can(thread.place.platform).topics:
        return ""
    key, ticket = named(request.id, f"topic@{thread.place}"), context.unit.tickets.get(request.ticket)
    order = Order("topic", thread.place, title=f"{request.reference} · {ticket.title}", key=key, anchor=True)
    context.unit.outbox.put(order, effect=key, ticket=request.ticket)
    return key


def refresh_ticket(context: Context, request: CollabRequest) -> None:
    """The ticket's own card tells what it waits for."""
    ticket_living.refresh(context, context.unit.tickets.get(request.ticket))


class Term(str):
    """A key of the catalogue that is said in the reader's language, where it is a value of another sentence."""

    __slots__ = ()


Buttons = Callable[[CollabRequest, Words], tuple[Button, ...]]


@dataclass(frozen=True, slots=True)
class _Line:
    """What is said beside a card: the sentence, somebody's own words under it, buttons, and who is mentioned."""

    key: str
    values: Mapping[str, object]
    words_of: Text = ()
    of: Buttons | None = None
    to: Person | None = None

    def post(self, unit: Unit, request: CollabRequest, words: Words, platform: str) -> Post:
        values = {name: words(value) if isinstance(value, Term) else value for name, value in self.values.items()}
        lead = (_mention(unit, self.to, platform), " ") if self.to is not None else ()
        said = spans(*lead, bold(request.reference), " ", words(self.key, **values))
        return Post(spans(said, "\n" if self.words_of else "", self.words_of),
                    controls=self.of(request, words) if self.of else ())  # fmt: skip


def _mention(unit: Unit, person: Person, platform: str) -> Span:
    here = next((account for account in unit.people.accounts(person.id) if account.platform == platform), None)
    return mention(f"@{person.name}", here.user) if here else bold(f"@{person.name}")


def tell_asking(context: Context, request: CollabRequest, key: str, *, of: Buttons | None = None,
                to: Person | None = None, words_of: Text = (), **values: object) -> None:  # fmt: skip
    """A line in the ticket's thread in every room of those who asked; `to` is mentioned there, `words_of` are
    somebody's own words, `of` makes the buttons."""
    threads = context.unit.tickets.threads(request.ticket, Side.TEAM)
    _tell(context, request, threads, _Line(key, values, words_of, of, to))


def tell_helpers(context: Context, request: CollabRequest, key: str, *, of: Buttons | None = None,
                 to: Person | None = None, words_of: Text = (), **values: object) -> None:  # fmt: skip
    """The same where the department that was asked has it."""
    _tell(context, request, helper_threads(context.unit, request), _Line(key, values, words_of, of, to))


def _tell(context: Context, request: CollabRequest, threads: Iterable[Thread], line: _Line) -> None:
    unit = context.unit
    for thread in threads:
        view = line.post(unit, request, context.words_at(thread.place), thread.place.platform)
        name = named(request.id, f"{line.key}:{context.event.event_id or request.version}@{thread.id}")
        unit.outbox.put(Order("show", thread.place, view, key=name, under=thread.key), ticket=request.ticket)


def tell_agent(context: Context, request: CollabRequest, agent: Person, key: str, *, of: Buttons | None = None,
               words_of: Text = (), **values: object) -> None:  # fmt: skip
    """A line in the ticket's thread for whoever has the ticket, who is mentioned; where he has no account on a platform
    of these rooms, a direct message as well."""
    unit = context.unit
    tell_asking(context, request, key, of=of, to=agent, words_of=words_of, **values)
    rooms = {thread.place.platform for thread in unit.tickets.threads(request.ticket, Side.TEAM)}
    if not any(account.platform in rooms for account in unit.people.accounts(agent.id)):
        tell_person(context, request, agent, key, of=of, words_of=words_of, **values)


def tell_person(context: Context, request: CollabRequest, person: Person, key: str, *, of: Buttons | None = None,
                words_of: Text = (), **values: object) -> None:  # fmt: skip
    """A direct message about a request; what he answers to it goes to the other side.

    Who just did it himself is not told.
    """
    unit = context.unit
    accounts = reachable(unit, context.house, person, context.event.place.platform)
    if person.id == context.who.id or not accounts:
        return
    place = direct_place(accounts[0])
    words = context.words_for(person, place)
    line = _Line(key, values, words_of, of).post(unit, request, words, place.platform)
    title = bold(cards.headline(request, described(context, request)))
    see = Button(words("button.show"), "collab.show", request.id)
    view = Post(spans(title, "\n", line.body), controls=(*line.controls, see), footer=words("collab.answer_here"))
    name = named(request.id, f"{key}:{person.id}:{context.event.event_id or request.version}")
    unit.outbox.put(Order("show", place, view, user=accounts[0].user, key=name), author=context.who.id,
                    ticket=request.ticket)  # fmt: skip


def show_file(context: Context, request: CollabRequest, file: int, threads: Iterable[Thread]) -> None:
    """Queue a file that the request carries for these threads, once in each."""
    for thread in threads:
        name = named(request.id, f"f{file}@{thread.id}")
        order = Order("file", thread.place, file=file, under=thread.key, key=name)
        context.unit.outbox.put(order, effect=name, author=request.asker, ticket=request.ticket)


def neutral(context: Context, said: Text) -> Text:
    """Somebody's words as every platform can show them: whom they mention is named."""
    return relay.translated(context.unit, said, context.event.place.platform, "")
