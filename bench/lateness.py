"""How late a due step is carried out, and what that costs, by how many deadlines are open: it must not matter.

A hundred clocks fall due in the same instant, beside so many timers that are open and not due; each is carried out as
in the program (claimed, its clock worked out, the fact recorded, the timer armed anew or cleared) and counts as done
when its unit is committed. Beside it the floor, a claim of a hundred rows with the driver alone, and APScheduler with a
stored job for each deadline.
"""

import asyncio
import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine, create_engine, event

from bot.chat.router import Router
from bot.chat.text import text
from bot.clock import SystemClock
from bot.clocks import running
from bot.clocks.firing import firing, gather
from bot.clocks.rules import Measure
from bot.people.rules import Person, Role, Team
from bot.tickets.rules import Ticket
from bot.unit import Unit
from bot.workers.sweeper import Sweeper, Swept
from bot.workers.vitals import Figures
from bot.workspace import POLICIES_KEY
from storage import migrate, open_database
from storage.unit import SqlDatabase
from tests.postgres import running_server

OPEN = (1_000, 100_000, 1_000_000)
JOBS = (1_000, 10_000)
DUE, ROUNDS, CLAIMS = 100, 5, 15
AHEAD = timedelta(seconds=0.7)  # so long before it is due everything stands in the database

HEAD = """
**How late a due step is**, from the instant at which it was due to the commit of all that follows from it, with {due}
of them due in the same instant and so many deadlines open; no other work. Beside it a claim of {due} timers, alone:
Baton's, and the driver's with the same statements; medians. `APScheduler` holds one stored job for each deadline
(SQLite, without waiting for the disk); its job only notes when it ran.

| database | open | p50 ms | p99 ms | claim ms | bare claim ms | ratio |
| --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass
class Row:
    """One database (or scheduler) with so many open deadlines; all in milliseconds."""

    database: str
    open: int
    late: list[float] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def line(self) -> str:
        """A row of the page."""
        ordered = sorted(self.late)
        half, most = ordered[len(ordered) // 2], ordered[min(int(0.99 * len(ordered)), len(ordered) - 1)]
        told = f"| {self.database} | {self.open:,} | {half:.0f} | {most:.0f} |"
        if not self.claims:
            return f"{told} – | – | – |"
        claim, bare = statistics.median(self.claims), statistics.median(self.bare)
        return f"{told} {claim:.1f} | {bare:.1f} | {claim / bare:.1f} |"


class Timed(Sweeper):
    """The program's sweeper; `ended` is when each of its units was committed, and how many steps it did."""

    ended: list[tuple[float, int]]
    all_done: asyncio.Event

    async def sweep(self) -> Swept:
        """As ever, and note the time."""
        swept = await super().sweep()
        self.ended.append((time.time(), swept.taken))
        if sum(taken for _, taken in self.ended) >= DUE:
            self.all_done.set()
        return swept

    def begin(self) -> None:
        """Count from nothing."""
        self.ended, self.all_done = [], asyncio.Event()


async def figures(name: str, url: str) -> list[Row]:
    """One database with more and more open deadlines."""
    migrate(url)
    rows, so_far = [], 0
    for count in OPEN:
        fill(url, so_far, count)
        so_far = count
        row = Row(name, count)
        router = Router()
        router.timer(running.TIMER, firing(router), gather)
        database = open_database(url, clock=SystemClock(), reactions=router.reactions)
        await database.start()
        try:
            await database.write(_furnish)
            await _lateness(database, router, row)
            await _claims(database, url, row)
        finally:
            await database.close()
        rows.append(row)
    return rows


def fill(url: str, start: int, count: int) -> None:
    """So many open timers, due in the course of a year from now on."""
    year = 365 * 86_400 * 1_000_000
    first = int(time.time() * 1_000_000) + 86_400 * 1_000_000
    rows = (("open", number, first + (number * 2_654_435_761) % year, 0) for number in range(start, count))
    with _driver(url) as link:
        if isinstance(link, sqlite3.Connection):
            link.executemany("INSERT INTO timers (kind, subject, due_at, attempts) VALUES (?, ?, ?, ?)", rows)
            link.commit()
            link.execute("ANALYZE")
            return
        with link.cursor().copy("COPY timers (kind, subject, due_at, attempts) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        link.commit()
        link.autocommit = True
        link.execute("VACUUM ANALYZE timers")


@contextlib.contextmanager
def _driver(url: str) -> Iterator["sqlite3.Connection | psycopg.Connection[tuple[object, ...]]"]:
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as link:
            link.execute("PRAGMA synchronous=FULL")
            yield link
    else:
        with psycopg.connect(url) as connection:
            yield connection


def _furnish(unit: Unit) -> None:
    if not unit.people.teams():
        unit.people.add_team(Team(0, "support", "Support"))
        unit.people.add_person(Person(0, "Ann", Role.CUSTOMER))
    step = {"at": "target", "notify": ["assignee"], "via": ["dm"]}
    unit.keys.put(POLICIES_KEY, {"p": {"on": "ticket.resolution", "target": "1h", "steps": [step]}})


async def _lateness(database: SqlDatabase, router: Router, row: Row) -> None:
    sweeper = Timed(database, router.timers, SystemClock(), Figures(), router.gathering)
    sweeper.begin()

    def wake(topics: object) -> None:
        sweeper.wake()

    database.on_commit(wake)
    task = asyncio.create_task(sweeper.run())
    try:
        for _ in range(ROUNDS):
            sweeper.begin()
            due = datetime.now(UTC) + AHEAD
            await database.write(lambda unit, due=due: _arm(unit, due))  # type: ignore[misc]
            await sweeper.all_done.wait()
            for at, taken in sweeper.ended:
                row.late += [1000 * (at - due.timestamp())] * taken
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _arm(unit: Unit, due: datetime) -> None:
    """A hundred tickets whose clock runs out then."""
    for _ in range(DUE):
        ticket = unit.tickets.add(Ticket(0, "broken", text("broken"), 1, 1, unit.now, unit.now))
        running.start(unit, ticket, Measure.RESOLUTION, since=due - timedelta(hours=1))


async def _claims(database: SqlDatabase, url: str, row: Row) -> None:
    """In turns, so that both meet the same machine."""
    with _driver(url) as link:
        for _ in range(CLAIMS):
            await database.write(_due_now)
            began = time.perf_counter()
            await database.write(_claim)
            row.claims.append(1000 * (time.perf_counter() - began))
            await database.write(_due_now)
            row.bare.append(_bare(link))
    await database.write(_cleared)


def _due_now(unit: Unit) -> None:
    for subject in range(DUE):
        unit.timers.set("bench", subject, unit.now - timedelta(seconds=1))


def _claim(unit: Unit) -> None:
    timers = unit.timers.claim(unit.now, DUE, ["bench"])
    for timer in timers:
        unit.timers.set(timer.kind, timer.subject, unit.now + timedelta(days=1))


def _cleared(unit: Unit) -> None:
    for subject in range(DUE):
        unit.timers.clear("bench", subject)


def _bare(link: "sqlite3.Connection | psycopg.Connection[tuple[object, ...]]") -> float:
    """The same rows taken and set anew, with nothing but the driver."""
    now = int(time.time() * 1_000_000)
    began = time.perf_counter()
    if isinstance(link, sqlite3.Connection):
        link.execute("BEGIN IMMEDIATE")
        due = link.execute("SELECT kind, subject FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT 100", (now,))
        later = [(now + 86_400_000_000, kind, subject) for kind, subject in due.fetchall()]
        link.executemany("UPDATE timers SET due_at = ? WHERE kind = ? AND subject = ?", later)
    else:
        cursor = link.execute(
            "SELECT kind, subject FROM timers WHERE due_at <= %s ORDER BY due_at LIMIT 100 FOR UPDATE SKIP LOCKED",
            (now,),
        )
        rows = [(now + 86_400_000_000, kind, subject) for kind, subject in cursor.fetchall()]
        link.cursor().executemany("UPDATE timers SET due_at = %s WHERE kind = %s AND subject = %s", rows)
    link.commit()
    return 1000 * (time.perf_counter() - began)


# What APScheduler's jobs do: it finds them by name.
_ran: list[float] = []
_all_ran = asyncio.Event()


async def note() -> None:
    """A job: note when it ran."""
    _ran.append(time.time())
    if len(_ran) == DUE:
        _all_ran.set()


def _hurried(url: str) -> Engine:
    """SQLite that waits for no disk: storing ten thousand jobs one by one would take the patience of everybody."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def hurry(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine


async def scheduler(folder: Path) -> list[Row]:
    """APScheduler with one stored job for each deadline."""
    rows = []
    for count in JOBS:
        store = SQLAlchemyJobStore(engine=_hurried(f"sqlite:///{folder}/jobs-{count}.db"))
        kept = AsyncIOScheduler(
            timezone=UTC,
            jobstores={"default": store},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True},
        )
        kept.start(paused=True)
        for number in range(count):
            kept.add_job(note, "date", run_date=datetime.now(UTC) + timedelta(days=1, seconds=number))
        due = datetime.now(UTC) + timedelta(seconds=15)
        for _ in range(DUE):
            kept.add_job(note, "date", run_date=due)
        _ran.clear()
        _all_ran.clear()
        kept.resume()
        await _all_ran.wait()
        kept.shutdown(wait=False)
        rows.append(Row("APScheduler", count, [1000 * (at - due.timestamp()) for at in _ran]))
    return rows


def section() -> str:
    """Measure on both databases and beside APScheduler; the part of the page."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        rows = asyncio.run(figures("SQLite", f"sqlite:///{folder}/baton.db"))
        with running_server(folder) as server, server.database() as url:
            rows += asyncio.run(figures("PostgreSQL", url))
        rows += asyncio.run(scheduler(folder))
    return HEAD.format(due=DUE) + "\n".join(row.line() for row in rows) + "\n"
