"""Saves the whole database to a file and puts it back: on both databases, from one to the other, while Baton runs."""

import os
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, LargeBinary, Table, column, func, insert, select, table, text

from bot.clock import Clock, SystemClock
from bot.errors import ConfigurationProblem
from storage import schema
from storage.archive import ArchiveReader, ArchiveWriter, Kind, Member
from storage.tables import metadata

BATCH_ROWS = 500
BATCH_BYTES = 8_000_000


def backup(url: str, path: Path, clock: Clock | None = None) -> None:
    """Write one consistent state of everything to `path`, which is complete as soon as it stands there.

    The file holds what customers wrote: only its owner may read it. Raises `ConfigurationProblem`, `DatabaseDown`,
    OSError.
    """
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)  # of one that was killed, or put there by somebody who wants to read it
    unfinished.touch(mode=0o600, exist_ok=False)
    try:
        with schema.snapshot(url) as (connection, revision), ArchiveWriter(unfinished) as archive:
            for saved in metadata.sorted_tables:
                archive.add(saved.name, _kinds(saved), _all_rows(connection, saved))
            archive.finish(revision, _program(), (clock or SystemClock()).now().isoformat())
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(path: Path, url: str, *, overwrite: bool = False) -> None:
    """Put what `backup` wrote into the database: all of it or, if anything goes wrong, nothing.

    A database that holds anything is refused unless `overwrite`. An older backup is brought up to date. Raises
    `ConfigurationProblem` (refused, damaged, made by a newer Baton), `DatabaseDown`.
    """
    with ArchiveReader(path) as archive:
        if archive.manifest.revision not in schema.revisions():
            raise ConfigurationProblem(
                f"{path} was made by a newer Baton (revision {archive.manifest.revision}, this one knows "
                f"{schema.revisions()[-1]}); restore it with that one"
            )
        with schema.rebuilding(url) as connection:
            if not overwrite and _holds_anything(connection):
                raise ConfigurationProblem(
                    "BATON_DATABASE_URL: the database is not empty; use --overwrite to replace all of it"
                )
            schema.rebuild(connection, archive.manifest.revision)
            for member in archive.manifest.members:
                _load(connection, member, archive.rows(member))
            _check_references(connection)
            schema.upgrade(connection)


def _kinds(saved: Table) -> list[tuple[str, Kind]]:
    return [(col.name, _kind(col.type)) for col in saved.columns]


def _kind(of: Any) -> Kind:
    return "bytes" if isinstance(of, LargeBinary) else "flag" if isinstance(of, Boolean) else "plain"


def _all_rows(connection: Connection, saved: Table) -> Iterator[Sequence[Any]]:
    """In the order of the key, so that equal databases make equal files. Large rows come one by one."""
    query = select(saved).order_by(*saved.primary_key.columns)
    result = connection.execution_options(yield_per=1 if saved.info.get("large") else BATCH_ROWS).execute(query)
    yield from result


def _program() -> str:
    try:
        return version("baton-chat")
    except PackageNotFoundError:
        return ""


def _holds_anything(connection: Connection) -> bool:
    present = schema.tables_in(connection)
    return any(
        connection.execute(select(kept).limit(1)).first() is not None
        for kept in metadata.sorted_tables
        if kept.name in present
    )


def _load(connection: Connection, member: Member, rows: Iterator[list[Any]]) -> None:
    names = [name for name, _ in member.columns]
    into = table(member.table, *(column(name) for name in names))
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        size += sum(len(value) for value in row if isinstance(value, bytes))
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            connection.execute(insert(into), batch)
            batch, size = [], 0
    if batch:
        connection.execute(insert(into), batch)
    stored = connection.execute(select(func.count()).select_from(into)).scalar()
    if stored != member.rows:
        raise ConfigurationProblem(f"{member.table}: {member.rows} rows were saved, {stored} came back")
    _continue_numbers(connection, member, names)


def _continue_numbers(connection: Connection, member: Member, names: Sequence[str]) -> None:
    """PostgreSQL's sequences know nothing of rows that bring their number along."""
    if connection.dialect.name != "postgresql" or "id" not in names:
        return
    rows = table(member.table, column("id"))
    highest = connection.execute(select(func.max(rows.c.id))).scalar()
    if highest:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)"),
            {"name": member.table, "highest": highest},
        )


def _check_references(connection: Connection) -> None:
    """PostgreSQL checks as it loads; SQLite is asked."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ConfigurationProblem(f"the backup does not hold together: {broken[0][0]} points at missing rows")
