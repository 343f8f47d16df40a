"""The Slack adapter at work over Socket Mode: the same workspace, another way in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.adapter import SlackAdapter
from bot.clock import SystemClock
from tests.contracts.desks.slack import SlackDesk
from tests.fakes.slack import SlackFake


@asynccontextmanager
async def open_desk() -> AsyncIterator[SlackDesk]:
    """An adapter that is connected, and the workspace around it."""
    async with SlackFake(ack_timeout=1.0) as fake:
        adapter = SlackAdapter(
            bot_token=fake.bot_token, app_token=fake.app_token, api_url=fake.api_url, clock=SystemClock()
        )
        desk = SlackDesk(fake, adapter)
        running = asyncio.create_task(adapter.run(desk.inlet))
        try:
            await fake.until(lambda: fake.socket.connections)
            yield desk
            await fake.settle()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await adapter.close()
