"""Rest, leave and other stretches in which somebody is not to be had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from bot.duty.rules import Block, Kind
from storage.claims import all_columns, among
from storage.encoding import micros, moment
from storage.statements import Link, Row, Statement
from storage.tables.duty import duty_blocks

_BLOCK = (
    duty_blocks.c.id,
    duty_blocks.c.person,
    duty_blocks.c.starts_at,
    duty_blocks.c.ends_at,
    duty_blocks.c.kind,
    duty_blocks.c.note,
)
_not_over = duty_blocks.c.ends_at > bindparam("since")
_in_order = (duty_blocks.c.starts_at, duty_blocks.c.id)
OF = Statement(select(*_BLOCK).where(duty_blocks.c.person == bindparam("person_id"), _not_over).order_by(*_in_order))
OF_ALL = Statement(select(*_BLOCK).where(among(duty_blocks.c.person, "persons"), _not_over).order_by(*_in_order))
EVERYBODYS = Statement(select(*_BLOCK).where(_not_over).order_by(*_in_order))
ADD = Statement(insert(duty_blocks).values(all_columns(duty_blocks, "id")).returning(duty_blocks.c.id))
SAVE = Statement(
    update(duty_blocks)
    .where(duty_blocks.c.id == bindparam("id_"))
    .values(starts_at=bindparam("starts_at"), ends_at=bindparam("ends_at"), note=bindparam("note"))
)
DROP = Statement(delete(duty_blocks).where(duty_blocks.c.id == bindparam("id_")))


_LOOKED_BACK = timedelta(days=1)


class Duty:
    """See `bot.duty.ports.DutyStore`.

    Each card asks who is off duty, and blocks seldom change: those that are not long over stand in memory.
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, block: Block) -> Block:
        """Store a new block (`id` 0); gives it back with its number."""
        self._link.unsettle()
        stretch = {"starts_at": micros(block.starts_at), "ends_at": micros(block.ends_at)}
        number = self._link.value(ADD, person=block.person, kind=block.kind.value, note=block.note, **stretch)
        return replace(block, id=number)

    def save(self, block: Block) -> None:
        """Store beginning, end and note."""
        self._link.unsettle()
        stretch = {"starts_at": micros(block.starts_at), "ends_at": micros(block.ends_at)}
        self._link.run(SAVE, id_=block.id, note=block.note, **stretch)

    def drop(self, block: int) -> None:
        """Forget it; nothing happens if there is none."""
        self._link.unsettle()
        self._link.run(DROP, id_=block)

    def of(self, person: int, since: datetime) -> list[Block]:
        """His blocks that end after `since`, by their beginning."""
        known = self._known(since)
        if known is None:
            return [_block(row) for row in self._link.all(OF, person_id=person, since=micros(since))]
        return [block for block in known.get(person, ()) if block.ends_at > since]

    def of_all(self, persons: Sequence[int], since: datetime) -> dict[int, list[Block]]:
        """The same for many, by person; one query at most. Persons without a block are left out."""
        known = self._known(since)
        if known is None:
            known = _by_person(self._link.all(OF_ALL, persons=list(persons), since=micros(since)))
        found = {person: [block for block in known.get(person, ()) if block.ends_at > since] for person in persons}
        return {person: blocks for person, blocks in found.items() if blocks}

    def _known(self, since: datetime) -> Mapping[int, Sequence[Block]] | None:
        """Everybody's blocks from memory, which goes back to the day before they were read; None for earlier ones."""
        floor, known = self._link.standing(("duty",), self._read)
        return known if since >= floor else None

    def _read(self) -> tuple[datetime, Mapping[int, Sequence[Block]]]:
        floor = self._link.now - _LOOKED_BACK
        return floor, _by_person(self._link.all(EVERYBODYS, since=micros(floor)))


def _by_person(rows: Iterable[Row]) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = {}
    for row in rows:
        block = _block(row)
        found.setdefault(block.person, []).append(block)
    return found


def _block(row: Row) -> Block:
    id, person, starts_at, ends_at, kind, note = row
    return Block(id, person, moment(starts_at), moment(ends_at), Kind(kind), note)
