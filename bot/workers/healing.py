"""Gaps are healed: what a platform did not tell while it, Baton or the network was away is read from its history.

Only some platforms can be asked (`catch_up`). They are at every start, whenever the adapter has noticed a gap
(`missed`), and each hour, for a gap that nobody noticed. The database knows up to when everything has been heard; the
first start of all begins then and there, so that nothing from before Baton was set up becomes a ticket.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.clock import Clock
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

EVERY = 3600.0
PAUSE = 60.0  # seconds between two readings at least, however many gaps are noticed
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0

MARGIN = timedelta(minutes=10)
"""Read twice: what was on its way (platforms try for minutes), and clocks that differ."""

LONGEST = timedelta(days=7)
"""Older than this nothing is read: repeats are known for a little longer (`bot.workers.calendar.INBOX_KEPT`)."""


@runtime_checkable
class Rereadable(Protocol):
    """An adapter whose platform can be asked what was written. `missed` is set when something may not have arrived."""

    platform: str
    missed: asyncio.Event

    async def catch_up(self, since: datetime) -> None:
        """Hand over what was written since then, known or not; raises when a part could not be had or stored."""
        ...


class Healing:
    """Keeps one adapter's history whole. Every replica may: what two of them read is stored once."""

    def __init__(self, adapter: Rereadable, database: Database, clock: Clock) -> None:
        self._adapter = adapter
        self._database = database
        self._clock = clock
        self._key = f"heard/{adapter.platform}"

    async def run(self) -> None:
        """Until cancelled."""
        wait = FIRST_WAIT
        while True:
            self._adapter.missed.clear()
            try:
                await self.heal()
            except Exception as error:
                log.warning("%s could not be read again: %s: %s", self._adapter.platform, type(error).__name__, error)
                await self._clock.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            await self._clock.sleep(PAUSE)
            await self._clock.wait(self._adapter.missed, EVERY)

    async def heal(self) -> None:
        """Read what was written since the last time. Raises what the platform or the database raises."""
        began = self._clock.now()
        heard = await self._database.read(self._heard)
        if heard is not None:
            await self._adapter.catch_up(max(heard - MARGIN, began - LONGEST))
        await self._database.write(lambda unit: unit.keys.put(self._key, began.isoformat()))

    def _heard(self, unit: Unit) -> datetime | None:
        """Up to when all has been heard; None before the first start."""
        known = unit.keys.get(self._key)
        return datetime.fromisoformat(known) if known else None
