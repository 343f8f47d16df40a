"""Deadlines are rows; whoever looks first does what is due. Every replica sweeps, and none leads.

One unit takes up to a hundred timers that are due, earliest first; one that fails undoes only its own. Its only effect
is rows, so it happens whole or not at all: there is nothing to lease and nothing to rescue. Between two looks the
sweeper sleeps until the next timer is due, a second at most, and is woken for what is set to fall due before that.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.chat.router import Gather, TimerWork
from bot.clock import Clock
from bot.errors import StaleWrite
from bot.escalation.ports import LONGEST_SLEEP, Timer
from bot.failpoints import hit
from bot.unit import Database, Unit
from bot.workers.steady import Steady
from bot.workers.vitals import Figures

log = logging.getLogger(__name__)

BATCH = 100
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=2), timedelta(minutes=10)
STEPPED = 5.0  # seconds by which the wall clock must part from the monotonic one to have been set
# The unit is run again, or the database is away: no fault of a timer.
_NO_FAULT = (StaleWrite, ConnectionError)
BREATH = 0.05  # seconds before it looks again for what is due and in other hands


@dataclass(frozen=True, slots=True)
class Swept:
    """What one unit did: how many timers were taken, how late each was (seconds), and when the next one is due."""

    taken: int
    lateness: tuple[float, ...]
    next_due: datetime | None


class Sweeper:
    """Does what timers say, when it is due. `work` is looked up by the timer's kind, and so is what is to be gathered
    for all that are done together."""

    def __init__(
        self,
        database: Database,
        work: Mapping[str, TimerWork],
        clock: Clock,
        figures: Figures,
        gathering: Mapping[str, Gather] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._steady = Steady(database, clock)
        self._work = work
        self._gathering = gathering
        self._clock = clock
        self._figures = figures
        self._woken = asyncio.Event()
        self._in_vain = 0
        self._wall, self._monotonic = clock.now(), clock.monotonic()
        self.last_progress = clock.monotonic()

    def wake(self) -> None:
        """Something was set to fall due soon."""
        self._woken.set()

    async def run(self) -> None:
        """Sweep until cancelled. Whatever goes wrong is logged, and the next look comes a second later."""
        while True:
            try:
                self._woken.clear()
                due = await self.look()
            except Exception:
                log.exception("the sweeper failed and goes on")
                await self._clock.sleep(LONGEST_SLEEP.total_seconds())
            else:
                await self._clock.wait(self._woken, self._pause(due))

    async def look(self) -> datetime | None:
        """Do all that is due; when the next is."""
        self._compare_clocks()
        due = await self._steady.read(lambda unit: unit.timers.next_due())
        while due is not None and due <= self._clock.now():
            swept = await self.sweep()
            due, self._in_vain = swept.next_due, 0 if swept.taken else self._in_vain + 1
            if not swept.taken:
                break
        self.last_progress = self._clock.monotonic()
        return due

    async def sweep(self) -> Swept:
        """Take what is due, once. Raises what the database raises."""
        swept = await self._steady.write(self._sweep)
        hit("timers.committed")
        for late in swept.lateness:
            self._figures.lateness.observe(late)
        return swept

    def _sweep(self, unit: Unit) -> Swept:
        timers = unit.timers.claim(unit.now, BATCH, list(self._work))
        hit("timers.claimed")
        self._carry_out(unit, timers)
        hit("timers.before_commit")
        late = tuple((unit.now - timer.due_at).total_seconds() for timer in timers if not timer.attempts)
        return Swept(len(timers), late, unit.timers.next_due())

    def _carry_out(self, unit: Unit, timers: Sequence[Timer]) -> None:
        """All in one savepoint, which on a server is much cheaper than one for each. If any fails they are undone and
        done again with one for each, so that only the one that fails is left."""
        try:
            unit.attempt(lambda: self._do(unit, timers))
        except _NO_FAULT:
            raise
        except Exception:
            for timer in timers:
                self._carry_out_alone(unit, timer)

    def _carry_out_alone(self, unit: Unit, timer: Timer) -> None:
        try:
            unit.attempt(lambda: self._do(unit, [timer]))
        except _NO_FAULT:
            raise
        except Exception:
            log.exception("timer %s:%d failed (attempt %d)", timer.kind, timer.subject, timer.attempts + 1)
            self._figures.timer_failures.labels(timer.kind).inc()
            unit.timers.put_back(timer, unit.now + backoff(timer.attempts))

    def _do(self, unit: Unit, timers: Sequence[Timer]) -> None:
        for kind, gather in self._gathering.items():
            if subjects := [timer.subject for timer in timers if timer.kind == kind]:
                gather(unit, subjects)
        for timer in timers:
            self._work[timer.kind](unit, timer)

    def _pause(self, due: datetime | None) -> float:
        """Seconds to sleep. What is due and was not to be had is in another replica's hands, or nobody's here."""
        longest = LONGEST_SLEEP.total_seconds()
        if due is None:
            return longest
        ahead = (due - self._clock.now()).total_seconds()
        return min(ahead if ahead > 0 else BREATH * (1 << min(self._in_vain, 10)), longest)

    def _compare_clocks(self) -> None:
        """Notice that somebody has set the machine's clock: due times are instants, so nothing is lost or done twice,
        but what was due in the meantime comes early or late."""
        wall, steady = self._clock.now(), self._clock.monotonic()
        step = (wall - self._wall).total_seconds() - (steady - self._monotonic)
        self._wall, self._monotonic = wall, steady
        if abs(step) > STEPPED:
            log.warning("clock_jump: the machine's clock was set by %+.0f seconds", step)
            self._figures.clock_jumps.inc()


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures before: 2 s, 4 s, 8 s, … ten minutes."""
    return min(FIRST_BACKOFF * (1 << min(attempts, 20)), LONGEST_BACKOFF)
