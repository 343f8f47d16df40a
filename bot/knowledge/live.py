"""How the index in memory follows the database: on every replica, within a second, and nobody waits for it.

Each change of an article bears a number (`KnowledgeStore.changes`). The librarian looks three times a second, and
whenever something was recorded, whether the number has grown; what changed since is put on the shelf in a thread.

Many changes at once (an import, the first start), and every now and then those that have gathered, are read into a new
index by a process of its own, beginning with the stored one. Meanwhile the old shelf goes on to follow what changes, so
a single edit after a large import is found within a second as well; then the new one is put in its place.
"""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

from bot.clock import Clock
from bot.knowledge.building import BuildFailed, Changed, build_apart, built, write_changes
from bot.knowledge.library import Change, Cursor, Library, Shelf
from bot.knowledge.search import Index, UnusableIndex
from bot.knowledge.stored import Base, StoredIndexes
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

EVERY = 0.3
"""Seconds between two looks at most: nobody tells us of what a command beside us changed."""

BREATH = 0.1
"""Seconds between two looks at least, however much is recorded."""

PAGE = 250
AT_ONCE = 100
"""Articles put on the shelf by one call of a thread."""

MANY = 2000
"""So many changes at once are read into a new index, by a process of its own; of a large one a fiftieth part."""

STORE_AFTER = 500
"""Changes that a start would have to follow, before the index is stored anew."""

WARMING = "refund"
"""Asked once at the start, so that nobody who asks waits for the engine's tables."""

_LAST = 2**63 - 1  # behind every article's number

Made = tuple[Index, Cursor]


class Librarian:
    """Keeps a library up to date. `folder` is where the index is stored (None: nowhere); `keeps` off only reads it."""

    def __init__(
        self, database: Database, library: Library, clock: Clock, folder: Path | None = None, *, keeps: bool = True
    ) -> None:
        self.library = library
        self._database = database
        self._clock = clock
        self._keeps = keeps
        self._stored = StoredIndexes(database, clock, folder, keeps=keeps)
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._opened = False
        self._making: asyncio.Task[Made | None] | None = None
        self._lacking = False  # the shelf passed over changes that only a new one will have
        self._unstored = 0

    def wake(self) -> None:
        """Something was recorded; it may have been an article."""
        self._woken.set()

    async def run(self) -> None:
        """Follow until cancelled. Whatever goes wrong is logged, and the next look comes soon."""
        while True:
            self._woken.clear()
            try:
                await self._step()
            except ConnectionError as problem:
                log.warning("the knowledge base could not be looked at: %s", problem)
            except Exception:
                log.exception("the knowledge base in memory is behind")
            await self._clock.sleep(BREATH)
            await self._clock.wait(self._woken, EVERY - BREATH)

    async def look(self) -> bool:
        """Bring the library up to date, and wait until it is; whether anything had changed."""
        changed = await self._step()
        while self._making is not None:
            await asyncio.wait([self._making])
            changed = await self._step() or changed
        return changed

    async def close(self) -> None:
        """Store what was not stored yet; a large index is not, the next start follows the few changes that it lacks."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.wait([self._making])
        async with self._turn:
            if self._unstored and not self._lacking and not self._large:
                with suppress(ConnectionError):
                    await self._store()

    async def _step(self) -> bool:
        """Look once; whether anything had changed."""
        async with self._turn:
            if not self._opened:
                await self._open()
            before = self.library.shelf.at
            await self._follow(self.library.shelf)
            if self._making is not None and self._making.done():
                making, self._making, self._unstored = self._making, None, 0
                await self._take_over(making.result())
            await self._make_what_is_due()
            self.library.ready = self.library.ready or not self._lacking
            return self.library.shelf.at != before

    async def _open(self) -> None:
        """Begin with the stored index, if there is one."""
        index = await self._stored.open()
        if index is not None and self._stored.latest is not None:
            self.library.shelf = await self._shelf(index, self._stored.latest.at)
            self.library.ready = True
        self._opened = True
        await asyncio.to_thread(self.library.search, WARMING, limit=1, staff=True)  # nothing, while there is no article

    async def _shelf(self, index: Index, at: Cursor) -> Shelf:
        """An index with who may see what, which may be newer than the index: that shows nobody too much."""
        return Shelf(index, await self._database.read(lambda unit: set(unit.knowledge.public())), at)

    # Following

    async def _follow(self, shelf: Shelf) -> None:
        """Put on the shelf what changed since; of too much at once only note that it lacks it."""
        number = await self._database.read(lambda unit: unit.knowledge.number())
        if number == shelf.at[0]:
            return
        changes, at, most = list[Change](), shelf.at, max(MANY, len(shelf.index) // 50)
        while page := await self._page(at):
            changes += (change for _, change in page)
            at = page[-1][0], page[-1][1].id
            if len(changes) >= most:
                self._lacking = True
                shelf.at = number, _LAST
                return
        step = AT_ONCE if len(shelf.index) else MANY
        for start in range(0, len(changes), step):
            await asyncio.to_thread(shelf.take, changes[start : start + step])
        shelf.at = max(at, (number, _LAST))
        self._unstored += len(changes)

    async def _page(self, at: Cursor) -> list[tuple[int, Change]]:
        return await self._database.read(lambda unit: _changes(unit, at))

    # New ones

    @property
    def _large(self) -> bool:
        return len(self.library.shelf.index) >= MANY

    async def _make_what_is_due(self) -> None:
        """Begin a new index, or store the one there is, if it is time."""
        if self._making is not None:
            return
        index = self.library.shelf.index
        due = self._unstored >= max(STORE_AFTER, len(index) // 200) or index.merge_is_due
        if self._lacking or (due and self._keeps and self._large):
            self._making = asyncio.create_task(self._make(), name="new index")
            self._making.add_done_callback(lambda _: self.wake())
        elif due and self._keeps:
            await self._store()

    async def _store(self) -> None:
        """Store a small index."""
        self._unstored = 0
        shelf = self.library.shelf
        at = shelf.at
        try:
            async with self._stored.workshop() as folder:
                await asyncio.to_thread(shelf.index.dump, folder / "made")
                await self._stored.keep(folder / "made", at)
        except ConnectionError:
            raise
        except OSError as problem:
            self._stored.complain(problem)

    async def _make(self) -> Made | None:
        """A new index of all there is; None if there has to be none and none can be made."""
        for base in dict.fromkeys((self._stored.latest, None)) if self._keeps else ():
            try:
                return await self._made_apart(base)
            except ConnectionError:
                raise
            except (BuildFailed, UnusableIndex, OSError) as problem:
                self._stored.complain(problem)
        if self._lacking:
            return await self._made_here()
        await asyncio.to_thread(self.library.shelf.index.merge)
        return None

    async def _made_apart(self, base: Base | None) -> Made:
        """By a process of its own; then it is stored."""
        async with self._stored.workshop() as folder:
            changes, made = folder / "changes", folder / "made"
            await asyncio.to_thread(changes.touch)
            at = base.at if base is not None else (0, 0)
            while page := await self._page(at):
                await asyncio.to_thread(write_changes, changes, [_changed(change) for _, change in page])
                at = page[-1][0], page[-1][1].id
            await build_apart(changes, made, base.path if base is not None else None)
            index = await asyncio.to_thread(Index.open, made)
            await self._stored.keep(made, at)
        return index, at

    async def _made_here(self) -> Made:
        """In this process, with no file."""
        changes: list[Changed] = []
        at: Cursor = (0, 0)
        while page := await self._page(at):
            changes += (_changed(change) for _, change in page)
            at = page[-1][0], page[-1][1].id
        return await asyncio.to_thread(built, changes), at

    async def _take_over(self, made: Made | None) -> None:
        """Put a new index in the old one's place, once it has followed what changed while it was made."""
        if made is None:
            return
        shelf = await self._shelf(*made)
        self._lacking = False
        await self._follow(shelf)
        self.library.shelf = shelf
        log.info("the knowledge base has %d articles in memory", len(shelf.index))


def _changed(change: Change) -> Changed:
    return change.id, change.document


def _changes(unit: Unit, at: Cursor) -> list[tuple[int, Change]]:
    found = unit.knowledge.changes(at, PAGE)
    files = {file.id: file for file in unit.files.many([id for _, article in found for id in article.content.files])}
    return [
        (number, Change.of(article, [files[id] for id in article.content.files if id in files]))
        for number, article in found
    ]
