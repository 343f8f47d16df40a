"""What the Telegram tests may ask for."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.adapters.telegram.stage import Stage, staged


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """An adapter on the wire fake; see `Stage`."""
    async with staged() as made:
        yield made
