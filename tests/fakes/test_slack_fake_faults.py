"""Faults between the app and the fake: planned ones, retries, signatures, lost sockets, used-up response URLs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SlackFake
from tests.fakes.slack_apps import bolt_app, client_of, over_http, over_sockets

JSON = dict[str, Any]


@pytest.fixture
async def fake() -> AsyncIterator[SlackFake]:
    async with SlackFake() as running:
        yield running


@pytest.fixture
def client(fake: SlackFake) -> AsyncWebClient:
    fake.channel("C0SUP")
    return client_of(fake)


class Listener:
    """An app that answers each request with the next of the given statuses (then 200) and keeps what it got."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.statuses, self.headers = list(statuses), headers or {}
        self.requests: list[tuple[dict[str, str], str]] = []
        application = web.Application()
        application.router.add_post("/", self._answer)
        self.server = TestServer(application)

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append(({name.lower(): value for name, value in request.headers.items()}, await request.text()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)

    async def __aenter__(self) -> str:
        await self.server.start_server()
        return str(self.server.make_url("/"))

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()


# -- the app calls Slack -------------------------------------------------------------------------------------------


async def test_planned_refusals(fake: SlackFake, client: AsyncWebClient) -> None:
    fake.fail_next("chat.postMessage", "ratelimited", retry_after=7, times=2)
    fake.fail_next("chat.postMessage", 503)
    fake.fail_next("*", "is_archived")
    answers = []
    for _ in range(4):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0SUP", text="x")
        response = caught.value.response
        answers.append((response.status_code, response.headers.get("Retry-After")))
    assert answers == [(429, "7"), (429, "7"), (503, None), (200, None)]
    assert (await client.chat_postMessage(channel="C0SUP", text="x"))["ok"]
    assert len(fake.sent("C0SUP")) == 1
    assert [call.status for call in fake.calls("chat.postMessage")] == [429, 429, 503, 200, 200]
    assert fake.violations == []


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_broken_connection_leaves_the_app_in_doubt(
    fake: SlackFake, client: AsyncWebClient, accepted: bool
) -> None:
    plan = fake.break_connection_after_accept if accepted else fake.break_connection_before_accept
    plan("chat.postMessage")
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await client.chat_postMessage(channel="C0SUP", text="x")
    assert len(fake.sent("C0SUP")) == int(accepted)
    assert (await client.chat_postMessage(channel="C0SUP", text="x"))["ok"]


async def test_hanging_slow_and_garbage_answers(fake: SlackFake, client: AsyncWebClient) -> None:
    hanging = fake.hang("chat.postMessage")
    posting = asyncio.ensure_future(client.chat_postMessage(channel="C0SUP", text="x"))
    await hanging.begun.wait()
    await fake.until(lambda: fake.sent("C0SUP"))
    assert not posting.done()
    hanging.release()
    assert (await posting)["ok"]
    fake.slow("chat.postMessage", seconds=30)
    assert (await client.chat_postMessage(channel="C0SUP", text="x"))["ok"]
    fake.answer_garbage("chat.postMessage")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0SUP", text="x")
    assert len(fake.sent("C0SUP")) == 2


async def test_waiting_in_vain_says_what_happened(fake: SlackFake, client: AsyncWebClient) -> None:
    await client.auth_test()
    with pytest.raises(AssertionError, match=r"auth\.test"):
        await fake.until(lambda: fake.sent("C0SUP"), within=0.01)


# -- Slack calls the app -------------------------------------------------------------------------------------------


async def test_events_are_tried_again_three_times(fake: SlackFake) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    fake.sleep = sleep
    listener = Listener(500, 500, 503, 500)
    async with listener as url:
        delivery = await fake.send_event(url, {"type": "app_mention", "text": "x", "ts": "1.1"})
    assert [attempt.status for attempt in delivery.attempts] == [500, 500, 503, 500]
    assert waits == [0.0, 60.0, 300.0]
    heads = [headers for headers, _ in listener.requests]
    assert [head.get("x-slack-retry-num") for head in heads] == [None, "1", "2", "3"]
    assert heads[1]["x-slack-retry-reason"] == "http_error"
    assert len({body for _, body in listener.requests}) == 1, "the same event_id each time"
    assert fake.failed_deliveries == [delivery]


async def test_an_app_can_stop_the_retries(fake: SlackFake) -> None:
    listener = Listener(500, headers={"x-slack-no-retry": "1"})
    async with listener as url:
        delivery = await fake.send_event(url, {"type": "app_mention"})
    assert len(delivery.attempts) == 1


async def test_nobody_listening_and_too_slow(fake: SlackFake) -> None:
    fake.ack_timeout, fake.retry_schedule = 0.05, ()
    async with Listener() as url:
        pass
    refused = await fake.send_event(url, {"type": "app_mention"})
    assert (refused.status, refused.attempts[0].reason) == (0, "connection_failed")

    never = asyncio.Event()

    async def sleepy(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/", sleepy)
    async with TestServer(application) as server:
        slow = await fake.send_event(str(server.make_url("/")), {"type": "app_mention"})
        never.set()
    assert slow.attempts[0].reason == "http_timeout"


async def test_a_command_that_fails_is_told_to_its_author_and_not_repeated(fake: SlackFake) -> None:
    lin = fake.user("U0LIN")
    room = fake.channel("C0SUP", [lin])
    listener = Listener(500)
    async with listener as url:
        fake.request_url = url
        await fake.command(lin, room, "/ticket")
    assert len(listener.requests) == 1
    assert "http_service_error" in fake.visible_text(fake.ephemeral(lin)[0])


async def test_signatures_are_real(fake: SlackFake) -> None:
    app = bolt_app(fake)

    @app.event("app_mention")
    async def hear() -> None: ...

    async with over_http(fake, app) as url, aiohttp.ClientSession() as session:
        assert (await fake.send_event(None, {"type": "app_mention", "user": "U1"})).status == 200
        challenged = await fake.send_payload(None, "event", {"type": "url_verification", "challenge": "3eZb"})
        assert (challenged.status, "3eZb" in challenged.body) == (200, True)
        body = b'{"type":"event_callback","event":{"type":"app_mention","user":"U1"}}'
        now = int(datetime.now(UTC).timestamp())
        for headers in (
            fake.signed_headers(body, secret="wrong"),
            fake.signed_headers(body, timestamp=now - 360),
            fake.signed_headers(body, timestamp=now + 360),
            {},
        ):
            async with session.post(url, data=body, headers={"Content-Type": "application/json", **headers}) as answer:
                assert answer.status == 401


async def test_the_same_event_can_be_delivered_again_elsewhere(fake: SlackFake) -> None:
    one, other = Listener(), Listener()
    async with one as first, other as second:
        delivery = await fake.send_event(first, {"type": "app_mention"})
        await asyncio.gather(fake.redeliver(delivery, first), fake.redeliver(delivery, second, retry_num=2))
    assert (len(one.requests), len(other.requests)) == (2, 1)
    assert one.requests[0][1] == other.requests[0][1]
    assert other.requests[0][0]["x-slack-retry-num"] == "2"


# -- Socket Mode ---------------------------------------------------------------------------------------------------


async def test_a_socket_is_greeted_acknowledged_and_recycled(fake: SlackFake) -> None:
    app = bolt_app(fake)
    heard: list[str] = []

    @app.event("app_mention")
    async def hear(event: JSON) -> None:
        heard.append(event["text"])

    async with over_sockets(fake, app):
        assert (await fake.send_event(None, {"type": "app_mention", "user": "U1", "text": "one"})).ok
        first = fake.socket.connections[0].number
        await fake.socket.disconnect("refresh_requested")
        await fake.until(lambda: fake.socket.connections)
        assert fake.socket.connections[0].number != first
        assert (await fake.send_event(None, {"type": "app_mention", "user": "U1", "text": "two"})).ok
        await fake.until(lambda: len(heard) == 2)
        assert len(fake.socket.acks) == 2
    assert len(fake.calls("apps.connections.open")) >= 2


async def test_what_a_lost_socket_did_not_acknowledge_is_sent_again(fake: SlackFake) -> None:
    seen: list[JSON] = []

    async def connect(session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        address = (await client_of(fake).apps_connections_open(app_token=fake.app_token))["url"]
        socket = await session.ws_connect(address)
        assert (await socket.receive_json())["type"] == "hello"
        return socket

    async with aiohttp.ClientSession() as session:
        lost = await connect(session)
        sending = asyncio.ensure_future(fake.send_event(None, {"type": "app_mention"}))
        seen.append(await lost.receive_json())
        fake.socket.drop()
        kept = await connect(session)
        seen.append(await kept.receive_json())
        await kept.send_json({"envelope_id": seen[1]["envelope_id"]})
        delivery = await sending
        assert delivery.ok
        assert [frame["retry_attempt"] for frame in seen] == [0, 1]
        assert seen[0]["payload"]["event_id"] == seen[1]["payload"]["event_id"]
        assert seen[0]["envelope_id"] != seen[1]["envelope_id"]
        await kept.close()


async def test_without_an_app_people_talk_among_themselves(fake: SlackFake) -> None:
    lin = fake.user("U0LIN")
    said = await fake.says(lin, fake.channel("C0SUP", [lin]), "anybody?")
    assert said.deliveries == []
    with pytest.raises(RuntimeError, match="no app listens"):
        await fake.command(lin, "C0SUP", "/ticket")


async def test_a_ticket_opens_one_socket_only(fake: SlackFake) -> None:
    address = (await client_of(fake).apps_connections_open(app_token=fake.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(address):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


# -- response URLs -------------------------------------------------------------------------------------------------


async def test_response_urls_are_used_up_and_expire() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    moved = [now]
    async with SlackFake(clock=lambda: moved[0]) as fake, aiohttp.ClientSession() as session:
        lin = fake.user("U0LIN")
        room = fake.channel("C0SUP", [lin])

        async def post(url: str, body: Any) -> tuple[int, str]:
            async with session.post(url, **({"data": body} if isinstance(body, str) else {"json": body})) as answer:
                return answer.status, await answer.text()

        url = fake.workspace.fresh_response_url(lin.id, room.id)
        assert await post(url, "no json") == (400, "invalid_payload")
        assert await post(url, {}) == (400, "no_text")
        assert await post(url, {"text": "", "blocks": [{"type": "section"}]}) == (400, "invalid_blocks")
        for _ in range(3):
            assert await post(url, {"text": "for you"}) == (200, "ok")
        assert await post(url, {"text": "once more"}) == (404, "used_url")
        assert [message.text for message in fake.ephemeral(lin)] == ["for you"] * 3
        assert [v.rule for v in fake.take_violations()] == ["invalid_payload", "no_text", "invalid_blocks", "used_url"]

        shown = await client_of(fake).chat_postMessage(channel=room.id, text="T-1")
        url = fake.workspace.fresh_response_url(lin.id, room.id, shown["ts"])
        await post(url, {"text": "T-1 taken", "replace_original": True})
        await post(url, {"text": "for all", "response_type": "in_channel"})
        assert [message.text for message in fake.sent(room)] == ["T-1 taken", "for all"]
        await post(url, {"delete_original": True})
        assert [message.text for message in fake.sent(room)] == ["for all"]
        moved[0] = now + timedelta(minutes=31)
        assert await post(url, {"text": "late"}) == (404, "expired_url")
