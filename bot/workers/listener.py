"""Adapters at work: restarted when they fall over, and alone where a platform allows one listener only.

Where a platform pushes out a second listener (polling), a lease in the database names the replica that listens. It is
renewed well before it ends, trusted for two thirds of its term when it can't be renewed, and given back at shutdown, so
that another replica goes on at once. Two that listen by mistake do no harm: deliveries are stored once.
"""

import asyncio
import logging
import secrets
from datetime import timedelta

from bot.chat.contract import Adapter, Inlet
from bot.clock import Clock
from bot.unit import Database
from bot.workers.healing import Healing, Rereadable

log = logging.getLogger(__name__)

TERM = timedelta(seconds=15)
TRUST = 10.0  # seconds after the last renewal in which the holder is sure that nobody else is
RENEW = 3.0
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
        """Receive until cancelled; beside it, gaps are healed where the platform can be asked what was written."""
        if isinstance(self._adapter, Rereadable):
            await asyncio.gather(self._receive(), Healing(self._adapter, self._database, self._clock).run())
        else:
            await self._receive()

    async def _receive(self) -> None:
        pause = FIRST_PAUSE
        while True:
            started = self._clock.monotonic()
            try:
                if not self._adapter.can.single_listener:
                    await self._adapter.run(self._inlet)
                    return
                await self._run_alone()
            except Exception:
                log.exception("receiving from %s stopped; it starts again", self._adapter.platform)
            steady = self._clock.monotonic() - started > LONGEST_PAUSE
            pause = FIRST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            await self._clock.sleep(pause)

    async def _run_alone(self) -> None:
        while not await self._hold():
            await self._clock.sleep(ASK_AGAIN)
        log.info("listening to %s", self._adapter.platform)
        ended = asyncio.Event()
        receiving = asyncio.create_task(self._adapter.run(self._inlet))
        receiving.add_done_callback(lambda _: ended.set())
        try:
            await self._keep_lease(ended)
            if receiving.done():
                receiving.result()
        finally:
            receiving.cancel()
            await asyncio.wait({receiving})
            await asyncio.shield(self._let_go())

    async def _keep_lease(self, ended: asyncio.Event) -> None:
        """Renew until receiving ends, or this replica may no longer be the one that receives."""
        sure_until = self._clock.monotonic() + TRUST
        while not await self._clock.wait(ended, RENEW):
            asked = self._clock.monotonic()
            held = await self._hold()
            if held:
                sure_until = asked + TRUST
            elif held is False:
                log.warning("another replica listens to %s now", self._adapter.platform)
                return
            elif self._clock.monotonic() > sure_until:
                log.warning("listening to %s ends: the lease could not be renewed", self._adapter.platform)
                return

    async def _hold(self) -> bool | None:
        """Get or renew the lease; False while another replica has it, None when the database does not say."""
        now = self._clock.now()
        renewed = self._database.write(lambda unit: unit.keys.lease(self._lease, self._holder, now, now + TERM))
        try:
            return await asyncio.wait_for(renewed, RENEW)
        except (ConnectionError, TimeoutError):
            return None

    async def _let_go(self) -> None:
        given_back = self._database.write(lambda unit: unit.keys.drop_lease(self._lease, self._holder))
        try:
            await asyncio.wait_for(given_back, RENEW)
        except (ConnectionError, TimeoutError):
            log.info("the lease on %s runs out by itself: the database does not answer", self._adapter.platform)
