"""What a team's morning digest and the daily sign of life are made of.

A clock's due time is read for the ticket it belongs to (`request` 0) or for the request; what has no owner on the
request's side is nobody's, whoever has the ticket.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select

from bot.collab.rules import State
from bot.digests.rules import Listed, Waiting
from bot.tickets.rules import Status
from storage.encoding import micros, moment
from storage.statements import Link, Row, Statement
from storage.tables.clocks import clocks, running
from storage.tables.collab import collab_requests, with_team
from storage.tables.facts import facts
from storage.tables.tickets import live, tickets

_NONE: ColumnElement[int] = literal_column("0")
_owner = case((clocks.c.request == 0, tickets.c.assignee), else_=collab_requests.c.owner)
_due = (
    running,
    clocks.c.target >= bindparam("since"),
    clocks.c.target < bindparam("until"),
    or_(
        and_(clocks.c.request == 0, tickets.c.team == bindparam("team")),
        and_(clocks.c.request != 0, collab_requests.c.team == bindparam("team")),
    ),
)
_clocks = clocks.join(tickets, tickets.c.id == clocks.c.ticket).outerjoin(
    collab_requests, collab_requests.c.id == clocks.c.request
)
DUE = Statement(
    select(clocks.c.ticket, clocks.c.request, tickets.c.title, clocks.c.measure, clocks.c.target, _owner)
    .select_from(_clocks)
    .where(*_due)
    .order_by(clocks.c.target, clocks.c.id)
    .limit(bindparam("limit"))
)
DUE_COUNT = Statement(select(func.count()).select_from(_clocks).where(*_due))

# What waits for its customer needs no owner yet: an article has answered him.
_ownerless = and_(tickets.c.assignee.is_(None), tickets.c.status != literal_column(f"'{Status.PENDING}'"))
_unassigned = (live, tickets.c.team == bindparam("team"), _ownerless)
UNASSIGNED = Statement(
    select(tickets.c.id, _NONE, tickets.c.title, literal_column("''"), tickets.c.created_at, _NONE)
    .where(*_unassigned)
    .order_by(tickets.c.created_at, tickets.c.id)
    .limit(bindparam("limit"))
)
UNASSIGNED_COUNT = Statement(select(func.count()).select_from(tickets).where(*_unassigned))

_unanswered = (with_team, collab_requests.c.team == bindparam("team"), collab_requests.c.state == bindparam("asked"))
UNANSWERED = Statement(
    select(
        collab_requests.c.ticket,
        collab_requests.c.id,
        tickets.c.title,
        literal_column("''"),
        func.coalesce(collab_requests.c.started_at, collab_requests.c.created_at),
        func.coalesce(collab_requests.c.owner, _NONE),
    )
    .select_from(collab_requests.join(tickets, tickets.c.id == collab_requests.c.ticket))
    .where(*_unanswered)
    .order_by(collab_requests.c.created_at, collab_requests.c.id)
    .limit(bindparam("limit"))
)
UNANSWERED_COUNT = Statement(select(func.count()).select_from(collab_requests).where(*_unanswered))

NEWEST = Statement(select(func.coalesce(func.max(facts.c.id), _NONE)))
HAPPENED = Statement(
    select(facts.c.kind, func.count())
    .where(facts.c.id > bindparam("after"), facts.c.id <= bindparam("upto"), facts.c.copy_of.is_(None))
    .group_by(facts.c.kind)
)
OPEN = Statement(select(func.count(), func.count().filter(_ownerless)).select_from(tickets).where(live))


class Digests:
    """See `bot.digests.ports.DigestStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def due(self, team: int, since: datetime | None, until: datetime, limit: int) -> Listed:
        """What of a team's tickets, and of requests to it, has a running clock whose target is in [since, until)."""
        span = {"team": team, "since": micros(since) if since else 0, "until": micros(until)}
        return _listed(self._link.value(DUE_COUNT, **span), self._link.all(DUE, limit=limit, **span))

    def unassigned(self, team: int, limit: int) -> Listed:
        """The team's live tickets that nobody has, oldest first; `target_at` is when each was opened."""
        rows = self._link.all(UNASSIGNED, team=team, limit=limit)
        return _listed(self._link.value(UNASSIGNED_COUNT, team=team), rows)

    def unanswered(self, team: int, limit: int) -> Listed:
        """Requests to the team that nobody has accepted, oldest first; `target_at` is when each was asked."""
        wanted = {"team": team, "asked": State.ASKED.value}
        return _listed(self._link.value(UNANSWERED_COUNT, **wanted), self._link.all(UNANSWERED, limit=limit, **wanted))

    def happened(self, after: int) -> tuple[int, dict[str, int]]:
        """The number of the newest fact, and how many of each kind came after fact number `after`."""
        upto = self._link.value(NEWEST)
        rows = self._link.all(HAPPENED, after=after, upto=upto)
        return upto, {str(kind): int(count) for kind, count in rows}

    def open_tickets(self) -> tuple[int, int]:
        """How many tickets are live, and how many of them nobody has."""
        row = self._link.one(OPEN)
        return (row[0], row[1]) if row else (0, 0)


def _listed(count: int, rows: Sequence[Row]) -> Listed:
    return Listed(
        count,
        tuple(
            Waiting(ticket, request, title, measure, moment(at), owner or 0)
            for ticket, request, title, measure, at, owner in rows
        ),
    )
