"""Facts: stored as they are recorded, read back as history."""

from sqlalchemy import BigInteger, bindparam, cast, func, select

from bot.facts import Fact, Record, restored
from storage.claims import all_columns, insert
from storage.encoding import micros, moment, packed, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.facts import facts

_FACT = (facts.c.id, facts.c.at, facts.c.actor, facts.c.source, facts.c.kind, facts.c.ticket, facts.c.data)
ADD = Statement(insert(facts).values(all_columns(facts, "id", "copy_of")))
OF_TICKET = Statement(
    select(*_FACT)
    .where(facts.c.ticket == bindparam("ticket"))
    .order_by(facts.c.at.desc(), facts.c.id.desc())
    .limit(bindparam("limit"))
)
LATEST = Statement(select(func.max(facts.c.id)))
_copied = ("at", "actor", "source", "kind", "data")
COPY = Statement(
    insert(facts)
    .from_select(
        [*_copied, "ticket", "copy_of"],
        select(
            *(facts.c[name] for name in _copied),
            cast(bindparam("new"), BigInteger),
            func.coalesce(facts.c.copy_of, facts.c.id),
        )
        .where(facts.c.ticket == bindparam("old"))
        .order_by(facts.c.at, facts.c.id),
    )
    .on_conflict_do_nothing()
)


class Facts:
    """See `bot.unit.FactStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, fact: Fact, actor: int, source: str) -> None:
        """Store what happened now."""
        self._link.touched.add("facts")
        self._link.run(
            ADD,
            at=micros(self._link.now),
            actor=actor,
            source=source,
            kind=fact.kind,
            ticket=fact.ticket,
            data=packed(fact.values()),
        )

    def of_ticket(self, ticket: int, limit: int = 500) -> list[Record]:
        """The last `limit` facts of a ticket, oldest first."""
        return [_record(row) for row in reversed(self._link.all(OF_TICKET, ticket=ticket, limit=limit))]

    def latest(self) -> int:
        """The number of the newest fact (0: none); live pages ask whether it grew."""
        return self._link.value(LATEST) or 0

    def move(self, old: int, new: int) -> None:
        """The history of ticket `old` belongs to `new` as well from now on (merging copies it, with its times)."""
        self._link.touched.add("facts")
        self._link.run(COPY, old=old, new=new)


def _record(row: Row) -> Record:
    id, at, actor, source, kind, ticket, data = row
    return Record(id, moment(at), actor, source, restored(kind, ticket, _tuples(unpacked(data))))


def _tuples(values: dict[str, object]) -> dict[str, object]:
    """JSON knows lists only; facts are frozen and hold tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
