"""A large index is made in a process of its own, so that nobody waits for the interpreter meanwhile.

`python -m bot.knowledge.building CHANGES INDEX [BASE]` reads what `write_changes` wrote, puts it into the stored index
BASE if one is given, and leaves the whole as a stored index.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import orjson

from bot.knowledge.search import Document, Index

POLITE = 10
"""How much it stands back for those who answer people (`nice`)."""

Changed = tuple[int, Document | None]
"""An article's number, and how it is to be found now (None: not at all)."""


class BuildFailed(Exception):
    """The process ended without an index; the message is the last line that it said."""


def write_changes(path: Path, changes: Iterable[Changed], mode: str = "ab") -> None:
    """Add changes to a file, one a line. Raises OSError."""
    with path.open(mode) as file:
        file.writelines(
            orjson.dumps(asdict(document) if document is not None else {"id": id}) + b"\n" for id, document in changes
        )


def read_changes(path: Path) -> Iterator[Changed]:
    """What was written."""
    with path.open("rb") as file:
        for line in file:
            values = orjson.loads(line)
            if len(values) == 1:
                yield values["id"], None
            else:
                tuples = {name: tuple(values[name]) for name in ("aliases", "tags")}
                yield values["id"], Document(**values | tuples)


def built(changes: Iterable[Changed], base: Path | None = None) -> Index:
    """An index of what the changes come to, after those that are in the stored index `base`; of an article the last
    one counts. Raises `UnusableIndex` and OSError for the base."""
    latest = dict(changes)
    documents = [document for document in latest.values() if document is not None]
    if base is None:
        return Index.build(documents)
    index = Index.open(base)
    index.remove(*(id for id, document in latest.items() if document is None))
    index.put(*documents)
    return index


async def build_apart(changes: Path, index: Path, base: Path | None = None) -> None:
    """Make the index of a file of changes in another process. Raises `BuildFailed`."""
    paths = [str(path) for path in (changes, index, base) if path is not None]
    # Started in a thread: the loop would stand still until the new process has begun.
    process = await asyncio.to_thread(_started, paths)
    ending = asyncio.create_task(asyncio.to_thread(process.communicate))
    try:
        _, said = await asyncio.shield(ending)
    except asyncio.CancelledError:
        process.kill()
        await ending
        raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise BuildFailed(lines[-1] if lines else f"exit code {process.returncode}")


def _started(paths: list[str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", __name__, *paths]
    return subprocess.Popen(  # noqa: S603 - ourselves
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def main(changes: Path, index: Path, base: Path | None = None) -> None:
    """Read the changes, write the index."""
    os.nice(POLITE)
    built(read_changes(changes), base).dump(index)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
