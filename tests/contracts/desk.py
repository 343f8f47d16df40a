"""A desk: an adapter at work on its (fake) platform, as the adapter contract suite sees it.

The suite in `adapter.py` speaks only this. Each platform brings one desk in `desks/<platform>.py`, opened by its
`open_desk()`, an asynchronous context manager. What a person does goes through the platform's own wire format, what
Baton shows is read back from the platform.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.chat.contract import Adapter, Arrival, Unavailable
from bot.chat.events import Event, Place
from bot.chat.views import Reply


@dataclass
class RecordingInlet:
    """Keeps what an adapter hands over, reads it back through the adapter, and answers as it is told to.

    While `down` it stores nothing; `refused` is set once it had to say so.
    """

    adapter: Adapter
    arrivals: list[Arrival] = field(default_factory=list)
    reply: Reply | None = None
    down: bool = False
    refused: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store these; raises `Unavailable` while `down`."""
        if self.down:
            self.refused.set()
            raise Unavailable("the database is away")
        self.arrivals += arrivals

    async def ask(self, arrival: Arrival) -> Reply | None:
        """Store this one and give the reply that was prepared."""
        await self.take([arrival])
        return self.reply

    async def events(self) -> list[Event]:
        """Every event of every arrival so far, completed, repeats (same key) counted once."""
        once = {arrival.key: arrival for arrival in self.arrivals}
        found = [event for arrival in once.values() for event in self.adapter.read(arrival.payload)]
        return [await self.adapter.complete(event) for event in found]


class Desk(Protocol):
    """What every platform's desk can do for the suite. `customer` and `agent` are platform user ids.

    `hall` is a team's room from which others can be opened (platforms with `can.rooms`).
    """

    adapter: Adapter
    inlet: RecordingInlet
    room: Place
    hall: Place
    direct: Place
    customer: str
    agent: str

    async def says(self, words: str, *, user: str = "", place: Place | None = None, reply_to: str = "") -> str:
        """A person writes (default: the customer in the room) and it has reached the inlet; the message's reference."""
        ...

    async def sends_file(self, name: str, data: bytes, *, user: str = "", place: Place | None = None) -> str:
        """A person posts a file; the message's reference."""
        ...

    async def edits(self, ref: str, words: str) -> None:
        """The author changes his message."""
        ...

    async def deletes(self, ref: str) -> None:
        """The author takes his message away."""
        ...

    async def presses(self, label: str, *, user: str = "") -> None:
        """A person presses the button with this label on the newest message that has it."""
        ...

    async def submits(self, values: dict[str, str], *, user: str = "") -> None:
        """A person sends the open form back (platforms with `can.forms`)."""
        ...

    async def repeats(self, times: int = 1) -> None:
        """The platform delivers its last delivery again."""
        ...

    async def blocks(self) -> None:
        """The customer shuts the bot out of the direct conversation."""
        ...

    def shown(self, place: Place | None = None) -> list[str]:
        """What a person reads in the room (or `place`), a string a message, oldest first."""
        ...

    def raw(self, place: Place | None = None) -> list[object]:
        """The same messages as the platform holds them (to look for markup and mass mentions)."""
        ...

    def whispered(self, user: str) -> list[str]:
        """What this person alone was shown in the room, oldest first (platforms with `can.whispers`)."""
        ...

    def limit_rate(self, seconds: float) -> None:
        """The platform answers the next send with its rate limit and this wait."""
        ...

    def cut_after_accepting(self) -> None:
        """The platform takes the next message, then the connection breaks before its answer."""
        ...

    def fail(self) -> None:
        """The platform's next answer is a failure of its own (5xx)."""
        ...

    def complaints(self) -> list[str]:
        """What the platform found wrong with anything it was sent; must stay empty."""
        ...
