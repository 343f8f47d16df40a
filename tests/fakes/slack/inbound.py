"""From Slack to the app: events, interactions and commands, over HTTP or Socket Mode, retried as Slack retries."""

from collections.abc import Callable
from typing import Any, Literal

import aiohttp

from tests.fakes.slack import events, http_delivery, interactions
from tests.fakes.slack.core import Core
from tests.fakes.slack.model import JSON, Attempt, Channel, Delivery, Message, User, View
from tests.fakes.slack.socket_hub import SocketHub
from tests.fakes.slack.workspace import BOT_USER_ID, epoch_of

DeliveryKind = Literal["event", "interaction", "command", "options"]


class Inbound(Core):
    """The `send_*` calls. `url` None means: wherever the app listens (`request_url`, else its websockets)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.socket = SocketHub(self.changed)
        self._session: aiohttp.ClientSession | None = None

    @property
    def has_app(self) -> bool:
        """Whether there is an app to be told anything, even if it is down at the moment."""
        return self.request_url is not None or self.socket.used

    def signed_headers(self, body: bytes, *, timestamp: int | None = None, secret: str | None = None) -> dict[str, str]:
        """Signature headers for a hand-made request; a wrong `secret` or an old `timestamp` makes them worthless."""
        at = int(epoch_of(self.signature_clock)) if timestamp is None else timestamp
        return http_delivery.signature_headers(secret or self.signing_secret, body, at)

    # -- raw deliveries -----------------------------------------------------------------------------------------

    async def send_event(self, url: str | None, inner_event: JSON, *, event_id: str | None = None) -> Delivery:
        """Deliver an Events API event, whatever the subscriptions; up to three retries if the app fails."""
        return await self._deliver("event", events.callback(self.workspace, inner_event, event_id), url)

    async def send_payload(self, url: str | None, kind: DeliveryKind, payload: JSON) -> Delivery:
        """Deliver a payload as it stands, such as a fixture."""
        return await self._deliver(kind, payload, url)

    async def redeliver(self, delivery: Delivery, url: str | None = None, *, retry_num: int = 1) -> Attempt:
        """Deliver once more what was delivered before, as Slack's retry `retry_num` after a timeout."""
        return await self._attempt(delivery, url, retry_num, "http_timeout" if retry_num else "")

    async def send_command(self, url: str | None, user: User, channel: Channel, name: str, text: str = "") -> Delivery:
        """Deliver a slash command."""
        payload = interactions.command(self.workspace, user, channel, name, text)
        return await self._deliver("command", payload, url)

    async def send_block_action(self, url: str | None, user: User, target: Message | View, action: JSON) -> Delivery:
        """Deliver a press or a choice; `action` is the entry of `actions` without its time."""
        payload = interactions.block_action(self.workspace, user, target, action)
        return await self._deliver("interaction", payload, url)

    async def send_view_submission(self, url: str | None, user: User, view: View) -> Delivery:
        """Deliver the submission of a modal as it stands."""
        return await self._deliver("interaction", interactions.view_submission(self.workspace, user, view), url)

    async def send_view_closed(self, url: str | None, user: User, view: View, *, is_cleared: bool = False) -> Delivery:
        """Deliver the news that a modal was dismissed."""
        payload = interactions.view_closed(self.workspace, user, view, is_cleared=is_cleared)
        return await self._deliver("interaction", payload, url)

    async def send_message_shortcut(self, url: str | None, user: User, message: Message, callback_id: str) -> Delivery:
        """Deliver a message shortcut."""
        payload = interactions.message_shortcut(self.workspace, user, message, callback_id)
        return await self._deliver("interaction", payload, url)

    async def send_global_shortcut(self, url: str | None, user: User, callback_id: str) -> Delivery:
        """Deliver a global shortcut."""
        payload = interactions.global_shortcut(self.workspace, user, callback_id)
        return await self._deliver("interaction", payload, url)

    async def send_options_request(
        self, url: str | None, user: User, target: Message | View, block_id: str, element: JSON, typed: str
    ) -> Delivery:
        """Ask the app for the options of an external select."""
        payload = interactions.options_request(self.workspace, user, target, block_id, element, typed)
        return await self._deliver("options", payload, url)

    async def _deliver(self, kind: DeliveryKind, payload: JSON, url: str | None) -> Delivery:
        """Deliver; an event that fails is tried again on Slack's schedule, an interaction is not."""
        if url is None and not self.has_app:
            raise RuntimeError("no app listens: set fake.request_url, pass a url, or connect by Socket Mode")
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        attempt = await self._attempt(delivery, url, 0, "")
        for number, delay in enumerate(self.retry_schedule if kind == "event" else (), start=1):
            if delivery.ok or attempt.headers.get("x-slack-no-retry") == "1":
                break
            await self.sleep(delay)
            attempt = await self._attempt(delivery, url, number, attempt.reason)
        if not delivery.ok:
            self.failed_deliveries.append(delivery)
        self.changed()
        return delivery

    async def _attempt(self, delivery: Delivery, url: str | None, retry_num: int, reason: str) -> Attempt:
        target = url or self.request_url
        if target is None:
            attempt = await self.socket.deliver(delivery.kind, delivery.payload, self.ack_timeout, retry_num, reason)
        else:
            attempt = await self._post(delivery, target, retry_num, reason)
        delivery.attempts.append(attempt)
        return attempt

    async def _post(self, delivery: Delivery, url: str, retry_num: int, reason: str) -> Attempt:
        body, content_type = http_delivery.body_of(delivery.kind, delivery.payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self.signed_headers(body)
        if retry_num:
            headers |= {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            raise RuntimeError("the fake is not running: use `async with SlackFake() as fake`")
        attempt = await http_delivery.post(self._session, url, body, headers, self.ack_timeout, retry_num)
        attempt.headers = {name.lower(): value for name, value in attempt.headers.items()}
        return attempt

    # -- what happens in the workspace ---------------------------------------------------------------------------

    def covers(self, event: JSON) -> bool:
        """Whether the app gets this event: subscribed, and the bot is in the conversation."""
        channel = self.workspace.channels.get(event.get("channel") or event.get("item", {}).get("channel", ""))
        if events.subscription(event, channel) not in self.events:
            return False
        left = event["type"] == "member_left_channel" and event["user"] == BOT_USER_ID
        return channel is None or left or BOT_USER_ID in channel.members

    async def happen(self, event: JSON) -> list[Delivery]:
        """Deliver an event if there is an app, subscribed to it and able to see it."""
        if not self.has_app or not self.covers(event):
            return []
        return [await self.send_event(None, event)]

    def happen_beside(self, make_event: Callable[[], JSON]) -> None:
        """Echo what the app itself did, as Slack does, while the app's own call is answered."""
        self.changed()
        if not self.echo or not self.has_app:
            return
        event = make_event()
        if self.covers(event):
            self.spawn(self.send_event(None, event))
