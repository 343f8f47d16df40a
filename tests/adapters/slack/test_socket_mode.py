"""Receiving over a websocket that Baton opens: acknowledged after storage, patient where Slack asks for it (I9)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.chat.events import CommandGiven, MessageReceived
from bot.chat.text import plain
from bot.chat.views import Toast
from bot.clock import SystemClock
from tests.contracts.desk import RecordingInlet
from tests.fakes.slack import SlackFake


class StillClock(SystemClock):
    """Sleeps are noted and do not end before the test lets them."""

    def __init__(self) -> None:
        self.sleeping: list[float] = []
        self.go_on = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until `go_on` is set."""
        self.sleeping.append(seconds)
        await self.go_on.wait()


@asynccontextmanager
async def listening(fake: SlackFake, clock: StillClock) -> AsyncIterator[RecordingInlet]:
    """An adapter in Socket Mode, connected."""
    adapter = SlackAdapter(
        bot_token=fake.bot_token, app_token=fake.app_token, api_url=fake.api_url, clock=clock, ping_seconds=0.05
    )
    inlet = RecordingInlet(adapter)
    running = asyncio.create_task(adapter.run(inlet))
    try:
        yield inlet
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await adapter.close()


@pytest.fixture
async def fake() -> AsyncIterator[SlackFake]:
    """A workspace without an address of the app's."""
    async with SlackFake() as running:
        yield running
        assert running.violations == []


async def test_events_and_commands_arrive_and_are_acknowledged(fake: SlackFake) -> None:
    """With the answer in the acknowledgement."""
    lin = fake.user("U0LIN", "林晓")
    room = fake.channel("C0HELP", [lin])
    async with listening(fake, StillClock()) as inlet:
        await fake.until(lambda: fake.socket.connections)
        said = await fake.says(lin, room, "坏了")
        assert [delivery.status for delivery in said.deliveries] == [200]
        inlet.reply = Toast("nichts")
        delivery = await fake.command(lin, room, "/ticket", "x")
        assert json.loads(delivery.body)["text"] == "nichts"
        message, command = await inlet.events()
        assert isinstance(message, MessageReceived)
        assert isinstance(command, CommandGiven)
        assert (plain(message.text), message.user) == ("坏了", "U0LIN")


async def test_what_is_not_stored_is_not_acknowledged(fake: SlackFake) -> None:
    """Fault I9. Slack sends the envelope again."""
    fake.ack_timeout = 0.2
    lin = fake.user("U0LIN")
    room = fake.channel("C0HELP", [lin])
    async with listening(fake, StillClock()) as inlet:
        await fake.until(lambda: fake.socket.connections)
        inlet.down = True
        saying = asyncio.create_task(fake.says(lin, room, "während des Ausfalls"))
        await inlet.refused.wait()
        assert fake.socket.acks == []
        inlet.down = False
        await saying
        (event,) = await inlet.events()
        assert isinstance(event, MessageReceived)


async def test_a_payload_of_no_known_shape_is_kept_and_acknowledged(fake: SlackFake) -> None:
    """It does not come again, and the next one is read."""
    lin = fake.user("U0LIN")
    room = fake.channel("C0HELP", [lin])
    async with listening(fake, StillClock()) as inlet:
        await fake.until(lambda: fake.socket.connections)
        bad = await fake.send_payload(None, "event", {"type": "event_callback", "event_id": "Ev1", "event": 7})
        assert bad.status == 200
        assert (await fake.says(lin, room, "weiter")).deliveries[0].ok
        assert len(inlet.arrivals) == 2


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_connection_that_slack_renews_is_renewed_at_once(fake: SlackFake, reason: str) -> None:
    """Fault I9. Every few hours, without a pause."""
    lin = fake.user("U0LIN")
    room = fake.channel("C0HELP", [lin])
    clock = StillClock()
    async with listening(fake, clock) as inlet:
        (first,) = await fake.until(lambda: list(fake.socket.connections))
        await fake.socket.disconnect(reason)
        await fake.until(lambda: fake.socket.connections and first not in fake.socket.connections)
        assert (await fake.says(lin, room, "da")).deliveries[0].ok
        assert len(inlet.arrivals) == 1
        assert clock.sleeping == []


async def test_a_lost_connection_comes_back(fake: SlackFake) -> None:
    """Fault I9. Without a word from Slack."""
    async with listening(fake, StillClock()):
        (first,) = await fake.until(lambda: list(fake.socket.connections))
        fake.socket.drop()
        await fake.until(lambda: fake.socket.connections and first not in fake.socket.connections)


async def test_a_switched_off_socket_mode_is_left_alone(fake: SlackFake) -> None:
    """Fault I9. No loop against a closed door: one more try after ten minutes."""
    clock = StillClock()
    async with listening(fake, clock):
        await fake.until(lambda: fake.socket.connections)
        await fake.socket.disconnect("link_disabled")
        await fake.until(lambda: clock.sleeping == [600.0])
        assert len(fake.calls("apps.connections.open")) == 1
        fake.socket.enabled = True
        clock.go_on.set()
        await fake.until(lambda: fake.socket.connections)


async def test_the_eleventh_connection_waits(fake: SlackFake) -> None:
    """Fault I9. Ten processes at most receive for one app."""
    clock = StillClock()
    async with listening(fake, clock):
        await fake.until(lambda: fake.socket.connections)
        await fake.socket.disconnect("too_many_websockets")
        await fake.until(lambda: clock.sleeping == [30.0])
        assert len(fake.calls("apps.connections.open")) == 1
        clock.go_on.set()
        await fake.until(lambda: len(fake.calls("apps.connections.open")) > 1 and fake.socket.connections)


async def test_a_wrong_app_token_is_tried_ever_more_seldom(fake: SlackFake) -> None:
    """apps.connections.open is among the scarcest calls of all."""
    clock = StillClock()
    fake.fail_next("apps.connections.open", "invalid_auth", times=2)
    async with listening(fake, clock):
        await fake.until(lambda: clock.sleeping == [5.0])
        clock.go_on.set()
        await fake.until(lambda: fake.socket.connections)
        assert clock.sleeping[:2] == [5.0, 10.0]
    fake.take_violations()
