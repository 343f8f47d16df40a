"""Lanes: who sends what, in which order.

A lane is a row while something waits in it. Whoever holds it sends its head; `fence` tells one holder from the next.
Every statement that writes for a holder locks the lane's row first and looks at the fence, so that a holder that lost
its lane can't write, and that lane and rows are always locked in the same order.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from secrets import randbits
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)

from bot.chat.events import Place
from bot.chat.ports import Lane, OutboxRow
from bot.chat.viewjson import Unreadable
from storage.claims import among, claimed, insert, locked
from storage.encoding import micros, moment_or_none
from storage.outboxrows import ORDER_ROW, outbox_row
from storage.posted import remember
from storage.statements import Link, Statement
from storage.tables.outbox import lanes, outbox, waiting

_SENDING: ColumnElement[str] = literal_column("'sending'")
_PENDING: ColumnElement[str] = literal_column("'pending'")

# The update of a lane that stands already changes nothing but locks it until the unit ends: units that queue into the
# same lane get their numbers in the order in which they commit, and whoever frees the lane sees what they queued.
_open = insert(lanes).values(
    name=bindparam("name"),
    platform=bindparam("platform"),
    ready_at=bindparam("ready_at"),
    holder=bindparam("holder"),
    fence=bindparam("fence"),
)
OPEN = Statement(_open.on_conflict_do_update(index_elements=["name"], set_={"fence": lanes.c.fence}))
DUE = Statement(
    claimed(
        select(lanes.c.name, lanes.c.fence)
        .where(
            lanes.c.ready_at <= bindparam("now"),
            or_(lanes.c.holder != bindparam("holder"), lanes.c.ready_at <= bindparam("long_ago")),
            not_(among(lanes.c.platform, "busy")),
        )
        .order_by(lanes.c.ready_at, lanes.c.name)
        .limit(bindparam("limit"))
    )
)
_by_name = lanes.c.name == bindparam("name_")
TAKE = Statement(
    update(lanes)
    .where(_by_name)
    .values(holder=bindparam("holder"), ready_at=bindparam("ready_at"), fence=lanes.c.fence + literal_column("1"))
)
LOCK = Statement(
    locked(select(lanes.c.name).where(lanes.c.name == bindparam("name"), lanes.c.fence == bindparam("fence")))
)
LOCK_NAMED = Statement(locked(select(lanes.c.name).where(among(lanes.c.name, "names")).order_by(lanes.c.name)))
LOCK_HELD = Statement(locked(select(lanes.c.name).where(lanes.c.holder == bindparam("holder")).order_by(lanes.c.name)))
HEAD = Statement(
    select(outbox.c.not_before)
    .where(waiting, outbox.c.lane == bindparam("name"))
    .order_by(outbox.c.id)
    .limit(literal_column("1"))
)
FREE = Statement(update(lanes).where(_by_name).values(holder=bindparam("holder"), ready_at=bindparam("ready_at")))
EXTEND = Statement(
    update(lanes).where(_by_name, lanes.c.fence == bindparam("fence_")).values(ready_at=bindparam("ready_at"))
)
CLOSE = Statement(delete(lanes).where(lanes.c.name == bindparam("name")))
WAKE = Statement(
    update(lanes).where(_by_name, lanes.c.holder == literal_column("''")).values(ready_at=bindparam("ready_at"))
)
# What waits in a lane that does not stand: nobody would ever send it.
LOST = Statement(
    select(outbox.c.lane).where(waiting, not_(exists().where(lanes.c.name == outbox.c.lane))).distinct().limit(100)
)
NEXT_DUE = Statement(
    select(lanes.c.ready_at)
    .where(not_(among(lanes.c.platform, "busy")))
    .order_by(lanes.c.ready_at)
    .limit(literal_column("1"))
)
DOUBT = Statement(
    update(outbox)
    .where(waiting, outbox.c.state == _SENDING, among(outbox.c.lane, "names"))
    .values(state=bindparam("state"), uncertain=bindparam("uncertain"))
)


def _while_held(statement: Update, *conditions: Any) -> Update:
    """The same change, provided that the lane is still held under this fence."""
    held = locked(
        select(lanes.c.name).where(lanes.c.name == bindparam("lane_"), lanes.c.fence == bindparam("fence"), *conditions)
    ).cte("held")
    return statement.where(waiting, exists(select(held.c.name)))


_head = (
    select(outbox.c.id)
    .where(waiting, outbox.c.lane == bindparam("lane_"))
    .order_by(outbox.c.id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
NEXT = Statement(
    _while_held(
        update(outbox).where(outbox.c.id == _head, outbox.c.not_before <= bindparam("now")),
        lanes.c.holder == bindparam("holder_"),
    )
    .values(
        state=_SENDING,
        attempts=outbox.c.attempts + literal_column("1"),
        first_tried=func.coalesce(outbox.c.first_tried, bindparam("now")),
        uncertain=case((outbox.c.state == _SENDING, true()), else_=outbox.c.uncertain),
    )
    .returning(*ORDER_ROW)
)
END = Statement(
    _while_held(update(outbox).where(outbox.c.id == bindparam("id_")))
    .values(
        state=bindparam("state"), ended_at=bindparam("ended_at"), failed=bindparam("failed"), error=bindparam("error")
    )
    .returning(outbox.c.id)
)
AGAIN = Statement(
    _while_held(update(outbox).where(outbox.c.id == bindparam("id_")))
    .values(
        state=_PENDING,
        not_before=bindparam("not_before"),
        error=bindparam("error"),
        uncertain=bindparam("uncertain"),
        attempts=outbox.c.attempts - bindparam("back"),
    )
    .returning(outbox.c.id)
)


class Lanes:
    """The part of `bot.chat.ports.OutboxStore` that sends."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def claim_lanes(
        self, now: datetime, holder: str, lease_until: datetime, limit: int, busy: Collection[str] = ()
    ) -> list[Lane]:
        """Lanes with something to send that nobody holds (any more), most patient first; none of `busy` platforms."""
        # What this holder held past its lease it may still be sending (a machine that slept): he waits as long again.
        long_ago = now - (lease_until - now)
        due = self._link.all(
            DUE, now=micros(now), holder=holder, long_ago=micros(long_ago), limit=limit, busy=list(busy)
        )
        self._link.many(TAKE, [{"name_": name, "holder": holder, "ready_at": micros(lease_until)} for name, _ in due])
        return [Lane(name, fence + 1) for name, fence in due]

    def next_row(self, lane: Lane, holder: str, now: datetime) -> OutboxRow | None:
        """The head of the lane if its time has come, marked as being sent (attempt counted); None otherwise.

        A head that was being sent when its holder vanished comes back with `uncertain=True`. One that this version
        can't read is put aside as dead, and the one behind it is given.
        """
        while True:
            row = self._link.one(NEXT, lane_=lane.name, fence=lane.fence, holder_=holder, now=micros(now))
            if row is None:
                return None
            try:
                return outbox_row(row)
            except Unreadable as problem:
                self._end(lane, row[0], now, "dead", str(problem))

    def sent(self, lane: Lane, row: OutboxRow, now: datetime, ref: str, place: Place | None) -> bool:
        """Mark as sent and remember `key` → reference; False when the lane was lost meanwhile (fence)."""
        if not self._end(lane, row.id, now, "sent", ""):
            return False
        remember(self._link, row, ref, place or row.order.place)
        return True

    def extend_lane(self, lane: Lane, lease_until: datetime) -> bool:
        """Hold the lane until then; False when it was lost (fence)."""
        return bool(self._link.count(EXTEND, name_=lane.name, fence_=lane.fence, ready_at=micros(lease_until)))

    def again(
        self,
        lane: Lane,
        row: OutboxRow,
        not_before: datetime,
        error: str,
        *,
        counts: bool = True,
        uncertain: bool = False,
    ) -> bool:
        """Try the row again then; the lane waits for it. `counts=False` gives the attempt back.

        `uncertain`: this try may have been taken; the row comes back marked so.
        """
        values = {
            "not_before": micros(not_before),
            "error": error,
            "back": 0 if counts else 1,
            "uncertain": row.uncertain or uncertain,
        }
        return self._link.value(AGAIN, lane_=lane.name, fence=lane.fence, id_=row.id, **values) is not None

    def ended(
        self, lane: Lane, row: OutboxRow, now: datetime, state: Literal["refused", "unknown", "dead"], error: str
    ) -> bool:
        """It will never be sent (or nobody can say whether it was); the lane goes on."""
        return self._end(lane, row.id, now, state, error)

    def _end(self, lane: Lane, id: int, now: datetime, state: str, error: str) -> bool:
        values = {"state": state, "ended_at": micros(now), "failed": state != "sent", "error": error}
        return self._link.value(END, lane_=lane.name, fence=lane.fence, id_=id, **values) is not None

    def free_lane(self, lane: Lane, now: datetime) -> datetime | None:
        """Let the lane go; gives back when its next head is due, if there is one: then it is offered again."""
        if self._link.one(LOCK, name=lane.name, fence=lane.fence) is None:
            return None
        return moment_or_none(self._free(lane.name))

    def release(self, holder: str) -> None:
        """Let go of all lanes of `holder`; rows being sent by it become uncertain."""
        names = [name for (name,) in self._link.all(LOCK_HELD, holder=holder)]
        if not names:
            return
        self._link.touched.add("outbox")
        self._link.run(DOUBT, names=names, state="pending", uncertain=True)
        for name in names:
            self._free(name)

    def _free(self, name: str) -> int | None:
        """Give up a lane that this unit has locked; one in which nothing waits goes."""
        head: int | None = self._link.value(HEAD, name=name)
        if head is None:
            self._link.run(CLOSE, name=name)
        else:
            self._link.run(FREE, name_=name, holder="", ready_at=head)
        return head

    def next_due(self, now: datetime, busy: Collection[str] = ()) -> datetime | None:
        """When the next lane (none of `busy` platforms) wants attention: its head falls due, or a lease runs out."""
        return moment_or_none(self._link.value(NEXT_DUE, busy=list(busy)))

    def restore_lanes(self, now: datetime) -> int:
        """Open lanes anew in which something waits and which do not stand, a hundred at most; how many."""
        names = [name for (name,) in self._link.all(LOST)]
        self._open_lanes(dict.fromkeys(names, micros(now)))
        if names:
            self._link.touched.add("outbox")
        return len(names)

    def _open_lanes(self, first_due: Mapping[str, int]) -> None:
        """Make sure that these lanes stand, and lock them, always in the same order."""
        # A new lane begins with a fence that no lane of its name had before it was closed.
        fence = randbits(60)
        self._link.many(
            OPEN,
            [
                {
                    "name": name,
                    "platform": name.partition(":")[0],
                    "ready_at": first_due[name],
                    "holder": "",
                    "fence": fence,
                }
                for name in sorted(first_due)
            ],
        )
