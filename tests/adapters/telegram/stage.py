"""A Telegram adapter on the wire fake, an inlet that keeps what arrives, a clock that never makes a test wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.telegram.adapter import TelegramAdapter
from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import Event, Place
from bot.chat.views import View
from tests.contracts.desk import RecordingInlet
from tests.fakes.telegram import Chat, TelegramFake, Topic, User

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class HurriedClock:
    """Time stands still but for what was slept, and sleeping takes no time."""

    at: datetime = START
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=max(seconds, 0))
        await asyncio.sleep(0.001)

    async def wait(self, signal: asyncio.Event, seconds: float) -> bool:
        await self.sleep(seconds)
        return signal.is_set()

    def pass_by(self, **spent: float) -> None:
        """Let time go on, for example `hours=49`."""
        self.at += timedelta(**spent)


@dataclass
class Stage:
    """What a test holds."""

    fake: TelegramFake
    clock: HurriedClock
    adapter: TelegramAdapter
    inlet: RecordingInlet
    customer: User
    agent: User
    group: Chat
    effects: int = 0

    def place(self, where: Chat | Topic | User) -> Place:
        """The same place in Baton's words."""
        if isinstance(where, Topic):
            return Place("telegram", str(where.chat.id), str(where.thread_id))
        return Place("telegram", str(where.id))

    async def show(self, where: Chat | Topic | User | Place, view: View, **target: Any) -> Delivery:
        """Deliver a view, once."""
        place = where if isinstance(where, Place) else self.place(where)
        return await self.adapter.deliver(Order("show", place, view), self.target(place, **target))

    def target(self, place: Place, **given: Any) -> Target:
        """A target with an effect of its own, unless one is given."""
        self.effects += 1
        return Target(place, given.pop("effect", f"effect-{self.effects}"), **given)

    async def events(self) -> list[Event]:
        """Everything that arrived so far and was confirmed to Telegram."""
        await self.fake.settled()
        return await self.inlet.events()

    @asynccontextmanager
    async def receiving(self) -> AsyncIterator[asyncio.Task[None]]:
        """The adapter polls inside of this."""
        task = asyncio.create_task(self.adapter.run(self.inlet))
        try:
            await self.fake.connected()
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def staged(**fake_options: Any) -> AsyncIterator[Stage]:
    """A stage with a customer who pressed Start and an agent in a group; nothing malformed may have been sent."""
    clock = HurriedClock()
    options: dict[str, Any] = {"can_read_all_group_messages": True, "clock": clock} | fake_options
    async with TelegramFake(**options) as fake:
        customer = fake.user(1001, "Ann", username="ann_a", language_code="en")
        agent = fake.user(1002, "林晓", language_code="zh-hans")
        customer.started = agent.started = True
        group = fake.group("客服部", members=[agent, customer], bot="administrator")
        adapter = TelegramAdapter(fake.token, api_url=fake.url, clock=clock)
        await adapter.identify()
        yield Stage(fake, clock, adapter, RecordingInlet(adapter), customer, agent, group)
        await adapter.close()
        assert fake.violations == []
