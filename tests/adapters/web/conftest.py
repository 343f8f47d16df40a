"""The chat with people in it, on SQLite."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.web.house import House, house
from tests.clock import ManualClock


@pytest.fixture
async def chat(sqlite_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """A demonstration on this machine."""
    async with house(sqlite_url, clock) as made:
        yield made


@pytest.fixture
async def closed_chat(sqlite_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """A chat that wants a sign-in link."""
    async with house(sqlite_url, clock, demo=False) as made:
        yield made
