"""Telegram as a chat adapter: connects, receives by polling or webhook, and delivers."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Literal

from fastapi import APIRouter
from telegram.error import RetryAfter, TelegramError

from adapters.telegram import PLATFORM, checks, files, inbound, limits
from adapters.telegram.client import BotApi, describe, wait_of
from adapters.telegram.commands import CommandHint, menus, register
from adapters.telegram.delivery import Courier
from adapters.telegram.polling import Poller
from adapters.telegram.reception import Reception
from adapters.telegram.webhook import PATH, webhook_router
from bot.chat.contract import Capabilities, Delivery, Inlet, Order, Pace, Problem, Target
from bot.chat.events import Attachment, Event, Place
from bot.clock import Clock
from bot.errors import ConfigurationProblem

log = logging.getLogger(__name__)

CAPABILITIES = Capabilities(
    menus=False,
    dates=False,
    forms=False,
    threads=False,
    topics=True,
    rooms=True,
    handles=True,
    whispers=False,
    single_listener=True,
    text_limit=limits.TEXT,
    file_limit=limits.DOWNLOAD,
)

_START_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.START_PAYLOAD}}}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class TelegramAdapter:
    """One bot of Telegram.

    `rooms` are the rooms that teams work in (`-1001234` or `-1001234/17`): they get a menu of commands of their own
    and are looked at by `check`. `api_url` is a local Bot API server or a proxy, without `/bot<token>`.
    """

    platform = PLATFORM

    def __init__(
        self,
        token: str,
        mode: Literal["polling", "webhook"] = "polling",
        webhook_secret: str = "",
        public_url: str = "",
        api_url: str = "",
        *,
        clock: Clock,
        commands: Sequence[CommandHint] = (),
        rooms: Sequence[str] = (),
        hold: float = 30.0,
    ) -> None:
        """`hold` is for how many seconds a poll without news stays open, at most 50.

        Raises `ConfigurationProblem` for a webhook without an address, or with a secret that Telegram does not take.
        """
        self._webhook = _webhook_address(public_url, webhook_secret) if mode == "webhook" else ""
        # Any replica may answer a webhook; two that poll for one bot push each other out.
        self.can = replace(CAPABILITIES, single_listener=not self._webhook)
        self._secret = webhook_secret
        self._clock = clock
        self._commands = commands
        self._rooms = rooms
        self._hold = hold
        self._api = BotApi(token, api_url)
        self._courier = Courier(self._api)
        self._reception = Reception(self._api, clock)

    # Receiving

    def read(self, payload: bytes) -> Sequence[Event]:
        """The events of a stored update; raises on one that can't be parsed."""
        return inbound.events(payload, self._reception.bot)

    def known(self, event: Event) -> Event | None:
        """The event as it is."""
        return event

    async def complete(self, event: Event) -> Event:
        """The event as it is: with an update Telegram sends everything that it would tell."""
        return event

    async def run(self, inlet: Inlet) -> None:
        """Receive until cancelled (polling), or see to it that Telegram calls (webhook) and return."""
        self._reception.inlet = inlet
        await self._insist(self.identify)
        if self._webhook:
            await self._insist(self._set_webhook)
            await self._insist(self._register_commands)
            return
        # Menus may be refused for minutes (429); nobody's message waits for that.
        registering = asyncio.create_task(self._insist(self._register_commands))
        try:
            await Poller(self._api, self._clock, self._reception.batch, self._hold).run()
        finally:
            registering.cancel()
            await asyncio.wait({registering})

    def router(self) -> APIRouter:
        """The route at which Telegram delivers, for the HTTP server; in webhook mode only."""
        return webhook_router(self._secret, self._reception.one)

    async def close(self) -> None:
        """Finish the answers under way, let go of connections."""
        await self._reception.close()
        await self._api.hang_up()

    async def identify(self) -> None:
        """Find out who the bot is, once; mentions and links need its name. Raises `TelegramError`."""
        await self._reception.identify()

    async def _register_commands(self) -> None:
        await register(self._api, menus(self._commands, self._rooms))

    async def _set_webhook(self) -> None:
        await self._api.call(
            "setWebhook", url=self._webhook, secret_token=self._secret, allowed_updates=list(inbound.UPDATES)
        )

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step of the start, again and again until Telegram lets it pass."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return await step()
            except TelegramError as error:
                log.warning("Telegram: %s; trying again in %.0f s", describe(error), pause)
                await self._clock.sleep(wait_of(error) if isinstance(error, RetryAfter) else pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    # Sending

    def paces(self, order: Order) -> Sequence[Pace]:
        """30 a second in all, one a second to a person, 20 a minute to a group; see `limits`."""
        return limits.paces(order)

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Carry the order out, once."""
        return await self._courier.deliver(order, target)

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """Telegram lets bots read nothing back: nobody can tell."""
        return None

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of a file, at most 20 MB. Raises `FetchFailed`."""
        return await files.fetch(self._api, attachment)

    def start_link(self, payload: str) -> str:
        """The address that opens the chat with the bot and makes it hear `/start payload`.

        Empty while the bot's name is not known (see `identify`). Raises ValueError for a payload that Telegram would
        not carry: it takes 1 to 64 of A-Z, a-z, 0-9, _ and -.
        """
        if not _START_PAYLOAD.fullmatch(payload):
            raise ValueError(f"Telegram does not carry {payload!r} in a link")
        name = self._reception.bot.username
        return f"https://t.me/{name}?start={payload}" if name else ""

    def link_to(self, place: Place, ref: str) -> str:
        """The address of a message (of several pieces, the first); private chats and basic groups have none."""
        chat, topic = place.room.removeprefix("-100"), f"{place.thread}/" if place.thread else ""
        if chat == place.room:
            return ""
        return f"https://t.me/c/{chat}/{topic}{ref.partition(',')[0]}"

    async def check(self) -> Sequence[Problem]:
        """What is wrong with the token, with what the bot can see, with its webhook and its rooms."""
        return await checks.problems(self._api, self._rooms, webhook=self._webhook)


def _webhook_address(public_url: str, secret: str) -> str:
    if not public_url:
        raise ConfigurationProblem(
            "BATON_PUBLIC_URL is missing: with TELEGRAM_MODE=webhook Telegram must know where to call, "
            "for example https://baton.example.com"
        )
    if not _SECRET.fullmatch(secret):
        raise ConfigurationProblem(
            "TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -, for example q3rT_9xVb2"
        )
    return public_url.rstrip("/") + PATH
