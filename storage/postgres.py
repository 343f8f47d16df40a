"""PostgreSQL: a few threads, each with a connection of its own, that run whole units.

A unit travels in a pipeline (see `channel`): statements whose outcome nobody asks for (most writes, BEGIN) wait for no
answer, so that a unit pays a round trip only for what it reads.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any

import psycopg
from psycopg.errors import DeadlockDetected, DivisionByZero, SerializationFailure

from bot.clock import Clock
from bot.errors import StaleWrite
from storage.channel import Answer, Channel
from storage.claims import lock_number
from storage.engine import RERUNS, DatabaseDown, Desk, Job
from storage.standing import COUNT, COUNTED, Memory, Remembering
from storage.statements import Row, Statement, Values

CONNECTIONS = 8
"""Of each replica, for units. Two more carry the wake-ups."""

AT_WORK = 2
"""Units that Python works on at a time, not counting those that wait for the server (threads in each other's way only
make all of them slower)."""

SETTINGS = {
    "statement_timeout": "15s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "synchronous_commit": "on",
    "timezone": "UTC",
}

RECONNECTS = 2
"""How often a unit is run again whose connection broke before anything was stored."""

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

LOCK = "SELECT pg_advisory_xact_lock($1::BIGINT)"
LOCK_WITHIN = "SELECT pg_advisory_xact_lock_shared($2::BIGINT), pg_advisory_xact_lock($1::BIGINT)"

_LOST_RACE = (StaleWrite, SerializationFailure, DeadlockDetected)


class PostgresLink(Remembering):
    """A unit's transaction (see `storage.statements.Link`)."""

    __slots__ = ("_ahead", "_channel", "_counted", "_demands", "_depth", "_turns", "now", "touched")

    def __init__(self, channel: Channel, now: datetime, touched: set[str], memory: Memory) -> None:
        super().__init__(memory)
        self._channel = channel
        self._ahead: dict[Statement, tuple[Values, Answer]] = {}
        self._turns: set[str] = set()
        self._counted = self._send(COUNTED, {})  # its answer comes along with the first one that is waited for
        self._demands: list[tuple[Answer, Callable[[], Exception]]] = []
        self._depth = 0
        self.now = now
        self.touched = touched

    def run(self, statement: Statement, /, **values: Any) -> None:
        """Send it off; an error comes up with a later answer, or when the unit commits."""
        self._send(statement, values)

    def count(self, statement: Statement, /, **values: Any) -> int:
        """Carry it out; how many rows it touched."""
        return self._channel.wait(self._send(statement, values)).count

    def demand(self, statement: Statement, failure: Callable[[], Exception], /, **values: Any) -> None:
        """Send it off. If it touches no row, it is an error that comes up later and at the latest on commit."""
        compiled = statement.on_postgresql
        self._disturb(statement.changed)
        answer = self._channel.send(compiled.demanding, compiled.ordered(values))
        self._demands.append((answer, failure))

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """The first row, or None."""
        return self._first(self._send(statement, values))

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """All rows."""
        return self._channel.wait(self._send(statement, values)).rows()

    def value(self, statement: Statement, /, **values: Any) -> Any:
        """The first column of the first row; None if there is no row."""
        row = self._first(self._send(statement, values))
        return row[0] if row else None

    def many(self, statement: Statement, rows: Iterable[Values], /) -> None:
        """Send it off once for each of `rows`."""
        for values in rows:
            self._send(statement, values)

    def each(self, statement: Statement, rows: Iterable[Values], /) -> list[Row | None]:
        """Carry it out once for each of `rows`, all on the way at once; the first row of each answer."""
        return [self._first(answer) for answer in [self._send(statement, values) for values in rows]]

    def ahead(self, statement: Statement, /, **values: Any) -> None:
        """Put a read on its way that will be asked for soon; see `Link`."""
        self._ahead.pop(statement, None)
        self._ahead[statement] = values, self._send(statement, values)

    def arrived(self, statement: Statement, /, **values: Any) -> list[Row] | None:
        """What was read `ahead` with these values; see `Link`."""
        asked, answer = self._ahead.pop(statement, (None, None))
        if asked is None or answer is None or not values.items() <= asked.items():
            return None
        return self._channel.wait(answer).rows()

    def settle(self) -> None:
        """Wait until everything sent off is carried out. Raises its errors."""
        for answer, _ in self._demands:
            self._channel.wait(answer)

    def named(self, problem: BaseException) -> BaseException:
        """What went wrong, by the name that whoever demanded something gave it."""
        if isinstance(problem, DivisionByZero):  # see `Compiled.demanding`
            for answer, failure in self._demands:
                if answer.error is problem and not answer.passed_over:
                    return failure()
        # No fault of whoever asked, nor of a part that survives its failures: the whole unit is run again.
        if isinstance(problem, SerializationFailure | DeadlockDetected):
            return StaleWrite(f"another unit was quicker: {problem}")
        return problem

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit that an exception undoes by itself."""
        self._depth += 1
        name = f"part{self._depth}"
        try:
            self.settle()
            self._channel.wait(self._channel.send(f"SAVEPOINT {name}"))
        except psycopg.Error as problem:
            self._depth -= 1
            if self._channel.lost:
                raise _down(problem) from problem
            raise
        try:
            yield
            self.settle()
            self._channel.wait(self._channel.send(f"RELEASE SAVEPOINT {name}"))
        except BaseException as problem:
            named = self.named(problem)
            if self._channel.lost and isinstance(problem, psycopg.Error):
                named = _down(problem)
            self._demands.clear()
            self._ahead.clear()
            self._turns.clear()  # those that were got since the savepoint are lost
            self.forget()
            if not self._channel.lost:
                self._channel.sync()
                self._channel.send(f"ROLLBACK TO SAVEPOINT {name}")
            if named is not problem:
                raise named from problem
            raise
        finally:
            self._depth -= 1

    def serialize(self, name: str, *, within: str = "") -> None:
        """Wait until nobody else who named the same is left, and keep others waiting until the unit ends."""
        if name in self._turns:
            return
        self._turns.add(name)
        if within:
            self._channel.send(LOCK_WITHIN, (lock_number(name), lock_number(within)))
        else:
            self._channel.send(LOCK, (lock_number(name),))
        for statement, (values, _) in list(self._ahead.items()):  # somebody else may have changed it in his turn
            self.ahead(statement, **values)

    def _changes(self) -> int | None:
        row = self._first(self._counted)
        return row[0] if row else None

    def _count_change(self) -> None:
        self.run(COUNT)

    def _send(self, statement: Statement, values: Values) -> Answer:
        if self._ahead:
            if statement.changed:
                self._disturb(statement.changed)
            elif statement in self._ahead:
                asked, answer = self._ahead.pop(statement)
                if asked == values:
                    return answer
        compiled = statement.on_postgresql
        return self._channel.send(compiled.text, compiled.ordered(values))

    def _disturb(self, table: str) -> None:
        """A table is changed: what was read of it ahead of time holds no more."""
        for statement in [statement for statement in self._ahead if table in statement.tables]:
            del self._ahead[statement]

    def _first(self, answer: Answer) -> Row | None:
        rows = self._channel.wait(answer).rows()
        return rows[0] if rows else None


class PostgresEngine:
    """A database on a server, shared by any number of replicas."""

    def __init__(self, conninfo: str, desk: Desk, clock: Clock, connections: int = CONNECTIONS) -> None:
        self._conninfo = conninfo
        self._desk = desk
        self._clock = clock
        self._count = connections
        self._jobs: SimpleQueue[tuple[Job, str] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._memory = Memory()
        self._turns = Semaphore(AT_WORK)

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
        turn = _Turn(self._turns)
        worker = _Worker(self._conninfo, self._clock, self._memory, turn)
        turn.take()
        while (taken := self._jobs.get()) is not None:
            job, begin = taken
            if not job.future.cancelled():
                worker.carry_out(job, begin)
                self._desk.answer([job])
            turn.take()
        turn.pass_on()
        worker.close()


class _Turn:
    """One thread's right to look for work and to do it; passed on to the next thread while the server has the word."""

    def __init__(self, turns: Semaphore) -> None:
        self._turns = turns
        self._mine = False

    def take(self) -> None:
        """Wait for it, unless it was never passed on."""
        if not self._mine:
            self._turns.acquire()
            self._mine = True

    def pass_on(self) -> None:
        """Let the next thread have it; this one goes on with what it has begun."""
        if self._mine:
            self._mine = False
            self._turns.release()


class _Worker:
    """One thread's connection, made anew when it broke."""

    def __init__(self, conninfo: str, clock: Clock, memory: Memory, turn: _Turn) -> None:
        self._turn = turn
        self._conninfo = conninfo
        self._clock = clock
        self._memory = memory
        self._channel: Channel | None = None

    def carry_out(self, job: Job, begin: str) -> None:
        """Run the job until it holds or has failed for good."""
        again = broken = 0
        while True:
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
                # A connection that died says nothing about the database: try a new one.
                self.close()
                broken += 1
                if broken > RECONNECTS:
                    job.failed(_down(problem.cause))
                    return
            except BaseException as problem:
                job.failed(_down(problem) if isinstance(problem, psycopg.OperationalError) else problem)
                return

    def close(self) -> None:
        """Let go of the connection."""
        channel, self._channel = self._channel, None
        if channel is not None:
            with suppress(psycopg.Error):
                channel.close()

    def _attempt(self, job: Job, begin: str) -> Any:
        if self._channel is None:
            self._turn.pass_on()  # it may take seconds
            self._channel = Channel(connect(self._conninfo), self._turn.pass_on)
        channel, committing, link = self._channel, False, None
        try:
            begun = channel.send(begin)
            link = PostgresLink(channel, self._clock.now(), job.touched, self._memory)
            result = job.work(link)
            channel.wait(begun)  # a connection that had died before says so here, while surely nothing is stored
            committing = True
            committed = channel.send("COMMIT")
            channel.sync()
            channel.wait(committed)
        except BaseException as problem:
            if channel.lost:
                if isinstance(problem, psycopg.Error | DatabaseDown) and not committing:
                    raise _Interrupted(problem) from problem
                self.close()
                if isinstance(problem, psycopg.Error):
                    raise _down(problem) from problem
                raise
            self._roll_back(channel)
            named = link.named(problem) if link is not None else problem
            if named is not problem:
                raise named from problem
            raise
        return result

    def _roll_back(self, channel: Channel) -> None:
        try:
            channel.sync()
            channel.send("ROLLBACK")
            channel.sync()
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
            tcp_user_timeout=20_000,
            **options,
        )
        connection.execute(";".join(f"SET {name} = '{value}'" for name, value in SETTINGS.items()))
    except psycopg.Error as problem:
        raise _down(problem) from problem
    return connection


def _down(problem: BaseException) -> DatabaseDown:
    down = DatabaseDown(" ".join(str(problem).split()))
    down.__cause__ = problem
    return down
