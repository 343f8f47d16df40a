"""Prepared statements in a pipeline, on libpq itself.

A unit is a dozen small statements, and what a driver does for each (a cursor, adapting every value by its type, a
generator for every wait) costs more than carrying it out: 137 microseconds for a read by its key through psycopg's
pipeline, 25 through this module, measured side by side. psycopg still connects, names errors and gives us libpq
(`psycopg.pq`, https://www.psycopg.org/psycopg3/docs/api/pq.html). Columns are integers, text, bytes and booleans only.

Answers come in the order of the questions (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html). After an
error the server passes over everything up to the next `sync`.
"""

import itertools
import select
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.errors import AdminShutdown, CannotConnectNow, CrashShutdown, error_from_result

from storage.encoding import storable

Row = tuple[Any, ...]

PROMPT_MILLISECONDS = 1
"""An answer that takes longer leaves time for somebody else's work."""

SILENCE_SECONDS = 25
"""How long the server may say nothing while we wait: longer than any statement may take (`statement_timeout`)."""

BINARY, TEXT = 1, 0

# Looked up once: in Python 3.11 a member of an enumeration costs as much to name as a short function to call.
_ROWS, _DONE = pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK
_SYNC, _PASSED_OVER = pq.ExecStatus.PIPELINE_SYNC, pq.ExecStatus.PIPELINE_ABORTED
_POLLIN, _POLLOUT = select.POLLIN, select.POLLOUT

Load = Callable[[Any], Any]


def _integer(value: bytes) -> int:
    return int.from_bytes(value, "big", signed=True)


_GONE = (AdminShutdown, CannotConnectNow, CrashShutdown)

# By the type's number in the catalogue (pg_type.oid), in binary form.
LOADS: dict[int, Load] = {
    16: lambda value: value == b"\x01",  # bool
    17: bytes,  # bytea
    20: _integer,  # int8
    21: _integer,  # int2
    23: _integer,  # int4
    25: bytes.decode,  # text
    1043: bytes.decode,  # varchar
    2278: lambda value: None,  # void
}


class Prepared:
    """A statement as the server knows it, and how each column of its rows is read (known with the first row)."""

    __slots__ = ("loads", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.loads: list[tuple[int, Load]] = []


_SYNCED = Prepared(b"")  # stands for the points at which everything is answered


class Answer:
    """What the server will say to one statement, or has said."""

    __slots__ = ("_prepared", "done", "error", "passed_over", "result")

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self.done = False
        self.error: psycopg.Error | None = None
        self.passed_over = False  # the error is that of an earlier statement
        self.result: pq.abc.PGresult | None = None

    @property
    def count(self) -> int:
        """How many rows were touched; after `Channel.wait`."""
        return (self.result.command_tuples or 0) if self.result is not None else 0

    def rows(self) -> list[Row]:
        """The rows; after `Channel.wait`."""
        result = self.result
        if result is None or not result.ntuples:
            return []
        get, columns = result.get_value, self._prepared.loads
        if not columns:  # of one type as long as it is prepared: the server refuses a plan whose result has changed
            columns += [(at, LOADS[result.ftype(at)]) for at in range(result.nfields)]
        return [
            tuple([None if (value := get(row, at)) is None else load(value) for at, load in columns])
            for row in range(result.ntuples)
        ]


class Channel:
    """One connection in pipeline mode. Raises `psycopg.Error`; `OperationalError` when the connection is lost."""

    def __init__(self, connection: psycopg.Connection[Row], waiting: Callable[[], None] = lambda: None) -> None:
        """`waiting` is called when an answer does not come promptly."""
        self._connection = connection
        self._slow = waiting
        self._libpq = connection.pgconn
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._poll = select.poll()
        self._poll.register(self._libpq.socket, select.POLLIN)
        self._prepared: dict[str, Prepared] = {}
        self._numbers = itertools.count(1)
        self._new: dict[str, Answer] = {}
        self._waiting: deque[Answer] = deque()
        self._failed: psycopg.Error | None = None
        self._gone = False

    @property
    def lost(self) -> bool:
        """Whether the connection is of no use any more."""
        return self._gone or self._connection.closed or self._libpq.status == pq.ConnStatus.BAD

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def send(self, text: str, values: Sequence[Any] = ()) -> Answer:
        """Put a statement on its way; prepared at its first use."""
        prepared = self._prepared.get(text) or self._prepare(text)
        kinds = [type(value) for value in values]
        params = [_WRITTEN.get(kind, _strange)(value) for kind, value in zip(kinds, values, strict=True)]
        formats = [BINARY if kind is bytes else TEXT for kind in kinds] if bytes in kinds else None
        self._libpq.send_query_prepared(prepared.name, params, formats, BINARY)
        return self._expect(prepared)

    def wait(self, answer: Answer) -> Answer:
        """Wait until it has come. Raises the error of the statement, or of an earlier one that it fell victim to."""
        if not answer.done:
            self._libpq.send_flush_request()
            self._receive(answer)
        if answer.error is not None:
            raise answer.error
        return answer

    def sync(self) -> None:
        """Wait until everything is answered; statements are carried out again after an error."""
        self._libpq.pipeline_sync()
        self._receive(self._expect(_SYNCED))
        self._failed = None
        for text, prepared in self._new.items():
            if prepared.error is not None:
                del self._prepared[text]
        self._new.clear()

    def _prepare(self, text: str) -> Prepared:
        prepared = self._prepared[text] = Prepared(b"baton%d" % next(self._numbers))
        self._libpq.send_prepare(prepared.name, text.encode())
        self._new[text] = self._expect(prepared)
        return prepared

    def _expect(self, prepared: Prepared) -> Answer:
        answer = Answer(prepared)
        self._waiting.append(answer)
        return answer

    def _receive(self, last: Answer) -> None:
        """Send what is on its way, and take answers in up to this one."""
        unsent = self._libpq.flush()
        while not last.done:
            wanted = _POLLIN | _POLLOUT if unsent else _POLLIN
            self._poll.modify(self._libpq.socket, wanted)
            ready = self._poll.poll(PROMPT_MILLISECONDS)
            if not ready:
                self._slow()
                ready = self._poll.poll(SILENCE_SECONDS * 1000)
            if not ready:
                self._connection.close()
                raise psycopg.OperationalError(f"the server has said nothing for {SILENCE_SECONDS} seconds")
            if ready[0][1] & ~_POLLOUT:
                self._libpq.consume_input()
                self._take_in()
            if unsent:
                unsent = self._libpq.flush()

    def _take_in(self) -> None:
        """Note the answers that are there."""
        while self._waiting and not self._libpq.is_busy():
            answer, result = self._waiting[0], self._libpq.get_result()
            if result is not None and result.status != _SYNC:
                self._note(answer, result)
                continue
            if result is None and answer.result is None and answer.error is None:
                break  # nothing more has come
            answer.done = True
            self._waiting.popleft()

    def _note(self, answer: Answer, result: pq.abc.PGresult) -> None:
        if result.status in (_ROWS, _DONE):
            answer.result = result
        elif result.status == _PASSED_OVER:
            answer.passed_over = True
            answer.error = self._failed or psycopg.InternalError("passed over without a reason")
        else:
            answer.error = error_from_result(result)
            self._failed = self._failed or answer.error
            self._gone = self._gone or isinstance(answer.error, _GONE)


def _text(value: str) -> bytes:
    return (value if value.isascii() and "\x00" not in value else storable(value)).encode()


def _array(values: Sequence[Any]) -> bytes:
    """An array of numbers or texts (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT)."""
    if not values or type(values[0]) is int:
        return b"{%s}" % b",".join(b"%d" % value for value in values)
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{{{}}}".format(",".join(f'"{value}"' for value in quoted)).encode()


def _strange(value: Any) -> bytes:
    if isinstance(value, str):  # a member of an enumeration
        return _text(str(value))
    raise TypeError(f"no column holds a {type(value).__name__}")


# A value in text form, which the server reads as whatever type is wanted there; bytes go as they are.
_WRITTEN: dict[type, Callable[[Any], bytes | None]] = {
    str: _text,
    int: b"%d".__mod__,
    bytes: lambda value: value,
    type(None): lambda value: None,
    bool: lambda value: b"t" if value else b"f",
    list: _array,
}
