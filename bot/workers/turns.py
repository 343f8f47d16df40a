"""Queueing for a pace: who has to wait is given a turn of his own, so that not all come back for the same one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat.contract import Pace

# Turns further ahead than this are not promised: those in front may have gone away by then.
LONGEST = timedelta(seconds=20)
MOST = 1000


class Turns:
    """Turns of this process, by pace. The paces themselves, which hold over all replicas, are in the database."""

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def after(self, paces: Sequence[Pace], free: datetime) -> datetime:
        """When to ask again, if these paces let nobody pass before `free`."""
        slowest = min(paces, key=lambda pace: pace.per_second)
        interval = timedelta(seconds=1 / slowest.per_second)
        turn = max(self._next.get(slowest.name, free), free)
        if turn - free > LONGEST:
            turn = free + LONGEST
        else:
            self._next[slowest.name] = turn + interval
        if len(self._next) > MOST:
            self._next = {name: soonest for name, soonest in self._next.items() if soonest > free}
        return turn
