"""A large index is made in a process of its own, so that nobody waits for the interpreter meanwhile.

`python -m bot.knowledge.building DOCUMENTS INDEX` reads what `write_documents` wrote, and leaves the stored index.
"""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import orjson

from bot.knowledge.search import Document, Index

POLITE = 10
"""How much it stands back for those who answer people (`nice`)."""


class BuildFailed(Exception):
    """The process ended without an index; the message is the last line that it said."""


def write_documents(path: Path, documents: Iterable[Document], mode: str = "ab") -> None:
    """Add documents to a file, one a line."""
    with path.open(mode) as file:
        file.writelines(orjson.dumps(asdict(document)) + b"\n" for document in documents)


def read_documents(path: Path) -> Iterator[Document]:
    """What was written."""
    with path.open("rb") as file:
        for line in file:
            values = orjson.loads(line)
            yield Document(**values | {name: tuple(values[name]) for name in ("aliases", "tags")})


async def build_apart(documents: Path, index: Path) -> None:
    """Make the index of a file of documents. Raises `BuildFailed`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(documents), str(index),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise BuildFailed(lines[-1] if lines else f"exit code {process.returncode}")


def main(documents: Path, index: Path) -> None:
    """Read the documents, write the index."""
    os.nice(POLITE)
    Index.build(read_documents(documents)).dump(index)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
