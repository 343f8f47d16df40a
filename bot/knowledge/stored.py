"""Indexes in files, so that a start opens one instead of making it.

A stored index belongs to one history of one database: its name is random and stands in the database, beside how far it
had followed the changes and its checksum. A database that was restored from an older state does not know the name; a
file that was cut off, altered or left by another version is passed over. Either way the index is made anew.

Nothing depends on it but speed: when the disk is full, it is said once and goes on without.
"""

import asyncio
import logging
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from zlib import crc32

from bot.clock import Clock
from bot.knowledge.library import Cursor
from bot.knowledge.search import Index, UnusableIndex
from bot.unit import Database, Unit

log = logging.getLogger(__name__)

STORED = "knowledge/index/"
"""How the keys begin under which the database knows stored indexes."""

KNOWN_FOR = timedelta(days=90)
"""So long the database knows a stored index that no program came to replace."""

ABANDONED = timedelta(days=1)
"""A workshop that was not touched for so long belongs to a program that was killed."""

_SUFFIX = ".index"
_WORKSHOP = "baton-kb-"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Base:
    """A stored index: where it lies, and how far it had followed the changes."""

    path: Path
    at: Cursor


class StoredIndexes:
    """The stored indexes in a folder (None: nowhere). `keeps` off only opens them."""

    def __init__(self, database: Database, clock: Clock, folder: Path | None, *, keeps: bool) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._keeps = keeps
        self._complained = False
        self.latest: Base | None = None
        """The one that was opened or kept last."""

    async def open(self) -> Index | None:
        """The one that has followed this very database furthest, if there is any that is whole."""
        for base, checksum in await self._known():
            try:
                index = await asyncio.to_thread(_opened, base.path, checksum)
            except (UnusableIndex, OSError) as problem:
                log.info("%s is of no use any more: %s", base.path.name, problem)
                continue
            self.latest = base
            return index
        return None

    async def keep(self, made: Path, at: Cursor) -> None:
        """Take a file with an index that has followed so far, let the database know it, and forget the one before."""
        if self._folder is None or not self._keeps:
            return
        before, kept = self.latest, Base(self._folder / f"{secrets.token_hex(8)}{_SUFFIX}", at)
        try:
            checksum = await asyncio.to_thread(_moved, made, kept.path)
        except OSError as problem:
            self.complain(problem)
            return
        await self._database.write(lambda unit: _renamed(unit, before, kept, checksum))
        self.latest, self._complained = kept, False
        old = self._clock.now() - ABANDONED
        await asyncio.to_thread(_tidy, self._folder, kept.path, old.timestamp())

    @asynccontextmanager
    async def workshop(self) -> AsyncIterator[Path]:
        """A folder for what is half done, on the disk on which it is to be kept. Raises OSError."""
        folder = await asyncio.to_thread(_workshop, self._folder if self._keeps else None)
        try:
            yield folder
        finally:  # hundreds of megabytes: the loop must not wait for the disk
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    def complain(self, problem: Exception) -> None:
        """Say that no index can be stored: once, until it goes well again."""
        if not self._complained:
            log.warning("the index of the knowledge base can't be stored: %s", problem)
        self._complained = True

    async def _known(self) -> list[tuple[Base, int]]:
        """The files that this database knows with their checksums, the furthest first."""
        paths = await asyncio.to_thread(_files, self._folder) if self._folder is not None else []

        def known(unit: Unit) -> list[tuple[Base, int]]:
            values = [(path, unit.keys.get(_key(path))) for path in paths]
            return [(Base(path, (value[0], value[1])), value[2]) for path, value in values if value is not None]

        found = await self._database.read(known)
        return sorted(found, key=lambda one: one[0].at, reverse=True)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _workshop(folder: Path | None) -> Path:
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(mkdtemp(prefix=_WORKSHOP, dir=folder))


def _key(path: Path) -> str:
    return f"{STORED}{path.stem}"


def _opened(path: Path, checksum: int) -> Index:
    if _checksum(path) != checksum:
        raise UnusableIndex("its checksum is another one")
    return Index.open(path)


def _moved(made: Path, path: Path) -> int:
    """Give the file its name; its checksum."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what only the staff may read stands in it
    checksum = _checksum(made)
    made.replace(path)
    return checksum


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            checksum = crc32(piece, checksum)
    return checksum


def _renamed(unit: Unit, before: Base | None, kept: Base, checksum: int) -> None:
    if before is not None:
        unit.keys.take(_key(before.path), unit.now)
    unit.keys.put(_key(kept.path), [*kept.at, checksum], unit.now + KNOWN_FOR)


def _tidy(folder: Path, kept: Path, old: float) -> None:
    """Take away the stored indexes that this one replaced (whoever has one open keeps it), and abandoned workshops."""
    for path in _files(folder):
        if path != kept:
            with suppress(OSError):
                path.unlink()
    for workshop in folder.glob(f"{_WORKSHOP}*"):
        with suppress(OSError):
            if os.stat(workshop).st_mtime < old:
                shutil.rmtree(workshop, ignore_errors=True)
