"""Paces: how often orders may leave, over all replicas (the generic cell rate algorithm, one row a pace)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, select

from bot.chat.contract import Pace
from storage.claims import all_columns, among, insert, locked
from storage.encoding import bounded, micros, moment
from storage.statements import Link, Statement
from storage.tables.outbox import paces

BEGIN = Statement(insert(paces).values(all_columns(paces)).on_conflict_do_nothing())
STATE = Statement(
    locked(
        select(paces.c.name, paces.c.arrival, paces.c.held_until)
        .where(among(paces.c.name, "names"))
        .order_by(paces.c.name)
    )
)
TAKE = Statement(paces.update().where(paces.c.name == bindparam("name_")).values(arrival=bindparam("arrival")))
_hold = insert(paces).values(all_columns(paces))
HOLD = Statement(
    _hold.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "held_until": case(
                (paces.c.held_until > _hold.excluded.held_until, paces.c.held_until), else_=_hold.excluded.held_until
            )
        },
    )
)


class Paces:
    """The part of `bot.chat.ports.OutboxStore` that keeps to the platforms' limits."""

    _link: Link

    def wait_for(self, paces: Sequence[Pace], now: datetime) -> datetime | None:
        """Take a turn on each of these paces; None if all let it pass, else when to ask again (nothing is taken)."""
        if not paces:
            return None
        state = self._state(sorted(bounded(pace.name) for pace in paces))
        instant = micros(now)
        free = max(_free_at(pace, *state[bounded(pace.name)]) for pace in paces)
        if free > instant:
            return moment(free)
        self._link.many(
            TAKE,
            [
                {"name_": name, "arrival": max(state[name][0], instant) + _interval(pace)}
                for name, pace in sorted((bounded(pace.name), pace) for pace in paces)
            ],
        )
        return None

    def hold_pace(self, name: str, until: datetime) -> None:
        """The platform said 429: nobody takes a turn on this pace before then."""
        self._link.run(HOLD, name=bounded(name), arrival=0, held_until=micros(until))

    def _state(self, names: list[str]) -> dict[str, tuple[int, int]]:
        """Next arrival and end of the hold of each pace, its row locked."""
        found = {name: (arrival, held) for name, arrival, held in self._link.all(STATE, names=names)}
        if len(found) < len(names):
            self._link.many(BEGIN, [{"name": name, "arrival": 0, "held_until": 0} for name in names])
            found = {name: (arrival, held) for name, arrival, held in self._link.all(STATE, names=names)}
        return found


def _interval(pace: Pace) -> int:
    """Microseconds between two turns."""
    return round(1_000_000 / pace.per_second)


def _free_at(pace: Pace, arrival: int, held_until: int) -> int:
    """When the next turn may be taken: a burst may run ahead of the average by that many intervals less one."""
    return max(arrival - _interval(pace) * (pace.burst - 1), held_until)
