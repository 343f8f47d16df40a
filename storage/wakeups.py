"""Wake-ups between replicas on PostgreSQL: a notification says only that there may be something to do.

Nothing depends on it: whoever works asks the database each second anyway. It travels outside the transactions that
queue (inside, it costs them a third of their throughput, measured), at most every 50 ms, on connections of its own.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg

from bot.clock import Clock
from storage.engine import TOPICS

CHANNEL = "baton_work"

PAUSE_SECONDS = 0.05
"""Between two notifications at least; what is queued meanwhile shares the next one."""

RETRY_SECONDS = 5.0

log = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]
Wake = Callable[[Sequence[str]], None]


class Wakeups:
    """Tells other replicas that something was queued, and wakes this one when one of them says so."""

    def __init__(self, conninfo: str, clock: Clock) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._queued = asyncio.Event()
        self._notifier: Connection | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, wake: Wake) -> None:
        """Begin to listen and to tell; from the event loop."""
        self._tasks = [asyncio.create_task(self._listen(wake)), asyncio.create_task(self._notify())]

    async def close(self) -> None:
        """Stop, and close both connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._drop_notifier()

    def tell(self) -> None:
        """Something was queued: the others will hear of it soon."""
        self._queued.set()

    async def _listen(self, wake: Wake) -> None:
        reported = False
        while True:
            try:
                async with await _connect(self._conninfo) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    reported = False
                    wake(TOPICS)  # what was said while nobody listened
                    async for notice in connection.notifies():
                        if notice.pid != self._own_pid():
                            wake(TOPICS)
            except psycopg.Error as problem:
                if not reported:
                    log.warning("no wake-ups from other replicas, polling instead: %s", " ".join(str(problem).split()))
                reported = True
            await self._clock.sleep(RETRY_SECONDS)

    async def _notify(self) -> None:
        while True:
            await self._queued.wait()
            await self._clock.sleep(PAUSE_SECONDS)
            self._queued.clear()
            try:
                if self._notifier is None:
                    self._notifier = await _connect(self._conninfo)
                await self._notifier.execute(f"NOTIFY {CHANNEL}")
            except psycopg.Error:  # the others poll; the listener reports what is wrong
                await self._drop_notifier()

    def _own_pid(self) -> int:
        return self._notifier.info.backend_pid if self._notifier is not None and not self._notifier.closed else 0

    async def _drop_notifier(self) -> None:
        notifier, self._notifier = self._notifier, None
        if notifier is not None:
            with suppress(psycopg.Error):
                await notifier.close()


async def _connect(conninfo: str) -> Connection:
    return await psycopg.AsyncConnection.connect(
        conninfo,
        autocommit=True,
        connect_timeout=5,
        application_name="baton wake-ups",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
