"""Databases for tests: each test gets tables of its own, on SQLite and on PostgreSQL.

The tables are made by the migrations once a process; a test gets a copy of the file, or a database that was emptied.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from bot.facts import Reactions
from storage import migrate, open_database
from storage.sqlite import Mode
from storage.tables import metadata
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.postgres import PostgresServer

BOTH = ("sqlite", "postgresql")

Opener = Callable[..., Awaitable[SqlDatabase]]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them; copy it."""
    path = tmp_path_factory.mktemp("migrated") / "baton.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a SQLite database with all tables and nothing in them."""
    path = Path(shutil.copyfile(migrated_file, tmp_path / "baton.db"))
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def kept_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database with all tables that the tests of one process use in turn."""
    with postgres_server.database() as url:
        migrate(url)
        yield url


@pytest.fixture
def migrated_postgres_url(kept_postgres_url: str) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables and nothing in them. Leave the tables themselves alone.

    Emptying it takes a few milliseconds, making a new one a few hundred.
    """
    yield kept_postgres_url
    with psycopg.connect(kept_postgres_url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
        connection.execute("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with all tables and nothing in them; the test is run on both kinds."""
    name = "sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables; the test is run on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty' / 'baton.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def clock() -> ManualClock:
    """The clock of this test's databases."""
    return ManualClock()


@pytest.fixture
async def opened(database_url: str, clock: ManualClock) -> AsyncIterator[Opener]:
    """Opens the test's database, as often as asked (`mode="visit"` beside an open one); all are closed at the end."""
    databases: list[SqlDatabase] = []

    async def open_one(mode: Mode = "serve", reactions: Reactions | None = None) -> SqlDatabase:
        database = open_database(database_url, clock=clock, reactions=reactions, mode=mode)
        await database.start()
        databases.append(database)
        return database

    yield open_one
    for database in reversed(databases):
        await database.close()


@pytest.fixture
async def database(opened: Opener) -> SqlDatabase:
    """The test's database, at work."""
    return await opened()
