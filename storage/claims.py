"""Where the two databases differ in a statement: claims, insert-or-update, lists, locks. No repository knows a dialect.

PostgreSQL lets several replicas claim at once (`FOR UPDATE SKIP LOCKED`); SQLite has one writer, and ignores the lock
clause. PostgreSQL's insert-or-update is written like SQLite's, which copied it.
"""

import hashlib
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import Boolean

__all__ = ["Insert", "all_columns", "among", "claimed", "insert", "lock_number", "locked", "machine_time", "replacing"]


class among(ColumnElement[bool]):  # noqa: N801 - reads like `in_`, which it stands for
    """Whether a column is one of the values in the list parameter `name`, however many there are.

    With `sifting`, other conditions find the rows and this one sifts them: SQLite then uses no index of the column.
    """

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str, *, sifting: bool = False) -> None:
        self.column = column
        self.sifting = sifting
        self.numeric = isinstance(column.type, BigInteger)
        self.values: BindParameter[Any] = bindparam(name, type_=Text())

    def self_group(self, against: Any = None) -> "among":
        """As it is: compared with 1, as SQLite is else given what is true or false, it would use no index."""
        return self


@compiles(among, "sqlite")
def _among_on_sqlite(clause: among, compiler: SQLCompiler, **kw: Any) -> str:
    values = compiler.process(clause.values, **kw)
    column = f"{'+' if clause.sifting else ''}{compiler.process(clause.column, **kw)}"
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - from the compiler


@compiles(among, "postgresql")
def _among_on_postgresql(clause: among, compiler: SQLCompiler, **kw: Any) -> str:
    values = compiler.process(clause.values, **{**kw, "skip_bind_expression": True}).removesuffix("::VARCHAR")
    kind = "BIGINT" if clause.numeric else "TEXT"
    return f"{compiler.process(clause.column, **kw)} = ANY({values.removesuffix('::TEXT')}::{kind}[])"


class machine_time(ColumnElement[int]):  # noqa: N801 - reads like the function that it is
    """What the clock of the database's machine says now, in microseconds; NULL where that is this machine."""

    inherit_cache = True
    type = BigInteger()


@compiles(machine_time, "sqlite")
def _machine_time_on_sqlite(clause: machine_time, compiler: SQLCompiler, **kw: Any) -> str:
    return "NULL"


@compiles(machine_time, "postgresql")
def _machine_time_on_postgresql(clause: machine_time, compiler: SQLCompiler, **kw: Any) -> str:
    return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def claimed(due: Select[Any]) -> Select[Any]:
    """The same rows, locked, passing over those that another replica is claiming."""
    return due.with_for_update(skip_locked=True)


def locked(rows: Select[Any]) -> Select[Any]:
    """The same rows, locked until the unit ends; waits for whoever holds them now."""
    return rows.with_for_update()


def all_columns(table: Table, *left_out: str) -> dict[str, BindParameter[Any]]:
    """A parameter for each column of the table, named like it."""
    return {column.name: bindparam(column.name) for column in table.c if column.name not in left_out}


def replacing(table: Table, *keys: str) -> Insert:
    """Insert a row, or, where one with these keys stands, give it the new values."""
    statement = insert(table).values(all_columns(table))
    rest = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=rest)


def lock_number(name: str) -> int:
    """A stable number of 64 bits (signed) for PostgreSQL's advisory locks."""
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
