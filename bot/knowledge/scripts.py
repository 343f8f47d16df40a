"""Working through a script (话术): its steps are ticked off, together in a ticket's thread, by oneself elsewhere.

What is ticked is kept by the words of the steps, so an edited script keeps the ticks of those that still read the same.
A press says what is to hold afterwards, ticked or not, so that two who press the same box at once mean the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import ButtonPressed, CommandGiven, MessageReceived, Place
from bot.chat.text import text as spans
from bot.chat.views import Post, Reply
from bot.errors import NotFound
from bot.knowledge import reviewing
from bot.knowledge.facts import ScriptDone
from bot.knowledge.rules import NOBODY, Article, Question
from bot.knowledge.script_cards import AT_ONCE, Progress, pages, script_card
from bot.knowledge.steps import Step, steps_of
from bot.people.permissions import knows_of
from bot.people.reaching import direct_place, reachable
from bot.tickets.finding import where
from bot.tickets.rules import Side, Ticket

KEPT = timedelta(days=30)
"""How long ticks are remembered after the last one."""

CARDS = 4
"""Cards of the same work that are kept up to date: the newest ones, on whichever platform they stand."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What is kept of somebody's work on a script. `cards` are the names of its cards, each with its place and
    the key of what it hangs under."""

    ticked: tuple[str, ...] = ()
    page: int = 0
    cards: tuple[tuple[str, Place, str], ...] = ()

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "_Work":
        """From what the key store holds."""
        if stored is None:
            return cls()
        cards = tuple((name, Place.parse(place), under) for name, place, under in stored["cards"])
        return cls(tuple(stored["ticked"]), stored["page"], cards)

    def stored(self) -> dict[str, Any]:
        """As the key store holds it."""
        cards = [[name, str(place), under] for name, place, under in self.cards]
        return {"ticked": self.ticked, "page": self.page, "cards": cards}

    def opened_at(self, steps: tuple[Step, ...], page: int) -> "_Work":
        """With this page open, or the nearest that there is."""
        return replace(self, page=max(0, min(page, pages(steps) - 1)))


def show(context: Context, article: Article, question: Question | None = None) -> Reply | None:
    """The script as a card with its boxes: in the thread of the ticket that `question` was asked for, or in which it is
    wanted, else alone to whoever wants it."""
    ticket = _ticket_meant(context, question)
    holder = f"t{ticket.id}" if ticket is not None else f"p{context.who.id}"
    where_to = _place(context, ticket)
    if where_to is None:
        context.whisper(Post(spans(context.words("chat.ask_in_private"))))
        return None
    place, under, suffix = where_to
    work, steps = _begun(context, article, holder), steps_of(article)
    if all(step.name in work.ticked for step in steps):
        work = replace(work, ticked=(), page=0)
    event = context.event
    name = f"script:{article.id}.{holder}:{event.place.platform}:{event.event_id}{suffix}"
    work = replace(work, cards=(*work.cards, (name, place, under))[-CARDS:])
    _keep(context, article, holder, work.opened_at(steps, _first_open(steps, work)))
    if place.whole == event.place.whole:
        return None
    return context.tell("kb.script.shown_elsewhere", reference=article.reference)


def ticked(context: Context) -> Reply | None:
    """The box before a step: ticked or not from now on, on every card of this work."""
    article, holder, (name, on) = _pressed(context, 2)
    work, steps = _begun(context, article, holder), steps_of(article)
    if all(step.name != name for step in steps):
        _keep(context, article, holder, work.opened_at(steps, work.page))
        return context.tell("kb.script.changed", reference=article.reference)
    was_done = _done(steps, work)
    left = tuple(each for each in work.ticked if each != name)
    work = replace(work, ticked=(*left, name) if on == "1" else left)
    _keep(context, article, holder, work.opened_at(steps, _next_page(steps, work)))
    if was_done or not _done(steps, work):
        return None
    if holder.startswith("t"):
        context.unit.record(ScriptDone(int(holder[1:]), article=article.id))
    return context.tell("kb.script.all_done", reference=article.reference, title=article.title)


def turned(context: Context) -> Reply | None:
    """The boxes of other steps of a long script."""
    article, holder, (page,) = _pressed(context, 1)
    work, steps = _begun(context, article, holder), steps_of(article)
    _keep(context, article, holder, work.opened_at(steps, int(page) if page.isdecimal() and len(page) < 6 else 0))
    return None


def again(context: Context) -> Reply | None:
    """From the beginning: nothing is ticked."""
    article, holder, _ = _pressed(context, 0)
    _keep(context, article, holder, replace(_begun(context, article, holder), ticked=(), page=0))
    return None


def _pressed(context: Context, parts: int) -> tuple[Article, str, list[str]]:
    """What a button of a card is about: the script, whose work it is, and the other `parts` of its value.

    Raises `NotFound` for a button that is not this person's, or none of ours.
    """
    reviewing.demand_staff(context)
    event = context.event
    holder, *values = event.value.split(".") if isinstance(event, ButtonPressed) else [""]
    article = reviewing.readable(context, event.subject if isinstance(event, ButtonPressed) else 0)
    kind, number = holder[:1], holder[1:]
    if len(values) != parts or kind not in ("t", "p") or not number.isdecimal() or len(number) > 12:
        raise NotFound("chat.old_button")
    if kind == "p" and int(number) != context.who.id:
        raise NotFound("chat.old_button")
    if kind == "t" and not knows_of(context.who, context.unit.tickets.get(int(number))):
        raise NotFound("chat.old_button")
    return article, holder, values


# What is kept


def _key(article: Article, holder: str) -> str:
    return f"script/{article.id}.{holder}"


def _begun(context: Context, article: Article, holder: str) -> _Work:
    """The work as it stands; whoever else would change it waits until this unit has ended."""
    key = _key(article, holder)
    context.unit.serialize(key)
    return _Work.read(context.unit.keys.get(key))


def _keep(context: Context, article: Article, holder: str, work: _Work) -> None:
    """Remember it, and show it as it is now on each of its cards."""
    unit = context.unit
    unit.keys.put(_key(article, holder), work.stored(), unit.now + KEPT)
    steps = steps_of(article)
    tally = unit.knowledge.tallies([article.id]).get(article.id, NOBODY)
    progress = Progress(holder, frozenset(work.ticked), work.page, tally)
    number = int(holder[1:]) if holder.startswith("t") else 0
    for name, place, under in work.cards:
        words = context.words_at(place) if number else context.words
        order = Order("show", place, script_card(article, steps, progress, words), key=name, under=under)
        unit.outbox.put(order, ticket=number)


def _done(steps: tuple[Step, ...], work: _Work) -> bool:
    return bool(steps) and all(step.name in work.ticked for step in steps)


def _first_open(steps: tuple[Step, ...], work: _Work) -> int:
    return next((at // AT_ONCE for at, step in enumerate(steps) if step.name not in work.ticked), 0)


def _next_page(steps: tuple[Step, ...], work: _Work) -> int:
    """The page that is open; once all of it is ticked, the first one that has something left."""
    here = steps[work.page * AT_ONCE : (work.page + 1) * AT_ONCE]
    finished = all(step.name in work.ticked for step in here) and not _done(steps, work)
    return _first_open(steps, work) if finished else work.page


# Where


def _ticket_meant(context: Context, question: Question | None) -> Ticket | None:
    """The ticket for which the script was found, or in whose thread it is wanted."""
    unit, event = context.unit, context.event
    if question is not None and question.ticket:
        return unit.tickets.get(question.ticket)
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else context.message
    here = where(unit, event.place, reply_to)
    return here.ticket if here is not None and here.side is Side.TEAM else None


def _place(context: Context, ticket: Ticket | None) -> tuple[Place, str, str] | None:
    """Where its card goes: the ticket's thread in this room, else the person's own conversation (None: there is none).

    With the key of the message it hangs under, and how its name ends.
    """
    event = context.event
    for thread in context.unit.tickets.threads(ticket.id, Side.TEAM) if ticket is not None else ():
        if thread.place.whole == event.place.whole:
            return thread.place, thread.key, f"@{thread.id}"
    if event.direct:
        return event.place, "", ""
    accounts = reachable(context.unit, context.house, context.who, event.place.platform)
    if accounts and accounts[0].platform == event.place.platform:
        return direct_place(accounts[0]), "", ""
    return None
