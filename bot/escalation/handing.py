"""Handing what waits to a colleague: a ticket, or a request in the team that was asked."""

from bot.chat.context import Context
from bot.collab import work as collab_work
from bot.escalation.subjects import Subject
from bot.people.rules import Person
from bot.tickets import work


def hand_over(context: Context, subject: Subject, person: Person) -> None:
    """It is this person's from now on, and he is told."""
    if subject.request:
        collab_work.hand(context, subject.request, person)
    else:
        work.assign(context, subject.ticket, person)
