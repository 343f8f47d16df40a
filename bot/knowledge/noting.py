"""What is remembered of a ticket whose customer was answered first: the question, and whether a person has it."""

from dataclasses import asdict, dataclass

from bot.knowledge.rules import Outcome, Question
from bot.tickets.rules import Ticket
from bot.unit import Unit

SILENCE = "silence"
"""The kind of the timers that end the wait for what customers say; their subject is the ticket's number."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The number of what was asked, of the article that answered it, and of the answer in the ticket's conversation.

    `because` is why the team has it (`answer.said.*` in the catalogue; "" while it has not).
    """

    question: int
    article: int
    message: int
    because: str = ""


def note(unit: Unit, ticket: int, noted: Noted) -> None:
    """Remember it with the ticket."""
    unit.keys.put(_key(ticket), asdict(noted))


def noted(unit: Unit, ticket: Ticket) -> Noted | None:
    """What is known of the ticket; None, mostly without a look, for one that only people have answered."""
    stored = unit.keys.get(_key(ticket.id)) if ticket.answered_with else None
    return Noted(**stored) if stored else None


def question_of(unit: Unit, noted: Noted) -> Question | None:
    """What was asked, and what came of it."""
    return unit.knowledge.question(noted.question)


def said_of(noted: Noted, question: Question | None) -> str:
    """What the customer said to the answer, as the catalogue names it."""
    if noted.because:
        return noted.because
    known = {Outcome.HELPED: "helped", Outcome.QUIET: "quiet", Outcome.PERSON: "team"}
    return known.get(question.outcome, "waiting") if question else "waiting"


def _key(ticket: int) -> str:
    return f"answered/{ticket}"
