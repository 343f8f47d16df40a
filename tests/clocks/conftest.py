"""The stage of the clocks' stories: the tickets' stage with policies, and a reader of what fell due."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clocks.stage import POLICIES
from tests.tickets.stage import Stage, open_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack and Baton on SQLite, with policies."""
    async with open_stage(tmp_path, more=POLICIES) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """The same on SQLite and on PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    async with open_stage(tmp_path, database_url=url, more=POLICIES) as opened:
        yield opened
