"""Tickets: rows to frozen objects and back. Their threads and messages stand in `conversation`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, update

from bot.errors import NotFound, StaleWrite
from bot.tickets.ports import Column
from bot.tickets.rules import Status, Ticket
from storage.claims import all_columns, among, insert
from storage.conversation import BY_ORIGIN, Conversation
from storage.encoding import micros, possible
from storage.queries.board import board
from storage.queries.search import search
from storage.statements import Statement
from storage.tables.tickets import live, tickets
from storage.ticketrows import TICKET, changeable, ticket_of

_values = all_columns(tickets, "id")
ADD = Statement(insert(tickets).values(_values).on_conflict_do_nothing().returning(tickets.c.id))
GET = Statement(select(*TICKET).where(tickets.c.id == bindparam("id")))
GATHER = Statement(select(*TICKET).where(among(tickets.c.id, "ids")))
SAVE = Statement(
    update(tickets)
    .where(tickets.c.id == bindparam("id_"), tickets.c.version == bindparam("read_version"))
    .values(all_columns(tickets, "id", "created_at", "origin"))
)


def _queue(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Urgent first, then oldest."""
    return (
        select(*TICKET)
        .where(live, *conditions)
        .order_by(tickets.c.weight.desc(), tickets.c.created_at, tickets.c.id)
        .limit(bindparam("limit"))
    )


ASSIGNED = Statement(_queue(tickets.c.assignee == bindparam("person")))
UNASSIGNED = Statement(_queue(tickets.c.assignee.is_(None), among(tickets.c.team, "teams")))
REQUESTED = Statement(
    select(*TICKET)
    .where(
        tickets.c.requester == bindparam("person"),
        tickets.c.status != bindparam("closed"),
        tickets.c.merged_into.is_(None),
    )
    .order_by(tickets.c.created_at.desc(), tickets.c.id.desc())
    .limit(bindparam("limit"))
)


class Tickets(Conversation):
    """See `bot.tickets.ports.TicketStore`."""

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket (`id` 0); gives it back with its number.

        Where `origin` is set and a ticket with it exists, gives back that one: `created_at` then differs.
        """
        values = {**changeable(ticket), "created_at": micros(ticket.created_at), "origin": ticket.origin or None}
        id = self._link.value(ADD, updated_at=micros(ticket.updated_at), version=ticket.version, **values)
        if id is not None:
            added = self._link.memo["ticket", id] = replace(ticket, id=id)
            self._link.memo["threads", id] = self._link.memo["links", id] = ()  # nobody else knows of it yet
            return added
        twin = self.by_origin(ticket.origin)
        assert twin is not None, "what was in the way is there"  # noqa: S101
        return twin

    def get(self, id: int) -> Ticket:
        """Raises `NotFound` (key `ticket.unknown`, value `reference`)."""
        known: Ticket | None = self._link.memo.get(("ticket", id))
        if known is not None:
            return known
        row = self._link.one(GET, id=id) if possible(id) else None
        if row is None:
            raise NotFound("ticket.unknown", reference=f"T-{id}")
        found = self._link.memo["ticket", id] = ticket_of(row)
        return found

    def gather(self, ids: Sequence[int]) -> None:
        """These tickets, and where they are, are at hand when they are asked for."""
        found = (ticket_of(row) for row in self._link.all(GATHER, ids=list(ids)))
        self._link.memo.update({("ticket", ticket.id): ticket for ticket in found})
        self.gather_threads(ids)

    def by_origin(self, origin: str) -> Ticket | None:
        """The ticket that was made from this message."""
        row = self._link.one(BY_ORIGIN, origin=origin) if origin else None
        return ticket_of(row) if row else None

    def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between.

        On PostgreSQL the exception may come as late as the end of the unit: nothing is stored either way.
        """
        saved = replace(ticket, updated_at=now, version=ticket.version + 1)
        self._link.memo["ticket", ticket.id] = saved
        self._link.demand(
            SAVE,
            lambda: StaleWrite(f"{ticket.reference} was saved by somebody else since version {ticket.version}"),
            id_=ticket.id,
            read_version=ticket.version,
            updated_at=micros(now),
            version=saved.version,
            **changeable(ticket),
        )
        return saved

    def assigned_to(self, person: int, limit: int = 50) -> list[Ticket]:
        """Live tickets of an assignee: urgent first, then oldest."""
        return [ticket_of(row) for row in self._link.all(ASSIGNED, person=person, limit=limit)]

    def requested_by(self, person: int, limit: int = 50) -> list[Ticket]:
        """Live and solved tickets of a requester, newest first; closed and merged ones are left out."""
        rows = self._link.all(REQUESTED, person=person, closed=Status.CLOSED.value, limit=limit)
        return [ticket_of(row) for row in rows]

    def unassigned(self, teams: Sequence[int], limit: int = 50) -> list[Ticket]:
        """Live tickets of these teams without an assignee: urgent first, then oldest."""
        return [ticket_of(row) for row in self._link.all(UNASSIGNED, teams=list(teams), limit=limit)]

    def search(self, variants: Sequence[str], *, teams: Sequence[int] | None, person: int, limit: int) -> list[Ticket]:
        """Tickets in whose title or conversation one of these wordings (two at most) stands, newest first.

        `teams` None: all; some: theirs and those assigned to `person`; none: those that `person` asked for, by what
        he saw.
        """
        return search(self._link, variants, teams=teams, person=person, limit=limit)

    def columns(self, teams: Sequence[int] | None, groups: Sequence[tuple[Status, ...]], each: int) -> list[Column]:
        """The board of these teams (None: of all): one column a group of statuses, the `each` most pressing in it.

        Tickets that were merged into others stand in no column.
        """
        return board(self._link, teams, groups, each)
