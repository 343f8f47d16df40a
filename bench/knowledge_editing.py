"""Somebody else who edits articles: a process of its own, as another replica or an operator's command is.

python -m bench.knowledge_editing URL MODE     # reads lines "NUMBER<tab>TITLE", tells when each was committed
"""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Literal

from bot.unit import Unit
from storage import open_database

Mode = Literal["serve", "visit"]


class Editor:
    """The other process. It is started and spoken to in threads: the loop is being watched."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    async def edit(self, article: int, title: str) -> float:
        """Give an article another title; when that was committed, on the clock that all processes share."""
        return await asyncio.to_thread(self._edit, f"{article}\t{title}\n".encode())

    def _edit(self, line: bytes) -> float:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the editor has no pipes")
        self._process.stdin.write(line)
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextlib.asynccontextmanager
async def editor(url: str) -> AsyncIterator[Editor]:
    """Somebody who edits: on PostgreSQL another replica, on SQLite a command beside the running Baton."""
    mode = "visit" if url.startswith("sqlite") else "serve"
    command = [sys.executable, "-m", "bench.knowledge_editing", url, mode]
    process = await asyncio.to_thread(subprocess.Popen, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Editor(process)
    finally:
        await asyncio.to_thread(process.communicate)


async def _serve(url: str, mode: Mode) -> None:
    database = open_database(url, mode=mode)
    await database.start()
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            article, title = line.rstrip("\n").split("\t")
            await database.write(lambda unit, id=int(article), title=title: _edit(unit, id, title))  # type: ignore[misc]
            sys.stdout.write(f"{time.monotonic()}\n")
            sys.stdout.flush()
    finally:
        await database.close()


def _edit(unit: Unit, id: int, title: str) -> None:
    article = unit.knowledge.get(id)
    unit.knowledge.save(replace(article, content=replace(article.content, title=title)), unit.now)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], "serve" if sys.argv[2] == "serve" else "visit"))
