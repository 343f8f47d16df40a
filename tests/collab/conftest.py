"""The stage on which departments ask one another."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.collab.stage import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Agents on Slack, technicians on Telegram, finance on Slack."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged as an error fails the test."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]
