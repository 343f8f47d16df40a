"""From Slack to the inlet: everything that means something is stored before it is acknowledged.

One middleware sees every payload, over HTTP and Socket Mode alike: Bolt asks its listeners one by one, which costs more
than all the rest once there are many.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import inbound
from adapters.slack.answers import Answers
from adapters.slack.client import SlackClient
from adapters.slack.directory import Directory
from adapters.slack.messages import PLATFORM
from bot.chat.contract import Arrival, Inlet, Unavailable
from bot.chat.events import Event
from bot.chat.views import Reply
from bot.clock import Clock

log = logging.getLogger(__name__)

# Bolt reports requests with a wrong signature together with their body, and warns of settings that are meant.
_bolt_log = logging.getLogger(f"{__name__}.bolt")
_bolt_log.setLevel(logging.ERROR)

Read = Callable[[bytes], list[Event]]


class Reception:
    """Takes payloads in; none is acknowledged before `inlet` is set. `missed` is set when Slack held something back."""

    def __init__(self, read: Read, answers: Answers, directory: Directory, clock: Clock, missed: asyncio.Event) -> None:
        self.inlet: Inlet | None = None
        self._read = read
        self._answers = answers
        self._directory = directory
        self._clock = clock
        self.missed = missed

    async def receive(self, body: Mapping[str, Any]) -> BoltResponse:
        """Store what `body` says and acknowledge it; 503 when it can't be stored, so that Slack delivers it again."""
        if body.get("type") == "block_suggestion":  # no menu of Baton's asks for its options while somebody types
            return BoltResponse(status=200, body={"options": []})
        if body.get("type") == "app_rate_limited":
            log.warning(
                "Slack holds back events: more than 30,000 in an hour (minute %s)", body.get("minute_rate_limited")
            )
            self.missed.set()
        arrival = self._read_through(body, self._arrival(body))
        if arrival is None:
            return BoltResponse(status=200, body="")
        if self.inlet is None:
            return _again()
        try:
            if body.get("type") in ("event_callback", "app_rate_limited"):
                await self.inlet.take([arrival])
                return BoltResponse(status=200, body="")
            reply = await self.inlet.ask(arrival)
        except Unavailable as reason:
            log.warning("a delivery could not be stored, Slack is to repeat it: %s", reason)
            return _again()
        except Exception:  # a fault of ours, and nobody knows whether it was stored
            log.exception("a delivery could not be taken in")
            return _again()
        return BoltResponse(status=200, body=await self._answered(reply, body))

    async def _answered(self, reply: Reply | None, body: Mapping[str, Any]) -> dict[str, Any] | str:
        try:
            return await self._answers.give(reply, body) or ""
        except Exception:  # a fault of ours; what was done is stored, so it is acknowledged
            log.exception("a reply could not be given")
            return ""

    async def keep_unreadable(self, raw: bytes) -> BoltResponse:
        """Store what is signed by Slack and yet can't be parsed: it is reported, and does not come again."""
        if self.inlet is None:
            return _again()
        try:
            await self.inlet.take([Arrival(PLATFORM, inbound.fingerprint(raw), raw)])
        except Unavailable:
            return _again()
        return BoltResponse(status=200, body="")

    def _arrival(self, body: Mapping[str, Any]) -> Arrival:
        payload = inbound.packed(body, self._clock.now(), self._directory.known_identity.user)
        try:
            return Arrival(PLATFORM, inbound.key_of(body), payload)
        except (KeyError, TypeError, AttributeError):  # of another shape than anything of Slack's
            return Arrival(PLATFORM, inbound.fingerprint(payload), payload)

    def _read_through(self, body: Mapping[str, Any], arrival: Arrival) -> Arrival | None:
        """With what it means; None when it need not be stored, as it says nothing to Baton.

        What can't be read is stored as it is, and so is what tells of a hole in what we were told.
        """
        try:
            events = self._read(arrival.payload)
        except Exception:  # reported by whoever handles the stored delivery
            log.warning("a delivery of type %r can't be read; it is stored and passed over", body.get("type"))
            return arrival
        return replace(arrival, events=events) if events or body.get("type") == "app_rate_limited" else None


def bolt_app(client: SlackClient, signing_secret: str, reception: Reception) -> AsyncApp:
    """Bolt for what it is good at: signatures, `url_verification`, forms and JSON, Socket Mode's frames.

    `authorize` answers without asking Slack: Bolt's own would call auth.test first and, while that fails, acknowledge
    deliveries that nobody has stored.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    app = AsyncApp(
        client=client.web,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # the bot's own messages are told apart in `messages`, without a call
        attaching_function_token_enabled=False,
        logger=_bolt_log,
    )

    async def listen(req: AsyncBoltRequest) -> BoltResponse:
        return await reception.receive(req.body)

    app.use(listen)
    return app


async def dispatch(app: AsyncApp, reception: Reception, request: AsyncBoltRequest, raw: bytes) -> BoltResponse:
    """Let Bolt handle a request. What it stumbles over, signed and yet of no shape that it knows, is kept as `raw`."""
    response = await app.async_dispatch(request)
    return await reception.keep_unreadable(raw) if response.status == 500 else response


def _again() -> BoltResponse:
    return BoltResponse(status=503, body="")
