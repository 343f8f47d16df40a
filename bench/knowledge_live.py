"""What a running Baton feels of its knowledge base: pauses of its event loop, and how soon a change is found.

    python -m bench.knowledge_live FOLDER [--large]      # FOLDER holds the benchmark (kbbench)

A whole Baton runs in this process. Articles come in as an operator brings them in, by `baton kb import` beside it, and
single edits are made by a process of their own, as another replica makes them.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from bench import knowledge_sample, knowledge_speed
from bench.knowledge_editing import editor
from bench.pauses import Pauses, Watcher, watcher
from bot.app import Baton, running
from bot.cli.run import LOOP
from bot.knowledge.library import Library
from bot.knowledge.search import Document
from bot.settings import Settings
from bot.workers.heap import freeze_after
from tests.postgres import running_server

SIZES = (10_000, 100_000)
EDITS = 40
SEARCHES, SEARCHERS = 300, 2
MANY = 400
"""Articles of one of the small imports that follow each other."""

HEAD = """**While it changes.** A whole Baton at work, the articles imported by `baton kb import` beside it, single
edits by another process (on PostgreSQL another replica). *Found* is the time from the commit (of an import: from the
end of the command) until it is found. A pause is what the event loop was held up for; *own* is the longest one that can
have been Baton's own doing (it was at work for so long meanwhile); the idle process only saw how long this machine,
busy with the others, held it up.

"""


@dataclass
class Phase:
    """A while in the life of a Baton."""

    name: str
    pauses: Pauses
    found: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        """What the page says of it."""
        ordered = sorted(self.found)
        return [
            self.name,
            *([f"{1000 * time:,.0f}" for time in (median(ordered), ordered[-1])] if ordered else "––"),
            f"{self.pauses.below(0.999):.1f}",
            f"{self.pauses.longest:.1f}",
            f"{self.pauses.own:.1f}",
            f"{self.pauses.machine:.1f}",
        ]


@dataclass
class Stage:
    """A running Baton, and what is asked of it."""

    baton: Baton
    url: str
    folder: Path
    questions: list[str]
    watcher: Watcher
    phases: list[Phase] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)  # no two edits say the same

    @property
    def library(self) -> Library:
        """What it finds articles in."""
        return self.baton.librarian.library

    async def during(self, name: str, work: Awaitable[Sequence[float]]) -> None:
        """A phase: while `work` is at work; it gives back how soon things were found."""
        async with self.watcher.watching() as pauses:
            found = await work
        self.phases.append(Phase(name, pauses, list(found)))

    async def importing(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """A phase: articles come in."""
        path = self.folder / "articles.jsonl"
        _write(path, rows)
        await self.during(name, self._imported(path, rows[-1]["id"], rows[-1]["title"]))

    async def _imported(self, path: Path, last: str, title: str) -> list[float]:
        """How long after the command's end the last article was found."""
        command = [sys.executable, "-m", "bot", "kb", "import", str(path)]
        environment = {**os.environ, "BATON_DATABASE_URL": self.url}
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True, capture_output=True)
        committed = time.monotonic()
        article = await self.baton.database.read(lambda unit: unit.knowledge.by_external([last])[last].id)
        await self.seen(article, title)
        return [time.monotonic() - committed]

    async def edited(self, count: int) -> list[float]:
        """Single edits by somebody else; how soon after its commit each was found."""
        times = []
        async with editor(self.url) as other:
            for number in range(count):
                article, title = random.Random(number).randrange(1, 3000), f"咖啡机 {next(self.numbers):05d} 除垢"
                committed = await other.edit(article, title)
                await self.seen(article, title)
                times.append(time.monotonic() - committed)
                await asyncio.sleep(random.Random(-number).random() * 0.05)
        return times

    async def seen(self, article: int, title: str) -> None:
        """Wait until the article is found as it reads now."""
        while True:
            there = self.library.shelf.index.get(article)
            if there is not None and there.title == title:
                break
            await asyncio.sleep(0.002)

    async def asked(self, count: int) -> list[float]:
        """Questions from several threads at once."""
        waiting = iter(self.questions * (1 + count // len(self.questions)))

        async def ask() -> None:
            for _ in range(count // SEARCHERS):
                await asyncio.to_thread(self.library.search, next(waiting), limit=12, staff=True)

        await asyncio.gather(*(ask() for _ in range(SEARCHERS)))
        return []


async def figures(url: str, folder: Path, benchmark: Path, size: int) -> list[Phase]:
    """The life of a Baton with so many articles."""
    rows = [_row(one) for one in await asyncio.to_thread(lambda: list(knowledge_speed.grown(benchmark, size)))]
    questions = [asked.text for asked in knowledge_sample.read(benchmark)[1][:SEARCHES]]
    settings = Settings(_env_file=None, BATON_DATABASE_URL=url, BATON_LOCAL_CHAT="on")
    async with watcher() as watched:
        async with running(settings) as baton:
            await freeze_after(baton.librarian.look())  # as `baton run` does
            stage = Stage(baton, url, folder, questions, watched)
            await stage.during("nothing else", _resting())
            await stage.importing("import of all", rows)
            await stage.during("searches", stage.asked(SEARCHES))
            await stage.during("single edits", stage.edited(EDITS))
            for number in range(3):
                some = [
                    row | {"title": f"{row['title']} {number}"} for row in rows[number * MANY : (number + 1) * MANY]
                ]
                await stage.importing(f"import of {MANY}", some)
            await stage.during("searches and edits", _both(stage))
        async with running(settings) as baton, watched.watching() as pauses:
            began = time.monotonic()
            await _ready(baton.librarian.library)
            opened = time.monotonic() - began
        stage.phases.append(Phase("start with a stored index", pauses, [opened]))
    return stage.phases


async def _resting() -> list[float]:
    await asyncio.sleep(2)
    return []


async def _ready(library: Library) -> None:
    while True:
        if library.ready:
            break
        await asyncio.sleep(0.002)


async def _both(stage: Stage) -> list[float]:
    editing = asyncio.create_task(stage.edited(EDITS))
    while not editing.done():
        await stage.asked(SEARCHES // 10)
    return await editing


def _row(document: Document) -> dict[str, Any]:
    return {"id": str(document.id), "title": document.title, "body": document.body, "lang": document.lang}


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def measured(benchmark: Path, *, large: bool = False) -> str:
    """The part of the page; `large` measures the largest size on both databases."""
    head = (
        "database",
        "articles",
        "while",
        "found p50 ms",
        "p99 ms",
        "pause p99.9 ms",
        "longest",
        "own",
        "idle process",
    )
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(folder / "cache")}), running_server(folder) as server:
            for size in SIZES:
                lines += _lines("SQLite", f"sqlite:///{folder}/{size}/baton.db", folder, benchmark, size)
                if large or size < max(SIZES):
                    with server.database() as url:
                        lines += _lines("PostgreSQL", url, folder, benchmark, size)
    return HEAD + "\n".join(lines) + "\n"


def _lines(database: str, url: str, folder: Path, benchmark: Path, size: int) -> list[str]:
    with asyncio.Runner(loop_factory=LOOP) as runner:
        phases = runner.run(figures(url, folder, benchmark, size))
    return [f"| {' | '.join([database, f'{size:,}', *phase.cells()])} |" for phase in phases]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", type=Path)
    parser.add_argument("--large", action="store_true")
    asked = parser.parse_args()
    sys.stdout.write(measured(asked.benchmark, large=asked.large))


if __name__ == "__main__":
    main()
