"""Moving a ticket by an emoji on its card: 👀 takes it, ✅ solves it."""

from collections.abc import Callable, Mapping

from bot.chat.context import Context
from bot.chat.events import ReactionAdded
from bot.people.permissions import Right, may
from bot.tickets import living, work
from bot.tickets.rules import Ticket

Move = tuple[Right, Callable[[Context, Ticket], object]]

_TAKE: Move = (Right.TAKE, lambda context, ticket: work.take(context, ticket, context.who))
_SOLVE: Move = (Right.SOLVE, lambda context, ticket: work.solve(context, ticket))

# By short name. Not every platform offers every emoji as a reaction, hence two that mean the same.
MOVES: Mapping[str, Move] = {
    "eyes": _TAKE,
    "white_check_mark": _SOLVE,
    "heavy_check_mark": _SOLVE,
    "ok_hand": _SOLVE,
}


def moved(context: Context, event: ReactionAdded) -> bool:
    """Whether the reaction stood on a ticket's card and meant a move; made if the person may and it can be made.

    An emoji is no command: who may not, or comes second, changes nothing, and the card shows how things stand.
    """
    move = MOVES.get(event.emoji)
    posted = context.unit.posted.at(event.place, event.message) if move else None
    if move is None or posted is None or not posted.key.startswith(living.card_prefix(posted.ticket)):
        return False
    right, act = move
    ticket = context.unit.tickets.get(posted.ticket)
    if may(context.who, right, ticket) and ticket.status.live and not ticket.merged_into:
        act(context, ticket)
    return True
