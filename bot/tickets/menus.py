"""A card's menus, where a platform has only buttons: the question and its choices, for those who may choose."""

from collections.abc import Callable

from bot.chat.context import Context
from bot.chat.questions import days
from bot.chat.views import Choice, Menu
from bot.people.permissions import Right
from bot.tickets import living
from bot.tickets.cards import assign_menu, priority_menu, status_menu
from bot.tickets.finding import by_reference, demand
from bot.tickets.rules import Ticket

Question = tuple[str, tuple[Choice, ...]]


def _chooser(right: Right, menu: Callable[[Context, Ticket], Menu]) -> Callable[[Context, int], Question]:
    def choose(context: Context, number: int) -> Question:
        found = _of(context, number, right)
        shown = menu(context, found)
        return context.words("menu.question", reference=found.reference, label=shown.label), shown.choices

    return choose


def _of(context: Context, number: int, right: Right) -> Ticket:
    found = by_reference(context, f"T-{number}")
    demand(context, right, found)
    return found


def _candidates(context: Context, ticket: Ticket) -> Menu:
    return assign_menu(ticket, living.described(context, ticket), context.words)


choose_assignee = _chooser(Right.ASSIGN, _candidates)
choose_priority = _chooser(Right.EDIT, lambda context, ticket: priority_menu(ticket, context.words))
choose_status = _chooser(Right.EDIT, lambda context, ticket: status_menu(ticket, context.words))


def choose_type(context: Context, number: int) -> Question:
    """Of which kind it is."""
    found = _of(context, number, Right.EDIT)
    question = context.words("menu.question", reference=found.reference, label=context.words("button.type"))
    return question, tuple(Choice(kind, kind) for kind in context.workspace.types)


def choose_due(context: Context, number: int) -> Question:
    """The next days, where there is no date picker."""
    found = _of(context, number, Right.EDIT)
    question = context.words("menu.question", reference=found.reference, label=context.words("button.due"))
    today = context.unit.now.astimezone(context.workspace.zone).date()
    return question, days(context.words, today)
