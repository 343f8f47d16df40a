"""What becomes of a ticket whose customer was answered first: solved without a person, or given to the team.

While it waits for what he says it has no card in the team's rooms and no clock runs; whatever takes it out of that
status (he asks for a person, he writes on, somebody takes it from a list) gives it to the team, with all that was said.
Everything is rows of one unit, so each of it happens once, whoever is killed when.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.router import Router
from bot.chat.text import plain
from bot.chat.views import Control, Row
from bot.errors import NotFound
from bot.knowledge import answer_cards, noting, straight
from bot.knowledge.answer_cards import Answer
from bot.knowledge.answering import Answerer, Sure, Unsure, says_enough
from bot.knowledge.facts import AnswerHelped, HandedToTeam
from bot.knowledge.finding import Finder
from bot.knowledge.noting import Noted
from bot.knowledge.rules import Opinion, Outcome, Vote
from bot.language.catalogue import Words
from bot.tickets import living, relay, work
from bot.tickets.facts import DeliveryRefused, MessageChanged, StatusChanged, TicketAbsorbed, TicketMerged
from bot.tickets.rules import Side, Status, Thread, Ticket
from bot.unit import Unit

ASKED = "person_wanted"
"""Why a ticket's status changes whose customer pressed for a person."""

ANSWERED = "answered"
QUIET = "silence"
_BECAUSE = {ASKED: "asked", "customer_wrote": "wrote", "undelivered": "undelivered"}


@dataclass(frozen=True, slots=True)
class Deflection:
    """Answers customers first (`bot.workspace.FirstAnswers`), and reacts to what happens to their tickets.

    `router` leads to the house.
    """

    router: Router
    answerer: Answerer
    finder: Finder

    def consider(self, context: Context, request: Any) -> Sure | Unsure | None:
        """What becomes of a request for a new ticket."""
        return self.answerer.consider(context, request)

    def helped(self, context: Context, ticket: Ticket, said: str) -> bool:
        """Whether the customer's words to the answer solve his ticket; then he is thanked."""
        noted = noting.noted(context.unit, ticket)
        if noted is None or noted.because or not straight.was_enough(said):
            return False
        solve(context, ticket, noted)
        for thread in context.unit.tickets.threads(ticket.id, Side.CUSTOMER)[:1]:
            view = answer_cards.thanks_post(context.words_for(context.who, thread.place))
            key = f"answer:thanks:{ticket.id}.{noted.question}@{thread.id}"
            order = Order("show", thread.place, view, key=key, reply_to=thread.reply_to)
            context.unit.outbox.put(order, ticket=ticket.id)
        return True

    def done_with(self, context: Context, ticket: Ticket, answered: str) -> bool:
        """Whether the customer said of this ticket that the answer was enough, and nobody of the house had it. Of one
        that his silence solved it is not known: the same question again needs a person, another one is another case."""
        noted = noting.noted(context.unit, ticket)
        question = noting.question_of(context.unit, noted) if noted is not None and not noted.because else None
        if question is None:
            return False
        quiet = question.outcome is Outcome.QUIET and answered != ticket.answered_with
        return quiet or question.outcome is Outcome.HELPED

    def asked(self, context: Context, said: str, otherwise: Sequence[Control]) -> bool:
        """Somebody spoke to Baton in words that are no command; whether they were a question, and he has the answer."""
        return says_enough(said) and self.finder.answered(context, said, otherwise)

    def listen(self) -> None:
        """Register for what happens to tickets."""
        on = self.router.reactions.on
        on(StatusChanged, self._status_changed)
        on(DeliveryRefused, self._refused)
        on(MessageChanged, self._edited)
        on(TicketMerged, _merged)
        on(TicketAbsorbed, self._absorbed)
        self.router.timer(noting.SILENCE, self._silence)
        self.router.due.append(rows)

    def _background(self, unit: Unit, ticket: Ticket) -> Context:
        place = Place.parse(ticket.source) if ticket.source else Place("", "")
        return Context.background(unit, self.router.house, place)

    def _status_changed(self, unit: Unit, fact: StatusChanged) -> None:
        """Whatever makes it somebody's work gives it to the team; whoever solves it by another way is heard as well."""
        after, ticket = Status(fact.after), unit.tickets.get(fact.ticket)
        noted = noting.noted(unit, ticket) if after is not Status.PENDING else None
        if noted is None or noted.because:
            return
        context = self._background(unit, ticket)
        if after.live:
            hand_over(context, ticket, replace(noted, because=_because(unit, ticket, fact)))
        elif fact.before == Status.PENDING and fact.because not in (ANSWERED, QUIET):
            own = unit.actor == ticket.requester
            unit.knowledge.settle(noted.question, Outcome.HELPED if own else Outcome.PERSON)
            if own:
                _vote(unit, ticket, noted)
            _show_end(context, ticket, noted, "helped")

    def _refused(self, unit: Unit, fact: DeliveryRefused) -> None:
        """An answer that never reaches him is none."""
        ticket = unit.tickets.get(fact.ticket) if fact.message else None
        noted = noting.noted(unit, ticket) if ticket is not None and ticket.waits_on_answer else None
        if ticket is not None and noted is not None and noted.message == fact.message:
            work.set_status(self._background(unit, ticket), ticket, Status.NEW, because="undelivered")

    def _edited(self, unit: Unit, fact: MessageChanged) -> None:
        """A question that was changed into a complaint, or the wish for a person, is held up by no article."""
        ticket = unit.tickets.get(fact.ticket)
        if not ticket.waits_on_answer or noting.noted(unit, ticket) is None:
            return
        context = self._background(unit, ticket)
        said = plain(unit.tickets.message(fact.message).text)
        if straight.wants_person(said, context.workspace.knowledge.straight_to_person):
            work.set_status(context, ticket, Status.NEW, because="customer_wrote")

    def _absorbed(self, unit: Unit, fact: TicketAbsorbed) -> None:
        """Somebody of the house brought another case into it."""
        ticket = unit.tickets.get(fact.ticket)
        if ticket.waits_on_answer and noting.noted(unit, ticket) is not None:
            work.set_status(self._background(unit, ticket), ticket, Status.NEW, because="merged")

    def _silence(self, unit: Unit, timer: Any) -> None:
        """He said nothing for so long: it counts as solved, and nobody is told; his next words bring it back."""
        unit.timers.clear(noting.SILENCE, timer.subject)
        ticket = unit.tickets.get(timer.subject)
        noted = noting.noted(unit, ticket) if ticket.waits_on_answer else None
        if noted is not None:
            _end(self._background(unit, ticket), ticket, noted, Outcome.QUIET)


def _because(unit: Unit, ticket: Ticket, fact: StatusChanged) -> str:
    if not Status(fact.before).live and fact.because != ASKED and unit.actor == ticket.requester:
        return "reopened"
    return _BECAUSE.get(fact.because, "team")


def solve(context: Context, ticket: Ticket, noted: Noted) -> None:
    """The customer says that the answer was enough: it counts as useful, and the buttons under it go."""
    _vote(context.unit, ticket, noted)
    _end(context, ticket, noted, Outcome.HELPED)
    _show_end(context, ticket, noted, "helped")


def _vote(unit: Unit, ticket: Ticket, noted: Noted) -> None:
    unit.knowledge.vote(Vote(noted.article, ticket.requester, Opinion.HELPED, unit.now, noted.question))


def _end(context: Context, ticket: Ticket, noted: Noted, outcome: Outcome) -> None:
    unit, quiet = context.unit, outcome is Outcome.QUIET
    unit.knowledge.settle(noted.question, outcome)
    unit.record(AnswerHelped(ticket.id, noted.article, noted.question, quiet=quiet))
    work.set_status(context, ticket, Status.SOLVED, because=QUIET if quiet else ANSWERED)


def hand_over(context: Context, ticket: Ticket, noted: Noted) -> None:
    """Give it to the team: its rooms get the card and all that was said; the customer hears its number, if he waits."""
    unit = context.unit
    noting.note(unit, ticket.id, noted)
    unit.knowledge.settle(noted.question, Outcome.PERSON)
    unit.record(HandedToTeam(ticket.id, noted.article, noted.question, noted.because))
    living.join(context, ticket, unit.people.team(ticket.team))
    living.refresh(context, ticket)
    relay.show_again(context, ticket, unit.tickets.threads(ticket.id, Side.TEAM))
    if noted.because == "undelivered":
        return
    _show_end(context, ticket, noted, "person")
    thread = _customers(unit, ticket)
    if thread is not None and noted.because != "team":
        living.acknowledge(context, ticket, thread, unit.people.person(ticket.requester))


def _show_end(context: Context, ticket: Ticket, noted: Noted, end: str) -> None:
    """Take the buttons away from the answer, and say what came of it."""
    unit, thread = context.unit, _customers(context.unit, ticket)
    message = unit.tickets.message(noted.message)
    if thread is not None:
        words = context.words_for(unit.people.person(ticket.requester), thread.place)
        answer = Answer(message.text, f"K-{noted.article}", ticket.reference)
        relay.show_as(unit, message, thread, answer_cards.ended_post(answer, end, words))


def _customers(unit: Unit, ticket: Ticket) -> Thread | None:
    return next(iter(unit.tickets.threads(ticket.id, Side.CUSTOMER)), None)


def _merged(unit: Unit, fact: TicketMerged) -> None:
    """Somebody of the house joined it to another case: there a person has it."""
    ticket = unit.tickets.get(fact.ticket)
    noted = noting.noted(unit, ticket)
    if noted is not None and not noted.because:
        noting.note(unit, ticket.id, replace(noted, because="team"))
        unit.knowledge.settle(noted.question, Outcome.PERSON)


def rows(unit: Unit, ticket: Ticket) -> Callable[[Words], Sequence[Row]]:
    """What a ticket's card tells of the answer: which, and what the customer said to it."""
    noted = noting.noted(unit, ticket)
    if noted is None:
        return lambda words: ()
    try:
        article = unit.knowledge.get(noted.article)
    except NotFound:
        return lambda words: ()
    said = noting.said_of(noted, noting.question_of(unit, noted))
    return lambda words: (answer_cards.answered_row(article, said, words),)
