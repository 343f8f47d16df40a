"""The dead man's switch: an address that is asked for as long as all is well, so that its watcher hears of silence.

Services such as healthchecks.io, or a push monitor of one's own, alarm somebody when the asking stops: that covers what
Baton can't tell itself, its own death.
"""

import asyncio
import logging

import httpx

log = logging.getLogger(__name__)

WITHIN = 5.0


class Heartbeat:
    """Asks for `address` once after each `give`, in a task of its own, so that a slow watcher delays nobody."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._asking: asyncio.Task[None] | None = None
        self._failing = False

    def give(self) -> None:
        """All is well; may be called in any thread. While the address is still being asked for, nothing happens."""
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = self._loop.create_task(self._ask(), name="heartbeat")

    async def _ask(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=WITHIN) as client:
                (await client.get(self._address)).raise_for_status()
        except httpx.HTTPError as error:
            if not self._failing:  # the address may hold a secret, so it is not named
                log.warning("the heartbeat could not be given: %s", type(error).__name__)
            self._failing = True
        else:
            if self._failing:
                log.info("the heartbeat is given again")
            self._failing = False
