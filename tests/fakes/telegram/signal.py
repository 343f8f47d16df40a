"""Waiting for something to change in the fake, without polling and without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Wakes everybody who waits, whenever anything changes."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Something changed."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        """Until the next change."""
        await self._event.wait()

    async def until(self, condition: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 - a test's patience
        """The first truthy value of `condition`, tried after every change; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (value := condition()):
                await self.wait()
        return value
