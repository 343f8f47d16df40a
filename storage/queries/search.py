"""Tickets by words that stand in their title or in what was said; part of a word is enough.

A scan of the tickets that the reader may see, newest first, which stops at the limit: quick for what is recent, and
enough until the knowledge base brings its engine.
"""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from bot.tickets.rules import Fate, Ticket
from storage.claims import among
from storage.encoding import storable
from storage.statements import Link, Statement
from storage.tables.tickets import messages, tickets
from storage.ticketrows import TICKET, ticket_of

# A wording may be looked for in two scripts (simplified and traditional).
VARIANTS = 2


def folded(words: str) -> str:
    """How words are compared: compatibility forms made one (NFKC), without case."""
    return unicodedata.normalize("NFKC", storable(words)).casefold()


def _contains(column: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.like(bindparam(f"pattern{at}"), escape="\\") for at in range(VARIANTS)))


def _found(*conditions: ColumnElement[bool], said: Sequence[ColumnElement[bool]] = ()) -> Select[tuple[object, ...]]:
    in_conversation = exists(
        select(messages.c.id).where(
            messages.c.ticket == tickets.c.id, messages.c.removed_at.is_(None), _contains(messages.c.said), *said
        )
    )
    return (
        select(*TICKET)
        .where(*conditions, or_(_contains(func.lower(tickets.c.title)), in_conversation))
        .order_by(tickets.c.id.desc())
        .limit(bindparam("limit"))
    )


EVERYWHERE = Statement(_found())
OF_TEAMS = Statement(_found(or_(among(tickets.c.team, "teams"), tickets.c.assignee == bindparam("person"))))
_seen = (messages.c.public == bindparam("public"), messages.c.fate == bindparam("fate"))
OF_REQUESTER = Statement(_found(tickets.c.requester == bindparam("person"), said=_seen))


def search(
    link: Link, variants: Sequence[str], *, teams: Sequence[int] | None, person: int, limit: int
) -> list[Ticket]:
    """See `bot.tickets.ports.TicketStore.search`."""
    patterns = [f"%{_escaped(folded(variant))}%" for variant in variants][:VARIANTS]
    patterns += patterns[:1] * (VARIANTS - len(patterns))
    values = {f"pattern{at}": pattern for at, pattern in enumerate(patterns)} | {"limit": limit}
    if teams is None:
        rows = link.all(EVERYWHERE, **values)
    elif teams:
        rows = link.all(OF_TEAMS, teams=list(teams), person=person, **values)
    else:
        rows = link.all(OF_REQUESTER, person=person, public=True, fate=Fate.SHOWN.value, **values)
    return [ticket_of(row) for row in rows]


def _escaped(words: str) -> str:
    """The words as LIKE takes them literally."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
