"""SQLite: one writer thread that owns the only connection for writing, a few threads that read.

The writer commits in groups: units that wait together share one transaction, and so one `fsync`, each after the first
in a savepoint of its own, so that one that fails takes nobody along. Checkpoints happen there too, on its commits.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, Literal

from bot.clock import Clock
from bot.errors import ConfigurationProblem, StaleWrite
from storage import soundness
from storage.engine import RERUNS, DatabaseDown, Desk, Job
from storage.location import make_private
from storage.standing import COUNT, COUNTED, Memory, Remembering
from storage.statements import Row, Statement, Values, listed

GROUP = 64
"""Units that are committed together at most."""

GROUP_SECONDS = 0.010
"""How long a group may go on taking in units that came while it was at work."""

READERS = 2

PATIENCE_SECONDS = 15
"""How long to wait for somebody else's lock on the file (another program; Baton itself has one writer)."""

Mode = Literal["serve", "visit", "read"]

# The machine's doing, not the statement's: nothing was stored, and it may work again later.
_DOWN = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
}


class SqliteLink(Remembering):
    """A unit's transaction (see `storage.statements.Link`). Every statement is finished when the call returns."""

    __slots__ = ("_connection", "_depth", "now", "touched")

    def __init__(self, connection: sqlite3.Connection, now: datetime, touched: set[str], memory: Memory) -> None:
        super().__init__(memory)
        self._connection = connection
        self._depth = 0
        self.now = now
        self.touched = touched

    def run(self, statement: Statement, /, **values: Any) -> None:
        """Carry it out."""
        self._execute(statement, values)

    def count(self, statement: Statement, /, **values: Any) -> int:
        """Carry it out; how many rows it touched."""
        return self._execute(statement, values).rowcount

    def demand(self, statement: Statement, failure: Callable[[], Exception], /, **values: Any) -> None:
        """Carry it out; raises `failure()` if it touches no row."""
        if not self._execute(statement, values).rowcount:
            raise failure()

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """The first row, or None."""
        # All rows are fetched: a statement that is left in the middle holds up the commit.
        rows = self._execute(statement, values).fetchall()
        return rows[0] if rows else None

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """All rows."""
        return self._execute(statement, values).fetchall()

    def value(self, statement: Statement, /, **values: Any) -> Any:
        """The first column of the first row; None if there is no row."""
        row = self.one(statement, **values)
        return row[0] if row else None

    def many(self, statement: Statement, rows: Iterable[Values], /) -> None:
        """Carry it out once for each of `rows`."""
        for values in rows:
            self._execute(statement, values)

    def each(self, statement: Statement, rows: Iterable[Values], /) -> list[Row | None]:
        """Carry it out once for each of `rows`; the first row of each answer."""
        return [self.one(statement, **values) for values in rows]

    def ahead(self, statement: Statement, /, **values: Any) -> None:
        """Nothing to do: no statement is ever on its way here."""

    def arrived(self, statement: Statement, /, **values: Any) -> list[Row] | None:
        """None, as nothing is read ahead."""
        return None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit that an exception undoes by itself."""
        self._depth += 1
        name = f"part{self._depth}"
        self._connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.forget()
            if self._connection.in_transaction:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
            raise
        else:
            self._connection.execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def serialize(self, name: str, *, within: str = "") -> None:
        """Nothing to do: there is one writer."""

    def _changes(self) -> int | None:
        number: int | None = self.value(COUNTED)
        return number

    def _count_change(self) -> None:
        self.run(COUNT)

    def _execute(self, statement: Statement, values: Values) -> sqlite3.Cursor:
        compiled = statement.on_sqlite
        bound = compiled.bind(values)
        for key, value in bound.items():
            if type(value) is list:
                bound[key] = listed(value)
        return self._connection.execute(compiled.text, bound)


class SqliteEngine:
    """A database file. `serve` takes the file's lock, `visit` writes beside a running Baton, `read` only looks."""

    def __init__(self, path: Path, desk: Desk, clock: Clock, mode: Mode = "serve") -> None:
        self._path = path
        self._desk = desk
        self._clock = clock
        self._mode = mode
        self._lock: IO[str] | None = None
        self._writes: SimpleQueue[Job | None] = SimpleQueue()
        self._reads: SimpleQueue[Job | None] = SimpleQueue()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._threads: list[Thread] = []
        self._memory = Memory()

    def open(self) -> None:
        """Take the lock, connect, start the threads. Raises `ConfigurationProblem` or `DatabaseDown`."""
        try:
            if self._mode == "serve":
                self._lock = lock_file(self._path)
            if self._mode != "read":
                self._writer = connect(self._path)
                if self._mode == "serve":
                    soundness.check(self._path, self._writer)
                self._start(self._serve_writes, self._writer)
            for _ in range(READERS):
                connection = connect_read_only(self._path)
                self._readers.append(connection)
                self._start(self._serve_reads, connection)
        except sqlite3.Error as problem:
            self.close()
            if soundness.is_damage(problem):
                raise soundness.damaged(self._path, str(problem)) from problem
            raise DatabaseDown(f"{self._path}: {problem}") from problem
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Finish what was handed in, move the log into the file, let go of the connections and the lock."""
        for _ in self._readers:
            self._reads.put(None)
        self._writes.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        while self._readers:
            self._readers.pop().close()
        if self._writer is not None:
            with suppress(sqlite3.Error):
                self._writer.execute("PRAGMA optimize")
            self._writer.close()  # the last connection of all empties the write-ahead log as it goes
            self._writer = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write(self, job: Job) -> None:
        """Run the job in a transaction; its future gets the result once it is committed."""
        if self._writer is None:
            job.failed(DatabaseDown(f"{self._path} is not open for writing"))
            self._desk.answer([job])
            return
        self._writes.put(job)

    def read(self, job: Job) -> None:
        """Run the job in a transaction that can't change anything."""
        if not self._readers:
            job.failed(DatabaseDown(f"{self._path} is not open"))
            self._desk.answer([job])
            return
        self._reads.put(job)

    def _start(self, serve: Callable[[sqlite3.Connection], None], connection: sqlite3.Connection) -> None:
        thread = Thread(target=serve, args=(connection,), name=f"baton-{serve.__name__.strip('_')}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve_reads(self, connection: sqlite3.Connection) -> None:
        while (job := self._reads.get()) is not None:
            try:
                connection.execute("BEGIN")
                job.result = job.work(SqliteLink(connection, self._clock.now(), job.touched, self._memory))
            except BaseException as problem:
                job.failed(_named(problem))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            self._desk.answer([job])

    def _serve_writes(self, connection: sqlite3.Connection) -> None:
        group = _Group(connection, self._clock, self._memory)
        more = True
        while more:
            job = self._writes.get()
            until = self._clock.monotonic() + GROUP_SECONDS
            while job is not None:
                group.take(job)
                if len(group.jobs) >= GROUP or self._clock.monotonic() >= until:
                    break
                try:
                    job = self._writes.get_nowait()
                except Empty:
                    break
            more = job is not None
            group.commit()
            self._desk.answer(group.jobs)
            group.jobs.clear()


class _Group:
    """Units that share a transaction. The first needs no savepoint: while it is alone, the transaction is its own."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, memory: Memory) -> None:
        self._connection = connection
        self._clock = clock
        self._memory = memory
        self.jobs: list[Job] = []
        self._kept: list[Job] = []

    def take(self, job: Job) -> None:
        """Run it within the group; what it raises undoes only what it did."""
        self.jobs.append(job)
        if job.future.cancelled():
            return
        for left in reversed(range(RERUNS + 1)):
            job.touched.clear()
            try:
                self._attempt(job)
            except StaleWrite as problem:
                if not left:
                    job.failed(problem)
                    return
            except BaseException as problem:
                job.failed(_named(problem))
                self._check()
                return
            else:
                self._kept.append(job)
                return

    def commit(self) -> None:
        """Make it lasting. When that fails, all of them have failed."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except sqlite3.Error as problem:
            self._lose(DatabaseDown(f"could not be stored: {problem}"))
        self._kept.clear()

    def _attempt(self, job: Job) -> None:
        alone = not self._connection.in_transaction
        self._connection.execute("BEGIN IMMEDIATE" if alone else "SAVEPOINT unit")
        try:
            job.result = job.work(SqliteLink(self._connection, self._clock.now(), job.touched, self._memory))
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK" if alone else "ROLLBACK TO unit")
            if not alone and self._connection.in_transaction:
                self._connection.execute("RELEASE unit")
            raise
        if not alone:
            self._connection.execute("RELEASE unit")

    def _check(self) -> None:
        """Some failures (a full disk) make SQLite undo the whole transaction: then the others are gone as well."""
        if self._kept and not self._connection.in_transaction:
            self._lose(DatabaseDown("undone together with a unit that the disk refused"))

    def _lose(self, problem: DatabaseDown) -> None:
        for job in self._kept:
            job.failed(problem)
        self._kept.clear()
        self._memory.forget()
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def connect(path: Path) -> sqlite3.Connection:
    """A connection for writing, set up to lose nothing. Raises `sqlite3.Error`."""
    make_private(path)
    connection = sqlite3.connect(
        path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that can't write. Raises `sqlite3.Error` where there is no file."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )


def lock_file(path: Path) -> IO[str]:
    """Hold the database for this process, as long as the returned file is open. Raises `ConfigurationProblem`."""
    beside = path.with_name(f"{path.name}.lock")
    make_private(beside)  # whoever may open it could hold it
    lock = beside.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise ConfigurationProblem(
            f"BATON_DATABASE_URL: {path} is in use by another Baton{f' (process {holder})' if holder else ''}; "
            "stop it first, or run several on PostgreSQL: postgresql://user@host/baton"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _named(problem: BaseException) -> BaseException:
    """The machine's failures under one name; everything else as it is."""
    if isinstance(problem, sqlite3.Error) and (getattr(problem, "sqlite_errorcode", 0) & 0xFF) in _DOWN:
        down = DatabaseDown(str(problem))
        down.__cause__ = problem
        return down
    return problem
