"""Who goes after whom: what is said in one conversation is handled one after the other.

In a room, messages outside of any thread go one by one. What is said in a thread goes after what was said in the room
before it (the message that the thread hangs on may be among that) and after what was said in the thread; different
threads of a room do not wait for one another.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.events import Place


class Conversations:
    """The conversations that somebody has a turn in, or waits for one."""

    def __init__(self) -> None:
        self._last: dict[Place, asyncio.Event] = {}

    def quiet(self, place: Place) -> bool:
        """Whether a turn here would come at once."""
        return place not in self._last and place.whole not in self._last

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Wait for those who asked before, then have the turn. Whoever asks first goes first."""
        ahead = [self._last[key] for key in {place, place.whole} if key in self._last]
        over = self._last[place] = asyncio.Event()
        try:
            for earlier in ahead:
                await earlier.wait()
            yield
        finally:
            over.set()
            if self._last[place] is over:
                del self._last[place]

    def __len__(self) -> int:
        """How many conversations are in use."""
        return len(self._last)
