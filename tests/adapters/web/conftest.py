"""The chat with people in it, on SQLite."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrate
from tests.adapters.web.house import House, house
from tests.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    """A clock that only the test moves."""
    return ManualClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in it: copying it is quicker than making one for each test."""
    path = tmp_path_factory.mktemp("empty") / "chat.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    """The address of an empty database of the test's own."""
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'chat.db')}"


@pytest.fixture
async def chat(database_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """A demonstration on this machine."""
    async with house(database_url, clock) as made:
        yield made


@pytest.fixture
async def closed_chat(database_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """A chat that wants a sign-in link."""
    async with house(database_url, clock, demo=False) as made:
        yield made
