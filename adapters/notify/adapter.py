"""Gateways behind the same contract as chats: they show, and can do nothing else."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.notify.channels import CHANNELS, Channel
from adapters.notify.endpoints import Endpoint, mail_address, masked, opened, phone_number, secrets_of
from adapters.notify.rendering import Message, brief, rendered, unmentioned
from adapters.notify.sending import Call, Sender
from adapters.notify.verdicts import verdict
from bot.chat.contract import Capabilities, Delivery, FetchFailed, Inlet, Order, Pace, Problem, Target
from bot.chat.events import Attachment, Event
from bot.chat.text import shortened
from bot.chat.views import View
from bot.clock import Clock
from bot.gateways import ADDRESS, Gateways

CAPABILITIES = Capabilities(
    chat=False,
    buttons=False,
    menus=False,
    dates=False,
    forms=False,
    edits=False,
    removes=False,
    threads=False,
    toasts=False,
    whispers=False,
    mentions=False,
    file_limit=0,
)
LIMIT = 12.0  # seconds for a call in all; the outbox waits 15

_DETAIL = 300
_SMS_ROOM = 1000
_MAIL, _PHONE = "someone@example.com", "+8613800000000"


def build_gateways(
    gateways: Gateways, clock: Clock, environ: Mapping[str, str] = os.environ, limit: float = LIMIT
) -> dict[str, "GatewayAdapter"]:
    """An adapter for each channel that leads somewhere, by its platform's name. `limit`: seconds that a call may take.

    Addresses written as `$NAME` are read from `environ` now. Raises KeyError for a channel that there is not.
    """
    built = {}
    for name in gateways.channels:
        endpoints = {team: opened(own[name], environ) for team, own in gateways.teams.items() if name in own}
        if name in gateways.persons:
            endpoints[""] = opened(gateways.persons[name], environ)
        built[name] = GatewayAdapter(CHANNELS[name], endpoints, clock, limit)
    return built


class GatewayAdapter:
    """One channel. `endpoints` are by team; that of a personal channel stands under ""."""

    def __init__(self, channel: Channel, endpoints: Mapping[str, Endpoint], clock: Clock, limit: float = LIMIT) -> None:
        self.platform = channel.name
        self.can = replace(CAPABILITIES, text_limit=channel.characters)
        self._channel = channel
        self._endpoints = endpoints
        self._clock = clock
        self._sender = Sender(channel.name, limit)

    def read(self, payload: bytes) -> Sequence[Event]:
        """Nothing: nobody answers here."""
        return ()

    def known(self, event: Event) -> Event | None:
        """The event as it is."""
        return event

    async def complete(self, event: Event) -> Event:
        """The event as it is."""
        return event

    async def run(self, inlet: Inlet) -> None:
        """Return: there is nothing to receive."""

    async def close(self) -> None:
        """Start nothing more."""
        self._sender.close()

    def paces(self, order: Order) -> Sequence[Pace]:
        """How often a robot, or a gateway to persons, may be used."""
        return (self._channel.pace(order),)

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Send what the order shows. What left can't be changed, so newer states of it are done with nothing."""
        if order.kind in ("remove", "home") or (order.kind in ("show", "whisper") and target.ref):
            return Delivery("sent", target.ref, target.place)
        if order.kind not in ("show", "whisper") or order.view is None:
            return Delivery("refused", reason="invalid", detail=f"{self.platform} carries words alone")
        endpoint = self._endpoints.get("" if self._channel.personal else target.place.room)
        if endpoint is None:
            return Delivery("refused", reason="gone", detail=f"no {self.platform} for {target.place.room}")
        if not endpoint.url:
            return Delivery("refused", reason="invalid", detail=f"{endpoint.variable} is not set")
        address = self._address(target.place.room) if self._channel.personal else ""
        if self._channel.personal and not (address and ADDRESS in endpoint.url):
            return Delivery("refused", reason="unreachable", detail="no address that one person could be reached at")
        return await self._sent(order, target, endpoint.to(address), endpoint.base, address, order.view)

    async def _sent(self, order: Order, target: Target, url: str, base: str, address: str, view: View) -> Delivery:
        report = await self._sender.send(_call(self._channel, view, url, base, target.effect))
        delivery = verdict(report, self._channel.pace(order).name, self._clock.now())
        if delivery.outcome == "sent":
            return Delivery("sent", target.effect, target.place)
        detail = " ".join(masked(delivery.detail, secrets_of(url, address)).split())
        return replace(delivery, detail=shortened(detail, _DETAIL))

    def _address(self, written: str) -> str:
        return mail_address(written) if self._channel.layout == "mail" else phone_number(written)

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """None: no gateway says what it took."""
        return None

    async def fetch(self, attachment: Attachment) -> bytes:
        """Raises `FetchFailed`: no file comes from here."""
        raise FetchFailed(f"{self.platform} brings no files", final=True)

    async def check(self) -> Sequence[Problem]:
        """Which addresses are missing, not understood, or can't lead to a person. Nothing is sent."""
        found = []
        for team, endpoint in self._endpoints.items():
            where = f"{team}: {self.platform}" if team else self.platform
            key = await self._problem(endpoint)
            if key:
                found.append(Problem(key, (("gateway", where), ("variable", endpoint.variable))))
        return found

    async def _problem(self, endpoint: Endpoint) -> str:
        """The sentence that says what is wrong with it, "" for nothing."""
        if not endpoint.url:
            return "check.gateway_unset"
        if self._channel.personal and ADDRESS not in endpoint.url:
            return "check.gateway_address"
        example = _MAIL if self._channel.layout == "mail" else _PHONE
        return "" if await self._sender.understands(endpoint.to(example)) else "check.gateway_url"


def _call(channel: Channel, view: View, url: str, base: str, effect: str) -> Call:
    """What Apprise is asked to send over this channel."""
    message = rendered(view)
    plain = Call(url, "", "", base=base, patience=channel.patience)
    if channel.layout == "sms":
        return replace(plain, text=_short(channel, message))
    if channel.layout == "robot":
        return replace(plain, text=channel.fitted(unmentioned(message.whole)))
    text = channel.fitted(message.text or message.subject)
    plain = replace(plain, title=message.subject, text=text)
    if channel.layout == "mail":
        # RFC 3834: nobody's "out of office" shall answer a program.
        headers = {"Auto-Submitted": "auto-generated", "X-Baton-Order": effect}
        return replace(plain, html=message.html, headers=headers)
    return replace(plain, extras=_fields(message, effect))


def _short(channel: Channel, message: Message) -> str:
    """As much as fits into a text message of a few parts, the first link whole."""
    shorter = (brief(message, room) for room in range(_SMS_ROOM, 0, -1))
    return next(words for words in shorter if channel.measure(words) <= channel.limit)


def _fields(message: Message, effect: str) -> dict[str, object]:
    """What a webhook gets beside Apprise's own fields, of which `message` is named `text`.

    `id` is the same each time that this very message is sent: whoever counts should look at it.
    """
    return {
        "message": "text",
        "attachments": "",
        "id": effect,
        "rows": [{"label": label, "value": value} for label, value in message.rows],
        "links": [{"label": label, "url": url} for label, url in message.links],
    }
