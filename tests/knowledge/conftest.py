"""What the stories about knowledge begin with."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.knowledge.office import open_office
from tests.knowledge.readers import Reader
from tests.knowledge.stage import ANSWERS_FIRST, Reading, open_reading


@pytest.fixture
async def reading(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Reading]:
    """Slack and Baton on SQLite."""
    async with open_reading(tmp_path, database_url=sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Reading]:
    """The same on SQLite and on PostgreSQL: for what matters most."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = "migrated_postgres_url" if request.param == "postgresql" else "sqlite_url"
    async with open_reading(tmp_path, database_url=request.getfixturevalue(name)) as opened:
        yield opened


@pytest.fixture
async def open_to_all(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Reading]:
    """Slack and Baton on SQLite, where customers are answered from the knowledge base first."""
    async with open_reading(tmp_path, database_url=sqlite_url, more=ANSWERS_FIRST) as opened:
        yield opened


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Reading]:
    """An office with hours, on SQLite."""
    async with open_office(tmp_path, sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def office_anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Reading]:
    """The same on both databases."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = "migrated_postgres_url" if request.param == "postgresql" else "sqlite_url"
    async with open_office(tmp_path, request.getfixturevalue(name)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged as an error fails the test."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]


@pytest.fixture
async def following(database: SqlDatabase, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Reader]:
    """A librarian at work, woken by what is recorded in this process."""
    reader = Reader(database, clock, tmp_path / "cache")
    database.on_commit(lambda topics: reader.librarian.wake() if "facts" in topics else None)
    task = asyncio.create_task(reader.librarian.run())
    yield reader
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await reader.librarian.close()
