"""What duty's stories begin with: the stage of the ticket stories, and a calendar for everybody."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.duty.office import HOURS
from tests.tickets.stage import Stage, open_stage


@pytest.fixture
async def stage(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack and Baton; 客服部 works from nine to six on weekdays, 技术部 always."""
    async with open_stage(tmp_path, database_url=sqlite_url, support='calendar = "office"', more=HOURS) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged as an error fails the test."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]
