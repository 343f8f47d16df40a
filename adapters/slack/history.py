"""Reading again what Slack may not have told: it drops events that it could not deliver, and once did for hours.

What is read goes the way of any delivery. A message has one name however it arrives, so what is known already is a
repeat and changes nothing.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.directory import Directory
from adapters.slack.failures import CallFailed
from adapters.slack.receiving import Reception
from bot.chat.contract import Unavailable
from bot.clock import Clock

log = logging.getLogger(__name__)

JSON = Mapping[str, Any]

# Threads are found by their first message: those that began so long before are looked through as well.
_THREADS = timedelta(days=1)
_PAGE = 200
_MOST_PAGES = 100
_MOST_WAITS = 10


class History:
    """The channels that the team file names; what was said to the bot alone can't be found this way."""

    def __init__(
        self, client: SlackClient, directory: Directory, reception: Reception, clock: Clock, rooms: Sequence[str]
    ) -> None:
        self._client = client
        self._directory = directory
        self._reception = reception
        self._clock = clock
        self._rooms = rooms

    async def catch_up(self, since: datetime) -> None:
        """Take in what was written since then. Raises `Unavailable` when a part could not be had or stored."""
        bot = (await self._directory.identity()).user
        for room in self._rooms:
            try:
                written = await self._written(room, since)
            except CallFailed as failed:
                if failed.delivery.outcome != "refused":
                    raise Unavailable(failed.delivery.detail) from failed
                log.info("%s is not read again: %s", room, failed.delivery.detail)
                continue
            for message in written:
                await self._hand_over(room, message, bot)

    async def _written(self, room: str, since: datetime) -> list[JSON]:
        """All messages of a channel since then, those in threads too, in their order."""
        found: dict[str, JSON] = {}
        oldest = since.timestamp()
        read = self._pages("conversations.history", channel=room, oldest=f"{(since - _THREADS).timestamp():.6f}")
        async for message in read:
            found[_ts(message)] = message
            if float(message.get("latest_reply") or 0) > oldest:
                replies = self._pages(
                    "conversations.replies", channel=room, ts=_ts(message), oldest=f"{oldest:.6f}"
                )  # fmt: skip
                found |= {_ts(reply): reply async for reply in replies}
        return [message for ts, message in sorted(found.items(), key=lambda each: float(each[0])) if float(ts) > oldest]

    async def _pages(self, method: str, **arguments: Any) -> AsyncIterator[JSON]:
        """The messages of all pages. Raises `CallFailed`."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self._patiently(method, **arguments, limit=_PAGE, cursor=cursor or None)
            for message in answer.get("messages") or []:
                yield message
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        log.warning("%s: there is more than is read again", arguments.get("channel"))

    async def _patiently(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call it; where Slack asks to wait, wait."""
        for left in reversed(range(_MOST_WAITS)):
            try:
                return await self._client.call(method, **arguments)
            except CallFailed as failed:
                if not (failed.delivery.pace and left):
                    raise
                await self._clock.sleep(failed.delivery.retry_after)
        raise AssertionError("the last try raises or returns")

    async def _hand_over(self, room: str, message: JSON, bot: str) -> None:
        """As if Slack had delivered it: docs.slack.dev/apis/events-api, message events."""
        event = {**message, "type": "message", "channel": room}
        said_to = [{"user_id": bot, "is_bot": True}]
        answer = await self._reception.receive({"type": "event_callback", "event": event, "authorizations": said_to})
        if answer.status != 200:
            raise Unavailable("what was read could not be stored")


def _ts(message: JSON) -> str:
    return str(message.get("ts") or "0")
