"""The tables' state: bring it up to date, or refuse to work with one that is newer than the program."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import DropTable

from bot.errors import ConfigurationProblem
from storage.claims import lock_number
from storage.engine import DatabaseDown
from storage.location import located, make_private
from storage.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """All revisions that this program knows, oldest first: the numbers that the files begin with."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(url: str) -> str:
    """The revision of the database; "" while it is empty or not even there. Raises like `migrate`."""
    path = located(url).path
    if path is not None and not path.exists():
        return ""
    with _transaction(url) as connection:
        return _revision(connection)


def migrate(url: str) -> bool:
    """Bring the tables up to date; whether anything had to be done.

    One transaction: interrupted, it leaves nothing behind. Of several at once one does it and the others wait. Raises
    `DatabaseDown`, and `ConfigurationProblem` for a database that is newer than this program.
    """
    with rebuilding(url) as connection:
        before = _known(_revision(connection))
        if before == revisions()[-1]:
            return False
        upgrade(connection)
        return True


def check(url: str) -> None:
    """Raises `ConfigurationProblem` unless the tables are exactly those of this program; `DatabaseDown`."""
    found = _known(current(url))
    if found != revisions()[-1]:
        state = f"its tables are at revision {found}" if found else "it has no tables yet"
        raise ConfigurationProblem(
            f"BATON_DATABASE_URL: {state}, this program needs {revisions()[-1]}; run `baton migrate`"
        )


def _known(revision: str) -> str:
    if revision and revision not in revisions():
        raise ConfigurationProblem(
            f"BATON_DATABASE_URL: its tables are at revision {revision}, which is newer than this program "
            f"({revisions()[-1]}); start the newer Baton, or restore a backup made by this one"
        )
    return revision


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


@contextmanager
def snapshot(url: str) -> Iterator[tuple[Connection, str]]:
    """One state of the whole database, to be read, and its revision. Raises `ConfigurationProblem`, `DatabaseDown`."""
    check(url)
    with _transaction(url) as connection:
        yield connection, _known(_revision(connection))


@contextmanager
def rebuilding(url: str) -> Iterator[Connection]:
    """A transaction that may change the tables; only one at a time, whoever else wants to waits."""
    with _transaction(url, write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock_number("baton.schema")})
        yield connection


def rebuild(connection: Connection, revision: str) -> None:
    """Drop what stands, with everything in it, and make empty tables as they were at `revision`.

    Raises `ConfigurationProblem` for tables that are newer than this program: it doesn't know them all.
    """
    _known(_revision(connection))
    present = tables_in(connection)
    for table in reversed(metadata.sorted_tables):
        if table.name in present:
            connection.execute(DropTable(table))
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    upgrade(connection, revision)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the revisions that are missing, in the connection's transaction."""
    command, config = _alembic(connection)
    command.upgrade(config, revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take revisions back, with everything that stands in their tables, in the connection's transaction."""
    command, config = _alembic(connection)
    command.downgrade(config, revision)


def _alembic(connection: Connection) -> tuple[Any, Any]:
    """Alembic's commands and what they are to know. Loading it takes a tenth of a second; most starts don't need it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return command, config


def tables_in(connection: Connection) -> set[str]:
    """The names of the tables that stand."""
    return set(inspect(connection).get_table_names())


@contextmanager
def _transaction(url: str, *, write: bool = False) -> Iterator[Connection]:
    engine = core_engine(url, write=write)
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DatabaseError as problem:
        # A file that is no database is said by the base class itself, a database that is away by one of its kinds.
        if not isinstance(problem, OperationalError) and type(problem.orig) is not sqlite3.DatabaseError:
            raise
        raise DatabaseDown(" ".join(str(problem.orig).split())) from problem
    finally:
        engine.dispose()


def core_engine(url: str, *, write: bool = False) -> Engine:
    """An engine for work on the whole database, in one transaction that sees one state of it.

    On SQLite a transaction that writes begins with the lock for writing; one that reads hinders nobody.
    """
    location = located(url)
    if location.path is None:
        level = "READ COMMITTED" if write else "REPEATABLE READ"
        return create_engine(
            location.url, poolclass=NullPool, isolation_level=level, connect_args={"connect_timeout": 5}
        )
    if write:
        make_private(location.path)
    engine = create_engine(location.url, poolclass=NullPool, connect_args={"timeout": 60, "isolation_level": None})

    # SQLite's driver would else begin late, and commit before a CREATE TABLE.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
