"""The kinds of columns and indexes that revisions are written with. Revisions rely on it: never change it, only add."""

from typing import Any

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def serial() -> sa.Column[int]:
    """The row's number, given by the database."""
    return sa.Column("id", NUMBER, sa.Identity(), nullable=False)


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    """A whole number."""
    return sa.Column(name, NUMBER, nullable=null, autoincrement=False)


def words(name: str, *, null: bool = False) -> sa.Column[str]:
    """Text."""
    return sa.Column(name, sa.Text(), nullable=null)


def words_so_far_none(name: str) -> sa.Column[str]:
    """Text in a table that has rows already; theirs is ""."""
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))


def flag(name: str) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def payload(name: str, *, null: bool = False) -> sa.Column[bytes]:
    """Bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def index(name: str, table: str, columns: list[str | sa.TextClause], *, unique: bool = False, where: str = "") -> None:
    """An index; with `where` it holds these rows only. SQLite uses it only where a query says it in the same words."""
    on_sqlite = where.replace("IS true", "IS 1").replace("IS false", "IS 0")
    only: dict[str, Any] = {"postgresql_where": sa.text(where), "sqlite_where": sa.text(on_sqlite)} if where else {}
    op.create_index(name, table, columns, unique=unique, **only)
