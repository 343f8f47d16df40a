"""What the tests of the way of a message ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chat.desk import Pigeons, open_pigeons


@pytest.fixture
async def pigeons(tmp_path: Path) -> AsyncIterator[Pigeons]:
    """A platform with buttons and little else."""
    opened = await open_pigeons(tmp_path)
    yield opened
    await opened.database.close()
