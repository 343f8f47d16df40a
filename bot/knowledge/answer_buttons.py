"""The two buttons under an answer that a customer got first. Pressed twice, late, or by somebody else, each has a clear
answer."""

from bot.chat.context import Context
from bot.chat.events import ButtonPressed
from bot.chat.views import Reply
from bot.errors import NotAllowed, NotFound
from bot.knowledge import deflecting, noting
from bot.knowledge.noting import Noted
from bot.knowledge.rules import Occasion, Opinion, Outcome, Question, Vote
from bot.tickets import work
from bot.tickets.rules import Status, Ticket


def solved(context: Context) -> Reply | None:
    """ "Solved": the answer was enough. Where a person has it by now, he may solve it as any other ticket of his."""
    question, ticket, noted = _asked(context)
    if ticket.merged_into:
        return context.tell("answer.with_person", reference=ticket.reference)
    if not ticket.status.live:
        return context.tell("answer.solved_already")
    if noted.because or not ticket.waits_on_answer:
        _judged(context, question, Opinion.HELPED)
        work.solve(context, ticket)
    else:
        deflecting.solve(context, ticket, noted)
    return context.tell("answer.thanks")


def person(context: Context) -> Reply | None:
    """ "I need a person": the team has it at once, also where it was thought to be solved."""
    question, ticket, noted = _asked(context)
    if ticket.merged_into:
        return context.tell("answer.with_person", reference=ticket.reference)
    if ticket.status is Status.CLOSED:
        return context.tell("answer.closed", reference=ticket.reference)
    if ticket.status is Status.SOLVED:
        if question.outcome is Outcome.HELPED:
            _judged(context, question, Opinion.NOT_HELPED)
        work.reopen(context, ticket, because=deflecting.ASKED)
    elif ticket.waits_on_answer and not noted.because:
        work.set_status(context, ticket, Status.NEW, because=deflecting.ASKED)
    else:
        return context.tell("answer.with_person", reference=ticket.reference)
    return context.tell("answer.goes_to_person", reference=ticket.reference)


def _asked(context: Context) -> tuple[Question, Ticket, Noted]:
    """What was asked, its ticket, and what is known of it.

    Raises `NotFound` for a button of another time, `NotAllowed` for everybody but the one who asked.
    """
    event, unit = context.event, context.unit
    question = unit.knowledge.question(event.subject) if isinstance(event, ButtonPressed) else None
    if question is None or question.occasion is not Occasion.ANSWER or not question.ticket:
        raise NotFound("chat.old_button")
    if question.person != context.who.id:
        raise NotAllowed("answer.not_yours")
    ticket = unit.tickets.get(question.ticket)
    noted = noting.noted(unit, ticket)
    if noted is None:
        raise NotFound("chat.old_button")
    return question, ticket, noted


def _judged(context: Context, question: Question, opinion: Opinion) -> None:
    unit = context.unit
    for article in question.articles[:1]:
        unit.knowledge.vote(Vote(article, context.who.id, opinion, unit.now, question.id))
