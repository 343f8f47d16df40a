"""Deliveries of the platforms: stored once each, handled once each.

A row is open until it is handled or given up. While somebody has it in hands, `due_at` is the end of the lease, so that
what a dead process held falls due by itself.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, literal_column, or_, select, update

from bot.chat.contract import Arrival
from bot.chat.events import Place
from bot.chat.ports import InboxRow
from bot.errors import IN_TURN, StaleWrite
from storage.claims import all_columns, claimed, insert
from storage.encoding import bounded, micros, moment, moment_or_none
from storage.statements import Link, Row, Statement
from storage.tables.inbox import given_up, handled, inbox, waiting

_ROW = (
    inbox.c.id,
    inbox.c.platform,
    inbox.c.key,
    inbox.c.payload,
    inbox.c.received_at,
    inbox.c.attempts,
    inbox.c.error,
)
ADD = Statement(insert(inbox).values(all_columns(inbox, "id")).on_conflict_do_nothing().returning(inbox.c.id))
_nobody: ColumnElement[str] = literal_column("''")
_LAST = (1 << 63) - 1


def _claim(*conditions: ColumnElement[bool]) -> Statement:
    due = claimed(
        select(inbox.c.id)
        .where(waiting, inbox.c.due_at <= bindparam("now"), *conditions)
        .order_by(inbox.c.due_at, inbox.c.id)
        .limit(bindparam("limit"))
    )
    # Asked once: as a plain subquery PostgreSQL may ask it again for each row that it looks at, and as what is locked
    # is passed over, each time it gives other rows, far more in the end than the limit.
    once = due.cte("due").prefix_with("MATERIALIZED", dialect="postgresql")
    return Statement(
        update(inbox)
        .where(inbox.c.id.in_(select(once.c.id)))
        .values(holder=bindparam("holder"), due_at=bindparam("due_at"), attempts=inbox.c.attempts + literal_column("1"))
        .returning(*_ROW)
    )


CLAIM = _claim(inbox.c.holder == _nobody)
TAKE_OVER = _claim(inbox.c.holder != _nobody)
RENEW = Statement(
    update(inbox).where(waiting, inbox.c.holder == bindparam("holder_")).values(due_at=bindparam("due_at"))
)
_this = (inbox.c.id == bindparam("id_"), waiting)
END = Statement(
    update(inbox)
    .where(*_this)
    .values(
        ended_at=bindparam("ended_at"), dead=bindparam("dead"), error=bindparam("error"), holder=bindparam("holder")
    )
)
PUT_BACK = Statement(
    update(inbox)
    .where(*_this)
    .values(
        due_at=bindparam("due_at"),
        error=bindparam("error"),
        holder=bindparam("holder"),
        attempts=inbox.c.attempts - bindparam("back"),
    )
)
RELEASE = Statement(
    update(inbox)
    .where(waiting, inbox.c.holder == bindparam("holder_"))
    .values(holder=bindparam("holder"), due_at=bindparam("due_at"), attempts=inbox.c.attempts - literal_column("1"))
)
# Before this one in its conversation, or in the room around it: what is in hands or waits for its own turn, and what
# the same person said. What others said in a flood is taken up by turns; what failed, or hangs on something, keeps
# nobody waiting.
BEFORE = Statement(
    select(literal_column("1"))
    .where(
        waiting,
        inbox.c.line.in_([bindparam("line"), bindparam("room")]),
        inbox.c.id < bindparam("id_"),
        or_(
            inbox.c.error == bindparam("in_turn"),
            and_(inbox.c.error == _nobody, or_(inbox.c.holder != _nobody, inbox.c.author == bindparam("author"))),
        ),
    )
    .limit(literal_column("1"))
)
DEAD = Statement(select(*_ROW).where(given_up).order_by(inbox.c.id).limit(bindparam("limit")))
REVIVE = Statement(
    update(inbox)
    .where(inbox.c.id == bindparam("id_"), given_up)
    .values(ended_at=None, dead=bindparam("dead"), due_at=bindparam("due_at"), attempts=bindparam("attempts"))
)
DROP = Statement(update(inbox).where(inbox.c.id == bindparam("id_"), given_up).values(dead=bindparam("dead")))
WAITING = Statement(select(func.count(), func.min(inbox.c.received_at)).where(waiting))
NEXT_DUE = Statement(select(inbox.c.due_at).where(waiting).order_by(inbox.c.due_at).limit(literal_column("1")))
FORGET = Statement(
    delete(inbox).where(
        inbox.c.id.in_(
            select(inbox.c.id)
            .where(handled, inbox.c.received_at < bindparam("before"))
            .order_by(inbox.c.received_at)
            .limit(bindparam("limit"))
        )
    )
)


class Inbox:
    """See `bot.chat.ports.InboxStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(
        self,
        arrivals: Sequence[Arrival],
        now: datetime,
        holder: str,
        lease_until: datetime,
        marks: Sequence[datetime] = (),
    ) -> list[InboxRow]:
        """Store those that are new, already in the hands of `holder`; repeats are left out of the answer.

        With "" as `holder` they are in nobody's hands: to be claimed from `lease_until` on, no attempt counted yet;
        or each from its own of the `marks` on, in their order.
        """
        attempts = 1 if holder else 0
        due = zip(arrivals, marks or [lease_until] * len(arrivals), strict=True)
        rows = self._link.each(ADD, [_values(arrival, now, until, holder, attempts) for arrival, until in due])
        stored = [
            InboxRow(row[0], arrival.platform, bounded(arrival.key), arrival.payload, now, attempts)
            for arrival, row in zip(arrivals, rows, strict=True)
            if row is not None
        ]
        if stored and not holder:
            self._link.touched.add("inbox")
        return stored

    def add_handled(self, arrival: Arrival, now: datetime) -> bool:
        """Store one that this very unit handles, as handled; False if it is a repeat."""
        values = _values(arrival, now, now, "", 1) | {"ended_at": micros(now)}
        return self._link.one(ADD, **values) is not None

    def claim(self, now: datetime, holder: str, lease_until: datetime, limit: int) -> list[InboxRow]:
        """Take rows whose time has come and that nobody holds, whose came first; counts an attempt."""
        rows = self._link.all(CLAIM, now=micros(now), holder=holder, due_at=micros(lease_until), limit=limit)
        return sorted(map(_row, rows), key=lambda row: row.id)

    def take_over(self, now: datetime, holder: str, lease_until: datetime) -> InboxRow | None:
        """Take the row that was longest in the hands of somebody whose lease ran out; counts an attempt."""
        row = self._link.one(TAKE_OVER, now=micros(now), holder=holder, due_at=micros(lease_until), limit=1)
        return _row(row) if row else None

    def is_next(self, row: int, place: Place, author: str) -> bool:
        """Whether nothing that came before this row (0: one that is not stored yet) waits in its place or around it,
        of this author, or in somebody's hands."""
        values = {"line": _line(place), "room": _line(place.whole), "author": bounded(author), "in_turn": IN_TURN}
        return self._link.one(BEFORE, id_=row or _LAST, **values) is None

    def renew(self, holder: str, lease_until: datetime) -> None:
        """Keep everything that `holder` has for longer."""
        self._link.run(RENEW, holder_=holder, due_at=micros(lease_until))

    def done(self, row: int, now: datetime) -> None:
        """Handled; call it in the unit that handled it.

        Raises `StaleWrite` when the row was ended by another: then this unit must not hold, and does not.
        """
        self._link.demand(
            END,
            lambda: StaleWrite(f"delivery {row} was handled by somebody else"),
            id_=row,
            ended_at=micros(now),
            dead=False,
            error="",
            holder="",
        )

    def put_back(self, row: int, not_before: datetime, error: str, *, counts: bool = True) -> None:
        """Not handled; to be tried again then. `counts=False` gives the attempt back."""
        self._link.touched.add("inbox")
        self._link.run(PUT_BACK, id_=row, due_at=micros(not_before), error=error, holder="", back=0 if counts else 1)

    def bury(self, row: int, now: datetime, error: str) -> None:
        """Given up; stays visible until somebody retries or drops it."""
        self._link.run(END, id_=row, ended_at=micros(now), dead=True, error=error, holder="")

    def release(self, holder: str) -> None:
        """Let go of everything that `holder` still has (shutdown); the attempts are given back."""
        self._link.touched.add("inbox")
        self._link.run(RELEASE, holder_=holder, holder="", due_at=micros(self._link.now))

    def dead(self, limit: int = 100) -> list[InboxRow]:
        """Rows that were given up, oldest first."""
        return [_row(row) for row in self._link.all(DEAD, limit=limit)]

    def revive(self, row: int, now: datetime) -> bool:
        """Try a dead row again, with all its attempts; False if there is no such dead row."""
        self._link.touched.add("inbox")
        return bool(self._link.count(REVIVE, id_=row, dead=False, due_at=micros(now), attempts=0))

    def drop(self, row: int) -> bool:
        """Forget a dead row; False if there is no such dead row.

        It counts as handled from now on: its key stays known, so that the platform can't bring it back.
        """
        return bool(self._link.count(DROP, id_=row, dead=False))

    def waiting(self) -> tuple[int, datetime | None]:
        """How many rows are not handled yet, and when the oldest of them arrived."""
        row = self._link.one(WAITING)
        return (row[0], moment_or_none(row[1])) if row else (0, None)

    def next_due(self) -> datetime | None:
        """When the next row wants to be tried or falls free."""
        return moment_or_none(self._link.value(NEXT_DUE))

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete handled rows received before then, at most `limit`; how many went."""
        return self._link.count(FORGET, before=micros(before), limit=limit)


def _values(arrival: Arrival, now: datetime, due: datetime, holder: str, attempts: int) -> dict[str, object]:
    return {
        "platform": arrival.platform,
        "key": bounded(arrival.key),
        "payload": arrival.payload,
        "received_at": micros(now),
        "due_at": micros(due),
        "holder": holder,
        "attempts": attempts,
        "error": "",
        "ended_at": None,
        "dead": False,
        "line": _line(arrival.events[0].place) if arrival.events else "",
        "author": bounded(arrival.events[0].user) if arrival.events else "",
    }


def _line(place: Place) -> str:
    return bounded(str(place))


def _row(row: Row) -> InboxRow:
    id, platform, key, payload, received_at, attempts, error = row
    return InboxRow(id, platform, key, payload, moment(received_at), attempts, error)
