"""What stands in a calendar: APScheduler is the metronome, the database decides which replica does the work.

Each run first claims (name, time) under a unique key, so every replica may try and one does it. Nothing that must not
be lost hangs on this scheduler: its memory is empty after a restart, and that is fine.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
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
DIALOGS_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=40)
BATCH = 1000
BREATH = 0.05  # seconds between two batches, in which others get at the database

EVERY_MINUTE = "* * * * *"
TICK = 5.0
STEPPED = 5.0  # seconds by which the wall clock must part from the monotonic one to have been set

Work = Callable[[Unit], bool]


@dataclass
class Job:
    """A line of the calendar. `due` is the next moment for which nobody here has tried yet."""

    name: str
    trigger: CronTrigger
    work: Work
    due: datetime
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Calendar:
    """The jobs of the calendar."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._watch: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self.last_tick = clock.monotonic()
        self.add("retention", "17 * * * *", forget_old)

    def start(self) -> None:
        """Begin; call it inside the running event loop."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._tick(), name="calendar")

    def add(self, name: str, crontab: str, work: Work) -> None:
        """Run `work` by this crontab line (UTC), on one replica each time, again and again while it says True."""
        trigger = CronTrigger.from_crontab(crontab, UTC)
        self._jobs[name] = Job(name, trigger, work, trigger.get_next_fire_time(None, self._clock.now()))
        self._scheduler.add_job(self.run, trigger, args=[name], id=name)

    def stop(self) -> None:
        """End; a running job is left to its transaction."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def run(self, name: str) -> bool:
        """Do what is due under this name, unless another replica has it; whether it was done here, by this very call.

        What runs already is waited for: when this returns, no work of this name is under way here.
        """
        async with self._jobs[name].turn:
            return await self._run(name)

    async def _run(self, name: str) -> bool:
        job = self._jobs[name]
        due = self._reached(job)
        if due > self._clock.now():  # somebody set the clock back
            return False
        try:
            if not await self._database.write(lambda unit: unit.keys.fire(name, due)):
                return False
            log.info("calendar: %s of %s", name, due.isoformat())
            while await self._database.write(job.work):
                await self._clock.sleep(BREATH)
        except ConnectionError as problem:
            log.error("calendar: %s of %s could not be done: %s", name, due.isoformat(), problem)
            return False
        return True

    def _reached(self, job: Job) -> datetime:
        """The latest moment of the job that has come: the same on every replica, however late it gets to it."""
        due, now = job.due, self._clock.now()
        while (after := job.trigger.get_next_fire_time(due, now)) <= now:
            due = after
        job.due = after if due <= now else due
        return due

    async def _tick(self) -> None:
        """Show that the calendar is alive, make it look at the clock when somebody has set that, and do what the
        metronome missed: a moment counts by our clock, whatever that one slept through."""
        wall, steady = self._clock.now(), self._clock.monotonic()
        while True:
            await self._clock.sleep(TICK)
            now, self.last_tick = self._clock.now(), self._clock.monotonic()
            step = (now - wall).total_seconds() - (self.last_tick - steady)
            if abs(step) > STEPPED:
                log.warning("the machine's clock was set by %+.0f seconds", step)
                self._scheduler.wakeup()
            wall, steady = now, self.last_tick
            for job in list(self._jobs.values()):
                if job.due <= now:
                    await self.run(job.name)


def forget_old(unit: Unit) -> bool:
    """Delete one batch of what ended long ago; True while there may be more."""
    gone = unit.inbox.forget(unit.now - INBOX_KEPT, BATCH)
    gone = max(gone, unit.outbox.forget(unit.now - OUTBOX_KEPT, BATCH))
    gone = max(gone, unit.keys.forget(unit.now - RUNS_KEPT, BATCH))
    unit.dialogs.forget(unit.now - DIALOGS_KEPT)  # one a person and place at most: never many at once
    return gone >= BATCH
