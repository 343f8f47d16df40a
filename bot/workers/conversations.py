"""Who goes after whom: what is said in one conversation is handled one after the other.

In a room, messages outside of any thread go one by one. What is said in a thread goes after what was said in the room
before it (the message that the thread hangs on may be among that) and after what was said in the thread; different
threads of a room do not wait for one another.
"""

import asyncio
from collections.abc import Sequence

from bot.chat.events import Place


class Turn:
    """A place in a queue, had from the moment when it was asked for; `async with` waits for the turn and ends it."""

    def __init__(self, line: "Conversations", place: Place, ahead: Sequence["Turn"]) -> None:
        self._line = line
        self._place = place
        self._ahead = ahead
        self._over = asyncio.Event()

    @property
    def has_come(self) -> bool:
        """Whether nobody is before this one any more."""
        if all(earlier.is_over for earlier in self._ahead):
            self._ahead = ()
        return not self._ahead

    @property
    def is_over(self) -> bool:
        """Whether those behind need not wait for it, nor for those before it."""
        return self._over.is_set() and self.has_come

    async def come(self) -> None:
        """Wait for those who asked before. One who stops waiting keeps his place until he ends his turn."""
        for earlier in self._ahead:
            await earlier.passed()
        self._ahead = ()

    async def passed(self) -> None:
        """Wait until this turn is over, and, if it was given up before it came, those before it as well."""
        await self._over.wait()
        await self.come()

    def end(self) -> None:
        """Whoever is behind may go on."""
        self._over.set()
        self._line.leave(self._place, self)

    async def __aenter__(self) -> None:
        try:
            await self.come()
        except BaseException:
            self.end()
            raise

    async def __aexit__(self, *problem: object) -> None:
        self.end()


class Conversations:
    """The conversations that somebody has a turn in, or waits for one."""

    def __init__(self) -> None:
        self._last: dict[Place, Turn] = {}

    def ask(self, place: Place) -> Turn:
        """A turn in this conversation. Whoever asks first goes first; whoever asks has to end it."""
        ahead = [self._last[key] for key in {place, place.whole} if key in self._last]
        turn = self._last[place] = Turn(self, place, ahead)
        return turn

    def leave(self, place: Place, turn: Turn) -> None:
        """This turn is over."""
        if self._last.get(place) is turn:
            del self._last[place]

    def __len__(self) -> int:
        """How many conversations are in use."""
        return len(self._last)
