"""What all tables have in common: one collection, one way to name constraints, the few kinds of columns.

Instants are microseconds since 1970 (see `storage.encoding`), structures are JSON in bytes. Numbers that point at a row
are NULL where the ports say 0 (nobody, nothing).
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Integer, LargeBinary, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only where the type is INTEGER; its integers have 64 bits anyway."""


def serial() -> Column[Any]:
    """The row's number, given by the database."""
    return Column("id", NUMBER, Identity(), primary_key=True)


def number(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """A whole number."""
    return Column(name, NUMBER, nullable=null, primary_key=key, autoincrement=False)


def reference(name: str, to: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """The number of a row of the table `to`."""
    return Column(name, NUMBER, ForeignKey(f"{to}.id"), nullable=null, primary_key=key, autoincrement=False)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """Microseconds since 1970 in UTC."""
    return Column(name, NUMBER, nullable=null)


def words(name: str, *, key: bool = False) -> Column[Any]:
    """Text, "" where there is none."""
    return Column(name, Text(), nullable=False, primary_key=key)


def maybe_words(name: str) -> Column[Any]:
    """Text, or NULL where its absence must not count (unique columns, places that may be missing)."""
    return Column(name, Text(), nullable=True)


def flag(name: str) -> Column[Any]:
    """Yes or no."""
    return Column(name, Boolean(), nullable=False)


def payload(name: str, *, null: bool = False) -> Column[Any]:
    """Bytes: JSON or the content of a file."""
    return Column(name, LargeBinary(), nullable=null)
