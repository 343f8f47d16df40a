"""Slack as Baton's core sees it: the adapter, put together from its rooms."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter

from adapters.slack import checks, inbound, limits, sockets
from adapters.slack.answers import Answers
from adapters.slack.client import SlackClient
from adapters.slack.directory import Directory
from adapters.slack.failures import CallFailed
from adapters.slack.history import History
from adapters.slack.messages import PLATFORM
from adapters.slack.receiving import Reception, bolt_app
from adapters.slack.sending import Sender
from adapters.slack.webhook import make_router
from bot.chat.contract import Capabilities, Delivery, FetchFailed, Inlet, Order, Pace, Problem, Target
from bot.chat.events import Attachment, Event, Place
from bot.clock import Clock

log = logging.getLogger(__name__)


class SlackAdapter:
    """One workspace. With an `app_token` it receives over Socket Mode, else over HTTP through `router()`.

    `watched_emoji` are the short names of the reactions that mean something. `rooms` are the channels that the team
    file names (`C0HELP`, `C0HELP/thread`), for `check`. `call_seconds` is the longest that a call may take,
    `ping_seconds` how often a websocket is tried.
    """

    platform = PLATFORM

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str = "",
        app_token: str = "",
        api_url: str = "",
        clock: Clock,
        watched_emoji: frozenset[str] = frozenset({"ticket"}),
        rooms: Sequence[str] = (),
        call_seconds: float = 10.0,
        ping_seconds: float = 10.0,
    ) -> None:
        self.can: Capabilities = limits.CAPABILITIES
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._clock = clock
        self._watched = frozenset(emoji.strip(":") for emoji in watched_emoji)
        self._rooms = tuple(dict.fromkeys(room.partition("/")[0] for room in rooms))
        self._ping_seconds = ping_seconds
        self._client = SlackClient(bot_token, api_url, seconds=call_seconds)
        self._directory = Directory(self._client, clock)
        self._sender = Sender(self._client, self._directory, clock)
        self._answers = Answers(self._client, self._sender, clock)
        self.missed = asyncio.Event()
        self._reception = Reception(self._read, self._answers, self._directory, clock, self.missed)
        self._history = History(self._client, self._directory, self._reception, clock, self._rooms)
        self._app = bolt_app(self._client, signing_secret, self._reception)

    def router(self) -> APIRouter | None:
        """POST /slack/events; None in Socket Mode, and without the secret that tells requests from forged ones."""
        if self._app_token or not self._signing_secret:
            return None
        return make_router(self._app, self._reception, self._signing_secret)

    def read(self, payload: bytes) -> Sequence[Event]:
        """What a stored delivery means; empty when, knowingly, nothing. Raises on what can't be read."""
        return self._read(payload)

    def _read(self, payload: bytes) -> list[Event]:
        body, received, bot = inbound.unpacked(payload)
        at = datetime.fromtimestamp(received, UTC)
        return inbound.events_of(body, inbound.key_of(body), at, bot=bot, watched=self._watched)

    def known(self, event: Event) -> Event | None:
        """The event as `complete` gives it, if nobody has to be asked for that."""
        return self._directory.known(event)

    async def complete(self, event: Event) -> Event:
        """The event with names, profiles, what it quotes and its address; without what Slack does not tell."""
        return await self._directory.complete(event)

    async def run(self, inlet: Inlet) -> None:
        """Receive over Socket Mode until cancelled; over HTTP, be ready to be called and return."""
        self._reception.inlet = inlet
        await self._directory.identity()
        if self._app_token:
            await sockets.listen(
                self._app, self._reception, self._app_token, self._client.web, self._clock, self._ping_seconds
            )

    async def catch_up(self, since: datetime) -> None:
        """Take in what was written since then in the channels that the team file names. Raises `Unavailable`."""
        await self._history.catch_up(since)

    async def close(self) -> None:
        """Finish answers that are under way, then let go of connections."""
        self._reception.inlet = None
        await self._answers.close()
        await self._client.close()

    def paces(self, order: Order) -> Sequence[Pace]:
        """The published limits that this order counts against."""
        return limits.paces(order)

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Carry it out, once; never raises for what Slack or the network does."""
        return await self._sender.deliver(order, target)

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """Look whether an order of unknown fate was taken; None for whispers and files, which can't be looked up."""
        return await self._sender.find(order, target)

    def link_to(self, place: Place, ref: str) -> str:
        """The address of a message (of several pieces, the first); "" while Slack has not told who the bot is."""
        return self._directory.link_to(place, ref.partition(",")[0])

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of a file. Raises `FetchFailed`; it is final for what is gone, too large, or not ours to see."""
        try:
            file = (await self._client.call("files.info", file=attachment.ref)).get("file") or {}
        except CallFailed as failed:
            raise FetchFailed(failed.delivery.detail, final=failed.delivery.outcome == "refused") from failed
        if int(file.get("size") or 0) > limits.FILE_BYTES:
            raise FetchFailed(f"{file.get('size')} bytes", final=True)
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        if not address or file.get("is_external"):
            raise FetchFailed("Slack does not keep this file", final=True)
        return await self._client.download(address, limits.FILE_BYTES, page=file.get("mimetype") == "text/html")

    async def check(self) -> Sequence[Problem]:
        """What is wrong with tokens, rights and rooms."""
        found = await checks.problems(self._client, self._app_token, self._rooms)
        if not self._app_token and not self._signing_secret:
            found.append(Problem("check.slack_signing_secret"))
        return found
