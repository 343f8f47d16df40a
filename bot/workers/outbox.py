"""From a queued order to a shown one: the only place from which anything leaves Baton.

Lanes are leased; within one, orders go out one after the other. An order is marked as being sent (and committed) before
it is sent, and its outcome after. If nobody can say whether it was taken, the platform is asked where it can be;
elsewhere it is sent again, since twice is better than never for what people wait for.

Each platform has lanes of its own in work, so that one that hangs keeps no other one waiting.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.contract import Adapter, Delivery, Vault
from bot.chat.ports import Lane, OutboxRow
from bot.clock import Clock
from bot.failpoints import hit
from bot.unit import Database, Unit
from bot.workers.courier import Courier, Ready
from bot.workers.fates import Fates, Outcome
from bot.workers.steady import Steady
from bot.workers.vitals import Figures

__all__ = ["OutboxWorker", "Outcome"]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=25)
MARGIN = timedelta(seconds=5)  # what a lease has left when a send has taken as long as it may
AT_ONCE = 16  # lanes of one platform; a claim that comes on top may add as many
ROWS_PER_HOLD = 20
IDLE = 1.0
BREATH = 0.02
RELEASE_WITHIN = 2.5


@dataclass(slots=True)
class _Hold:
    """A lane in hand: until when, and whether it wants to be taken up again soon after it was let go."""

    lane: Lane
    leased_until: datetime
    due_again: bool = False

    @property
    def platform(self) -> str:
        return self.lane.name.partition(":")[0]


class OutboxWorker:
    """Leases lanes, sends their orders, marks what became of them."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        outcome: Outcome,
        figures: Figures,
        vault: Vault | None = None,
    ) -> None:
        self._database = database
        self._steady = Steady(database, clock)
        self.courier = Courier(self._steady, adapters, vault)
        self._fates = Fates(adapters, outcome)
        self._clock = clock
        self._figures = figures
        self._holder = f"outbox-{secrets.token_hex(6)}"
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_work: Counter[str] = Counter()
        self._closing = False
        self.last_progress = clock.monotonic()

    def wake(self) -> None:
        """Something may wait to be sent."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while not self._closing:
            self._wake.clear()
            due = await self._take_up()
            self.last_progress = self._clock.monotonic()
            pause = (due - self._clock.now()).total_seconds() if due else IDLE
            await self._clock.wait(self._wake, min(max(pause, BREATH), IDLE))

    async def _take_up(self) -> datetime | None:
        """Take up lanes that are due; gives back when the next one is."""
        try:
            async with self._looking:
                return await self._claim()
        except ConnectionError as problem:
            self._steady.lost(problem)
        except Exception:
            log.exception("the outbox can't be read")
        return None

    async def _claim(self) -> datetime | None:
        now, busy = self._clock.now(), [name for name, lanes in self._in_work.items() if lanes >= AT_ONCE]

        def claim(unit: Unit) -> tuple[list[Lane], datetime | None]:
            lanes = unit.outbox.claim_lanes(now, self._holder, now + LEASE, AT_ONCE, busy)
            return lanes, unit.outbox.next_due(now, busy)

        lanes, due = await self._database.write(claim)
        if lanes:
            hit("out.claimed")
        if len(lanes) == AT_ONCE:
            self._wake.set()  # there may be more
        for lane in lanes:
            hold = _Hold(lane, now + LEASE)
            self._in_work[hold.platform] += 1
            task = asyncio.create_task(self._serve(hold), name=f"lane {lane.name}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return due

    # -- one lane ---------------------------------------------------------------------------------------------------

    async def _serve(self, hold: _Hold) -> None:
        """Send what the lane holds, as long as its turn lasts; then let it go."""
        try:
            ready = await self._start(hold)
            for left in reversed(range(ROWS_PER_HOLD)):
                if ready is None:
                    break
                hit("out.sending_committed")
                delivery = await self.courier.carry_out(ready)
                hit("out.delivered")
                self._figures.outcomes.labels(hold.platform, delivery.outcome).inc()
                ready = await self._go_on(hold, ready.row, delivery, last=self._closing or not left)
                hit("out.marked")
        except Exception:
            log.exception("lane %s stopped; its lease runs out", hold.lane.name)
        finally:
            # It is due again soon, or others have waited for it to be done: look before the pause is over.
            if hold.due_again or self._in_work[hold.platform] >= AT_ONCE:
                self._wake.set()
            self._in_work[hold.platform] -= 1

    async def _start(self, hold: _Hold) -> Ready | None:
        """Mark the first order as being sent."""
        now = self._clock.now()
        try:
            return await self._steady.write(lambda unit: self._next(unit, hold, now))
        except Exception as error:
            log.exception("lane %s: its head can't be sent and is put aside", hold.lane.name)
            problem = f"{type(error).__name__}: {error}"[:1000]
        await self._steady.write(lambda unit: self._put_aside(unit, hold, now, problem))
        return None

    async def _go_on(self, hold: _Hold, row: OutboxRow, delivery: Delivery, *, last: bool) -> Ready | None:
        """Mark an order, and in the same unit the next one as being sent; or let the lane go."""
        now = self._clock.now()

        def go_on(unit: Unit) -> Ready | None:
            if self._fates.mark(unit, hold.lane, row, delivery, now) and not last:
                return self._next(unit, hold, now)
            self._let_go(unit, hold, now)
            return None

        try:
            return await self._steady.write(go_on)
        except Exception as error:  # because of this order, or of the next one
            log.info("order %d for %s is marked by itself: %s", row.id, row.lane, error)
        await self._mark_alone(hold, row, delivery, now)
        return None

    async def _mark_alone(self, hold: _Hold, row: OutboxRow, delivery: Delivery, now: datetime) -> None:
        try:
            await self._steady.write(lambda unit: self._fates.mark(unit, hold.lane, row, delivery, now))
        except Exception:
            log.exception("order %d for %s: what follows from it failed (%s)", row.id, row.lane, delivery.outcome)
            await self._steady.write(lambda unit: self._fates.mark_plainly(unit, hold.lane, row, delivery, now))
        await self._steady.write(lambda unit: self._let_go(unit, hold, now))

    # What follows runs within a unit.

    def _next(self, unit: Unit, hold: _Hold, now: datetime) -> Ready | None:
        """The next order of the lane that is to be sent; without one, the lane is let go."""
        going_on: Ready | bool = True
        while going_on is True:
            row = unit.outbox.next_row(hold.lane, self._holder, now)
            going_on = self._fates.prepare(unit, hold.lane, row, now) if row else False
        if isinstance(going_on, Ready) and self._held_for(unit, hold, going_on, now):
            return going_on
        self._let_go(unit, hold, now)
        return None

    def _held_for(self, unit: Unit, hold: _Hold, ready: Ready, now: datetime) -> bool:
        """See that the lease lasts longer than sending this order may take; False when the lane is lost."""
        ends = now + self.courier.patience(ready.row.order) + MARGIN
        if ends > hold.leased_until:
            if not unit.outbox.extend_lane(hold.lane, ends):
                return False
            hold.leased_until = ends
        return True

    def _let_go(self, unit: Unit, hold: _Hold, now: datetime) -> None:
        due = unit.outbox.free_lane(hold.lane, now)
        hold.due_again = due is not None and (due - now).total_seconds() < IDLE

    def _put_aside(self, unit: Unit, hold: _Hold, now: datetime, problem: str) -> None:
        """The head of the lane makes us fail: it is dead, and those behind it go on."""
        row = unit.outbox.next_row(hold.lane, self._holder, now)
        if row is not None:
            unit.outbox.ended(hold.lane, row, now, "dead", problem)
        self._let_go(unit, hold, now)

    # -- the end ----------------------------------------------------------------------------------------------------

    async def drain(self, seconds: float) -> None:
        """Start nothing more, finish what is being sent within `seconds`, give all leases back."""
        self._closing = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.idle(), seconds)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        try:
            await asyncio.wait_for(self._database.write(lambda unit: unit.outbox.release(self._holder)), RELEASE_WITHIN)
        except (ConnectionError, TimeoutError):
            log.warning("lanes fall free when their leases run out: the database does not answer")

    @property
    def busy(self) -> bool:
        """Whether anything is being claimed or sent."""
        return bool(self._tasks) or self._looking.locked()

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        async with self._looking:
            pass  # what is being claimed will be sent
        while self._tasks:
            await asyncio.wait(set(self._tasks))
