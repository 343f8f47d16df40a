"""The board: how many tickets stand in each column, since when, and which are the most pressing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, func, select

from bot.tickets.ports import Column
from bot.tickets.rules import Status
from storage.claims import among
from storage.encoding import moment
from storage.statements import Link, Row, Statement
from storage.tables.tickets import tickets
from storage.ticketrows import TICKET, ticket_of

_shown = (tickets.c.merged_into.is_(None), among(tickets.c.status, "statuses"))
_of_teams = among(tickets.c.team, "teams")


def _counts(*conditions: ColumnElement[bool]) -> Statement:
    return Statement(
        select(tickets.c.status, func.count(), func.min(tickets.c.created_at))
        .where(*_shown, *conditions)
        .group_by(tickets.c.status)
    )


def _pressing(*conditions: ColumnElement[bool]) -> Statement:
    return Statement(
        select(*TICKET)
        .where(*_shown, *conditions)
        .order_by(tickets.c.weight.desc(), tickets.c.created_at, tickets.c.id)
        .limit(bindparam("limit"))
    )


COUNTS = {True: _counts(_of_teams), False: _counts()}
PRESSING = {True: _pressing(_of_teams), False: _pressing()}


def board(link: Link, teams: Sequence[int] | None, groups: Sequence[tuple[Status, ...]], each: int) -> list[Column]:
    """One column a group of statuses, for these teams (None: for all), with its `each` most pressing tickets.

    Tickets that were merged into others stand in no column.
    """
    narrowed: dict[str, list[int]] = {} if teams is None else {"teams": list(teams)}
    statuses = [status.value for group in groups for status in group]
    counts = {row[0]: row for row in link.all(COUNTS[teams is not None], statuses=statuses, **narrowed)}
    return [_column(link, group, counts, each, narrowed) for group in groups]


def _column(
    link: Link, group: tuple[Status, ...], counts: Mapping[str, Row], each: int, narrowed: Mapping[str, list[int]]
) -> Column:
    present = [counts[status.value] for status in group if status.value in counts]
    if not present:
        return Column(group, 0, None, ())
    statuses = [status.value for status in group]
    rows = link.all(PRESSING[bool(narrowed)], statuses=statuses, limit=each, **narrowed)
    return Column(
        group,
        sum(count for _, count, _ in present),
        moment(min(oldest for _, _, oldest in present)),
        tuple(ticket_of(row) for row in rows),
    )
