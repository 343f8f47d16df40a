"""Baton at work, whole, between fake platforms: say something on one side, read what people see on the other.

Everything is real but the platforms and the clock: the SDKs, HTTP, the database, the workers. `settle` waits until all
that was said has been handled and shown; time passes only where a test lets it (`pass_time`), except for the few
seconds that platforms' rate limits ask for.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.http import serve
from bot.app import Baton
from bot.settings import Settings
from bot.unit import Unit
from tests.clock import ManualClock

# How far `settle` moves the clock by itself: enough for rate limits, too little for a held reply to leave.
PATIENCE = 4.0


@dataclass
class World:
    """A running Baton; `url` is where its HTTP is."""

    baton: Baton
    clock: ManualClock
    url: str

    async def settle(self, patience: float = PATIENCE) -> None:
        """Wait until everything that has arrived is handled, and everything that is due has been shown."""
        quiet = 0
        moved = 0.0
        for _ in range(4000):
            await self.baton.inbox.idle()
            await self.baton.outbox.idle()
            waiting, due = await self.baton.database.read(self._outstanding)
            if self.baton.inbox.busy or self.baton.outbox.busy:
                continue
            ahead = (due - self.clock.now()).total_seconds() if due else None
            if not waiting and (ahead is None or ahead > patience - moved):
                quiet += 1
                if quiet > 2:
                    return
            elif ahead is not None and 0 < ahead <= patience - moved:
                moved += ahead
                self.clock.advance(ahead + 0.001)
            else:  # due already, but workers take a breath between two looks
                self.clock.advance(0.05)
            await asyncio.sleep(0.002)
        raise AssertionError("Baton did not come to rest")

    def _outstanding(self, unit: Unit) -> tuple[int, Any]:
        timers, _ = unit.timers.overdue(self.clock.now())
        return unit.inbox.waiting()[0] + timers, unit.outbox.next_due(self.clock.now())

    async def pass_time(self, seconds: float) -> None:
        """Let this much time pass, and everything that falls due in it happen."""
        self.clock.advance(seconds)
        await self.settle()

    async def read(self, look: Any) -> Any:
        """Look at what is stored."""
        return await self.baton.database.read(look)


@contextlib.asynccontextmanager
async def world(
    database_url: str, team_file: Path, clock: ManualClock | None = None, **environment: str
) -> AsyncIterator[World]:
    """Baton with this team file and these variables (`SLACK_BOT_TOKEN=…`), at work until the block ends."""
    clock = clock or ManualClock()
    variables = {"BATON_DATABASE_URL": database_url, "BATON_CONFIG": str(team_file), "BATON_SECRET_KEY": "k" * 40}
    settings = Settings(_env_file=None, **(variables | environment))  # type: ignore[arg-type]
    baton = await Baton.start(settings, clock)
    stop, ports = asyncio.Event(), asyncio.Queue[int]()
    serving = asyncio.create_task(serve(baton.http, "127.0.0.1", 0, stop, bound=ports.put_nowait))
    try:
        port = await ports.get()
        yield World(baton, clock, f"http://127.0.0.1:{port}")
    finally:
        stop.set()
        await serving
        await baton.stop()
