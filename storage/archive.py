"""The file of a backup: one format for both databases.

A ZIP archive with a member of JSON lines for each table (a row is a list, bytes are in base64) and, last, a manifest
with the schema's revision, the columns, row counts and SHA-256 digests.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import orjson

from bot.errors import ConfigurationProblem

FORMAT = "baton-backup"
VERSION = 1
MANIFEST = "manifest.json"

Kind = str  # `bytes`, `flag` or `plain`
Row = Sequence[Any]

_WRITE: dict[Kind, Callable[[Any], Any]] = {"bytes": lambda value: b64encode(value).decode(), "flag": bool}
_READ: dict[Kind, Callable[[Any], Any]] = {"bytes": b64decode}


@dataclass(frozen=True, slots=True)
class Member:
    """One table in the archive."""

    table: str
    columns: tuple[tuple[str, Kind], ...]
    rows: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says about itself; `made_at` is an instant in ISO 8601, `members` stand in loading order."""

    revision: str
    program: str
    made_at: str
    members: tuple[Member, ...]


class ArchiveWriter:
    """Writes an archive to `path`; without `finish` it has no manifest and can't be read back."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=3)
        self._members: list[Member] = []

    def __enter__(self) -> "ArchiveWriter":
        """Use it as a context; the file is closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, table: str, columns: Sequence[tuple[str, Kind]], rows: Iterable[Row]) -> None:
        """Write all rows of a table."""
        digest, count = hashlib.sha256(), 0
        encoders = [_optional(_WRITE.get(kind)) for _, kind in columns]
        with self._zip.open(_name(table), "w", force_zip64=True) as file:
            for row in rows:
                line = orjson.dumps([encode(value) for encode, value in zip(encoders, row, strict=True)]) + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
        self._members.append(Member(table, tuple(columns), count, digest.hexdigest()))

    def finish(self, revision: str, program: str, made_at: str) -> None:
        """Write the manifest."""
        manifest = asdict(Manifest(revision, program, made_at, tuple(self._members)))
        self._zip.writestr(MANIFEST, orjson.dumps({"format": FORMAT, "version": VERSION, **manifest}))


class ArchiveReader:
    """Reads an archive. Everything raises `ConfigurationProblem` when the file is none, too new, or damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = ZipFile(path)
            self.manifest = self._read_manifest()
        except (OSError, BadZipFile, KeyError, ValueError, TypeError) as problem:
            raise self._problem(f"is no backup of Baton's ({problem})") from problem

    def __enter__(self) -> "ArchiveReader":
        """Use it as a context; the file is closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def rows(self, member: Member) -> Iterator[list[Any]]:
        """All rows of a table; count and digest are compared at the end."""
        digest, count = hashlib.sha256(), 0
        decoders = [_optional(_READ.get(kind)) for _, kind in member.columns]
        try:
            with self._zip.open(_name(member.table)) as file:
                for line in file:
                    digest.update(line)
                    count += 1
                    yield [decode(value) for decode, value in zip(decoders, orjson.loads(line), strict=True)]
        except (OSError, EOFError, BadZipFile, KeyError, ValueError) as problem:
            raise self._problem(f"is damaged: {member.table} can't be read ({problem})") from problem
        if (count, digest.hexdigest()) != (member.rows, member.sha256):
            raise self._problem(f"is damaged: {member.table} is not what was saved")

    def _read_manifest(self) -> Manifest:
        written = orjson.loads(self._zip.read(MANIFEST))
        if written.pop("format") != FORMAT:
            raise ValueError("another format")
        if (number := written.pop("version")) > VERSION:
            raise self._problem(f"is of format {number}, made by a newer Baton; this one reads {VERSION}")
        members = tuple(
            Member(**{**member, "columns": tuple((name, kind) for name, kind in member["columns"])})
            for member in written["members"]
        )
        return Manifest(written["revision"], written["program"], written["made_at"], members)

    def _problem(self, what: str) -> ConfigurationProblem:
        return ConfigurationProblem(f"{self._path} {what}")


def _name(table: str) -> str:
    return f"{table}.jsonl"


def _optional(codec: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    if codec is None:
        return lambda value: value
    return lambda value: None if value is None else codec(value)
