"""The stage on which people call one another: Slack and Telegram, and a 技术部 that works office hours."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.duty.office import HOURS
from tests.tickets.stage import Stage, open_stage

COLLEAGUES = """
[[people]]
key = "sun"
name = "孙悦"
role = "technician"
teams = ["tech"]
telegram = "1005"
calendar = "office"

[[people]]
key = "qian"
name = "钱宁"
role = "technician"
teams = ["tech"]
"""


@pytest.fixture
async def stage(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """赵磊 is a technician on Slack and always there, 孙悦 one on Telegram from nine to six, 钱宁 has no account."""
    more = HOURS + COLLEAGUES
    async with open_stage(tmp_path, database_url=sqlite_url, telegram=True, more=more) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged as an error fails the test."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]
