"""What an agent is offered unasked: at most one quiet line in a ticket's thread, and only when the engine is sure.

A new ticket and whatever its customer says set a timer; when he has paused, all that he said since the last time is one
question. It is looked for in a thread of its own, so that no unit waits for the engine: the timer first hands it over,
then comes back for the answer. A line replaces the one before it and goes when it was used, when somebody found it of
no use, and when the ticket is solved.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.router import Router
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.chat.words import is_pleasantry
from bot.escalation.ports import Timer
from bot.knowledge import handlers, reviewing
from bot.knowledge.facts import ArticleJudged, ArticleSent
from bot.knowledge.library import Library
from bot.knowledge.ordering import DEPTH, EQUAL, in_order, readable
from bot.knowledge.rules import NOBODY, Article, Occasion, Opinion, Outcome, Question
from bot.knowledge.search import Answer, Hit
from bot.knowledge.suggestion_cards import Suggestion, suggestion_post
from bot.tickets.facts import CustomerWrote, StatusChanged, TicketMerged, TicketOpened
from bot.tickets.rules import Message, Side, Status, Ticket
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace

TIMER = "suggest"
PAUSE = timedelta(seconds=5)
"""How long a customer must have said nothing more; what he says in several messages is one question."""

AGAIN = timedelta(seconds=0.4)
"""How long the engine is given before somebody looks whether it has answered."""

KEPT = timedelta(days=60)
"""How long it is remembered what was offered for a ticket."""

WAITING = 200
"""Questions that wait for the engine, or whose answer waits to be fetched, before those that are done are forgotten."""

RECENT, SAID = 30, 1000
"""Messages that are looked at, and characters of them that are asked and remembered."""


@dataclass(frozen=True, slots=True)
class _Offered:
    """What is remembered of a ticket: the last message that was asked about, the articles that nobody need be offered
    (any more), and the line that stands: its question, and the names of its posts with their places."""

    upto: int = 0
    articles: tuple[int, ...] = ()
    question: int = 0
    posts: tuple[tuple[str, Place, str], ...] = ()

    @classmethod
    def of(cls, unit: Unit, ticket: int) -> "_Offered":
        """As the key store has it."""
        stored: Mapping[str, Any] | None = unit.keys.get(_key(ticket))
        if stored is None:
            return cls()
        posts = tuple((name, Place.parse(place), under) for name, place, under in stored["posts"])
        return cls(stored["upto"], tuple(stored["articles"]), stored["question"], posts)

    def keep(self, unit: Unit, ticket: int) -> None:
        """Put it into the key store."""
        posts = [[name, str(place), under] for name, place, under in self.posts]
        stored = {"upto": self.upto, "articles": self.articles, "question": self.question, "posts": posts}
        unit.keys.put(_key(ticket), stored, unit.now + KEPT)

    def withdrawn(self, unit: Unit, ticket: int) -> "_Offered":
        """With no line standing: its posts are taken away."""
        for name, place, under in self.posts:
            unit.outbox.cancel(name)
            unit.outbox.put(Order("remove", place, key=name, under=under), ticket=ticket)
        return replace(self, question=0, posts=())


def _key(ticket: int) -> str:
    return f"suggest/{ticket}"


class Suggester:
    """Hears of what customers say, and offers what answers it."""

    def __init__(self, router: Router, library: Library) -> None:
        self._router = router
        self._library = library
        self._engine = ThreadPoolExecutor(1, "suggest")
        self._asked: dict[str, Future[None]] = {}

    def listen(self) -> None:
        """Hear of what customers say, and of what becomes of what was offered."""
        on = self._router.reactions.on
        on(TicketOpened, self.opened)
        on(CustomerWrote, self.wrote)
        on(ArticleSent, sent)
        on(ArticleJudged, judged)
        on(StatusChanged, moved_on)
        on(TicketMerged, merged)

    def opened(self, unit: Unit, fact: TicketOpened) -> None:
        """A new ticket; one whose customer has been answered needs nobody yet."""
        if not fact.answered:
            self._arm(unit, fact.ticket)

    def wrote(self, unit: Unit, fact: CustomerWrote) -> None:
        """Its customer said something."""
        self._arm(unit, fact.ticket)

    def _arm(self, unit: Unit, ticket: int) -> None:
        empty = self._library.ready and not len(self._library.shelf.index)
        if not empty and _workspace(unit).knowledge.suggest:
            unit.timers.set(TIMER, ticket, unit.now + PAUSE)

    def fell_due(self, unit: Unit, timer: Timer) -> None:
        """The customer has paused: ask the engine, or, once it has answered, offer what it found."""
        ticket = unit.tickets.get(timer.subject)
        offered = _Offered.of(unit, ticket.id)
        said, upto = _said(unit, ticket, offered.upto) if _needs_somebody(ticket) else ("", offered.upto)
        answer = self._answer(unit, said) if said else Answer()
        if answer is None:
            unit.timers.set(TIMER, ticket.id, unit.now + AGAIN)
            return
        unit.timers.clear(TIMER, ticket.id)
        if upto == offered.upto:
            return
        offered = replace(offered, upto=upto)
        found = self._found(unit, ticket, answer, offered) if answer.confident else None
        if found is not None:
            offered = self._offer(unit, ticket, said, *found, offered)
        offered.keep(unit, ticket.id)

    def _answer(self, unit: Unit, said: str) -> Answer | None:
        """What the engine says; None while it is still looking. Raises what it raised."""
        if not self._library.ready and unit.knowledge.number():
            return None
        looking = self._asked.get(said)
        if looking is None:
            if len(self._asked) >= WAITING:  # those for which another replica has answered
                self._asked = {each: future for each, future in self._asked.items() if not future.done()}
            self._asked[said] = self._engine.submit(self._library.foresee, said, limit=DEPTH, staff=True)
            return None
        if not looking.done():
            return None
        del self._asked[said]
        looking.result()
        return self._library.search(said, limit=DEPTH, staff=True)

    def _found(self, unit: Unit, ticket: Ticket, answer: Answer, offered: _Offered) -> tuple[Hit, Article] | None:
        """The article that answers, unless it was offered, sent or given to the customer already."""
        context = self._context(unit)
        best = in_order(context, readable(context, answer.hits, staff=True))[:1]
        if not best or best[0][0].score < answer.hits[0].score * EQUAL:
            return None
        article = best[0][1]
        return None if article.id in offered.articles or article.reference == ticket.answered_with else best[0]

    def _offer(self, unit: Unit, ticket: Ticket, said: str, hit: Hit, article: Article, offered: _Offered) -> _Offered:
        """Show the line in each of the team's threads, where the one before it stood."""
        threads = unit.tickets.threads(ticket.id, Side.TEAM)
        threads = [thread for thread in threads if thread.place.platform in self._router.house.platforms]
        if not threads:
            return offered
        question = unit.knowledge.ask(
            Question(0, unit.now, ticket.requester, said, sure=True, articles=(article.id,), ticket=ticket.id,
                     team=ticket.team, occasion=Occasion.SUGGESTION)
        )  # fmt: skip
        tally = unit.knowledge.tallies([article.id]).get(article.id, NOBODY)
        why = tuple(f"kb.why.{reason.value}" for reason in hit.why[:2])
        suggestion = Suggestion(article, question.id, why, tally, send=reviewing.sendable(article))
        posts = []
        for thread in threads:
            words = self._context(unit).words_at(thread.place)
            name = f"suggest:{ticket.id}@{thread.id}"
            order = Order("show", thread.place, suggestion_post(suggestion, words), key=name, under=thread.key,
                          quiet=True)  # fmt: skip
            unit.outbox.put(order, ticket=ticket.id)
            posts.append((name, thread.place, thread.key))
        articles = (*offered.articles, article.id)
        return replace(offered, articles=articles, question=question.id, posts=tuple(posts))

    def _context(self, unit: Unit) -> Context:
        return Context.background(unit, self._router.house, Place("", ""))


def _workspace(unit: Unit) -> Workspace:
    return Workspace.read(unit.keys.get(CONFIG_KEY))


def _needs_somebody(ticket: Ticket) -> bool:
    """Whether an agent has to say something: not while the customer has to, and not after the end."""
    return ticket.status.live and ticket.status is not Status.PENDING and not ticket.merged_into


def _said(unit: Unit, ticket: Ticket, upto: int) -> tuple[str, int]:
    """What the customer said since that message, as one question ("" for nothing but courtesies), and the last message
    of it."""
    conversation = unit.tickets.conversation(ticket.id, limit=RECENT)
    new = [message for message in conversation if message.id > upto and _is_question(message)]
    words = [said for message in new if not is_pleasantry(said := plain(message.text).strip())]
    if not upto and not plain(ticket.description).startswith(ticket.title):
        words.insert(0, ticket.title)  # he gave it one of his own, in a form
    return "\n".join(words)[:SAID].strip(), max((message.id for message in new), default=upto)


def _is_question(message: Message) -> bool:
    return message.side is Side.CUSTOMER and message.removed_at is None


# What becomes of a line


def sent(unit: Unit, fact: ArticleSent) -> None:
    """The customer has the article: nobody need be offered it, and if it stands there, the line goes."""
    offered = _Offered.of(unit, fact.ticket)
    question = unit.knowledge.question(offered.question) if offered.question else None
    if question is not None and fact.article in question.articles:
        unit.knowledge.settle(question.id, Outcome.SENT)
        offered = offered.withdrawn(unit, fact.ticket)
    articles = tuple(dict.fromkeys((*offered.articles, fact.article)))
    replace(offered, articles=articles).keep(unit, fact.ticket)


def judged(unit: Unit, fact: ArticleJudged) -> None:
    """Somebody read it and found that it does not help here."""
    question = unit.knowledge.question(fact.question) if fact.question else None
    if question is not None and question.occasion is Occasion.SUGGESTION and fact.opinion == Opinion.NOT_HELPED:
        _withdraw(unit, question.ticket, question.id)


def moved_on(unit: Unit, fact: StatusChanged) -> None:
    """The ticket is solved or closed."""
    if not Status(fact.after).live:
        _withdraw(unit, fact.ticket)


def merged(unit: Unit, fact: TicketMerged) -> None:
    """The ticket went on in another one, which need not be offered the same again."""
    _withdraw(unit, fact.ticket)
    gone, kept = _Offered.of(unit, fact.ticket), _Offered.of(unit, fact.into)
    if gone.upto:
        articles = tuple(dict.fromkeys((*kept.articles, *gone.articles)))
        replace(kept, upto=max(kept.upto, gone.upto), articles=articles).keep(unit, fact.into)


def _withdraw(unit: Unit, ticket: int, question: int = 0) -> None:
    """Take the line away, if one stands (only the one with this question, if one is named)."""
    offered = _Offered.of(unit, ticket)
    if offered.posts and question in (0, offered.question):
        offered.withdrawn(unit, ticket).keep(unit, ticket)


def dismissed(context: Context) -> Reply | None:
    """The button "not useful": the line goes, and this ticket is not offered the article again.

    That it does not fit this case says nothing of the article, so it is no vote.
    """
    reviewing.demand_staff(context)
    question = handlers.asked(context)
    if question is not None and question.occasion is Occasion.SUGGESTION:
        context.unit.knowledge.settle(question.id, Outcome.NOT_HELPED)
        _withdraw(context.unit, question.ticket, question.id)
    return context.tell("kb.suggest.dismissed")
