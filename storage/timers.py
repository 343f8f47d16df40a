"""What is to be done at a moment: one narrow row each, taken by whichever replica looks first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.escalation.ports import LONGEST_SLEEP, Timer
from storage.claims import among, claimed, replacing
from storage.encoding import micros, moment, moment_or_none
from storage.statements import Link, Row, Statement
from storage.tables.clocks import timers

_this = (timers.c.kind == bindparam("kind"), timers.c.subject == bindparam("subject"))
_TIMER = (timers.c.kind, timers.c.subject, timers.c.due_at, timers.c.attempts)
SET = Statement(replacing(timers, "kind", "subject"))
CLEAR = Statement(delete(timers).where(*_this))
GET = Statement(select(*_TIMER).where(*_this))
_due = select(*_TIMER).where(timers.c.due_at <= bindparam("now"))
_first = (timers.c.due_at, timers.c.kind, timers.c.subject)
CLAIM = Statement(claimed(_due.order_by(*_first).limit(bindparam("limit"))))
_of_kinds = _due.where(among(timers.c.kind, "kinds", sifting=True))
CLAIM_KINDS = Statement(claimed(_of_kinds.order_by(*_first).limit(bindparam("limit"))))
PUT_BACK = Statement(update(timers).where(*_this).values(due_at=bindparam("due_at"), attempts=bindparam("attempts")))
NEXT_DUE = Statement(select(func.min(timers.c.due_at)))
OVERDUE = Statement(select(func.count(), func.min(timers.c.due_at)).where(timers.c.due_at < bindparam("before")))


class Timers:
    """See `bot.escalation.ports.TimerStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def set(self, kind: str, subject: int, due_at: datetime) -> None:
        """Arm it, or move it; its attempts are forgotten.

        Sweepers look by themselves each `LONGEST_SLEEP`, so they are woken only for what is due before that.
        """
        self._link.run(SET, kind=kind, subject=subject, due_at=micros(due_at), attempts=0)
        if due_at <= self._link.now + LONGEST_SLEEP:
            self._link.touched.add("timers")

    def clear(self, kind: str, subject: int) -> None:
        """Disarm it; nothing happens where there is none."""
        self._link.run(CLEAR, kind=kind, subject=subject)

    def get(self, kind: str, subject: int) -> Timer | None:
        """As it stands."""
        row = self._link.one(GET, kind=kind, subject=subject)
        return _timer(row) if row else None

    def claim(self, now: datetime, limit: int, kinds: Sequence[str] | None = None) -> list[Timer]:
        """Those that are due, earliest first, in the hands of this unit until it ends (others skip them)."""
        if kinds is None:
            rows = self._link.all(CLAIM, now=micros(now), limit=limit)
        else:
            rows = self._link.all(CLAIM_KINDS, now=micros(now), limit=limit, kinds=list(kinds))
        return [_timer(row) for row in rows]

    def put_back(self, timer: Timer, due_at: datetime) -> None:
        """Its work failed; to be tried again then, with one more attempt counted."""
        attempts = timer.attempts + 1
        self._link.run(PUT_BACK, kind=timer.kind, subject=timer.subject, due_at=micros(due_at), attempts=attempts)

    def next_due(self) -> datetime | None:
        """When the next one falls due."""
        return moment_or_none(self._link.value(NEXT_DUE))

    def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """How many should have been done before then, and since when the oldest."""
        row = self._link.one(OVERDUE, before=micros(before))
        return (row[0], moment_or_none(row[1])) if row else (0, None)


def _timer(row: Row) -> Timer:
    kind, subject, due_at, attempts = row
    return Timer(kind, subject, moment(due_at), attempts)
