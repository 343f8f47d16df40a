"""The outbox: what must be shown, written with the change, in order per lane.

Orders are put off until the unit ends (`flush`), so that lanes are locked late, briefly and always in the same order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, false, func, literal_column, select, update

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.ports import OutboxRow
from bot.chat.viewjson import Unreadable, order_from_json, order_to_json
from storage import lanes
from storage.claims import all_columns, insert
from storage.encoding import bounded, micros, moment_or_none
from storage.lanes import Lanes
from storage.outboxrows import ORDER_ROW, outbox_row
from storage.paces import Paces
from storage.statements import Link, Statement
from storage.tables.outbox import ended, failed, named, outbox, paces, waiting

_PENDING: ColumnElement[str] = literal_column("'pending'")

ADD = Statement(insert(outbox).values(all_columns(outbox, "id")).on_conflict_do_nothing(index_elements=["effect"]))
KNOWN = Statement(select(outbox.c.id).where(outbox.c.effect == bindparam("effect")))
LAST_NAMED = Statement(
    select(outbox.c.id, outbox.c.kind, outbox.c.lane, outbox.c.state, outbox.c.uncertain, outbox.c.payload)
    .where(named, outbox.c.key == bindparam("key"))
    .order_by(outbox.c.id.desc())
    .limit(literal_column("1"))
)
RENEW = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("id_"), waiting, outbox.c.state == _PENDING)
    .values(payload=bindparam("payload"))
    .returning(outbox.c.id)
)
_unseen = and_(named, outbox.c.state == _PENDING, outbox.c.uncertain.is_(false()))
LANES_OF = Statement(select(outbox.c.lane).where(_unseen, outbox.c.key == bindparam("key")).distinct())
CANCEL = Statement(
    update(outbox)
    .where(_unseen, outbox.c.key == bindparam("key_"))
    .values(state=bindparam("state"), ended_at=bindparam("ended_at"))
)
OF_ROOM = Statement(select(outbox.c.id, outbox.c.payload).where(waiting, outbox.c.room == bindparam("room")))
REROUTE = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("id_"), waiting)
    .values(lane=bindparam("lane"), room=bindparam("room"), payload=bindparam("payload"))
)
_since = case((outbox.c.attempts == 0, outbox.c.not_before), else_=outbox.c.first_tried)
BACKLOG = Statement(
    select(func.count(), func.min(case((outbox.c.not_before <= bindparam("now"), _since)))).where(waiting)
)
FAILURES = Statement(
    select(*ORDER_ROW, outbox.c.state, outbox.c.error)
    .where(failed)
    .order_by(outbox.c.id.desc())
    .limit(bindparam("limit"))
)
SETTLE = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("id_"), failed)
    .values(failed=false())
    .returning(outbox.c.payload, outbox.c.author, outbox.c.ticket, outbox.c.message)
)
FORGET = Statement(
    delete(outbox).where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(ended, outbox.c.ended_at < bindparam("before"))
            .order_by(outbox.c.ended_at)
            .limit(bindparam("limit"))
        )
    )
)
FORGET_PACES = Statement(
    delete(paces).where(paces.c.arrival < bindparam("before"), paces.c.held_until < bindparam("before"))
)


@dataclass(slots=True)
class _Entry:
    """An order that is to be queued when the unit ends."""

    order: Order
    lane: str
    key: str
    effect: str
    not_before: int
    author: int
    ticket: int
    message: int
    fresh: bool

    @property
    def renews(self) -> bool:
        """Whether it may take the place of an unsent one of its name."""
        return bool(self.key) and self.order.kind in ("show", "home")


class Outbox(Lanes, Paces):
    """See `bot.chat.ports.OutboxStore`."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._entries: list[_Entry] = []

    def put(
        self,
        order: Order,
        *,
        effect: str = "",
        not_before: datetime | None = None,
        author: int = 0,
        ticket: int = 0,
        message: int = 0,
        fresh: bool = False,
    ) -> None:
        """Queue an order. A `show` whose key still waits unsent replaces its view; a `home` for the same user too.

        `effect` names the effect uniquely: a second order with it changes nothing. Without one, each call counts.
        What is replaced keeps its turn, its time and everything but the view. `fresh` spares looking for one that
        waits: its key is of something that this very unit made.
        """
        entry = _Entry(
            order,
            bounded(order.lane),
            _name(order),
            bounded(effect),
            micros(not_before or self._link.now),
            author,
            ticket,
            message,
            fresh,
        )
        if not self._joined(entry):
            self._entries.append(entry)

    def _joined(self, entry: _Entry) -> bool:
        """Whether an order of this very unit stands for the new one as well."""
        if entry.effect:
            return any(earlier.effect == entry.effect for earlier in self._entries)
        same = [earlier for earlier in self._entries if entry.renews and earlier.key == entry.key]
        if not same or same[-1].order.kind != entry.order.kind or same[-1].lane != entry.lane:
            return False
        same[-1].order = replace(same[-1].order, view=entry.order.view)
        return True

    def flush(self) -> None:
        """Write what was queued. The unit calls it before it commits."""
        if not self._entries:
            return
        entries, self._entries = self._entries, []
        self._link.touched.add("outbox")
        first_due: dict[str, int] = {}
        for entry in entries:
            first_due.setdefault(entry.lane, entry.not_before)
        self._open_lanes(first_due)
        self._link.many(ADD, [self._values(entry, "pending") for entry in self._unqueued(entries)])

    def discard(self) -> None:
        """Forget what was put off (the part of the unit that asked for it failed)."""
        self._entries.clear()

    def _unqueued(self, entries: list[_Entry]) -> list[_Entry]:
        """Those that neither are known by their effect nor took the place of one that waits."""
        with_effect = [entry for entry in entries if entry.effect]
        if with_effect:
            known = self._link.each(KNOWN, [{"effect": entry.effect} for entry in with_effect])
            repeats = {entry.effect for entry, row in zip(with_effect, known, strict=True) if row is not None}
            entries = [entry for entry in entries if entry.effect not in repeats]
        firsts: dict[str, _Entry] = {}
        for entry in entries:
            if entry.key:
                firsts.setdefault(entry.key, entry)
        candidates = [entry for entry in firsts.values() if entry.renews and not entry.fresh]
        last = self._link.each(LAST_NAMED, [{"key": entry.key} for entry in candidates])
        renewed = {
            id(entry)
            for entry, row in zip(candidates, last, strict=True)
            if row is not None and self._renewed(entry, row)
        }
        return [entry for entry in entries if id(entry) not in renewed]

    def _renewed(self, entry: _Entry, row: tuple[int, str, str, str, bool, bytes]) -> bool:
        """Give the waiting order in `row` the newer view, if it is certain that nobody has seen it."""
        waiting_id, kind, lane, state, uncertain, payload = row
        if kind != entry.order.kind or lane != entry.lane or state != "pending" or uncertain:
            return False
        try:
            newer = order_to_json(replace(order_from_json(payload), view=entry.order.view))
        except Unreadable:
            return False
        if self._link.value(RENEW, id_=waiting_id, payload=newer) is None:
            return False  # cancelled in this moment
        if entry.effect:  # must be known, although no order of its own was queued
            self._link.run(ADD, **self._values(entry, "replaced"))
        return True

    def _values(self, entry: _Entry, state: str) -> dict[str, object]:
        now = micros(self._link.now)
        return {
            "lane": entry.lane,
            "room": str(entry.order.place.whole),
            "kind": entry.order.kind,
            "key": entry.key,
            "effect": entry.effect or token_hex(12),
            "payload": order_to_json(entry.order),
            "state": state,
            "uncertain": False,
            "not_before": entry.not_before,
            "attempts": 0,
            "created_at": now,
            "first_tried": None,
            "ended_at": None if state == "pending" else now,
            "failed": False,
            "error": "",
            "author": entry.author,
            "ticket": entry.ticket,
            "message": entry.message,
        }

    def cancel(self, key: str) -> bool:
        """Take back the orders for `key` that have not left; False when there is none to be had.

        One that was tried, and nobody knows with what success, may have left.
        """
        if any(entry.key == bounded(key) for entry in self._entries):
            self.flush()
        names = [name for (name,) in self._link.all(LANES_OF, key=bounded(key))]
        if not names:
            return False
        self._link.all(lanes.LOCK_NAMED, names=names)
        now = micros(self._link.now)
        taken = self._link.count(CANCEL, key_=bounded(key), state="cancelled", ended_at=now)
        # What stood behind it may be due already.
        self._link.many(lanes.WAKE, [{"name_": name, "ready_at": now} for name in sorted(names)])
        self._link.touched.add("outbox")
        return bool(taken)

    def pending(self, key: str) -> bool:
        """Whether something for `key` is queued or on its way."""
        name = bounded(key)  # what is put off stays put off: lanes are locked when the unit ends, all at once
        queued = any(entry.key == name for entry in self._entries)
        return queued or self._link.one(LAST_NAMED, key=name) is not None

    def reroute(self, old: Place, new: str) -> None:
        """A room has a new id: waiting orders go there."""
        self.flush()
        moved = self._moved(old, new)
        if not moved:
            return
        self._link.touched.add("outbox")
        now = micros(self._link.now)
        self._open_lanes({bounded(order.lane): now for _, order in moved})
        self._link.many(
            REROUTE,
            [
                {
                    "id_": id,
                    "lane": bounded(order.lane),
                    "room": str(order.place.whole),
                    "payload": order_to_json(order),
                }
                for id, order in moved
            ],
        )

    def _moved(self, old: Place, new: str) -> list[tuple[int, Order]]:
        found = []
        for id, payload in self._link.all(OF_ROOM, room=str(old.whole)):
            try:
                order = order_from_json(payload)
            except Unreadable:
                continue  # its turn will come, and its end
            found.append((id, replace(order, place=replace(order.place, room=new), reply_to="")))
        return found

    def backlog(self) -> tuple[int, datetime | None]:
        """How many orders wait, and since when the oldest that is due."""
        row = self._link.one(BACKLOG, now=micros(self._link.now))
        return (row[0], moment_or_none(row[1])) if row else (0, None)

    def failures(self, limit: int = 100) -> list[tuple[OutboxRow, str, str]]:
        """Orders that ended as refused, unknown or dead: row, state, error; newest first."""
        return list(_readable(self._link.all(FAILURES, limit=limit)))

    def revive(self, row: int) -> bool:
        """Queue a failed order once more, as a new one; False if there is no such failure."""
        found = self._link.one(SETTLE, id_=row)
        if found:
            payload, author, ticket, message = found
            self.put(order_from_json(payload), author=author, ticket=ticket, message=message)
        return found is not None

    def drop(self, row: int) -> bool:
        """Nobody need look at this failure any more; False if there is no such failure."""
        return self._link.one(SETTLE, id_=row) is not None

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete orders that ended before then, at most `limit`; how many went."""
        self._link.run(FORGET_PACES, before=micros(before))
        return self._link.count(FORGET, before=micros(before), limit=limit)


def _name(order: Order) -> str:
    """What later orders call it: its key; the page of a user is one of its kind."""
    return f"home:{order.user}" if order.kind == "home" and not order.key else bounded(order.key)


def _readable(rows: Iterable[tuple[object, ...]]) -> Iterable[tuple[OutboxRow, str, str]]:
    for *columns, state, error in rows:
        try:
            yield outbox_row(tuple(columns)), str(state), str(error)
        except Unreadable:
            continue
