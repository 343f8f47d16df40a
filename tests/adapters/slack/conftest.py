"""A Slack desk: the adapter over HTTP on the fake workspace."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.desks.slack import SlackDesk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[SlackDesk]:
    """Opened, and found in order when the test is over."""
    async with open_desk() as opened:
        yield opened
        assert opened.complaints() == []
