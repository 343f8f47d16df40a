"""Units that have to be run whatever happens: again and again while the database is away."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.clock import Clock
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # seconds

T = TypeVar("T")


class Steady:
    """A database that is never given up. An outage is one line in the log, its end another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._away = False

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in one transaction, as soon as there is a database. Raises what `work` raises.

        `work` may be run although an earlier run was stored (the connection broke while it was committed), so it has to
        find out by itself: by a row that is ended, a fence, an effect that is known.
        """
        return await self._insist(lambda: self._database.write(work))

    async def read(self, work: Callable[[Unit], T]) -> T:
        """The same for `work` that only looks."""
        return await self._insist(lambda: self._database.read(work))

    async def _insist(self, run: Callable[[], Awaitable[T]]) -> T:
        pause = FIRST_PAUSE
        while True:
            try:
                result = await run()
            except ConnectionError as problem:
                self.lost(problem)
            else:
                self.found()
                return result
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def lost(self, problem: ConnectionError) -> None:
        """The database did not answer."""
        if not self._away:
            log.error("the database is away, work waits for it: %s", problem)
        self._away = True

    def found(self) -> None:
        """The database answered."""
        if self._away:
            log.warning("the database is back")
        self._away = False
