"""A database of each kind to apply team files to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import storage
from bot.unit import Database
from tests.clock import ManualClock


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database."""
    url = f"sqlite:///{tmp_path / 'baton.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = storage.open_database(url, clock=ManualClock())
    await opened.start()
    yield opened
    await opened.close()
