"""Who may do what with a request: the department that was asked answers it, the one that asks steers it.

Asking: staff who may leave notes in the ticket. Answering: members of the asked team, its lead, the request's owner.
Steering: whoever asked, the staff of his team, who may leave notes in the ticket. Administrators may all of it;
customers and analysts nothing. Whoever may answer or steer it may read it.
"""

from bot.collab.rules import CollabRequest
from bot.people.permissions import Reach, Right, may, reach
from bot.people.rules import Person, Team
from bot.tickets.rules import Ticket


def may_ask(who: Person, ticket: Ticket) -> bool:
    """Whether he may ask other departments about this ticket."""
    return who.role.staff and may(who, Right.NOTE, ticket)


def may_answer(who: Person, request: CollabRequest, team: Team) -> bool:
    """Whether he may accept, return, finish or pass on the request; `team` is the one that was asked."""
    granted = reach(who, Right.NOTE)
    if granted is Reach.TEAM:
        return request.team in who.teams or who.id in (team.lead, request.owner)
    return granted is Reach.ALL


def may_steer(who: Person, request: CollabRequest, ticket: Ticket) -> bool:
    """Whether he may withdraw, repair, resend, skip or reopen the request."""
    granted = reach(who, Right.NOTE)
    if granted is Reach.TEAM:
        return request.asking_team in who.teams or request.asker == who.id or may(who, Right.NOTE, ticket)
    return granted is Reach.ALL
