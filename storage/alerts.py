"""Alerts and their ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, literal_column, select, update

from bot.chat.events import Place
from bot.errors import NotFound
from bot.escalation.rules import Alert, Remark, Sending, Stage, State
from storage.claims import all_columns, among, claimed, insert, locked
from storage.encoding import bounded, micros, micros_or_none, moment, moment_or_none, packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.alerts import alerts, for_person, for_place, sendings, told, waiting
from storage.tables.clocks import timers

_ALERT = tuple(alerts.c)
_SENDING = tuple(sendings.c)
ADD = Statement(
    insert(alerts).values(all_columns(alerts, "id")).on_conflict_do_nothing().returning(alerts.c.id)
)  # fmt: skip
SAVE = Statement(
    update(alerts)
    .where(alerts.c.id == bindparam("id_"))
    .values({name: bindparam(name) for name in ("person", "place", "under", "stage", "told_at", "batch", "data")})
)
MANY = Statement(select(*_ALERT).where(among(alerts.c.id, "ids")).order_by(alerts.c.id))
WAITING_FOR = Statement(
    claimed(select(*_ALERT).where(waiting, alerts.c.person == bindparam("person")).order_by(alerts.c.id))
)
WAITING_AT = Statement(
    claimed(
        select(*_ALERT)
        .where(waiting, alerts.c.place == bindparam("place"), alerts.c.under == bindparam("under"))
        .order_by(alerts.c.id)
    )
)
_these = select(*_ALERT).where(among(alerts.c.id, "ids")).order_by(alerts.c.id)
HELD = Statement(locked(_these))
HELD_IF_FREE = Statement(claimed(_these))
_MANY = 1000
_flush = and_(timers.c.kind == bindparam("kind"), timers.c.subject == alerts.c.id)
# One for each of the two partial indexes, so that only what waits is read.
UNARMED = tuple(
    Statement(
        select(alerts.c.id)
        .select_from(alerts.outerjoin(timers, _flush))
        .where(whose, timers.c.subject.is_(None))
        .order_by(alerts.c.id)
        .limit(bindparam("limit"))
    )
    for whose in (for_person, for_place)
)
OF_CLOCK = Statement(select(*_ALERT).where(alerts.c.clock == bindparam("clock")).order_by(alerts.c.id))
OF_TICKET = Statement(
    select(*_ALERT).where(alerts.c.ticket == bindparam("ticket")).order_by(alerts.c.id.desc()).limit(bindparam("limit"))
)
MOVE = Statement(
    update(alerts)
    .where(alerts.c.ticket == bindparam("old"), alerts.c.request != bindparam("own"))
    .values(ticket=bindparam("new"))
)
_told_to = (alerts.c.person == bindparam("person"), told)
LAST_BATCH = Statement(
    select(alerts.c.batch).where(*_told_to).order_by(alerts.c.told_at.desc(), alerts.c.id.desc()).limit(1)
)
OF_BATCH = Statement(select(*_ALERT).where(*_told_to, alerts.c.batch == bindparam("batch")).order_by(alerts.c.id))
INTERRUPTIONS = Statement(
    select(alerts.c.told_at)
    .where(alerts.c.person == bindparam("person"), alerts.c.told_at > bindparam("since"))
    .group_by(alerts.c.batch, alerts.c.told_at)
)
ENTER = Statement(insert(sendings).values(all_columns(sendings, "id")).returning(sendings.c.id))
MARK = Statement(
    update(sendings)
    .where(sendings.c.id == bindparam("id_"))
    .values({name: bindparam(name) for name in ("state", "reason", "repeat", "proved_at")})
)
# For one alert at a time: for a list of them SQLite reads the whole table.
SENDINGS = Statement(select(*_SENDING).where(sendings.c.alert == bindparam("alert")).order_by(sendings.c.id))
CARRIED_BY = Statement(
    select(*_SENDING)
    .where(sendings.c.key == bindparam("key"), sendings.c.key != literal_column("''"))
    .order_by(sendings.c.id)
)


class Alerts:
    """See `bot.escalation.ports.AlertStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, alert: Alert) -> Alert | None:
        """Store a new alert (`id` 0); None where its effect is known already."""
        id = self._link.value(
            ADD,
            effect=bounded(alert.effect),
            ticket=alert.ticket or None,
            request=alert.request,
            clock=alert.clock,
            created_at=micros(alert.created_at),
            **_standing(alert),
        )
        return None if id is None else replace(alert, id=id)

    def get(self, id: int) -> Alert:
        """Raises `NotFound` (key `alert.unknown`)."""
        found = self.many([id]) if possible(id) else []
        if not found:
            raise NotFound("alert.unknown")
        return found[0]

    def save(self, alert: Alert) -> None:
        """Store how it stands now."""
        self._link.run(SAVE, id_=alert.id, **_standing(alert))

    def waiting_for(self, person: int) -> list[Alert]:
        """What waits to be told to this person, by number, in the hands of this unit until it ends; without what is in
        those of another."""
        return [_alert(row) for row in self._link.all(WAITING_FOR, person=person)]

    def waiting_at(self, place: Place, under: str) -> list[Alert]:
        """The same for a place."""
        return [_alert(row) for row in self._link.all(WAITING_AT, place=str(place), under=under)]

    def unarmed(self, kind: str) -> list[int]:
        """Numbers of alerts that wait to be told and that no timer of this kind would tell."""
        rows = [self._link.all(statement, kind=kind, limit=_MANY) for statement in UNARMED]
        return [number for found in rows for (number,) in found]

    def of_clock(self, clock: int) -> list[Alert]:
        """Every alert of a clock, by number."""
        return [_alert(row) for row in self._link.all(OF_CLOCK, clock=clock)] if clock else []

    def held(self, ids: Sequence[int], *, patient: bool = True) -> list[Alert]:
        """These alerts, by number, in the hands of this unit until it ends: for whoever changes what he reads.

        With `patient` off, without those that are in the hands of another.
        """
        rows = self._link.all(HELD if patient else HELD_IF_FREE, ids=list(ids)) if ids else []
        return [_alert(row) for row in rows]

    def of_ticket(self, ticket: int, limit: int = 200) -> list[Alert]:
        """Every alert about a ticket and its requests, the last `limit`, oldest first."""
        return [_alert(row) for row in reversed(self._link.all(OF_TICKET, ticket=ticket, limit=limit))]

    def move(self, old: int, new: int) -> None:
        """The alerts about requests of ticket `old` are about those of `new` from now on (merging)."""
        self._link.run(MOVE, old=old, new=new, own=0)

    def many(self, ids: Sequence[int]) -> list[Alert]:
        """These alerts, by number."""
        return [_alert(row) for row in self._link.all(MANY, ids=list(ids))] if ids else []

    def last_told(self, person: int) -> list[Alert]:
        """What the last message told this person, by number; nothing if he was never told anything."""
        batch = self._link.value(LAST_BATCH, person=person)
        return [_alert(row) for row in self._link.all(OF_BATCH, person=person, batch=batch)] if batch else []

    def interruptions(self, person: int, since: datetime) -> list[datetime]:
        """When this person was told something since then: one moment a message, however much it told."""
        return [moment(row[0]) for row in self._link.all(INTERRUPTIONS, person=person, since=micros(since))]

    def enter(self, sending: Sending) -> Sending:
        """A new entry of the ledger (`id` 0)."""
        id = self._link.value(
            ENTER,
            alert=sending.alert,
            channel=sending.channel,
            place=str(sending.place),
            key=bounded(sending.key),
            at=micros(sending.at),
            **_known(sending),
        )
        return replace(sending, id=id)

    def mark(self, sending: Sending) -> None:
        """Store what is known of it now."""
        self._link.run(MARK, id_=sending.id, **_known(sending))

    def sendings(self, alerts: Sequence[int]) -> list[Sending]:
        """The ledger of these alerts, by number."""
        found = [_sending(row) for number in alerts for row in self._link.all(SENDINGS, alert=number)]
        return sorted(found, key=lambda sending: sending.id)

    def carried_by(self, key: str) -> list[Sending]:
        """What this order carries (a group: several)."""
        return [_sending(row) for row in self._link.all(CARRIED_BY, key=bounded(key))]


def _standing(alert: Alert) -> dict[str, Any]:
    """What of an alert changes, as columns."""
    return {
        "person": alert.person or None,
        "place": str(alert.place) if alert.place else None,
        "under": alert.under,
        "stage": alert.stage.value,
        "told_at": micros_or_none(alert.told_at),
        "batch": alert.batch,
        "data": packed(_written(alert)),
    }


_PLAIN = ("due_at", "target", "started_at", "not_before", "answered_at", "until")
_SPANS = ("acknowledged_for", "proof_within")
_VALUES = ("round", "step", "measure", "naming", "via", "tried", "lost", "skipped", "through", "answered_by", "answer",
           "over")  # fmt: skip
_SECOND = timedelta(seconds=1)


def _written(alert: Alert) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(alert, name) for name in _VALUES}
    values |= {name: micros_or_none(getattr(alert, name)) for name in _PLAIN}
    values |= {name: getattr(alert, name) / _SECOND for name in _SPANS}
    values["remarks"] = [[remark.key, dict(remark.values)] for remark in alert.remarks]
    return values


def _alert(row: Row) -> Alert:
    id, effect, ticket, request, clock, person, place, under, stage, created_at, told_at, batch, data = row
    written = unpacked(data)
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name in _VALUES
              if (value := written.get(name)) is not None}  # fmt: skip
    values |= {name: moment_or_none(written[name]) for name in _PLAIN}
    values |= {name: timedelta(seconds=written[name]) for name in _SPANS}
    remarks = tuple(Remark(key, tuple(values.items())) for key, values in written["remarks"])
    return Alert(
        id=id,
        effect=effect,
        ticket=ticket or 0,
        request=request,
        clock=clock,
        person=person or 0,
        place=Place.parse(place) if place else None,
        under=under,
        stage=Stage(stage),
        created_at=moment(created_at),
        told_at=moment_or_none(told_at),
        batch=batch,
        remarks=remarks,
        **values,
    )


def _known(sending: Sending) -> dict[str, Any]:
    return {
        "state": sending.state.value,
        "reason": sending.reason,
        "repeat": sending.repeat,
        "proved_at": micros_or_none(sending.proved_at),
    }


def _sending(row: Row) -> Sending:
    id, alert, channel, place, key, state, at, reason, repeat, proved_at = row
    return Sending(id, alert, channel, Place.parse(place), key, State(state), moment(at), reason, bool(repeat),
                   moment_or_none(proved_at))  # fmt: skip
