"""A platform in the test's own hands: it delivers lines of JSON, keeps what it is sent, and answers as it is told."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.chat.contract import Arrival, Capabilities, Delivery, Inlet, Order, Pace, Problem, Target
from bot.chat.events import Attachment, ButtonPressed, Event, MessageReceived, Place
from bot.chat.text import plain
from bot.chat.text import text as spans
from bot.chat.views import Post

AT = datetime(2026, 12, 1, tzinfo=UTC)

Answer = Delivery | Callable[[Order, Target], Delivery] | Exception


def said(key: str, room: str = "R1", words: str = "", *, platform: str = "wire", user: str = "U1") -> Arrival:
    """Somebody wrote in a room; `key` is the delivery's, and what he wrote unless told otherwise."""
    return Arrival(
        platform, key, json.dumps({"kind": "said", "room": room, "text": words or key, "user": user}).encode()
    )


def pressed(key: str, action: str, room: str = "R1", *, platform: str = "wire", user: str = "U1") -> Arrival:
    """Somebody pressed a button."""
    return Arrival(
        platform, key, json.dumps({"kind": "pressed", "room": room, "action": action, "user": user}).encode()
    )


@dataclass
class Wire:
    """An adapter. `answers` are given in order, then everything is sent; `gates` hold sends to a room up.

    `verdicts` are given to the messages with these words, whenever they come.

    `silence` holds up `complete` for the messages with these words, until set.
    """

    platform: str = "wire"
    can: Capabilities = field(default_factory=lambda: Capabilities(lookup=True))
    limits: tuple[Pace, ...] = ()
    answers: list[Answer] = field(default_factory=list)
    verdicts: dict[str, Delivery] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    silence: dict[str, asyncio.Event] = field(default_factory=dict)
    calls: list[tuple[Order, Target]] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)
    tells: bool = False
    at_once: int = 0
    most_at_once: int = 0

    def read(self, payload: bytes) -> Sequence[Event]:
        """What `said` and `pressed` wrote; anything else can't be read."""
        body: dict[str, Any] = json.loads(payload)
        place, words = Place(self.platform, body["room"]), body.get("text", "")
        if body["kind"] == "pressed":
            return [ButtonPressed("", place, body["user"], AT, action=body["action"], direct=True)]
        return [MessageReceived("", place, body["user"], AT, message=words, text=spans(words), direct=True)]

    def known(self, event: Event) -> Event | None:
        """What is not held up, if this platform `tells` at once."""
        held = isinstance(event, MessageReceived) and plain(event.text) in self.silence
        return event if self.tells and not held else None

    async def complete(self, event: Event) -> Event:
        """The event itself, once nothing holds it up."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if isinstance(event, MessageReceived) and (gate := self.silence.get(plain(event.text))):
                await gate.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        return event

    async def run(self, inlet: Inlet) -> None:
        """Nothing: the test delivers."""

    async def close(self) -> None:
        """Nothing."""

    def paces(self, order: Order) -> Sequence[Pace]:
        """The same for every order."""
        return self.limits

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Keep the order and answer as told."""
        self.calls.append((order, target))
        verdict = self.verdicts.get(plain(order.view.body)) if isinstance(order.view, Post) else None
        if verdict is not None:
            return verdict
        answer = self.answers.pop(0) if self.answers else Delivery("sent", ref=f"m{len(self.calls)}")
        if gate := self.gates.get(order.place.room):
            await gate.wait()
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Delivery):
            return answer(order, target)
        return answer

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """Whether an effect stands here; None if this platform can't tell."""
        self.looked.append(target.effect)
        if not self.can.lookup:
            return None
        ref = self.standing.get(target.effect)
        return Delivery("sent", ref=ref) if ref else Delivery("retry")

    async def fetch(self, attachment: Attachment) -> bytes:
        """Its name."""
        return attachment.name.encode()

    async def check(self) -> Sequence[Problem]:
        """Nothing is wrong."""
        return ()

    # What tests look at.

    def shown(self, room: str | None = None) -> list[str]:
        """The words that were sent, in order (every try counts)."""
        return [
            plain(order.view.body) if isinstance(order.view, Post) else order.kind
            for order, _ in self.calls
            if room is None or order.place.room == room
        ]

    def accept_then_break(self, order: Order, target: Target) -> Delivery:
        """An answer for `answers`: taken, but nobody hears of it."""
        self.standing[target.effect] = f"m{len(self.calls)}"
        return Delivery("unknown", detail="connection lost")
