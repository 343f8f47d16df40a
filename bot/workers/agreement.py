"""All replicas go by one clock: that of the database's machine, wherever their own is wrong by seconds.

A replica whose clock is an hour fast would fire deadlines an hour early, and no other could make up for it. So each
measures how far it is from the database and corrects its own clock when that is more than it can be late by anyway. It
says so in its log, on `/readyz` and in its figures; and it goes on working, since a database whose clock is the wrong
one must not take every replica out of service.
"""

import logging
from datetime import timedelta

from bot.clock import Clock, SystemClock
from bot.unit import Database

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two measurements."""

TOLERATED = timedelta(seconds=5)
"""Clocks are never quite equal; less than this is nobody's concern."""

RIGHT = timedelta(seconds=1)
"""A correction of less is none: the machine's clock has been set right."""


class Agreement:
    """Keeps a replica's clock with the database's. Any clock but the machine's own is left alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def correction(self) -> timedelta:
        """What is added to what the machine's clock says."""
        return self._clock.correction if isinstance(self._clock, SystemClock) else timedelta(0)

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            await self._clock.sleep(EVERY)
            try:
                await self.look()
            except ConnectionError as problem:
                log.info("the clocks could not be compared: %s", problem)

    async def look(self) -> None:
        """Measure once, and correct the clock if it is wrong by more than can be tolerated.

        The database's answer belongs to some moment between question and answer; the middle is the best guess.
        """
        if not isinstance(self._clock, SystemClock):
            return
        before, began = self._clock.now(), self._clock.monotonic()
        theirs = await self._database.read(lambda unit: unit.keys.machine_time())
        took = timedelta(seconds=self._clock.monotonic() - began)
        if theirs is None:
            return
        apart = theirs - (before + took / 2)
        if abs(apart) <= TOLERATED + took / 2:
            return
        wanted = self._clock.correction + apart
        self._clock.correction = wanted if abs(wanted) > RIGHT else timedelta(0)
        log.warning(
            "this machine's clock is %+.1f seconds from the database's; it is corrected by %+.1f seconds from now on",
            -wanted.total_seconds(),
            self._clock.correction.total_seconds(),
        )
