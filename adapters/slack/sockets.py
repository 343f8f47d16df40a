"""Socket Mode: the app calls Slack and receives over a websocket, for those whom Slack can't reach.

The SDK's client does the work (frames, pings, reconnecting); what it lacks is patience where Slack asks for it.
"""

import asyncio
import json
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.receiving import Reception, dispatch
from bot.clock import Clock

log = logging.getLogger(__name__)

# Switched off in the app's settings: whoever did that may switch it on again, but not within minutes.
_SWITCHED_OFF_SECONDS = 600.0
# Ten connections an app: the eleventh has to wait until another process lets go of one.
_CROWDED_SECONDS = 30.0
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 300.0
_NO_HURRY = {"link_disabled", "too_many_websockets"}

_sdk_log = logging.getLogger(f"{__name__}.sdk")
_sdk_log.setLevel(logging.WARNING)


class PatientClient(SocketModeClient):
    """The SDK's client, but it does not run against a closed door.

    `switched_off` is set when Slack says that Socket Mode is off for this app; then it stays disconnected. `missed` is
    set at every connection but the first: nobody knows what was said in between.
    """

    def __init__(
        self, app_token: str, web: AsyncWebClient, clock: Clock, ping_seconds: float, missed: asyncio.Event
    ) -> None:
        super().__init__(app_token, logger=_sdk_log, web_client=web, ping_interval=ping_seconds)
        self.switched_off = asyncio.Event()
        self._clock = clock
        self._wait = _FIRST_WAIT
        self._missed = missed
        self._greeted = False

    async def enqueue_message(self, message: str) -> None:
        """Take in a frame. Slack closes right after a `disconnect`, and the SDK reconnects as soon as it sees that."""
        if '"disconnect"' in message and _reason(message) in _NO_HURRY:
            self.auto_reconnect_enabled = False  # the next connection sets it again
        await super().enqueue_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """What the SDK does with a frame; a `disconnect` is judged by its reason first."""
        if message.get("type") == "hello":
            if self._greeted:
                self._missed.set()
            self._greeted = True
        if message.get("type") == "disconnect":
            reason = message.get("reason")
            if reason == "link_disabled":
                log.error(
                    "Socket Mode is switched off in the settings of the Slack app; nothing arrives until it is on"
                )
                self.switched_off.set()
                return
            if reason == "too_many_websockets":
                log.warning(
                    "Slack has ten connections of this app open already; trying again in %s s", _CROWDED_SECONDS
                )
                await self._clock.sleep(_CROWDED_SECONDS)
        await super().run_message_listeners(message, raw_message)

    async def issue_new_wss_url(self) -> str:
        """Ask for an address to connect to; the more often that has failed, the longer it waits before it fails."""
        try:
            url = await super().issue_new_wss_url()
        except SlackApiError as error:
            log.error("no connection for Socket Mode: %s; next try in %s s", error.response.get("error"), self._wait)
            await self._clock.sleep(self._wait)
            self._wait = min(2 * self._wait, _LONGEST_WAIT)
            raise
        self._wait = _FIRST_WAIT
        return url


async def listen(
    app: AsyncApp, reception: Reception, app_token: str, web: AsyncWebClient, clock: Clock, ping_seconds: float
) -> None:
    """Receive until cancelled. An envelope is acknowledged when Bolt has answered 200, that is, after storage."""
    while True:
        client = PatientClient(app_token, web, clock, ping_seconds, reception.missed)
        client.socket_mode_request_listeners.append(_answering(app, reception))
        try:
            await client.connect()  # type: ignore[no-untyped-call]
            await client.switched_off.wait()
        finally:
            await client.close()  # type: ignore[no-untyped-call]
        await clock.sleep(_SWITCHED_OFF_SECONDS)
        reception.missed.set()


def _reason(frame: str) -> str:
    try:
        message = json.loads(frame)
    except ValueError:
        return ""
    return str(message.get("reason")) if isinstance(message, dict) and message.get("type") == "disconnect" else ""


def _answering(app: AsyncApp, reception: Reception) -> Any:
    async def answer(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        response = await dispatch(app, reception, asked, json.dumps(request.payload).encode())
        await send_async_response(client, request, response, 0.0)

    return answer
