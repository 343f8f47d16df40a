"""The built-in chat as a platform: it hands over what its users do, and shows what the bot orders."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from adapters.http import Sessions
from adapters.web import client, inbound, limits
from adapters.web.acts import message_link
from adapters.web.directory import PLATFORM, Directory
from adapters.web.forms import FormTokens
from adapters.web.live import Live
from bot.chat.builtin import BuiltinMessage
from bot.chat.contract import (
    Arrival,
    Delivery,
    FetchFailed,
    Inlet,
    Order,
    Pace,
    Problem,
    Target,
    Unavailable,
)
from bot.chat.events import Attachment, Event, MessageReceived, Place, ReactionAdded
from bot.chat.views import Reply
from bot.clock import Clock
from bot.unit import Database, Unit

# Seconds after which a delivery that nobody acknowledged is made again, and how often that is looked for.
OVERDUE = 5.0
ROUND = 5.0
# How long changes are kept for pages that were away, and uploads that nobody sent.
KEPT = timedelta(days=2)
ROUNDS_BETWEEN_SWEEPS = 120

T = TypeVar("T")
log = logging.getLogger(__name__)


class WebAdapter:
    """See `bot.chat.contract.Adapter`. `base_url` is where browsers reach it, without a slash at the end."""

    platform = PLATFORM
    can = limits.CAPABILITIES

    def __init__(
        self, database: Database, clock: Clock, secret_key: str, *, base_url: str = "", demo: bool = False
    ) -> None:
        self.database = database
        self.clock = clock
        self.base_url = base_url.rstrip("/")
        self.sessions = Sessions(secret_key, clock, address=base_url, demo=demo)
        self.forms = FormTokens(secret_key)
        self.live = Live(database, clock)
        self._secret_key = secret_key
        self._inlet: Inlet | None = None

    def sign_in_link(self, user: str) -> str:
        """The address that signs its reader in as `user` (a person's key); good for a week, so hand it over safely."""
        return f"{self.base_url}/chat?key={self.sessions.key(user)}"

    def link_to(self, place: Place, ref: str) -> str:
        """The address of a message."""
        return message_link(self.base_url, ref, place)

    # Receiving

    def read(self, payload: bytes) -> Sequence[Event]:
        return inbound.read(payload)

    def known(self, event: Event) -> Event | None:
        """The event, unless it points at a message that has to be looked up."""
        points = isinstance(event, ReactionAdded) or (isinstance(event, MessageReceived) and event.reply_to)
        return None if points else event

    async def complete(self, event: Event) -> Event:
        ref = event.message if isinstance(event, ReactionAdded) else ""
        ref = event.reply_to if isinstance(event, MessageReceived) else ref
        if not ref.isdecimal():
            return event
        message = await self.database.read(lambda unit: unit.builtin.message(int(ref)))
        if message is None or message.removed_at:
            return event
        found = inbound.quoted(message, self._link(message))
        return replace(event, quoted=found)  # type: ignore[call-arg]

    def _link(self, message: BuiltinMessage) -> str:
        return message_link(self.base_url, message.ref, Place(PLATFORM, message.room, message.thread))

    async def run(self, inlet: Inlet) -> None:
        self._inlet = inlet
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.live.run())
            tasks.create_task(self._deliver_again())

    async def _deliver_again(self) -> None:
        """What was written but not handed over (the process died in between) is handed over now; old rows go."""
        rounds = 0
        while True:
            try:
                if rounds % ROUNDS_BETWEEN_SWEEPS == 0:
                    await self.database.write(lambda unit: unit.builtin.forget(unit.now - KEPT))
                await self.hand_over_owed()
            except (Unavailable, ConnectionError) as problem:
                log.warning("deliveries of the built-in chat wait: %s", problem)
            rounds += 1
            await self.clock.sleep(ROUND)

    async def hand_over_owed(self) -> int:
        """Hand over every delivery that was not acknowledged in time; how many."""
        before = self.clock.now() - timedelta(seconds=OVERDUE)
        owed = await self.database.read(lambda unit: unit.builtin.owed(before))
        if owed:
            await self._receiver().take([Arrival(PLATFORM, delivery.key, delivery.payload) for delivery in owed])
            await self.settle([delivery.key for delivery in owed])
        return len(owed)

    async def accept(self, act: Callable[[Unit], tuple[T, Arrival | None]]) -> T:
        """Carry out what a user does, and hand it over. Raises `Unavailable`: then the page tries again."""
        result, arrival = await self._stored(act)
        if arrival is not None:
            await self._receiver().take([arrival])
            await self.settle([arrival.key])
        return result

    async def ask(self, act: Callable[[Unit], Arrival]) -> tuple[Place, Reply | None]:
        """Hand over what a user does and wait a moment for the answer; where it was done. Raises `Unavailable`."""
        receiver = self._receiver()
        arrival = await self._stored(act)
        return self.read(arrival.payload)[0].place, await receiver.ask(arrival)

    async def settle(self, keys: Sequence[str]) -> None:
        """The inbox has these; that this is not noted does no harm, for it knows a delivery that it has."""
        try:
            await self.database.write(lambda unit: unit.builtin.settled(keys))
        except ConnectionError as problem:
            log.info("could not note that deliveries were taken: %s", problem)

    async def _stored(self, work: Callable[[Unit], T]) -> T:
        try:
            return await self.database.write(work, source=PLATFORM)
        except ConnectionError as problem:
            raise Unavailable(str(problem)) from problem

    def _receiver(self) -> Inlet:
        if self._inlet is None:
            raise Unavailable("the bot is not up yet")
        return self._inlet

    # Sending

    def paces(self, order: Order) -> Sequence[Pace]:
        return limits.PACES

    async def deliver(self, order: Order, target: Target) -> Delivery:
        try:
            return await self.database.write(
                lambda unit: client.carry_out(unit, order, target, self._secret_key), source=PLATFORM
            )
        except client.Refused as refusal:
            return Delivery("refused", reason=refusal.reason, detail=str(refusal))
        except ConnectionError as problem:
            return Delivery("unknown", detail=str(problem))

    async def find(self, order: Order, target: Target) -> Delivery | None:
        try:
            return await self.database.read(lambda unit: client.taken(unit, order, target))
        except ConnectionError as problem:
            return Delivery("unknown", detail=str(problem))

    async def fetch(self, attachment: Attachment) -> bytes:
        try:
            data = await self.database.read(lambda unit: unit.builtin.content(attachment.ref))
        except ConnectionError as problem:
            raise FetchFailed(str(problem), final=False) from problem
        if data is None:
            raise FetchFailed("there is no such file", final=True)
        return data

    async def check(self) -> Sequence[Problem]:
        clashes = await self.database.read(lambda unit: Directory(unit).clashes())
        return [Problem("web.check.clash", (("room", room),)) for room in clashes]

    async def close(self) -> None:
        self._inlet = None
