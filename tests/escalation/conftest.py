"""The stage on which alerts are played."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.escalation.stage import alarmed
from tests.tickets.conftest import no_faults_of_ours  # noqa: F401 - whatever is logged as an error fails the test
from tests.tickets.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack, Baton on SQLite, and the policy of the contract for first answers."""
    async with alarmed(tmp_path) as opened:
        yield opened
