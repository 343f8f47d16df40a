"""Private channels that Baton opens for some people, and archives when they are not needed any more.

Private, because what two departments say about a customer is none of the workspace's business. A channel's name is
unique in a workspace, archived ones included, so opening the same one twice finds the first.
"""

import logging
import re

from adapters.slack import limits
from adapters.slack.client import SlackClient
from adapters.slack.failures import CallFailed
from adapters.slack.messages import PLATFORM
from bot.chat.contract import Delivery, Order
from bot.chat.events import Place

log = logging.getLogger(__name__)

_PAGE = 200
_MOST_PAGES = 25
_ARCHIVED = ("already_archived", "channel_not_found", "is_archived")
_NOT_IN_A_NAME = re.compile(r"[^\w-]+")


def channel_name(title: str) -> str:
    """The title as Slack takes it: small letters, digits, hyphens and underscores, of whatever script."""
    name = _NOT_IN_A_NAME.sub("-", title.casefold()).strip("-")
    return name[: limits.CHANNEL_NAME].rstrip("-") or "baton"


class Rooms:
    """Opens and closes channels through one client."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def open(self, order: Order) -> Delivery:
        """The channel with this name, with these people in it. Raises `CallFailed`.

        Who can't be invited (a guest, somebody who left) is left out: the others wait for the room.
        """
        channel = await self._created(channel_name(order.title))
        for user in order.users:
            await self._invite(channel, user)
        return Delivery("sent", ref=channel, place=Place(PLATFORM, channel))

    async def _created(self, name: str) -> str:
        try:
            made = await self._client.call("conversations.create", name=name, is_private=True)
            return str(made["channel"]["id"])
        except CallFailed as failed:
            known = await self._known(name) if failed.error == "name_taken" else ""
            if not known:
                raise
            return known

    async def _known(self, name: str) -> str:
        """The id of the private channel of this name, if Baton is in it and it is in use; "" if there is none."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self._client.call(
                "conversations.list", types="private_channel", exclude_archived=True, limit=_PAGE,
                cursor=cursor or None,
            )  # fmt: skip
            found = [channel for channel in answer.get("channels") or [] if channel.get("name") == name]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if found or not cursor:
                return str(found[0]["id"]) if found else ""
        return ""

    async def _invite(self, channel: str, user: str) -> None:
        try:
            await self._client.call("conversations.invite", channel=channel, users=user)
        except CallFailed as failed:
            if failed.delivery.outcome != "refused":
                raise
            if failed.error != "already_in_channel":
                log.info("not invited: %s", failed.delivery.detail)

    async def close(self, place: Place) -> Delivery:
        """Archive it; one that is archived or gone is as good. Raises `CallFailed`."""
        try:
            await self._client.call("conversations.archive", channel=place.room)
        except CallFailed as failed:
            if failed.error not in _ARCHIVED:
                raise
        return Delivery("sent", place=place)
