"""From a platform's delivery to a handled one.

A delivery is committed to the inbox before its platform is told that it was received; then it is handled in one
transaction together with its own mark. Those of one room are handled one after the other, in the order in which they
came. What is in hand is bounded: in a flood, deliveries are only stored, and taken up as fast as they can be handled,
by turns (`bot.workers.fairness`): a flood of one person's keeps nobody else waiting.

What somebody had in hand whose lease ran out is taken over one by one: if it killed him, it takes nobody else along.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.chat.contract import Adapter, Arrival, Unavailable
from bot.chat.events import Event
from bot.chat.pipeline import Pipeline
from bot.chat.ports import InboxRow
from bot.chat.views import Reply
from bot.clock import Clock
from bot.failpoints import hit
from bot.unit import Database, Unit
from bot.workers.conversations import Conversations, Turn
from bot.workers.fairness import Shares
from bot.workers.handling import Hand, Handling
from bot.workers.steady import Steady
from bot.workers.vitals import Figures

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
RENEW = 5.0  # seconds between two renewals of what is in hand
STORE_WITHIN = 2.5  # seconds; the strictest platform waits three
ANSWER_WITHIN = 2.0
CAREFUL = 60.0
TURN_WITHIN = 0.25  # seconds; a delivery whose turn is further off is stored before it comes
IN_HAND = 64
IDLE = 1.0
BREATH = 0.05  # the least pause between two looks at the inbox, unless somebody says that there is something

Handed = asyncio.Task[Reply | None]
T = TypeVar("T")


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
        self._steady = Steady(database, clock)
        self._handling = Handling(self._steady, pipeline, adapters, clock, figures)
        self._clock = clock
        self._figures = figures
        self._holder = f"inbox-{secrets.token_hex(6)}"
        self._conversations = Conversations()
        self._shares = Shares()
        self._tasks: dict[Handed, Hand] = {}
        self._suspect: Handed | None = None
        self._coming = 0  # deliveries that are being stored and will be in hand then
        self._queueing = 0  # calls that are storing deliveries for later
        self._queued = 0  # calls that ever did
        self._behind = False
        self._renewed = clock.monotonic()
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()
        self._closing = False
        self.last_progress = clock.monotonic()
        self._careful_until = self.last_progress + CAREFUL
        self.watch: Callable[[InboxRow], None] | None = None
        """Called when a delivery is out of hand; for measurements."""

    # -- the inlet --------------------------------------------------------------------------------------------------

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store these deliveries; raises `Unavailable` when that can't be done in time. They are handled soon after."""
        if self._behind or self._free() < len(arrivals):
            await self._queue(arrivals)
            return
        self._coming += len(arrivals)
        try:
            hand = self._handling.at_hand(arrivals[0]) if len(arrivals) == 1 else None
            if hand is not None and self._clock.monotonic() >= self._careful_until:
                await self._take_at_hand(hand, arrivals[0])
                return
            rows = await self._store(arrivals, self._holder, STORE_WITHIN)
        finally:
            self._coming -= len(arrivals)
        meanings = {(arrival.platform, arrival.key): arrival.events for arrival in arrivals}
        for row in rows:
            self._begin(row, meanings.get((row.platform, row.key)))

    async def ask(self, arrival: Arrival) -> Reply | None:
        """Store this one and handle it now, whatever else waits; the reply, if it is ready in time.

        Later than that, it is sent after the person.
        """
        if self._free() <= -IN_HAND:
            await self._queue([arrival])
            return None
        loop = asyncio.get_running_loop()
        ends = loop.time() + ANSWER_WITHIN
        rows = await self._store([arrival], self._holder, ANSWER_WITHIN)
        if not rows:
            return None
        hand = self._handling.open(rows[0], awaited=True, events=arrival.events)
        task = self._carry(hand)
        try:
            await asyncio.wait({task}, timeout=max(ends - loop.time(), 0.0))
        finally:
            hand.awaited = False
        return task.result() if task.done() and not task.cancelled() and task.exception() is None else None

    async def _queue(self, arrivals: Sequence[Arrival]) -> None:
        """There is more than can be in hand: store them for later, and all that comes behind them as well."""
        self._behind = True
        self._queueing += 1
        self._queued += 1
        now, said = self._clock.now(), [self._handling.first_said(arrival) for arrival in arrivals]
        marks = [self._shares.mark(event, now) for event in said]
        try:
            await self._store(arrivals, "", STORE_WITHIN, marks)
        finally:
            self._queueing -= 1
        for event in said:
            if event is not None and self._shares.floods(event, now):
                await self._handling.reassure(event)

    async def _take_at_hand(self, hand: Hand, arrival: Arrival) -> None:
        """Store it and handle it in one unit, which halves what it costs; or in two, as it always may be.

        Two it takes where somebody has to be asked (then it is not at hand), where others of the room are slow to make
        way, where the handler fails (the failure must be noted, and counted), and in the first minute: what comes right
        after a start may have been what killed the process before, so it is stored before it is touched. Its turn is
        the one that it asked for when it came, either way.
        """
        turn = self._conversations.ask(hand.place)
        try:
            if await self._soon(turn) and await self._taken_whole(hand, arrival):
                turn.end()
                return
            rows = await self._store([arrival], self._holder, STORE_WITHIN)
        except BaseException:
            turn.end()
            raise
        if rows:
            self._carry(self._handling.open(rows[0], awaited=False, events=arrival.events), turn)
        else:
            turn.end()

    async def _soon(self, turn: Turn) -> bool:
        if turn.has_come:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_WITHIN):
                await turn.come()
            return True
        return False

    async def _taken_whole(self, hand: Hand, arrival: Arrival) -> bool:
        await self._handling.foresee(hand)
        try:
            new = await self._kept(lambda unit: self._handling.whole(unit, hand, arrival), STORE_WITHIN)
        except Unavailable:
            raise
        except Exception:  # nothing is stored: it comes again in the second of two steps, which deals with it
            return False
        hit("work.committed")
        (self._figures.handled.labels(arrival.platform) if new else self._figures.repeats).inc()
        self._out_of_hand(hand.row)
        return True

    async def _store(
        self, arrivals: Sequence[Arrival], holder: str, seconds: float, marks: Sequence[datetime] = ()
    ) -> list[InboxRow]:
        now, arrivals = self._clock.now(), [self._handling.placed(arrival) for arrival in arrivals]
        due = now + LEASE if holder else now
        try:
            rows = await self._kept(lambda unit: unit.inbox.add(arrivals, now, holder, due, marks), seconds)
        except Unavailable:
            raise
        except Exception as problem:  # whatever it is: they are not stored, so they may not be acknowledged
            log.exception("%d deliveries could not be stored", len(arrivals))
            raise Unavailable(str(problem)) from problem
        self._figures.repeats.inc(len(arrivals) - len(rows))
        return rows

    async def _kept(self, work: Callable[[Unit], T], seconds: float) -> T:
        """Run a unit that has to be stored before its deliveries are acknowledged."""
        if self._closing:
            raise Unavailable("shutting down")
        hit("in.verified")
        try:
            async with asyncio.timeout(seconds):
                result = await self._database.write(work)
        except ConnectionError as problem:
            self._steady.lost(problem)
            raise Unavailable(str(problem)) from problem
        except TimeoutError as problem:
            log.error("a delivery could not be stored within %.1f s", seconds)
            raise Unavailable("the database is too slow") from problem
        hit("in.committed")
        self._steady.found()
        return result

    # -- at work ----------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something may wait in the inbox."""
        self._wake.set()

    def _free(self) -> int:
        return IN_HAND - len(self._tasks) - self._coming

    def _begin(self, row: InboxRow, events: Sequence[Event] | None = None) -> Handed:
        return self._carry(self._handling.open(row, awaited=False, events=events))

    def _carry(self, hand: Hand, turn: Turn | None = None) -> Handed:
        turn = turn or self._conversations.ask(hand.place)
        task = asyncio.create_task(self._handle(hand, turn), name=f"inbox {hand.name}")
        self._tasks[task] = hand
        task.add_done_callback(lambda _: turn.end())  # also where it was cancelled before it began
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: Handed) -> None:
        self._out_of_hand(self._tasks.pop(task).row)
        if self._behind or task is self._suspect:
            self._wake.set()

    def _out_of_hand(self, row: InboxRow) -> None:
        self.last_progress = self._clock.monotonic()
        if self.watch is not None:
            self.watch(row)

    async def _handle(self, hand: Hand, turn: Turn) -> Reply | None:
        async with turn:
            try:
                return await self._handling.finish(hand)
            except Exception:  # a fault of ours outside any unit: the lease runs out, and the attempt counts
                log.exception("delivery %s stays unhandled for now", hand.name)
                return None

    async def run(self) -> None:
        """Handle what is left over: by a flood, by a crash, by another replica, or for a later try. Until cancelled."""
        while not self._closing:
            self._wake.clear()
            due = await self._take_up()
            self.last_progress = self._clock.monotonic()
            await self._clock.wait(self._wake, self._pause(due))

    def _pause(self, due: datetime | None) -> float:
        if due is None or self._free() <= 0:
            return IDLE
        return min(max((due - self._clock.now()).total_seconds(), BREATH), IDLE)

    async def _take_up(self) -> datetime | None:
        """Take up what is due, as far as there is room; gives back when the next one is."""
        try:
            async with self._looking:
                return await self._claim()
        except ConnectionError as problem:
            self._steady.lost(problem)
        except Exception:
            log.exception("the inbox can't be read")
        return None

    async def _claim(self) -> datetime | None:
        now, room, alone = self._clock.now(), self._free(), self._suspect is None or self._suspect.done()
        renewing = bool(self._tasks) and self._clock.monotonic() - self._renewed > RENEW
        queued, storing = self._queued, self._queueing

        def claim(unit: Unit) -> tuple[list[InboxRow], InboxRow | None, datetime | None]:
            if renewing:
                unit.inbox.renew(self._holder, now + LEASE)
            rows = unit.inbox.claim(now, self._holder, now + LEASE, room) if room > 0 else []
            suspect = unit.inbox.take_over(now, self._holder, now + LEASE) if alone else None
            return rows, suspect, unit.inbox.next_due()

        rows, suspect, due = await self._database.write(claim)
        if renewing or not self._tasks:
            self._renewed = self._clock.monotonic()
        if len(rows) == room > 0:
            self._behind = True  # there may be more
        elif len(rows) < room and not storing and queued == self._queued:
            self._behind = False
        for row in rows:
            self._begin(row)
        if suspect is not None:
            self._suspect = self._begin(suspect)
        if rows or suspect:
            hit("work.claimed")
        return due

    # -- the end ----------------------------------------------------------------------------------------------------

    async def drain(self, seconds: float) -> None:
        """Take nothing more, finish what is in hand within `seconds`, and leave the rest to others."""
        self._closing = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.idle(), seconds)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        try:
            await asyncio.wait_for(self._database.write(lambda unit: unit.inbox.release(self._holder)), STORE_WITHIN)
        except (ConnectionError, TimeoutError):
            log.warning("what was in hand falls free when its lease runs out: the database does not answer")

    @property
    def busy(self) -> bool:
        """Whether anything is being claimed or handled."""
        return bool(self._tasks) or self._looking.locked()

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        async with self._looking:
            pass  # what is being claimed will be in hand
        while self._tasks:
            await asyncio.wait(set(self._tasks))
