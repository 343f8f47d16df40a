"""What seldom changes (teams, rooms, the workspace), remembered between units and true on every replica.

One number in the database counts the changes. Whoever changes something of this kind raises it in the same transaction;
a unit reads it first, and believes what was remembered under the same number only. So a message costs one small read
instead of half a dozen, and no replica ever acts on what another one has changed.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, literal_column, select

from storage.claims import insert
from storage.statements import Statement
from storage.tables.keystore import changes

MOST = 50_000
"""Things that are remembered at most; beyond that everything is asked anew."""

_of_all: ColumnElement[str] = literal_column("'standing'")
COUNTED = Statement(select(changes.c.number).where(changes.c.name == _of_all))
COUNT = Statement(
    insert(changes)
    .values(name=_of_all, number=literal_column("1"))
    .on_conflict_do_update(index_elements=["name"], set_={"number": changes.c.number + literal_column("1")})
)

T = TypeVar("T")


class Memory:
    """What one process remembers; of use to several threads at once."""

    def __init__(self) -> None:
        self._number = -1
        self._found: dict[Hashable, Any] = {}
        self._lock = Lock()

    def under(self, number: int) -> dict[Hashable, Any]:
        """What is known to hold after this many changes; whoever looks something up adds it.

        A unit that began before the latest change gets an empty one for itself.
        """
        with self._lock:
            if number > self._number or len(self._found) > MOST:
                self._number, self._found = number, {}
            return self._found if number == self._number else {}

    def forget(self) -> None:
        """Changes that others may have seen already did not come about."""
        with self._lock:
            self._number, self._found = -1, {}


class Remembering:
    """The part of a `Link` that spares asking twice."""

    __slots__ = ("_memory", "_standing", "memo")

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._standing: dict[Hashable, Any] | None = None
        self.memo: dict[Hashable, Any] = {}

    def standing(self, key: Hashable, look: Callable[[], T]) -> T:
        """What `look` finds, or found before; see `Link`."""
        known = self._standing
        if known is None:
            known = self._standing = self._memory.under(self._changes() or 0)
        if key not in known:
            known[key] = look()
        value: T = known[key]
        return value

    def unsettle(self) -> None:
        """Something that stands is changed by this unit; see `Link`."""
        self._standing = {}
        self._count_change()

    def forget(self) -> None:
        """A part of the unit was undone: believe nothing that was learned until then."""
        self.memo.clear()
        self._standing = {}

    def _changes(self) -> int | None:
        raise NotImplementedError

    def _count_change(self) -> None:
        raise NotImplementedError
