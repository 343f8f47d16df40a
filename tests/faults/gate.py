"""A gate in front of PostgreSQL's socket, which a test can shut: the database is gone then, and comes back.

It can also keep back what comes out, and cut a connection when the server has been asked for something and before its
answer is through: nobody knows then whether it was done.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

SOCKET = ".s.PGSQL.5432"


@dataclass
class Gate:
    """`url` leads through it. `cut_after`: the connection over which this statement goes is cut before the answer."""

    url: str
    behind: str
    before: str
    cut_after: bytes = b""
    cuts: int = 0
    _server: asyncio.Server | None = None
    _through: set[asyncio.StreamWriter] = field(default_factory=set)
    _flows: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Let everybody through."""
        self._clear()
        self._flows.set()
        self._server = await asyncio.start_unix_server(self._let_through, self.before)

    async def shut(self) -> None:
        """Cut off whoever is through, and let nobody in."""
        assert self._server is not None
        self._server.close()
        self._clear()
        for writer in list(self._through):
            writer.transport.abort()
        self._through.clear()
        await asyncio.sleep(0)

    def hold(self) -> None:
        """Keep back whatever the server answers."""
        self._flows.clear()

    def go_on(self) -> None:
        """Let it through again, all that was kept back first."""
        self._flows.set()

    def _clear(self) -> None:
        Path(self.before).unlink(missing_ok=True)

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self.behind)
        self._through |= {writer, back}
        doomed = asyncio.Event()
        await asyncio.gather(self._ask(reader, back, doomed), self._answer(there, writer, doomed))
        self._through -= {writer, back}

    async def _ask(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        names: dict[bytes, set[bytes]] = {}
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                learn(data, names)
                if self.cut_after and carries(data, names.get(self.cut_after, set())):
                    doomed.set()
                back.write(data)
                await back.drain()
        with contextlib.suppress(OSError):
            back.close()

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await there.read(1 << 16):
                await self._flows.wait()
                if doomed.is_set():  # the server has done it: this is its answer
                    self.cuts += 1
                    writer.transport.abort()
                    break
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()


_PARSE = re.compile(rb"P[\0-\xff]{4}([^\0]*)\0([^\0]*)\0")
_BIND = re.compile(rb"B[\0-\xff]{4}[^\0]*\0([^\0]+)\0")


def learn(data: bytes, names: dict[bytes, set[bytes]]) -> None:
    """Note under which names statements are prepared (https://www.postgresql.org/docs/current/protocol-message-formats.html)."""
    for name, text in _PARSE.findall(data):
        names.setdefault(text, set()).add(name)


def carries(data: bytes, names: set[bytes]) -> bool:
    """Whether one of these prepared statements is to be carried out."""
    return not names.isdisjoint(_BIND.findall(data))


@contextlib.asynccontextmanager
async def gate(url: str, folder: Path) -> AsyncIterator[Gate]:
    """An open gate in front of the database at this address (one that is reached through a socket's folder)."""
    parts = urlsplit(url)
    behind = parse_qs(parts.query)["host"][0]
    guarded = urlunsplit(parts._replace(query=urlencode({"host": str(folder)})))
    made = Gate(guarded, f"{behind}/{SOCKET}", f"{folder}/{SOCKET}")
    await made.open()
    try:
        yield made
    finally:
        made.go_on()
        await made.shut()
