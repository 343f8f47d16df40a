"""What is said where no command is given: it continues a ticket, opens one, or is none of Baton's business."""

from bot.chat.context import Context
from bot.chat.events import MessageReceived, ReactionAdded
from bot.chat.views import Reply
from bot.people.rules import Team
from bot.tickets.conversation import (
    customer_says,
    greeted,
    note_by_team,
    said_by_helper,
    said_by_team,
    said_in,
    said_of_request,
    says_little,
)
from bot.tickets.emoji import moved
from bot.tickets.finding import Where, where
from bot.tickets.joining import case_to_join
from bot.tickets.offering import offered
from bot.tickets.opening import known_from, open_ticket, request_from, request_quoted, team_for
from bot.tickets.rules import Side


def heard(context: Context, event: MessageReceived) -> Reply | None:
    """A message that is no command: continues the ticket it stands in, opens one where that is the custom, or is
    none of Baton's business."""
    found = where(context.unit, event.place, event.reply_to)
    if found is not None and found.request and event.direct and context.who.role.staff:
        return said_of_request(context, event, found)
    if found is not None and event.direct and context.who.role.staff and found.ticket.requester != context.who.id:
        return said_by_team(context, event, Where(found.ticket, Side.TEAM, None))
    if found is not None:
        return said_in(context, event, found)
    if event.direct:
        return offered(context) if context.who.role.staff else _said_directly(context, event)
    team = context.unit.people.team_of_intake(event.place)
    if team is None or (event.place.thread and context.house.can(event.place.platform).threads):
        return None
    return _said_at_intake(context, event, team)


def mentioned(context: Context) -> Reply | None:
    """The bot was spoken to with words that are no command: a customer's are for the team where his ticket is or
    would be, everybody else is offered the nearest commands and a ticket from exactly this message."""
    event = context.event
    if not isinstance(event, MessageReceived):
        return offered(context)
    found = where(context.unit, event.place, event.reply_to)
    if found is not None and found.side is Side.HELPER:
        said_by_helper(context, event, found)
        return offered(context)
    if found is not None and found.side is Side.TEAM:
        note_by_team(context, event, found)  # the thread is the record, whomever it speaks to
        return offered(context)
    if context.who.role.staff:
        return offered(context)
    if found is not None:
        customer_says(context, event, found)
        if not context.unit.tickets.get(found.ticket.id).status.live:
            return None  # he said that he has what he wanted, and was told so
        return context.tell("ticket.passed_on", reference=found.ticket.reference)
    if event.direct or context.unit.people.team_of_intake(event.place) is not None:
        return greeted(context) if says_little(event) else heard(context, event)
    return offered(context)


def _said_directly(context: Context, event: MessageReceived) -> Reply | None:
    """A customer's first words, or those after a while: they open a ticket; a mere greeting is greeted."""
    if says_little(event):
        return greeted(context)
    _open_or_join(context, event, team_for(context, event.place), by="message")
    return None


def _said_at_intake(context: Context, event: MessageReceived, team: Team) -> Reply | None:
    """A top-level message where every one is a ticket; the team's own people are not their customers."""
    if team.id not in context.who.teams and not says_little(event):
        _open_or_join(context, event, team, by="intake")
    return None


def _open_or_join(context: Context, event: MessageReceived, team: Team, *, by: str) -> None:
    """Consecutive messages of one person are one case."""
    unit = context.unit
    latest = case_to_join(context, event)
    if latest is None:
        open_ticket(context, request_from(context, event, team, by=by))
        return
    threads = unit.tickets.threads(latest.id, Side.CUSTOMER)
    here = next((thread for thread in threads if thread.place.whole == event.place.whole), None)
    customer_says(context, event, Where(latest, Side.CUSTOMER, here))


def reacted(context: Context, event: ReactionAdded) -> Reply | None:
    """The workspace's emoji on a message makes it a ticket, with its author as the requester.

    The staff may point at anybody's message, a customer at his own. What belongs to a ticket already makes no other.
    """
    if moved(context, event):
        return None
    quoted = event.quoted
    if event.emoji != context.workspace.reaction or quoted is None:
        return None
    if not context.who.role.staff and quoted.user != event.user:
        return None
    if known_from(context.unit, quoted.place, quoted.message) or where(context.unit, quoted.place):
        return None
    open_ticket(context, request_quoted(context, quoted, by="reaction"))
    return None
