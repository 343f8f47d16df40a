"""How the index in memory follows the database: on every replica, within a second, and nobody waits for it.

Each change of an article bears a number (`KnowledgeStore.changes`). The librarian looks each second, and whenever
something was recorded anywhere, whether the number has grown; what changed since is put on the shelf in a thread. Many
changes at once (an import, the first start) make a new shelf beside the old one, in a process of its own if it is
large; until it is ready, the old one answers.

The index is stored now and then, so that a start opens it instead of making it. A stored index belongs to one history
of one database: its name is random and stands in the database beside how far it had followed. A database that was
restored from an older state does not know the name, and the index is made anew.
"""

import asyncio
import contextlib
import logging
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.knowledge.building import BuildFailed, build_apart, read_documents, write_documents
from bot.knowledge.library import Change, Cursor, Library, Shelf
from bot.knowledge.search import Index, UnusableIndex
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at most."""

BREATH = 0.1
"""Seconds between two looks at least, however much is recorded."""

PAGE = 500
AT_ONCE = 20
"""Articles put on the shelf by one call of a thread."""

ANEW = 500
"""So many changes at once make a new shelf."""

APART = 2000
"""So many articles are read into an index by a process of its own."""

WARMING = "refund"
"""Asked once at the start, so that nobody who asks waits for the engine's tables."""

STORED = "knowledge/index/"
"""How the keys begin under which the database knows stored indexes."""

_SUFFIX = ".index"


class Librarian:
    """Keeps a library up to date. `folder` is where the index is stored (None: nowhere); `keeps` off only reads it."""

    def __init__(
        self, database: Database, library: Library, clock: Clock, folder: Path | None = None, *, keeps: bool = True
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._folder = folder
        self._keeps = keeps
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._opened = False
        self._name = ""
        self._unstored = 0

    def wake(self) -> None:
        """Something was recorded; it may have been an article."""
        self._woken.set()

    async def run(self) -> None:
        """Follow until cancelled. Whatever goes wrong is logged, and the next look comes a second later."""
        while True:
            self._woken.clear()
            try:
                await self.look()
            except ConnectionError as problem:
                log.warning("the knowledge base could not be looked at: %s", problem)
            except Exception:
                log.exception("the knowledge base in memory is behind")
            await self._clock.sleep(BREATH)
            await self._clock.wait(self._woken, EVERY - BREATH)

    async def look(self) -> bool:
        """Bring the library up to date, once; whether anything had changed."""
        async with self._turn:
            if not self._opened:
                await self._open()
                await asyncio.to_thread(self._library.search, WARMING, limit=1, staff=True)
            at = self._library.shelf.at
            number = await self._database.read(lambda unit: unit.knowledge.number())
            if number != at[0]:
                await self._follow(at)
            self._library.ready = True
            return number != at[0]

    async def close(self) -> None:
        """Store what was not stored yet; a large index is not, the next start follows the few changes that it lacks."""
        async with self._turn:
            if self._unstored and not self._large:
                with contextlib.suppress(ConnectionError):
                    await self._store()

    @property
    def _large(self) -> bool:
        return len(self._library.shelf.index) >= APART

    async def _follow(self, at: Cursor) -> None:
        first = await self._page(at)
        if len(first) >= ANEW or (at == (0, 0) and len(first) > AT_ONCE):
            await self._make_anew()
            return
        shelf = self._library.shelf
        changes = [change for _, change in first]
        for start in range(0, len(changes), AT_ONCE):
            await asyncio.to_thread(shelf.take, changes[start : start + AT_ONCE])
        if first:
            shelf.at = first[-1][0], first[-1][1].id
        self._unstored += len(changes)
        if self._unstored >= ANEW or shelf.index.merge_is_due:
            await (self._make_anew() if self._large else self._store())

    async def _page(self, at: Cursor) -> list[tuple[int, Change]]:
        return await self._database.read(lambda unit: _changes(unit, at))

    # A new shelf

    async def _make_anew(self) -> None:
        """Fill a new shelf with all there is, and put it in the old one's place."""
        with tempfile.TemporaryDirectory(prefix="baton-kb-", dir=self._ready_folder()) as folder:
            documents, made = Path(folder) / "documents", Path(folder) / "made"
            all_there = await self._write_all(documents)
            apart = len(all_there.found) >= APART and self._keeps
            index = await self._indexed(documents, made, apart=apart)
            await asyncio.to_thread(index.remove, *all_there.gone)
            self._library.shelf = Shelf(index, all_there.public, all_there.at)
            log.info("the knowledge base has %d articles in memory", len(all_there.found))
            await self._store(made if made.exists() and not all_there.gone else None)

    async def _write_all(self, path: Path) -> "_All":
        """Write everything that can be found to a file."""
        written = _All()
        await asyncio.to_thread(write_documents, path, [], "wb")
        while page := await self._page(written.at):
            documents = [change.document for _, change in page if change.document is not None]
            await asyncio.to_thread(write_documents, path, documents)
            for _, change in page:
                written.note(change)
            written.at = page[-1][0], page[-1][1].id
        return written

    async def _indexed(self, documents: Path, made: Path, *, apart: bool) -> Index:
        if apart:
            try:
                await build_apart(documents, made)
                return await asyncio.to_thread(Index.open, made)
            except (BuildFailed, UnusableIndex, OSError) as problem:
                log.warning("the index is made in this process, as it failed in its own: %s", problem)
        return await asyncio.to_thread(_built, documents)

    # Stored indexes

    def _ready_folder(self) -> Path | None:
        """Where files may be put; None if nowhere."""
        if self._folder is None or not self._keeps:
            return None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            log.warning("the index can't be stored: %s", problem)
            return None
        return self._folder

    async def _open(self) -> None:
        """Begin with a stored index that this database knows, if there is one."""
        self._opened = True
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder is not None else ():
            known = await self._known(path.stem)
            if known is None:
                continue
            try:
                index = await asyncio.to_thread(Index.open, path)
            except (UnusableIndex, OSError) as problem:
                log.info("%s is of no use any more: %s", path.name, problem)
                continue
            public = await self._database.read(lambda unit: unit.knowledge.public())
            self._library.shelf = Shelf(index, set(public), (int(known[0]), int(known[1])))
            self._name = path.stem
            return

    async def _known(self, name: str) -> Any:
        """How far a stored index had followed this very database; None for one that it does not know."""
        return await self._database.read(lambda unit: unit.keys.get(f"{STORED}{name}"))

    async def _store(self, made: Path | None = None) -> None:
        """Write the index to a file of a new name, let the database know it, and forget the one before.

        `made` is a file that holds it already.
        """
        self._unstored = 0
        folder = self._ready_folder()
        if folder is None:
            return
        shelf, before, name = self._library.shelf, self._name, secrets.token_hex(8)
        at = list(shelf.at)
        path = folder / f"{name}{_SUFFIX}"
        try:
            await (asyncio.to_thread(made.rename, path) if made else asyncio.to_thread(shelf.index.dump, path))
        except OSError as problem:
            log.warning("the index could not be stored: %s", problem)
            return
        await self._database.write(lambda unit: _renamed(unit, before, name, at))
        self._name = name
        await asyncio.to_thread(_tidy, folder, name)


@dataclass(slots=True)
class _All:
    """What was written to a file of documents: how far that goes, what is in it, what of that is for customers, and
    what was taken away again while it was written."""

    at: Cursor = (0, 0)
    found: set[int] = field(default_factory=set)
    public: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def note(self, change: Change) -> None:
        """Something was written, or has gone meanwhile."""
        (self.public.add if change.public else self.public.discard)(change.id)
        if change.document is not None:
            self.found.add(change.id)
            self.gone.discard(change.id)
        elif change.id in self.found:
            self.found.discard(change.id)
            self.gone.add(change.id)


def _changes(unit: Unit, at: Cursor) -> list[tuple[int, Change]]:
    found = unit.knowledge.changes(at, PAGE)
    files = {file.id: file for file in unit.files.many([id for _, article in found for id in article.content.files])}
    return [
        (number, Change.of(article, [files[id] for id in article.content.files if id in files]))
        for number, article in found
    ]


def _renamed(unit: Unit, before: str, name: str, at: Sequence[int]) -> None:
    if before:
        unit.keys.take(f"{STORED}{before}", unit.now)
    unit.keys.put(f"{STORED}{name}", at)


def _tidy(folder: Path, kept: str) -> None:
    """Take away the stored indexes that another one replaced; whoever has one open keeps it."""
    for path in folder.glob(f"*{_SUFFIX}"):
        if path.stem != kept:
            path.unlink(missing_ok=True)


def _built(documents: Path) -> Index:
    return Index.build(read_documents(documents))
