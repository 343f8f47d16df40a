"""Clocks: rows to frozen objects and back. What is asked for stands in columns, what moved the time in JSON beside."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select, update

from bot.clocks.rules import Change, Clock, Extension, Fired, Pause, Policy
from bot.durations import Duration
from bot.errors import NotFound, StaleWrite
from storage.claims import all_columns, among, insert
from storage.encoding import micros, micros_or_none, moment, moment_or_none, packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.clocks import clocks, running, timers

_CLOCK = tuple(clocks.c)
_values = all_columns(clocks, "id")
_MICROSECOND = timedelta(microseconds=1)

ADD = Statement(insert(clocks).values(_values).returning(clocks.c.id))
GET = Statement(select(*_CLOCK).where(clocks.c.id == bindparam("id")))
GATHER = Statement(select(*_CLOCK).where(among(clocks.c.id, "ids")))
SAVE = Statement(
    update(clocks)
    .where(clocks.c.id == bindparam("id_"), clocks.c.version == bindparam("read_version"))
    .values(all_columns(clocks, "id"))
)
OF_TICKET = Statement(select(*_CLOCK).where(clocks.c.ticket == bindparam("ticket")).order_by(clocks.c.id))
RUNNING = Statement(select(*_CLOCK).where(clocks.c.ticket == bindparam("ticket"), running).order_by(clocks.c.id))
RUNNING_AFTER = Statement(
    select(*_CLOCK).where(running, clocks.c.id > bindparam("id")).order_by(clocks.c.id).limit(bindparam("limit"))
)
_timer = and_(timers.c.kind == bindparam("kind"), timers.c.subject == clocks.c.id)
UNARMED = Statement(
    select(*_CLOCK)
    .select_from(clocks.outerjoin(timers, _timer))
    .where(
        running,
        clocks.c.target.is_not(None),
        timers.c.subject.is_(None),
        clocks.c.id > bindparam("after"),
        clocks.c.id <= bindparam("upto"),
    )
    .order_by(clocks.c.id)
)
NEWEST = Statement(select(func.coalesce(func.max(clocks.c.id), literal_column("0"))))
OVERDUE = Statement(
    select(*_CLOCK)
    .where(among(clocks.c.ticket, "tickets"), running, clocks.c.target < bindparam("now"))
    .order_by(clocks.c.target)
)
MOVE = Statement(
    update(clocks)
    .where(and_(clocks.c.ticket == bindparam("old"), clocks.c.request != bindparam("own")))
    .values(ticket=bindparam("new"))
)


class Clocks:
    """See `bot.clocks.ports.ClockStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, clock: Clock) -> Clock:
        """Store a new clock (`id` 0); gives it back with its number."""
        return replace(clock, id=self._link.value(ADD, **_row(clock)))

    def get(self, id: int) -> Clock:
        """Raises `NotFound` (key `clock.unknown`)."""
        row = self._link.memo.get(("clock", id))
        if row is None and possible(id):
            row = self._link.one(GET, id=id)
        if row is None:
            raise NotFound("clock.unknown")
        return _clock(row)

    def gather(self, ids: Sequence[int]) -> list[Clock]:
        """Those that there are; each is at hand when it is asked for by its number."""
        rows = self._link.all(GATHER, ids=list(ids)) if ids else []
        self._link.memo.update({("clock", row[0]): row for row in rows})
        return [_clock(row) for row in rows]

    def save(self, clock: Clock) -> Clock:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between."""
        self._link.memo.pop(("clock", clock.id), None)
        saved = replace(clock, version=clock.version + 1)
        self._link.demand(SAVE, lambda: StaleWrite(f"clock {clock.id}"), id_=clock.id, read_version=clock.version,
                          **_row(saved))  # fmt: skip
        return saved

    def running(self, ticket: int, request: int | None = None) -> list[Clock]:
        """Those that still run, oldest first: of the ticket itself (0), of a request, or of all there is (None)."""
        found = [_clock(row) for row in self._link.all(RUNNING, ticket=ticket)] if possible(ticket) else []
        return found if request is None else [clock for clock in found if clock.request == request]

    def of_ticket(self, ticket: int) -> list[Clock]:
        """All clocks of a ticket and its requests, oldest first, those that have ended included."""
        return [_clock(row) for row in self._link.all(OF_TICKET, ticket=ticket)] if possible(ticket) else []

    def running_after(self, id: int, limit: int) -> list[Clock]:
        """Running clocks of all tickets with a greater number, in the order of their numbers."""
        return [_clock(row) for row in self._link.all(RUNNING_AFTER, id=id, limit=limit)]

    def unarmed(self, kind: str, after: int, upto: int) -> list[Clock]:
        """Those with numbers in (after, upto] that run towards a due time and have no timer of this kind."""
        return [_clock(row) for row in self._link.all(UNARMED, kind=kind, after=after, upto=upto)]

    def newest(self) -> int:
        """The greatest number that any clock has (0: there is none)."""
        return int(self._link.value(NEWEST))

    def overdue(self, tickets: Sequence[int]) -> list[Clock]:
        """Running clocks of these tickets whose due time has passed."""
        rows = self._link.all(OVERDUE, tickets=list(tickets), now=micros(self._link.now)) if tickets else []
        return [_clock(row) for row in rows]

    def move(self, old: int, new: int) -> None:
        """The clocks of requests of ticket `old` are those of `new` from now on (merging)."""
        self._link.memo.clear()
        self._link.run(MOVE, old=old, new=new, own=0)


def _row(clock: Clock) -> dict[str, Any]:
    return {
        "ticket": clock.ticket,
        "request": clock.request,
        "measure": clock.measure,
        "policy": clock.policy.key,
        "started_at": micros(clock.started_at),
        "target": micros_or_none(clock.target),
        "stopped_at": micros_or_none(clock.stopped_at),
        "outcome": clock.outcome,
        "data": packed(_data(clock)),
        "version": clock.version,
    }


def _data(clock: Clock) -> dict[str, Any]:
    return {
        "policy": dict(clock.policy.row),
        "calendar": clock.calendar,
        "revision": clock.revision,
        "because": clock.because,
        "pauses": [[micros(one.since), micros_or_none(one.until), one.because] for one in clock.pauses],
        "extensions": [[micros(one.at), str(one.by), one.reason, one.person] for one in clock.extensions],
        "changes": [_change_row(one) for one in clock.changes],
        "told": clock.told,
        "fired": [[one.step, micros(one.due), micros(one.at), one.round, one.passed] for one in clock.fired],
        "round": clock.round,
        "held_until": micros_or_none(clock.held_until),
        "overdue": clock.overdue,
        "late_by": clock.late_by // _MICROSECOND,
        "by_message": clock.by_message,
    }


def _clock(row: Row) -> Clock:
    id, ticket, request, measure, key, started_at, target, stopped_at, outcome, data, version = row
    written: Mapping[str, Any] = unpacked(data)
    return Clock(
        id,
        ticket,
        measure,
        Policy.read(key, written["policy"]),
        moment(started_at),
        request=request,
        target=moment_or_none(target),
        stopped_at=moment_or_none(stopped_at),
        outcome=outcome,
        version=version,
        **_moved(written),
    )


def _moved(written: Mapping[str, Any]) -> dict[str, Any]:
    """What moved its time, and what it told. A newer version may have written longer rows: what is known is taken."""
    return {
        "calendar": written["calendar"],
        "revision": written["revision"],
        "because": tuple(written["because"]),
        "pauses": tuple(Pause(moment(one[0]), moment_or_none(one[1]), one[2]) for one in written["pauses"]),
        "extensions": tuple(
            Extension(moment(one[0]), Duration.parse(one[1]), one[2], one[3]) for one in written["extensions"]
        ),
        "changes": tuple(_change(one) for one in written["changes"]),
        "told": tuple(written["told"]),
        "fired": tuple(Fired(one[0], moment(one[1]), moment(one[2]), one[3], one[4]) for one in written["fired"]),
        "round": written["round"],
        "held_until": moment_or_none(written["held_until"]),
        "overdue": written["overdue"],
        "late_by": written["late_by"] * _MICROSECOND,
        "by_message": written["by_message"],
    }


def _change_row(one: Change) -> list[Any]:
    due = (micros_or_none(one.was_due), micros_or_none(one.due))
    return [micros(one.at), one.because, one.before, one.after, *due, one.person, one.reason]


def _change(written: Sequence[Any]) -> Change:
    at, because, before, after, was_due, due, person, reason = written[:8]
    return Change(moment(at), because, before, after, moment_or_none(was_due), moment_or_none(due), person, reason)
