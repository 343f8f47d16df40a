"""A process of its own that receives until it is killed: every key is on disk before it counts as stored."""

import asyncio
import os
import sys
from collections.abc import Sequence

from adapters.telegram.adapter import TelegramAdapter
from bot.chat.contract import Arrival
from bot.clock import SystemClock


class FileInlet:
    """Appends keys to a file and waits for the disk."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """One line an arrival, slowly enough to be killed in the middle of a batch."""
        for arrival in arrivals:
            os.write(self._file, f"{arrival.key}\n".encode())
            os.fsync(self._file)
            await asyncio.sleep(0.01)

    async def ask(self, arrival: Arrival) -> None:
        """Store it; there is nothing to answer."""
        await self.take([arrival])


async def receive(token: str, url: str, path: str) -> None:
    """Poll `url` until the end."""
    await TelegramAdapter(token, api_url=url, clock=SystemClock()).run(FileInlet(path))


if __name__ == "__main__":
    asyncio.run(receive(*sys.argv[1:4]))
