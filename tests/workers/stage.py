"""The workers on a stage: a real database and pipeline, handlers and platforms that the test writes itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.chat.context import Context
from bot.chat.contract import Delivery, Order
from bot.chat.events import MessageReceived, Place
from bot.chat.pipeline import Pipeline
from bot.chat.ports import OutboxRow
from bot.chat.router import Router
from bot.chat.text import plain
from bot.chat.text import text as spans
from bot.chat.views import Post, Reply
from bot.people.identity import identify
from bot.unit import Database, Unit
from bot.workers import outbox as outbox_worker
from bot.workers.inbox import InboxWorker
from bot.workers.outbox import OutboxWorker, Outcome
from bot.workers.vitals import Figures
from bot.workspace import House
from tests.clock import ManualClock
from tests.workers.wire import Wire

Handler = Callable[[Context, MessageReceived], Reply | None]


def echo(context: Context, event: MessageReceived) -> Reply | None:
    """Answer with the same words, so that what was handled can be read on the other side."""
    context.unit.outbox.put(Order("show", event.place, Post(spans(plain(event.text)))))
    return None


@dataclass
class Stage:
    """Both workers of one process. `told` is what capabilities heard of orders: (outcome, words or kind)."""

    database: Database
    clock: ManualClock
    inbox: InboxWorker
    outbox: OutboxWorker
    figures: Figures
    router: Router
    wires: Sequence[Wire]
    told: list[tuple[str, str]] = field(default_factory=list)
    looking: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def wire(self) -> Wire:
        """The first platform."""
        return self.wires[0]

    async def settle(self, patience: float = 0.0) -> None:
        """Wait until nothing is to be done now; let up to `patience` seconds pass for what is to be done then."""
        moved, quiet = 0.0, 0
        for turn in range(5000):
            await self.inbox.idle()
            await self.outbox.idle()
            due = await self.database.read(self._due)
            if self.inbox.busy or self.outbox.busy:
                continue
            ahead = (due - self.clock.now()).total_seconds() if due else None
            if ahead is None or ahead > patience - moved:
                quiet += 1
                if quiet > 2:
                    return
            elif ahead > 0:
                moved += ahead
                self.clock.advance(ahead + 0.001)
            else:
                quiet = 0
                if turn % 20 == 19:  # whoever takes a breath before he looks again
                    self.clock.advance(outbox_worker.BREATH)
            await asyncio.sleep(0.001)
        raise AssertionError("the workers did not come to rest")

    async def pass_time(self, seconds: float) -> None:
        """Let this much time pass, and what falls due in it happen."""
        self.clock.advance(seconds)
        await self.settle()

    async def stop_looking(self) -> None:
        """Take up nothing more, as a process that stands still; what is in hand goes on."""
        for task in self.looking:
            task.cancel()
        await asyncio.gather(*self.looking, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that the workers do has happened."""
        deadline = asyncio.get_running_loop().time() + 10
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, "it did not happen"
            await asyncio.sleep(0.002)

    def _due(self, unit: Unit) -> datetime | None:
        found = [due for due in (unit.inbox.next_due(), unit.outbox.next_due(self.clock.now())) if due]
        return min(found) if found else None

    async def put(self, *orders: Order) -> None:
        """Queue orders, each in a unit of its own."""
        for order in orders:
            await self.database.write(partial(_put, order))

    def _sent(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        self.told.append(("sent", _words(row)))

    def _refused(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        self.told.append((delivery.reason, _words(row)))


def show(words: str, room: str = "R1", *, platform: str = "wire", key: str = "") -> Order:
    """An order to show these words."""
    return Order("show", Place(platform, room), Post(spans(words)), key=key)


def _put(order: Order, unit: Unit) -> None:
    unit.outbox.put(order)


def _words(row: OutboxRow) -> str:
    return plain(row.order.view.body) if isinstance(row.order.view, Post) else row.order.kind


@contextlib.asynccontextmanager
async def stage(
    database: Database, clock: ManualClock, *wires: Wire, handler: Handler = echo, running: bool = True
) -> AsyncIterator[Stage]:
    """One process's workers on this database; `running=False` leaves it to the test what they do."""
    wires = wires or (Wire(),)
    router = Router()
    router.on(MessageReceived, handler)
    platforms = {wire.platform: wire for wire in wires}
    house = House({name: wire.can for name, wire in platforms.items()})
    figures = Figures()
    pipeline = Pipeline(router, house, identify, lambda context, event: None)
    inbox = InboxWorker(database, pipeline, platforms, clock, figures)
    set_up: list[Stage] = []
    outcome = Outcome(
        lambda unit, row, delivery: set_up[0]._sent(unit, row, delivery),
        lambda unit, row, delivery: set_up[0]._refused(unit, row, delivery),
    )
    outbox = OutboxWorker(database, platforms, clock, outcome, figures)
    set_up.append(Stage(database, clock, inbox, outbox, figures, router, wires))

    def wake(topics: Sequence[str]) -> None:
        inbox.wake()
        outbox.wake()

    database.on_commit(wake)
    if running:
        set_up[0].looking = [asyncio.create_task(inbox.run()), asyncio.create_task(outbox.run())]
    try:
        yield set_up[0]
    finally:
        await set_up[0].stop_looking()
        await inbox.drain(0.2)
        await outbox.drain(0.2)
