"""A ticket as a row: its columns in order, and how values lie in them."""

from bot.chat.viewjson import text_from_json, text_to_json
from bot.tickets.rules import Priority, Status, Ticket
from storage.encoding import micros_or_none, moment, moment_or_none, packed, unpacked
from storage.statements import Row
from storage.tables.tickets import tickets

WEIGHTS = {Priority.LOW: 10, Priority.NORMAL: 20, Priority.HIGH: 30, Priority.URGENT: 40}
"""How priorities are stored, so that the database can put them in order; the gaps leave room for others."""

_PRIORITIES = {weight: priority for priority, weight in WEIGHTS.items()}

TICKET = (
    tickets.c.id,
    tickets.c.title,
    tickets.c.description,
    tickets.c.requester,
    tickets.c.team,
    tickets.c.created_at,
    tickets.c.updated_at,
    tickets.c.status,
    tickets.c.weight,
    tickets.c.assignee,
    tickets.c.tags,
    tickets.c.source,
    tickets.c.link,
    tickets.c.origin,
    tickets.c.due_on,
    tickets.c.follows,
    tickets.c.merged_into,
    tickets.c.solved_at,
    tickets.c.closed_at,
    tickets.c.customer_spoke_at,
    tickets.c.last_reply,
    tickets.c.last_reply_at,
    tickets.c.version,
    tickets.c.type,
)


def changeable(ticket: Ticket) -> dict[str, object]:
    """Everything that a ticket may change, by column."""
    return {
        "title": ticket.title,
        "description": text_to_json(ticket.description),
        "requester": ticket.requester,
        "team": ticket.team or None,
        "assignee": ticket.assignee or None,
        "status": ticket.status.value,
        "live": ticket.status.live,
        "weight": WEIGHTS[ticket.priority],
        "tags": packed(ticket.tags),
        "source": ticket.source,
        "link": ticket.link,
        "due_on": ticket.due_on,
        "type": ticket.type,
        "follows": ticket.follows or None,
        "merged_into": ticket.merged_into or None,
        "solved_at": micros_or_none(ticket.solved_at),
        "closed_at": micros_or_none(ticket.closed_at),
        "customer_spoke_at": micros_or_none(ticket.customer_spoke_at),
        "last_reply": ticket.last_reply,
        "last_reply_at": micros_or_none(ticket.last_reply_at),
    }


def ticket_of(row: Row) -> Ticket:
    """The ticket in a row of the columns `TICKET`."""
    id, title, description, requester, team, created, updated, status, weight, assignee, tags, source, link = row[:13]
    origin, due_on, follows, merged, solved, closed, spoke, last_reply, last_reply_at, version, kind = row[13:]
    return Ticket(
        id=id,
        title=title,
        description=text_from_json(description),
        requester=requester,
        team=team or 0,
        created_at=moment(created),
        updated_at=moment(updated),
        status=Status(status),
        priority=_PRIORITIES[weight],
        assignee=assignee or 0,
        tags=tuple(unpacked(tags)),
        source=source,
        link=link,
        origin=origin or "",
        due_on=due_on,
        follows=follows or 0,
        merged_into=merged or 0,
        solved_at=moment_or_none(solved),
        closed_at=moment_or_none(closed),
        customer_spoke_at=moment_or_none(spoke),
        last_reply=last_reply,
        last_reply_at=moment_or_none(last_reply_at),
        version=version,
        type=kind,
    )
