"""What stands in a calendar: APScheduler is the metronome, the database decides which replica does the work.

Each run first claims (name, time) under a unique key, so every replica may try and one does it. Nothing that must not
be lost hangs on this scheduler: its memory is empty after a restart, and that is fine.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.clock import Clock
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

# A random restart of a platform's numbering comes after a week at the earliest; repeats are known for longer than that.
INBOX_KEPT = timedelta(days=9)
OUTBOX_KEPT = timedelta(days=30)
BATCH = 1000


class Calendar:
    """The jobs of the calendar."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self.last_tick = clock.monotonic()

    def start(self) -> None:
        """Begin; call it inside the running event loop."""
        self._scheduler.add_job(self._tick, "interval", seconds=5, id="tick")
        self.add("retention", "17 * * * *", forget_old)
        self._scheduler.start()

    def add(self, name: str, crontab: str, job: Callable[[Unit], bool]) -> None:
        """Run `job` by this crontab line (UTC), on one replica each time, again and again while it says True."""
        trigger = CronTrigger.from_crontab(crontab, UTC)
        self._scheduler.add_job(self._run, trigger, args=[name, job], id=name)

    def stop(self) -> None:
        """End; a running job is left to its transaction."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        self.last_tick = self._clock.monotonic()

    async def _run(self, name: str, job: Callable[[Unit], bool]) -> None:
        due = self._clock.now().replace(second=0, microsecond=0)
        if not await self._database.write(lambda unit: unit.keys.fire(name, due)):
            return
        log.info("calendar: %s", name)
        while await self._database.write(job):
            await self._clock.sleep(0.05)


def forget_old(unit: Unit) -> bool:
    """Delete one batch of what ended long ago; True while there may be more."""
    gone = unit.inbox.forget(_before(unit.now, INBOX_KEPT), BATCH)
    gone = max(gone, unit.outbox.forget(_before(unit.now, OUTBOX_KEPT), BATCH))
    return gone >= BATCH


def _before(now: datetime, kept: timedelta) -> datetime:
    return now - kept
