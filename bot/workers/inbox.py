"""From a stored delivery to a handled one.

A delivery is committed to the inbox before its platform is told that it was received; then it is handled in one
transaction together with its own mark. A delivery that can't be read or handled is tried again, later and later, and
given up after `MAX_ATTEMPTS`: visible, reported, and never in the way of the others. Deliveries of one room are handled
one after the other, in the order in which they came.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.chat.contract import Adapter, Arrival, Unavailable
from bot.chat.events import Event
from bot.chat.pipeline import Pipeline
from bot.chat.ports import InboxRow
from bot.chat.views import Reply
from bot.clock import Clock
from bot.errors import TooEarly, UserError
from bot.unit import Database, Unit
from bot.workers.keyed import KeyedLocks
from bot.workers.vitals import Figures

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=30)
STORE_WITHIN = 2.5  # seconds; the strictest platform waits three
ANSWER_WITHIN = 2.0
AT_ONCE = 16
EARLY_TRIES = 8
EARLY_WAIT = timedelta(milliseconds=250)
IDLE = 1.0


class InboxWorker:
    """The inlet that adapters hand their deliveries to, and the worker that handles them."""

    def __init__(
        self,
        database: Database,
        pipeline: Pipeline,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        figures: Figures,
    ) -> None:
        self._database = database
        self._pipeline = pipeline
        self._adapters = adapters
        self._clock = clock
        self._figures = figures
        self._holder = f"inbox-{secrets.token_hex(6)}"
        self._rooms = KeyedLocks()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[Reply | None]] = set()
        self._wake = asyncio.Event()
        self._closing = False
        self.last_progress = clock.monotonic()

    def wake(self) -> None:
        """Something may wait in the inbox."""
        self._wake.set()

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store these deliveries; raises `Unavailable` when that can't be done in time. They are handled soon after."""
        for row in await self._store(arrivals):
            self._begin(row)

    async def ask(self, arrival: Arrival) -> Reply | None:
        """Store this one and handle it now; the reply, if it is ready in time."""
        rows = await self._store([arrival])
        if not rows:
            return None
        task = self._begin(rows[0])
        done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN)
        return task.result() if done and not task.cancelled() and task.exception() is None else None

    async def _store(self, arrivals: Sequence[Arrival]) -> list[InboxRow]:
        if self._closing:
            raise Unavailable("shutting down")
        now = self._clock.now()

        def store(unit: Unit) -> list[InboxRow]:
            return unit.inbox.add(arrivals, now, self._holder, now + LEASE)

        try:
            rows = await asyncio.wait_for(self._database.write(store), STORE_WITHIN)
        except Exception as error:  # whatever the database says: it is not stored, so it may not be acknowledged
            log.error("could not store %d deliveries: %s", len(arrivals), error)
            raise Unavailable(str(error)) from error
        self._figures.repeats.inc(len(arrivals) - len(rows))
        return rows

    def _begin(self, row: InboxRow) -> asyncio.Task[Reply | None]:
        task = asyncio.create_task(self._handle(row), name=f"inbox {row.platform}:{row.key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _handle(self, row: InboxRow) -> Reply | None:
        events = await self._read(row)
        if events is None:
            return None
        room = str(events[0].place.whole) if events else f"{row.platform}:{row.key}"
        async with self._rooms.held(room), self._slots:
            try:
                return await self._settle(row, events)
            except Exception:  # the database went away between two steps: the lease runs out and somebody goes on
                log.exception("delivery %s:%s stays unhandled for now", row.platform, row.key)
                return None
            finally:
                self._figures.handled.labels(row.platform).inc()
                self.last_progress = self._clock.monotonic()

    async def _read(self, row: InboxRow) -> Sequence[Event] | None:
        """The events of a delivery; None when it can't be read (it is buried then, and the others go on)."""
        adapter = self._adapters.get(row.platform)
        try:
            if adapter is None:
                raise LookupError(f"platform {row.platform} is off")
            return [await adapter.complete(event) for event in adapter.read(row.payload)]
        except Exception as error:
            log.exception("delivery %s:%s can't be read; it is kept as a dead letter", row.platform, row.key)
            await self._bury(row, error)
            return None

    async def _bury(self, row: InboxRow, error: Exception) -> None:
        now = self._clock.now()
        words = f"{type(error).__name__}: {error}"[:1000]
        self._figures.dead.labels(row.platform).inc()
        await self._database.write(lambda unit: unit.inbox.bury(row.id, now, words))

    async def _settle(self, row: InboxRow, events: Sequence[Event]) -> Reply | None:
        def handle(unit: Unit) -> Reply | None:
            reply = self._pipeline.handle(unit, events)
            unit.inbox.done(row.id, unit.now)
            return reply

        try:
            return await self._database.write(handle)
        except UserError as error:
            return await self._apologise(row, events, error)
        except TooEarly:
            return await self._later(row, events)
        except Exception as error:
            log.exception("delivery %s:%s failed (attempt %d)", row.platform, row.key, row.attempts)
            return await self._failed(row, events, error)

    async def _apologise(self, row: InboxRow, events: Sequence[Event], error: UserError) -> Reply | None:
        def apologise(unit: Unit) -> Reply | None:
            reply = self._pipeline.apologise(unit, events, error)
            unit.inbox.done(row.id, unit.now)
            return reply

        return await self._database.write(apologise)

    async def _later(self, row: InboxRow, events: Sequence[Event]) -> Reply | None:
        """What the event hangs on is on its way: again in a moment; at last as if it hung on nothing."""
        if row.attempts > EARLY_TRIES:

            def handle(unit: Unit) -> Reply | None:
                reply = self._pipeline.handle(unit, events, patient=False)
                unit.inbox.done(row.id, unit.now)
                return reply

            return await self._database.write(handle)
        again = self._clock.now() + EARLY_WAIT
        await self._database.write(lambda unit: unit.inbox.put_back(row.id, again, "too early"))
        return None

    async def _failed(self, row: InboxRow, events: Sequence[Event], error: Exception) -> Reply | None:
        now = self._clock.now()
        words = f"{type(error).__name__}: {error}"[:1000]

        def give_up(unit: Unit) -> None:
            unit.inbox.bury(row.id, now, words)

        if row.attempts < MAX_ATTEMPTS:
            again = now + timedelta(seconds=2.0**row.attempts)
            await self._database.write(lambda unit: unit.inbox.put_back(row.id, again, words))
            return None
        self._figures.dead.labels(row.platform).inc()
        await self._database.write(give_up)
        await self._database.write(lambda unit: self._pipeline.report_fault(unit, events, f"{row.platform}-{row.id}"))
        return None

    async def run(self) -> None:
        """Handle what was left over: by a crash, by another replica, or for a later try. Until cancelled."""
        while True:
            self._wake.clear()
            try:
                due = await self._claim()
            except Exception:
                log.exception("the inbox can't be read")
                due = None
            if due is not None and due <= self._clock.now():
                continue
            pause = min((due - self._clock.now()).total_seconds(), IDLE) if due else IDLE
            await self._clock.wait(self._wake, max(pause, 0.01))

    async def _claim(self) -> datetime | None:
        now = self._clock.now()

        def claim(unit: Unit) -> tuple[list[InboxRow], datetime | None]:
            rows = unit.inbox.claim(now, self._holder, now + LEASE, AT_ONCE)
            return rows, unit.inbox.next_due()

        rows, due = await self._database.write(claim)
        for row in rows:
            self._begin(row)
        self.last_progress = self._clock.monotonic()
        return due

    async def drain(self, seconds: float) -> None:
        """Take nothing more, finish what is in hand within `seconds`, and leave the rest to others."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()
        await self._database.write(lambda unit: unit.inbox.release(self._holder))

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
