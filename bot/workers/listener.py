"""Adapters at work: restarted when they fall over, and alone where a platform allows one listener only.

Where a platform pushes out a second listener (polling), a lease in the database names the replica that listens; it is
renewed well before it ends, and given back at shutdown so that another replica goes on at once.
"""

import asyncio
import logging
import secrets
from datetime import timedelta

from bot.chat.contract import Adapter, Inlet
from bot.clock import Clock
from bot.unit import Database

log = logging.getLogger(__name__)

TERM = timedelta(seconds=15)
RENEW = 5.0  # seconds: a holder that can't renew stops before its term is over
ASK_AGAIN = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Listener:
    """Keeps one adapter receiving."""

    def __init__(self, adapter: Adapter, inlet: Inlet, database: Database, clock: Clock) -> None:
        self._adapter = adapter
        self._inlet = inlet
        self._database = database
        self._clock = clock
        self._holder = f"listener-{secrets.token_hex(6)}"
        self._lease = f"listen:{adapter.platform}"

    async def run(self) -> None:
        """Receive until cancelled."""
        pause = FIRST_PAUSE
        while True:
            started = self._clock.monotonic()
            try:
                if self._adapter.can.single_listener:
                    await self._run_alone()
                else:
                    await self._adapter.run(self._inlet)
                    return
            except Exception:
                log.exception("receiving from %s stopped; it starts again", self._adapter.platform)
            pause = FIRST_PAUSE if self._clock.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            await self._clock.sleep(pause)

    async def _run_alone(self) -> None:
        while not await self._hold():
            await self._clock.sleep(ASK_AGAIN)
        log.info("listening to %s", self._adapter.platform)
        receiving = asyncio.create_task(self._adapter.run(self._inlet))
        try:
            while not receiving.done():
                await self._clock.wait(_done(receiving), RENEW)
                if not receiving.done() and not await self._hold():
                    log.warning("another replica listens to %s now", self._adapter.platform)
                    return
            receiving.result()
        finally:
            receiving.cancel()
            await asyncio.wait({receiving})
            await asyncio.shield(self._let_go())

    async def _hold(self) -> bool:
        now = self._clock.now()
        return await self._database.write(lambda unit: unit.keys.lease(self._lease, self._holder, now, now + TERM))

    async def _let_go(self) -> None:
        await self._database.write(lambda unit: unit.keys.drop_lease(self._lease, self._holder))


def _done(task: "asyncio.Task[None]") -> asyncio.Event:
    """An event that is set when the task ends."""
    event = asyncio.Event()
    task.add_done_callback(lambda _: event.set())
    return event
