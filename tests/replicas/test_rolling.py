"""A rolling upgrade: the first new replica changes the tables, the old ones work on until they are replaced.

Covers C4, W6, G2. What runs then is the old program's statements on the new tables: each names the columns that it
knows. So every column that was there must stay, with its type, and every new one must do without being named.
"""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Identity, MetaData, Table, insert, select, text, update

from storage import schema
from storage.schema import MIGRATIONS

FIRST_RELEASE = "0008"
"""Programs of this schema and later ones may be running when a new one comes."""

OLDER = [revision for revision in schema.revisions() if FIRST_RELEASE <= revision < schema.revisions()[-1]]
ADDING = {"create_table", "create_index", "add_column", "f"}
_VALUES = {"BOOLEAN": False, "TEXT": "x", "BLOB": b"[]", "BYTEA": b"[]"}


@pytest.mark.parametrize("older", OLDER)
def test_the_statements_of_an_older_program_work_on_the_new_tables(empty_url: str, older: str) -> None:
    """Fault T8: into every table that it knew, a row with all columns that it knew; changed, and read again."""
    known = MetaData()
    with schema.rebuilding(empty_url) as connection:
        schema.upgrade(connection, older)
        known.reflect(connection)
    with schema.rebuilding(empty_url) as connection:
        schema.upgrade(connection)
        _alone(connection)
        for table in known.sorted_tables:
            if table.name != "alembic_version":
                _worked_with(connection, table)


def _worked_with(connection: Connection, table: Table) -> None:
    row = {column.name: _value(column) for column in table.columns}
    connection.execute(insert(table).values(row))
    changed = {column.name: column for column in table.columns if not _fixed(column)}
    if changed:
        connection.execute(update(table).values(changed))
    assert dict(connection.execute(select(table)).mappings().one()) == row


def _value(column: Column[object]) -> object:
    return _VALUES.get(str(column.type).partition("(")[0], 1)


def _fixed(column: Column[object]) -> bool:
    return column.primary_key or isinstance(column.server_default, Identity)


def _alone(connection: Connection) -> None:
    """Rows of a table of their own: what they refer to is not looked for. (SQLite does so only when told to.)"""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


@pytest.mark.parametrize("revision", [each for each in schema.revisions() if each > FIRST_RELEASE])
def test_an_upgrade_only_adds(revision: str) -> None:
    """Fault T8: nothing is renamed, retyped or dropped on the way up, as far as the revision's own words go."""
    [path] = (MIGRATIONS / "versions").glob(f"{revision}_*.py")
    assert operations(path) <= ADDING, path.name


def operations(path: Path) -> set[str]:
    """What a revision does with `op` outside of its `downgrade`."""
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    nodes = (node for function in functions if function.name != "downgrade" for node in ast.walk(function))
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "op"
    }


def test_a_revision_that_takes_away_is_found(tmp_path: Path) -> None:
    """The rule can fail."""
    path = tmp_path / "9999.py"
    path.write_text(
        "def upgrade():\n    op.alter_column('a', 'b')\ndef downgrade():\n    op.drop_table('c')\n", "utf-8"
    )
    assert operations(path) - ADDING == {"alter_column"}
