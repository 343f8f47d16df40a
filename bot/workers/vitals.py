"""How Baton is: alive, ready, and in figures. Asked by load balancers, by monitoring and by people in a hurry."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from bot.clock import Clock
from bot.unit import Database, Unit

# Seconds without progress after which a worker counts as stuck: longer than any statement or lock may take.
STALE = 30.0
ANSWER_WITHIN = 1.0
BACKLOG_AGE = 60.0
# Seconds by which a timer was done too late; the aim is the third.
LATENESS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0)

Queue = tuple[int, datetime | None]
"""How many rows wait, and since when the oldest."""


_SCHEDULERS = ("calendar", "sweeper")


class Figures:
    """Counters of this process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.handled = Counter("baton_inbox_handled_total", "Deliveries handled", ["platform"], registry=self.registry)
        self.dead = Counter("baton_inbox_dead_total", "Deliveries given up", ["platform"], registry=self.registry)
        self.repeats = Counter("baton_inbox_repeats_total", "Deliveries seen before", registry=self.registry)
        self.outcomes = Counter(
            "baton_outbox_outcomes_total", "What became of sends", ["platform", "outcome"], registry=self.registry
        )
        self.waiting = Gauge("baton_waiting", "Rows that wait", ["queue"], registry=self.registry)
        self.age = Gauge("baton_oldest_seconds", "Age of the oldest row that waits", ["queue"], registry=self.registry)
        self.progress = Gauge(
            "baton_progress_age_seconds", "Since a worker last moved", ["worker"], registry=self.registry
        )
        self.lateness = Histogram(
            "baton_timer_lateness_seconds", "How late timers were done", buckets=LATENESS, registry=self.registry
        )
        self.timer_failures = Counter(
            "baton_timer_failures_total", "Timers whose work failed", ["kind"], registry=self.registry
        )
        self.correction = Gauge(
            "baton_clock_correction_seconds", "What is added to this machine's clock", registry=self.registry
        )
        self.clock_jumps = Counter(
            "baton_clock_jumps_total", "How often the machine's clock was set", registry=self.registry
        )


@dataclass
class Vitals:
    """Answers the health routes. `progress` gives, by worker, the monotonic moment at which it last moved.

    `correction` is by how much this machine's clock is corrected (`bot.workers.agreement`).
    """

    database: Database
    clock: Clock
    figures: Figures
    progress: Mapping[str, Callable[[], float]]
    version: str = ""
    correction: Callable[[], timedelta] = timedelta
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> dict[str, Any]:
        """What moves inside; raises when a worker is stuck in a process that otherwise lives.

        A database that is away is no reason: the workers go round and wait for it.
        """
        ages = self._ages()
        stuck = [name for name, age in ages.items() if age > STALE]
        if stuck:
            raise RuntimeError(f"stuck: {', '.join(stuck)}")
        return {"version": self.version, "progress_age": {name: round(age, 1) for name, age in ages.items()}}

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether work can be taken, and why not."""
        reasons: dict[str, Any] = {"version": self.version}
        try:
            queues = await asyncio.wait_for(self.database.read(_queues), ANSWER_WITHIN)
        except Exception as error:
            return False, {**reasons, "database": f"no answer: {type(error).__name__}"}
        ages, correction = self._ages(), self.correction().total_seconds()
        reasons |= {
            "database": "ok",
            "migrations": "ok",  # the process does not start on any other schema
            "scheduler": "ticking" if all(ages.get(name, 0.0) <= STALE for name in _SCHEDULERS) else "stuck",
            **{name: self._described(queue) for name, queue in queues.items()},
            "clock": f"corrected by {correction:+.1f} s" if correction else "right",
            "stopping": self.stopping.is_set(),
        }
        stuck = [name for name, age in ages.items() if age > STALE]
        return not stuck and not self.stopping.is_set(), reasons | ({"stuck": stuck} if stuck else {})

    async def metrics(self) -> bytes:
        """The figures as Prometheus text."""
        queues = await self.database.read(_queues)
        for queue, (count, oldest) in queues.items():
            self.figures.waiting.labels(queue).set(count)
            self.figures.age.labels(queue).set(self._age(oldest))
        self.figures.correction.set(self.correction().total_seconds())
        for name, age in self._ages().items():
            self.figures.progress.labels(name).set(age)
        return generate_latest(self.figures.registry)

    def _ages(self) -> dict[str, float]:
        now = self.clock.monotonic()
        return {name: now - moved() for name, moved in self.progress.items()}

    def _age(self, oldest: datetime | None) -> float:
        return max((self.clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0

    def _described(self, queue: Queue) -> dict[str, Any]:
        count, oldest = queue
        age = self._age(oldest)
        return {"waiting": count, "oldest_seconds": round(age, 1), "moving": age < BACKLOG_AGE}


def _queues(unit: Unit) -> dict[str, Queue]:
    """What waits to be handled, to be sent, and to be done at a moment that has passed."""
    return {"inbox": unit.inbox.waiting(), "outbox": unit.outbox.backlog(), "timers": unit.timers.overdue(unit.now)}
