"""PostgreSQL: a few threads, each with a connection of its own, that run whole units.

A unit travels in a pipeline: statements whose outcome nobody asks for (most writes, BEGIN and COMMIT) wait for no
answer, so that a unit pays a round trip only for what it reads.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.types.numeric import Int8Dumper

from bot.clock import Clock
from bot.errors import StaleWrite
from storage.claims import lock_number
from storage.engine import RERUNS, DatabaseDown, Desk, Job
from storage.statements import Row, Statement, Values

CONNECTIONS = 8
"""Of each replica, for units. Two more carry the wake-ups."""

SETTINGS = {
    "statement_timeout": "15s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "synchronous_commit": "on",
    "timezone": "UTC",
}

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_LOST_RACE = (StaleWrite, SerializationFailure, DeadlockDetected)

Cursor = psycopg.Cursor[Row]
Pipeline = psycopg.Pipeline


class PostgresLink:
    """A unit's transaction (see `storage.statements.Link`)."""

    __slots__ = ("_connection", "_demands", "_depth", "_pipeline", "now", "touched")

    def __init__(
        self, connection: psycopg.Connection[Row], pipeline: Pipeline, now: datetime, touched: set[str]
    ) -> None:
        self._connection = connection
        self._pipeline = pipeline
        self._demands: list[tuple[Cursor, Callable[[], Exception]]] = []
        self._depth = 0
        self.now = now
        self.touched = touched

    def run(self, statement: Statement, /, **values: Any) -> None:
        """Send it off; an error comes up with a later answer, or when the unit commits."""
        self._send(statement, values)

    def count(self, statement: Statement, /, **values: Any) -> int:
        """Carry it out; how many rows it touched."""
        cursor = self._send(statement, values)
        self._pipeline.sync()
        return cursor.rowcount

    def demand(self, statement: Statement, failure: Callable[[], Exception], /, **values: Any) -> None:
        """Send it off; `settle` raises `failure()` if it touched no row."""
        self._demands.append((self._send(statement, values), failure))

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """The first row, or None."""
        return self._send(statement, values).fetchone()

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """All rows."""
        return self._send(statement, values).fetchall()

    def value(self, statement: Statement, /, **values: Any) -> Any:
        """The first column of the first row; None if there is no row."""
        row = self._send(statement, values).fetchone()
        return row[0] if row else None

    def many(self, statement: Statement, rows: Iterable[Values], /) -> None:
        """Send it off once for each of `rows`."""
        for values in rows:
            self._send(statement, values)

    def each(self, statement: Statement, rows: Iterable[Values], /) -> list[Row | None]:
        """Carry it out once for each of `rows`, all on the way at once; the first row of each answer."""
        return [cursor.fetchone() for cursor in [self._send(statement, values) for values in rows]]

    def settle(self) -> None:
        """Raises `failure()` of the first `demand` that touched no row."""
        if self._demands:
            self._sync()

    def _sync(self) -> None:
        """Wait until everything sent off is carried out. Raises its errors, and those of `demand`."""
        self._pipeline.sync()
        demands, self._demands = self._demands, []
        for cursor, failure in demands:
            if not cursor.rowcount:
                raise failure()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit that an exception undoes by itself."""
        self._depth += 1
        name = f"part{self._depth}"
        self._sync()
        self._connection.execute(f"SAVEPOINT {name}")
        try:
            yield
            self._sync()
        except BaseException:
            self._demands.clear()
            if not self._connection.broken:
                with suppress(psycopg.Error):
                    self._pipeline.sync()
                self._connection.execute(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        finally:
            self._depth -= 1
        self._connection.execute(f"RELEASE SAVEPOINT {name}")

    def serialize(self, name: str) -> None:
        """Wait until nobody else who named the same is left, and keep others waiting until the unit ends."""
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number(name),))

    def _send(self, statement: Statement, values: Values) -> Cursor:
        compiled = statement.on_postgresql
        return self._connection.execute(compiled.text, compiled.bind(values))


class PostgresEngine:
    """A database on a server, shared by any number of replicas."""

    def __init__(self, conninfo: str, desk: Desk, clock: Clock, connections: int = CONNECTIONS) -> None:
        self._conninfo = conninfo
        self._desk = desk
        self._clock = clock
        self._count = connections
        self._jobs: SimpleQueue[tuple[Job, str] | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def open(self) -> None:
        """See that the server answers, and start the threads. Raises `DatabaseDown`."""
        connect(self._conninfo).close()
        for index in range(self._count):
            thread = Thread(target=self._serve, name=f"baton-database-{index}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Finish what was handed in, then close every connection."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def write(self, job: Job) -> None:
        """Run the job in a transaction; its future gets the result once it is committed."""
        self._take(job, BEGIN)

    def read(self, job: Job) -> None:
        """Run the job in a transaction that can't change anything and sees one state of things."""
        self._take(job, BEGIN_READ)

    def _take(self, job: Job, begin: str) -> None:
        if not self._threads:
            job.failed(DatabaseDown("the database is not open"))
            self._desk.answer([job])
            return
        self._jobs.put((job, begin))

    def _serve(self) -> None:
        worker = _Worker(self._conninfo, self._clock)
        while (taken := self._jobs.get()) is not None:
            job, begin = taken
            if not job.future.cancelled():
                worker.carry_out(job, begin)
                self._desk.answer([job])
        worker.close()


class _Worker:
    """One thread's connection, made anew when it broke."""

    def __init__(self, conninfo: str, clock: Clock) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._connection: psycopg.Connection[Row] | None = None

    def carry_out(self, job: Job, begin: str) -> None:
        """Run the job until it holds or has failed for good."""
        again = 0
        while True:
            used = self._connection is not None
            job.touched.clear()
            try:
                job.result = self._attempt(job, begin)
                return
            except _LOST_RACE as problem:
                again += 1
                if again > RERUNS:
                    job.failed(problem)
                    return
            except _Interrupted as problem:
                # A connection that died while nobody used it says nothing about the database: try a new one, once.
                self.close()
                if not used:
                    job.failed(_down(problem.cause))
                    return
            except BaseException as problem:
                job.failed(_down(problem) if isinstance(problem, psycopg.OperationalError) else problem)
                return

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _attempt(self, job: Job, begin: str) -> Any:
        if self._connection is None:
            self._connection = connect(self._conninfo)
        connection = self._connection
        committing = False
        try:
            with connection.pipeline() as pipeline:
                connection.execute(begin)
                link = PostgresLink(connection, pipeline, self._clock.now(), job.touched)
                result = job.work(link)
                link.settle()
                committing = True
                connection.execute("COMMIT")
        except BaseException as problem:
            if connection.broken or connection.closed:
                if isinstance(problem, psycopg.Error) and not committing:
                    raise _Interrupted(problem) from problem
                self.close()
                if isinstance(problem, psycopg.Error):
                    raise _down(problem) from problem
                raise
            self._roll_back(connection)
            raise
        return result

    def _roll_back(self, connection: psycopg.Connection[Row]) -> None:
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()


class _Interrupted(Exception):
    """The connection broke before the commit was sent: nothing is stored."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def connect(conninfo: str, **options: Any) -> psycopg.Connection[Row]:
    """A connection on which statements take effect at once unless BEGIN was said. Raises `DatabaseDown`."""
    try:
        connection = psycopg.connect(
            conninfo,
            autocommit=True,
            connect_timeout=5,
            application_name="baton",
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            prepare_threshold=2,
            **options,
        )
        connection.prepared_max = 500
        # Always eight bytes: a statement would else be prepared anew for each size of number.
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.execute(";".join(f"SET {name} = '{value}'" for name, value in SETTINGS.items()))
    except psycopg.Error as problem:
        raise _down(problem) from problem
    return connection


def _down(problem: BaseException) -> DatabaseDown:
    down = DatabaseDown(" ".join(str(problem).split()))
    down.__cause__ = problem
    return down
