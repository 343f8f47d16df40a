"""A customer's question gets the answer first, when the engine is sure; nobody of the house is disturbed.

His ticket is opened all the same and waits for what he says to it (`deflecting.py`). What the engine is not sure of
goes to a person as ever, and is remembered as a question that nothing answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.chat.context import Context
from bot.chat.events import Event, MessageReceived, Place
from bot.chat.text import cleaned, head, plain
from bot.chat.words import parse
from bot.knowledge import answer_cards, cards, noting, straight
from bot.knowledge.answer_cards import Answer
from bot.knowledge.facts import QuestionAnswered
from bot.knowledge.library import Library
from bot.knowledge.markdown import shown
from bot.knowledge.noting import Noted
from bot.knowledge.ordering import DEPTH, in_order, readable
from bot.knowledge.reviewing import sendable
from bot.knowledge.rules import Article, Kind, Occasion, Outcome, Question
from bot.tickets import relay
from bot.tickets.rules import TEXT_LIMIT, Message, Side, Thread, Ticket
from bot.unit import Unit

LONGEST = 300
"""Characters of a question that is answered first; who writes more tells of a case."""

SHORTEST = 2
"""Letters, digits and characters below which nothing is a question: 退 may mean a return, a refund, or the way out."""

ROOMS = 5000
"""Rooms in which customers ask that are remembered, to search ahead for what is asked there."""

_BY = frozenset({"message", "intake"})


class Answerer:
    """Answers out of a library what customers ask where every message is for the team."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._rooms: set[Place] = set()

    def ahead(self, event: Event) -> Callable[[], object] | None:
        """The search for what a customer may just have asked, to be made before the unit in which he is answered."""
        if not isinstance(event, MessageReceived) or not (event.direct or event.place in self._rooms):
            return None
        said = plain(event.text).strip()
        if not said or len(said) > LONGEST or event.attachments or not self._filled or parse(event.text):
            return None
        return partial(self._library.foresee, said, limit=DEPTH, staff=False)

    @property
    def _filled(self) -> bool:
        return self._library.ready and len(self._library.shelf.index) > 0

    def consider(self, context: Context, request: Any) -> "Sure | Unsure | None":
        """What the library says to a request for a new ticket; None where it was not asked.

        It is asked for what customers write themselves, in few words and without files, unless they wait for a person
        there already or use words that go straight to one.
        """
        rules, said = context.workspace.knowledge, plain(request.text).strip()
        if not rules.answer_customers or not self._filled or request.by not in _BY:
            return None
        if len(self._rooms) < ROOMS and not context.event.direct:
            self._rooms.add(context.event.place)
        if request.attachments or not said or len(said) > LONGEST or request.requester.id != context.who.id:
            return None
        if straight.wants_person(said, rules.straight_to_person):
            return None
        article = self._sure_of(context, said)
        if article is None:
            return Unsure(said)
        return None if _waits_there(context, request) else Sure(said, article)

    def _sure_of(self, context: Context, said: str) -> Article | None:
        """The article that surely answers it, as it reads now."""
        if not says_enough(said):
            return None
        answer = self._library.search(said, limit=DEPTH, staff=False)
        if not answer.confident:
            return None
        hits = in_order(context, readable(context, answer.hits, staff=False))
        if not any(hit.id == answer.hits[0].id for hit, _ in hits):
            return None  # what made the engine so sure is no longer there
        best = hits[0][1]
        # A script tells an agent how to speak with the customer, step by step: it is no answer to be read by him.
        return best if sendable(best) and best.content.kind is not Kind.SCRIPT else None


def says_enough(said: str) -> bool:
    """Whether something is neither too short to be a question nor so long that it tells of a case."""
    return len(said) <= LONGEST and sum(mark.isalnum() for mark in said) >= SHORTEST


def _waits_there(context: Context, request: Any) -> bool:
    """Whether the customer has a live ticket in this room already: then a person is with him, or is to be."""
    room = str(request.place.whole)
    own = context.unit.tickets.requested_by(context.who.id)
    return any(ticket.status.live and ticket.source and str(Place.parse(ticket.source).whole) == room for ticket in own)


@dataclass(frozen=True, slots=True)
class Sure:
    """The article is the answer."""

    said: str
    article: Article

    @property
    def answered(self) -> str:
        """The article's reference."""
        return self.article.reference

    def opened(self, context: Context, ticket: Ticket, thread: Thread) -> None:
        """Answer the customer, and wait for what he says; for so long as the workspace says."""
        unit, article = context.unit, self.article
        question = unit.knowledge.ask(_question(context, self.said, ticket, article))
        message = _written(unit, ticket, article)
        noting.note(unit, ticket.id, Noted(question.id, article.id, message.id))
        unit.timers.set(noting.SILENCE, ticket.id, unit.now + context.workspace.knowledge.silence)
        unit.record(QuestionAnswered(ticket.id, article.id, article.revision, question.id, message.id))
        words = context.words_for(context.who, thread.place)
        view = answer_cards.answer_post(Answer(message.text, article.reference, ticket.reference), question.id, words)
        relay.show_as(unit, message, thread, view)


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nothing is sure: a person answers, and the question is remembered as one that the articles did not."""

    said: str

    @property
    def answered(self) -> str:
        """Nothing."""
        return ""

    def opened(self, context: Context, ticket: Ticket, thread: Thread) -> None:
        """Remember what was asked."""
        if says_enough(self.said):
            context.unit.knowledge.ask(_question(context, self.said, ticket, None))


def _question(context: Context, said: str, ticket: Ticket, article: Article | None) -> Question:
    return Question(
        0, context.unit.now, ticket.requester, said, article is not None, (article.id,) if article else (), ticket.id,
        ticket.team, Outcome.SHOWN if article else Outcome.NOTHING, occasion=Occasion.ANSWER,
    )  # fmt: skip


def _written(unit: Unit, ticket: Ticket, article: Article) -> Message:
    """The answer in the ticket's conversation, by nobody of the house."""
    answer = head(cleaned(cards.for_customers(article, shown(article.content.body))), TEXT_LIMIT)
    message = Message(0, ticket.id, 0, Side.TEAM, True, answer, unit.now, files=article.content.files)
    return unit.tickets.add_message(message)
