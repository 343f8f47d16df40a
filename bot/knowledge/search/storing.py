"""A segment as one file: a head that says what is where, then the arrays, to be mapped and not read.

Opening is a matter of milliseconds whatever the size. A file of another version of the engine, or one that was cut off,
is refused: its articles are in the database, and the index is built anew.
"""

import json
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

from bot.knowledge.search.arrays import Array, np
from bot.knowledge.search.postings import Postings
from bot.knowledge.search.segment import Segment
from bot.knowledge.search.spelling import Vocabulary

VERSION = 2
"""To be raised whenever a stage makes other features, impacts or lines out of the same text."""
_MAGIC = b"BATONKB\n"
_ALIGNED = 64
_OWN = ("ids", "lengths", "texts", "ends")
_LISTS = ("numbers", "offsets", "docs", "impacts", "lines")


class UnusableIndex(Exception):
    """The file is no index, is damaged, or comes from another version: build the index anew."""


def save(segment: Segment, path: Path) -> None:
    """Write the file beside its place and put it there at once: readers see the old one or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            _write(segment, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def packed(segment: Segment) -> bytes:
    """The file as bytes."""
    return b"".join(_pieces(segment))


def load(source: Path | bytes) -> Segment:
    """The segment of a file, mapped, or of bytes. Raises UnusableIndex, and OSError if there is no such file."""
    if isinstance(source, bytes):
        return _read(memoryview(source))
    with source.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise UnusableIndex("the file is empty")
        return _read(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


def _arrays(segment: Segment) -> dict[str, Array]:
    own = {name: getattr(segment, name) for name in _OWN}
    return {**own, "words": segment.vocabulary.stored, **{name: getattr(segment.postings, name) for name in _LISTS}}


def _pieces(segment: Segment) -> Iterator[bytes | memoryview]:
    arrays = {name: _little(array) for name, array in _arrays(segment).items()}
    table, at = {}, 0
    for name, array in arrays.items():
        table[name] = {"type": array.dtype.str, "shape": array.shape, "at": at}
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"version": VERSION, "bytes": at, "arrays": table}).encode()
    start = _MAGIC + len(head).to_bytes(8, "little") + crc32(head).to_bytes(4, "little") + head
    yield start + bytes(-len(start) % _ALIGNED)
    for array in arrays.values():
        yield array.reshape(-1).view(np.uint8).data
        yield bytes(-array.nbytes % _ALIGNED)


def _write(segment: Segment, file: BinaryIO) -> None:
    for piece in _pieces(segment):
        file.write(piece)


def _little(array: Array) -> Array:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))


def _read(data: memoryview) -> Segment:
    head, start = _head(data)
    if head["version"] != VERSION:
        raise UnusableIndex(f"version {head['version']}, not {VERSION}")
    if len(data) != start + head["bytes"]:
        raise UnusableIndex("the file was cut off")
    arrays = {}
    for name, entry in head["arrays"].items():
        kind = np.dtype(entry["type"])
        count = int(np.prod(entry["shape"], dtype=np.int64))
        arrays[name] = np.frombuffer(data, kind, count, start + entry["at"]).reshape(entry["shape"])
    lists = Postings(**{name: arrays[name] for name in _LISTS})
    return Segment(postings=lists, vocabulary=Vocabulary(arrays["words"]), **{name: arrays[name] for name in _OWN})


def _head(data: memoryview) -> tuple[dict[str, Any], int]:
    fixed = len(_MAGIC) + 12
    if bytes(data[: len(_MAGIC)]) != _MAGIC or len(data) < fixed:
        raise UnusableIndex("no index")
    length = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 8], "little")
    head = bytes(data[fixed : fixed + length])
    if len(head) != length or crc32(head) != int.from_bytes(data[fixed - 4 : fixed], "little"):
        raise UnusableIndex("the head is damaged")
    read: dict[str, Any] = json.loads(head)
    return read, -(-(fixed + length) // _ALIGNED) * _ALIGNED
