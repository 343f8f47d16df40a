"""What a run costs, looked at from outside twice a second: processes by /proc, queues by the database."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg

EVERY = 0.5
_TICK = os.sysconf("SC_CLK_TCK")
_BACKLOG: LiteralString = """
SELECT (SELECT count(*) FROM inbox WHERE ended_at IS NULL),
       (SELECT count(*) FROM outbox WHERE ended_at IS NULL AND not_before <= {now}),
       (SELECT count(*) FROM outbox WHERE ended_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. `memory` in bytes, `processor` in seconds; sums over all replicas, `each` the memory of every one."""

    at: float
    inbox: int
    outbox: int
    later: int
    """Orders that wait, those included whose time has not come."""
    memory: int
    handles: int
    threads: int
    connections: int
    """To PostgreSQL; 0 on SQLite."""
    processor: float
    server: float
    """The same of PostgreSQL."""
    each: tuple[int, ...]

    @property
    def waits(self) -> bool:
        """Whether anything does, now or for later."""
        return self.inbox + self.later > 0

    @property
    def backlog(self) -> int:
        """What waits to be handled or to be shown."""
        return self.inbox + self.outbox


@dataclass
class Database:
    """A connection of our own that only looks. Blocking: for threads."""

    url: str
    _link: Any = None

    def rows(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """What the database answers."""
        return list(self._opened().execute(statement).fetchall())

    def backlog(self) -> tuple[int, int, int]:
        """Deliveries not handled; orders that could be sent; orders at all."""
        waiting, due, later = self.rows(_BACKLOG.replace("{now}", str(int(time.time() * 1e6))))[0]
        return waiting, due, later

    def bytes(self) -> int:
        """How much room it takes on disk."""
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            return sum(Path(name).stat().st_size for name in (path, f"{path}-wal") if Path(name).exists())
        return int(self.rows("SELECT pg_database_size(current_database())")[0][0])

    def passing(self) -> int:
        """How much of that are deliveries and orders, which are forgotten after days; 0 where nobody can tell."""
        if self.url.startswith("sqlite"):
            return 0
        return int(self.rows("SELECT pg_total_relation_size('inbox') + pg_total_relation_size('outbox')")[0][0])

    def connections(self) -> int:
        """Of others, to this database."""
        if self.url.startswith("sqlite"):
            return 0
        return int(self.rows(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )[0][0])  # fmt: skip

    def server(self) -> int:
        """The process of the server itself; 0 on SQLite."""
        if self.url.startswith("sqlite"):
            return 0
        return _parent(int(self.rows("SELECT pg_backend_pid()")[0][0]))

    def close(self) -> None:
        """Let go of it."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _opened(self) -> Any:
        if self._link is None and self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            self._link = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10, check_same_thread=False)
        elif self._link is None:
            self._link = psycopg.connect(self.url, autocommit=True)
        return self._link


@dataclass
class Watch:
    """Takes samples until it is stopped. `replicas` gives the processes that are alive."""

    database: Database
    replicas: Callable[[], Sequence[int]]
    samples: list[Sample] = field(default_factory=list)

    async def run(self) -> None:
        """For ever."""
        server = await asyncio.to_thread(self.database.server)
        while True:
            self.samples.append(await asyncio.to_thread(self._sample, server))
            await asyncio.sleep(EVERY)

    def _sample(self, server: int) -> Sample:
        waiting, due, later = self.database.backlog()
        alive = self.replicas()
        each = tuple(memory(pid) for pid in alive)
        return Sample(
            time.time(), waiting, due, later, sum(each), sum(map(handles, alive)), sum(map(threads, alive)),
            self.database.connections(), sum(map(processor, alive)), family(server) if server else 0.0, each,
        )  # fmt: skip


def memory(pid: int) -> int:
    """Bytes that a process has to itself: what it shares with those of its kind is not counted again."""
    rows = dict(_fields(Path(f"/proc/{pid}/smaps_rollup"))) or dict(_fields(Path(f"/proc/{pid}/status")))
    if "Private_Dirty" in rows:
        return 1024 * sum(int(rows[name].split()[0]) for name in ("Private_Dirty", "Private_Clean", "Shared_Dirty"))
    return 1024 * int(rows.get("VmRSS", "0 kB").split()[0])


def handles(pid: int) -> int:
    """Open files, sockets and the like."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def threads(pid: int) -> int:
    """How many it has."""
    return int(dict(_fields(Path(f"/proc/{pid}/status"))).get("Threads", "0"))


def processor(pid: int) -> float:
    """Seconds for which it has worked, with its children that have ended."""
    return sum(_stat(pid)[11:15]) / _TICK


def family(pid: int) -> float:
    """The same with those of its children that live."""
    children = [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(int(name)) == pid]
    return processor(pid) + sum(map(processor, children))


def _parent(pid: int) -> int:
    return (_stat(pid) or [0, 0])[1]


def _stat(pid: int) -> list[int]:
    """The numbers behind a process's name and state: parent first (at 1, since the state counts as 0)."""
    try:
        after = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return [0] * 20
    return [0, *map(int, after[1:20])]


def _fields(path: Path) -> list[tuple[str, str]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return []
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines) if value]
