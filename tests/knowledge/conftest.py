"""What the stories about knowledge begin with."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.knowledge.stage import Reading, open_reading


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


@pytest.fixture(autouse=True)
def no_faults_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged as an error fails the test."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]
