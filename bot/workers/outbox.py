"""From a queued order to a shown one: the only place from which anything leaves Baton.

Lanes are leased; within one, orders go out one after the other. An order is marked as being sent (and committed) before
it is sent, and its outcome after. If nobody can say whether it was taken, the platform is asked where it can be;
elsewhere it is sent again, since twice is better than never for what people wait for.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.contract import Adapter, Content, Delivery, FetchFailed, Target
from bot.chat.ports import Lane, OutboxRow
from bot.clock import Clock
from bot.unit import Database, Unit
from bot.workers.targets import Unready, resolve
from bot.workers.vitals import Figures

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
SEND_WITHIN = 15.0  # seconds; shorter than the lease, so that a lease never ends during a send
AT_ONCE = 16
ROWS_PER_HOLD = 20
IDLE = 1.0
UNREADY_WAIT = timedelta(milliseconds=200)
EXPIRES = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=5)

Told = Callable[[Unit, OutboxRow, Delivery], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What capabilities want to do when an order was sent or will never be; run in the unit that marks it."""

    sent: Told
    refused: Told


class OutboxWorker:
    """Leases lanes, sends their orders, marks what became of them."""

    def __init__(
        self, database: Database, adapters: Mapping[str, Adapter], clock: Clock, outcome: Outcome, figures: Figures
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._outcome = outcome
        self._figures = figures
        self._holder = f"outbox-{secrets.token_hex(6)}"
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.last_progress = clock.monotonic()

    def wake(self) -> None:
        """Something may wait to be sent."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while not self._closing:
            self._wake.clear()
            try:
                due = await self._claim()
            except Exception:
                log.exception("the outbox can't be read")
                due = None
            self.last_progress = self._clock.monotonic()
            pause = (due - self._clock.now()).total_seconds() if due else IDLE
            if len(self._tasks) >= AT_ONCE:
                await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)
            elif pause > 0:
                await self._clock.wait(self._wake, min(pause, IDLE))

    async def _claim(self) -> datetime | None:
        free = AT_ONCE - len(self._tasks)
        if free <= 0:
            return None
        now = self._clock.now()

        def claim(unit: Unit) -> tuple[list[Lane], datetime | None]:
            return unit.outbox.claim_lanes(now, self._holder, now + LEASE, free), unit.outbox.next_due(now)

        lanes, due = await self._database.write(claim)
        for lane in lanes:
            task = asyncio.create_task(self._serve(lane), name=f"lane {lane.name}")
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return due

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    async def _serve(self, lane: Lane) -> None:
        """Send what the lane holds, as long as its turn and its lease last; then let it go."""
        try:
            for _ in range(ROWS_PER_HOLD):
                if self._closing or not await self._step(lane):
                    break
        except Exception:
            log.exception("lane %s stopped; its lease runs out", lane.name)
            return
        now = self._clock.now()
        await self._database.write(lambda unit: unit.outbox.free_lane(lane, now))

    async def _step(self, lane: Lane) -> bool:
        """Send the head of the lane; False when there is nothing (more) to do now."""
        now = self._clock.now()

        def begin(unit: Unit) -> tuple[OutboxRow, Target, Adapter] | None:
            row = unit.outbox.next_row(lane, self._holder, now)
            return self._prepare(unit, lane, row, now) if row else None

        prepared = await self._database.write(begin)
        if prepared is None:
            return False
        row, target, adapter = prepared
        delivery = await self._send(adapter, row, target)
        self._figures.outcomes.labels(row.order.place.platform, delivery.outcome).inc()
        done = self._clock.now()
        return await self._database.write(lambda unit: self._mark(unit, lane, row, delivery, done), actor=row.author)

    def _prepare(
        self, unit: Unit, lane: Lane, row: OutboxRow, now: datetime
    ) -> tuple[OutboxRow, Target, Adapter] | None:
        """Where the order goes now; None when it has to wait or came to its end without being sent."""
        adapter = self._adapters.get(row.order.place.platform)
        if adapter is None:
            self._end(unit, lane, row, Delivery("refused", reason="gone", detail="the platform is off"), now)
            return None
        if now - row.created_at > EXPIRES:
            self._end(unit, lane, row, Delivery("refused", reason="expired", detail="waited too long"), now)
            return None
        target = resolve(unit, row, adapter)
        if isinstance(target, Unready):
            unit.outbox.again(lane, row, now + UNREADY_WAIT, "waits for what it hangs on", counts=False)
            return None
        if isinstance(target, Delivery):
            self._mark(unit, lane, row, target, now)
            return None
        wait = unit.outbox.wait_for(adapter.paces(row.order), now)
        if wait is not None:
            unit.outbox.again(lane, row, wait, "", counts=False)
            return None
        return row, target, adapter

    async def _send(self, adapter: Adapter, row: OutboxRow, target: Target) -> Delivery:
        """Carry the order out, looking first whether an uncertain one was taken."""
        try:
            async with asyncio.timeout(SEND_WITHIN):
                if row.order.kind == "fetch":
                    return await self._fetch(adapter, row)
                if row.order.kind == "file" and target.content is None:
                    return await self._send_file(adapter, row, target)
                if row.uncertain:
                    found = await adapter.find(row.order, target)
                    if found is not None:
                        return found
                return await adapter.deliver(row.order, target)
        except TimeoutError:
            return Delivery("unknown", detail="no answer in time")
        except Exception as error:  # an adapter never raises for what a platform does: this is a fault of ours
            log.exception("order %d for %s failed", row.id, row.lane)
            return Delivery("refused", reason="invalid", detail=f"{type(error).__name__}: {error}")

    async def _fetch(self, adapter: Adapter, row: OutboxRow) -> Delivery:
        try:
            await self._content(row.order.file, adapter)
        except FetchFailed as error:
            if not error.final and row.attempts < 5:
                return Delivery("retry", retry_after=2.0**row.attempts, detail=str(error))
            await self._database.write(lambda unit: unit.files.lose(row.order.file))
            return Delivery("refused", reason="gone", detail=str(error))
        return Delivery("sent")

    async def _send_file(self, adapter: Adapter, row: OutboxRow, target: Target) -> Delivery:
        """A file that has not been fetched yet is fetched now; it is stored once, whoever comes first."""
        file = await self._database.read(lambda unit: unit.files.get(row.order.file))
        source = self._adapters.get(file.platform)
        if source is None or file.state == "lost":
            return Delivery("refused", reason="gone", detail=f"file {file.id} can't be had")
        try:
            content = await self._content(file.id, source)
        except FetchFailed as error:
            if not error.final and row.attempts < 5:
                return Delivery("retry", retry_after=2.0**row.attempts, detail=str(error))
            return Delivery("refused", reason="gone", detail=str(error))
        ready = Target(target.place, target.effect, target.ref, target.reply_to, content, target.first_tried)
        if row.uncertain:
            found = await adapter.find(row.order, ready)
            if found is not None:
                return found
        return await adapter.deliver(row.order, ready)

    async def _content(self, number: int, source: Adapter) -> Content:
        stored = await self._database.read(lambda unit: unit.files.content(number))
        if stored is not None:
            return stored
        file = await self._database.read(lambda unit: unit.files.get(number))
        data = await source.fetch(file.attachment)
        media_type = file.attachment.media_type
        await self._database.write(lambda unit: unit.files.keep(number, data, media_type))
        return Content(file.attachment.name, media_type, data)

    def _mark(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        """Write down what became of the order; True when the lane may go on at once."""
        unit.source = lane.name
        if delivery.outcome == "sent":
            if unit.outbox.sent(lane, row, now, delivery.ref, delivery.place):
                self._outcome.sent(unit, row, delivery)
            return True
        if delivery.outcome == "refused":
            self._end(unit, lane, row, delivery, now)
            return True
        if delivery.moved_to:
            old = row.order.place.whole
            unit.people.move_room(old, delivery.moved_to)
            unit.outbox.reroute(old, delivery.moved_to)
            return False
        if delivery.outcome == "unknown":
            return self._uncertain(unit, lane, row, delivery, now)
        wait = timedelta(seconds=delivery.retry_after) if delivery.retry_after else _backoff(row.attempts)
        if delivery.pace:
            unit.outbox.hold_pace(delivery.pace, now + wait)
        limited = bool(delivery.pace)
        unit.outbox.again(lane, row, now + wait, delivery.detail, counts=not limited)
        log.info("order %d waits %.1f s: %s", row.id, wait.total_seconds(), delivery.detail or delivery.pace)
        return False

    def _uncertain(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        """It may have been taken: looked up before the next try where the platform can tell, else sent again."""
        log.warning("order %d for %s: fate unknown (%s)", row.id, row.lane, delivery.detail)
        unit.outbox.again(lane, row, now + _backoff(row.attempts), f"unknown: {delivery.detail}")
        return False

    def _end(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> None:
        log.warning("order %d for %s refused: %s %s", row.id, row.lane, delivery.reason, delivery.detail)
        error = f"{delivery.reason}: {delivery.detail}"
        if unit.outbox.ended(lane, row, now, "refused", error):
            self._outcome.refused(unit, row, delivery)

    async def drain(self, seconds: float) -> None:
        """Start nothing more, finish what is being sent within `seconds`, give all leases back."""
        self._closing = True
        self._wake.set()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()
        await self._database.write(lambda unit: unit.outbox.release(self._holder))

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))


def _backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes, with a little spread so that replicas part."""
    spread = 1.0 + secrets.randbelow(100) / 500
    return min(timedelta(seconds=2.0 ** min(attempts - 1, 9) * spread), LONGEST_WAIT)
