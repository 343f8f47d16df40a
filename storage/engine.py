"""What both databases have in common: jobs that run in database threads, and what may go wrong with them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from storage.statements import Link

RERUNS = 3
"""How often a unit is run again that lost against another one."""

TOPICS = ("inbox", "outbox", "facts", "timers")

Committed = Callable[[Sequence[str]], None]


class DatabaseDown(ConnectionError):
    """The database can't be reached, or can't store (a full disk, a lock that is not let go).

    Nothing of the unit is stored, except where the connection broke while committing: then nobody knows, and running
    the unit again must be harmless (it is, as its inbox row or effect key decides).
    """


@dataclass(slots=True, eq=False)
class Job:
    """Work on its way through a database thread, and what came of it."""

    work: Callable[[Link], Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    touched: set[str] = field(default_factory=set)

    def failed(self, error: BaseException) -> None:
        """It came to nothing."""
        self.result, self.error = None, error
        self.touched.clear()


class Engine(Protocol):
    """Runs jobs on a database. `open` and `close` block; the rest belongs to the event loop."""

    def open(self) -> None:
        """Connect. Raises `ConfigurationProblem` or `DatabaseDown`."""
        ...

    def close(self) -> None:
        """Finish what was handed in, then let go of every connection."""
        ...

    def write(self, job: Job) -> None:
        """Run the job in a transaction; its future gets the result once it is committed."""
        ...

    def read(self, job: Job) -> None:
        """Run the job in a transaction that can't change anything."""
        ...


class Desk:
    """Hands results back from database threads to the event loop, many at a time: each time wakes the loop."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    def answer(self, jobs: Iterable[Job]) -> None:
        """Settle these jobs; from any thread. A loop that is gone needs no answer."""
        by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        for job in jobs:
            by_loop.setdefault(job.future.get_loop(), []).append(job)
        for loop, group in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._settle, group)
            except RuntimeError:
                continue

    def _settle(self, jobs: list[Job]) -> None:
        topics = set[str]().union(*(job.touched for job in jobs))
        if topics:
            self._committed(sorted(topics))
        for job in jobs:
            if job.future.done():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
