"""A gate in front of PostgreSQL's socket, which a test can shut: the database is gone then, and comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

SOCKET = ".s.PGSQL.5432"


@dataclass
class Gate:
    """`url` leads through it."""

    url: str
    behind: str
    before: str
    _server: asyncio.Server | None = None
    _through: set[asyncio.StreamWriter] = field(default_factory=set)

    async def open(self) -> None:
        """Let everybody through."""
        self._clear()
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

    def _clear(self) -> None:
        Path(self.before).unlink(missing_ok=True)

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self.behind)
        self._through |= {writer, back}
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._through -= {writer, back}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


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
        await made.shut()
