"""Small values that survive a restart, leases for what only one replica may do, and runs of calendar jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, or_, select, tuple_

from storage.claims import all_columns, insert, machine_time, replacing
from storage.encoding import bounded, micros, micros_or_none, moment_or_none, packed, unpacked
from storage.statements import Link, Statement
from storage.tables.keystore import fires, kept_values, leases

_not_expired = or_(kept_values.c.expires_at.is_(None), kept_values.c.expires_at > bindparam("now"))
GET = Statement(select(kept_values.c.data).where(kept_values.c.key == bindparam("key"), _not_expired))
PUT = Statement(replacing(kept_values, "key"))
TAKE = Statement(
    delete(kept_values)
    .where(kept_values.c.key == bindparam("key"))
    .returning(kept_values.c.data, kept_values.c.expires_at)
)
_lease = insert(leases).values(
    name=bindparam("name"), holder=bindparam("holder"), elected_at=bindparam("now"), ends_at=bindparam("ends_at")
)
_still_held = leases.c.ends_at > bindparam("now")
LEASE = Statement(
    _lease.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "holder": _lease.excluded.holder,
            "ends_at": _lease.excluded.ends_at,
            # Renewing keeps the term; taking over, or coming back after the lease ran out, begins a new one.
            "elected_at": case((_still_held, leases.c.elected_at), else_=_lease.excluded.elected_at),
        },
        where=or_(leases.c.holder == _lease.excluded.holder, leases.c.ends_at <= bindparam("now")),
    ).returning(leases.c.name)
)
DROP_LEASE = Statement(delete(leases).where(leases.c.name == bindparam("name"), leases.c.holder == bindparam("holder")))
FIRE = Statement(insert(fires).values(all_columns(fires)).on_conflict_do_nothing().returning(fires.c.name))
FORGET_RUNS = Statement(
    delete(fires).where(
        tuple_(fires.c.name, fires.c.fire_at).in_(
            select(fires.c.name, fires.c.fire_at).where(fires.c.fire_at < bindparam("before")).limit(bindparam("limit"))
        )
    )
)
FORGET_EXPIRED = Statement(
    delete(kept_values).where(
        kept_values.c.key.in_(
            select(kept_values.c.key).where(kept_values.c.expires_at <= bindparam("now")).limit(bindparam("limit"))
        )
    )
)


STANDING = "config/"
"""What values that seldom change are called; they never expire."""
MACHINE_TIME = Statement(select(machine_time()))


class Keys:
    """See `bot.chat.ports.KeyStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def get(self, key: str) -> Any:
        """The value, or None."""
        if key.startswith(STANDING):
            return self._link.standing(("value", key), lambda: self._get(key))
        return self._get(key)

    def _get(self, key: str) -> Any:
        data = self._link.value(GET, key=bounded(key), now=micros(self._link.now))
        return None if data is None else unpacked(data)

    def put(self, key: str, value: Any, expires: datetime | None = None) -> None:
        """Store or replace; an expired value is as good as none."""
        if key.startswith(STANDING):
            self._link.unsettle()
        self._link.run(PUT, key=bounded(key), data=packed(value), expires_at=micros_or_none(expires))

    def take(self, key: str, now: datetime) -> Any:
        """Give back and delete, in one; None if there is none or it has expired."""
        row = self._link.one(TAKE, key=bounded(key))
        if row is None or (row[1] is not None and row[1] <= micros(now)):
            return None
        return unpacked(row[0])

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Hold or renew a lease; False while another holds it."""
        got = self._link.value(LEASE, name=bounded(name), holder=holder, now=micros(now), ends_at=micros(until))
        return got is not None

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._link.run(DROP_LEASE, name=bounded(name), holder=holder)

    def machine_time(self) -> datetime | None:
        """What the clock of the database's machine says; None where that is this machine."""
        return moment_or_none(self._link.value(MACHINE_TIME))

    def fire(self, name: str, at: datetime) -> bool:
        """Claim one run of a calendar job; False when another replica has it."""
        return self._link.value(FIRE, name=bounded(name), fire_at=micros(at)) is not None

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete runs of calendar jobs before then, and values that have expired, at most `limit` of each.

        Gives how many went of whichever were more.
        """
        runs = self._link.count(FORGET_RUNS, before=micros(before), limit=limit)
        return max(runs, self._link.count(FORGET_EXPIRED, now=micros(self._link.now), limit=limit))
