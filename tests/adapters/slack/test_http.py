"""The address that Slack calls: signatures, acknowledgements, repeats, and what can't be read. Covers P1, T1, W6."""

import json
import logging
import time
from typing import Any

import aiohttp
import pytest

from adapters.slack.adapter import SlackAdapter
from bot.chat.contract import Arrival
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.clock import SystemClock
from tests.adapters.slack.payloads import callback, message, recorded
from tests.contracts.desks.slack import SlackDesk


async def post(
    desk: SlackDesk, body: bytes, headers: dict[str, str], kind: str = "application/json"
) -> tuple[int, str]:
    """A hand-made request to Baton's address; status and answer."""
    assert desk.fake.request_url is not None
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.fake.request_url, data=body, headers={"Content-Type": kind} | headers) as answer,
    ):
        return answer.status, await answer.text()


def body_of(**changes: Any) -> bytes:
    """A message event as it stands in a request."""
    return json.dumps(callback(message(**changes)), ensure_ascii=False).encode()


async def test_a_right_signature_is_let_in(desk: SlackDesk) -> None:
    """Over the very bytes, Chinese ones too."""
    body = body_of()
    assert await post(desk, body, desk.fake.signed_headers(body)) == (200, "")
    assert len(desk.inlet.arrivals) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another-secret"},
        {"timestamp": -6 * 60},
        {"timestamp": +6 * 60},
    ],
)
async def test_a_wrong_or_old_signature_is_refused(desk: SlackDesk, wrong: dict[str, Any]) -> None:
    """Fault I4. More than five minutes off in either direction, or made with another secret (I4)."""
    body = body_of()
    if "timestamp" in wrong:
        wrong = {"timestamp": int(time.time()) + wrong["timestamp"]}
    status, _ = await post(desk, body, desk.fake.signed_headers(body, **wrong))
    assert status == 401
    assert desk.inlet.arrivals == []


@pytest.mark.parametrize("change", [{"X-Slack-Request-Timestamp": "yesterday"}, {"X-Slack-Signature": "v0=00"}, None])
async def test_a_mangled_or_missing_signature_is_refused(desk: SlackDesk, change: dict[str, str] | None) -> None:
    """Nothing but 401, whatever stands in the headers."""
    body = body_of()
    headers = desk.fake.signed_headers(body) | change if change else {}
    status, _ = await post(desk, body, headers)
    assert status == 401
    assert desk.inlet.arrivals == []


async def test_a_changed_body_is_refused(desk: SlackDesk) -> None:
    """The signature is over what was sent."""
    headers = desk.fake.signed_headers(body_of())
    status, _ = await post(desk, body_of(text="other words"), headers)
    assert status == 401


async def test_the_address_is_verified(desk: SlackDesk) -> None:
    """Slack's challenge is given back, without storage."""
    body = json.dumps(recorded("url_verification")).encode()
    status, answer = await post(desk, body, desk.fake.signed_headers(body))
    assert status == 200
    assert recorded("url_verification")["challenge"] in answer
    assert desk.inlet.arrivals == []


async def test_an_event_is_stored_before_it_is_acknowledged(desk: SlackDesk) -> None:
    """While nothing can be stored Slack hears 503, and delivers again: three times more."""
    desk.inlet.down = True
    await desk.says("verloren?")
    assert [attempt.status for attempt in desk.fake.deliveries[-1].attempts] == [503] * 4
    desk.inlet.down = False
    await desk.repeats()
    (event,) = await desk.inlet.events()
    assert isinstance(event, MessageReceived)
    assert plain(event.text) == "verloren?"


async def test_a_mention_delivered_twice_is_one_event(desk: SlackDesk) -> None:
    """Fault I2. As `message` and as `app_mention`, both acknowledged, handled once (I2)."""
    await desk.says(f"{desk.fake.bot_mention} ticket 坏了")
    assert [delivery.payload["event"]["type"] for delivery in desk.fake.deliveries] == ["message", "app_mention"]
    assert all(delivery.ok for delivery in desk.fake.deliveries)
    (event,) = await desk.inlet.events()
    assert isinstance(event, MessageReceived)
    assert event.addressed
    assert plain(event.text) == "ticket 坏了"


async def test_what_means_nothing_is_acknowledged_and_not_kept(desk: SlackDesk) -> None:
    """The bot's own echo, notices, reactions that nobody watches: Slack must not repeat them."""
    lin = desk.fake.workspace.users[desk.agent]
    ref = await desk.says("hallo")
    kept = len(desk.inlet.arrivals)
    await desk.fake.reacts(lin, ref, "tada")
    await desk.fake.opens_home(lin, "messages")
    created = callback({"type": "channel_created", "channel": {"id": "C9", "name": "new"}})
    await desk.fake.send_payload(None, "event", created)
    assert all(delivery.ok for delivery in desk.fake.deliveries)
    assert len(desk.inlet.arrivals) == kept


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1, 2]",
        b'"text"',
        b"{" * 20_000,
        b'{"type": "event_callback", "event": ' + b"[" * 20_000,
        b"payload=%7B",
    ],
)
async def test_what_can_t_be_parsed_is_kept_and_does_not_come_again(desk: SlackDesk, body: bytes) -> None:
    """It is signed by Slack, so it is stored for whoever looks into it, and reading it raises (I8)."""
    kind = "application/x-www-form-urlencoded" if body.startswith(b"payload") else "application/json"
    for _ in range(2):
        status, _ = await post(desk, body, desk.fake.signed_headers(body), kind)
        assert status == 200
    first, second = desk.inlet.arrivals
    assert first == second
    with pytest.raises(ValueError, match=r".*"):
        desk.adapter.read(first.payload)


@pytest.mark.parametrize(
    "event", [7, "text", {"type": "message", "channel": 7, "ts": {}, "user": [], "files": 3}, None]
)
async def test_an_event_of_wrong_types_is_kept_and_passed_over(desk: SlackDesk, event: object) -> None:
    """Signed and well-formed, yet of no shape that Slack has: stored, reported, never repeated (I8)."""
    body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()
    status, _ = await post(desk, body, desk.fake.signed_headers(body))
    assert status == 200
    assert len(desk.inlet.arrivals) == 1
    with pytest.raises((TypeError, AttributeError, ValueError, KeyError)):
        desk.adapter.read(desk.inlet.arrivals[0].payload)


async def test_garbage_without_a_signature_is_turned_away(desk: SlackDesk) -> None:
    """Strangers can't fill the database."""
    assert (await post(desk, b"{", {"X-Slack-Request-Timestamp": str(int(time.time()))}))[0] == 401
    assert (await post(desk, b"\xff\xfe", desk.fake.signed_headers(b"x")))[0] in (400, 401)
    assert desk.inlet.arrivals == []


async def test_a_body_beyond_anything_of_slack_s_is_turned_away(desk: SlackDesk) -> None:
    """Before it fills the memory."""
    body = b"{" + b" " * 5_000_000 + b"}"
    assert (await post(desk, body, desk.fake.signed_headers(body)))[0] == 413


async def test_one_bad_delivery_does_not_hold_up_the_next(desk: SlackDesk) -> None:
    """Half a surrogate pair, NUL, a megabyte: each arrives or is passed over, and the next one is read."""
    bad = [r'{"text": "\ud83d"}', json.dumps({"text": "\x00"}), json.dumps({"text": "字" * 350_000})]
    for number, part in enumerate(bad):
        event = message(ts=f"{number}.1") | {"blocks": []}
        body = json.dumps(callback(event)).replace('"text": "\\u6253', part[1:-2] + "\\u6253").encode()
        status, _ = await post(desk, body, desk.fake.signed_headers(body))
        assert status == 200
    await desk.says("weiter")
    events = await desk.inlet.events()
    assert len(events) == 4
    assert all(isinstance(event, MessageReceived) and plain(event.text) for event in events)


async def test_being_rate_limited_is_told_and_kept(desk: SlackDesk, caplog: pytest.LogCaptureFixture) -> None:
    """30,000 events in an hour: what follows has to be read from the history (I7)."""
    body = json.dumps(recorded("app_rate_limited")).encode()
    with caplog.at_level(logging.WARNING):
        status, _ = await post(desk, body, desk.fake.signed_headers(body))
    assert status == 200
    assert len(desk.inlet.arrivals) == 1
    assert list(desk.adapter.read(desk.inlet.arrivals[0].payload)) == []
    assert "holds back events" in caplog.text


def test_nothing_is_served_that_could_not_tell_a_forged_request() -> None:
    """In Socket Mode, and without a signing secret, there is no such address."""
    settings = {"bot_token": "xoxb-x", "clock": SystemClock()}
    assert SlackAdapter(**settings, signing_secret="s", app_token="xapp-x").router() is None  # type: ignore[arg-type]
    assert SlackAdapter(**settings).router() is None  # type: ignore[arg-type]


async def test_options_are_never_kept_waiting(desk: SlackDesk) -> None:
    """No menu of Baton's asks while somebody types, but an old one might."""
    payload = recorded("block_suggestion.external_select_in_modal")
    delivery = await desk.fake.send_payload(None, "options", payload)
    assert (delivery.status, json.loads(delivery.body)) == (200, {"options": []})
    assert desk.inlet.arrivals == []


async def test_a_closing_adapter_acknowledges_nothing_more(desk: SlackDesk) -> None:
    """What comes in while it goes down comes again to whoever is next."""
    await desk.adapter.close()
    body = body_of()
    assert (await post(desk, body, desk.fake.signed_headers(body)))[0] == 503


async def test_a_slow_database_costs_slack_s_patience_not_the_event(desk: SlackDesk) -> None:
    """Fault I3. Slack gives up after three seconds and delivers again; both attempts have one name."""
    desk.fake.ack_timeout = 0.2

    class SlowInlet:
        """Stores the first delivery after Slack has gone."""

        def __init__(self) -> None:
            self.slow = True

        async def take(self, arrivals: list[Arrival]) -> None:
            if self.slow:
                self.slow = False
                await desk.fake.until(lambda: desk.fake.deliveries[-1].attempts)
            await desk.inlet.take(arrivals)

        async def ask(self, arrival: Arrival) -> Reply | None:
            return await desk.inlet.ask(arrival)

    await desk.adapter.run(SlowInlet())  # type: ignore[arg-type]
    await desk.says("langsam")
    assert [attempt.status for attempt in desk.fake.deliveries[-1].attempts] == [0, 200]
    assert len({arrival.key for arrival in desk.inlet.arrivals}) == 1
