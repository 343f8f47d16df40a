"""The webhook: a secret, a limit, 200 only for what is stored. Covers W6, G2."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.limits import WEBHOOK_BYTES
from bot.chat.events import MessageReceived
from bot.chat.text import plain, text
from bot.chat.views import Button, Post, Toast
from bot.errors import ConfigurationProblem
from tests.adapters.telegram.payloads import message, recorded, unparsable
from tests.adapters.telegram.stage import HurriedClock, Stage, staged
from tests.contracts.desk import RecordingInlet

SECRET = "q3rT_9xVb2"
PUBLIC = "https://baton.example"
HEADER = b"X-Telegram-Bot-Api-Secret-Token"


class Site:
    """The adapter behind its route, and somebody who posts to it."""

    def __init__(self, stage: Stage, app: FastAPI) -> None:
        self.stage = stage
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    async def post(self, content: bytes | dict[str, Any], secret: str | None = SECRET) -> int:
        """The status of the answer to an update."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {} if secret is None else {HEADER: secret.encode()}
        return (await self.client.post("/telegram/webhook", content=body, headers=headers)).status_code


def webhook_adapter(stage: Stage) -> TelegramAdapter:
    adapter = TelegramAdapter(stage.fake.token, "webhook", SECRET, f"{PUBLIC}/", stage.fake.url, clock=stage.clock)
    stage.adapter, stage.inlet = adapter, RecordingInlet(adapter)
    return adapter


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with staged() as stage:
        adapter = webhook_adapter(stage)
        app = FastAPI()
        app.include_router(adapter.router())
        made = Site(stage, app)
        await adapter.run(stage.inlet)
        yield made
        await made.client.aclose()
        await adapter.close()


UPDATE = {"update_id": 7, "message": message("hi")}


class TestTheDoor:
    async def test_an_update_with_the_secret_is_stored(self, site: Site) -> None:
        assert await site.post(UPDATE) == 200
        (event,) = await site.stage.inlet.events()
        assert isinstance(event, MessageReceived)
        assert plain(event.text) == "hi"

    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "密码"])
    async def test_nobody_else_comes_in(self, site: Site, secret: str | None) -> None:
        """Fault I4."""
        assert await site.post(UPDATE, secret) == 403
        assert site.stage.inlet.arrivals == []

    async def test_what_is_too_large_for_an_update_is_refused(self, site: Site) -> None:
        assert await site.post(b"{" + b" " * WEBHOOK_BYTES + b"}") == 413

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"7", b"{}", b'{"update_id": "x"}', b"\xff\xfe", b"[" * 100_000]
    )
    async def test_what_is_no_update_is_refused(self, site: Site, body: bytes) -> None:
        assert await site.post(body) == 400
        assert site.stage.inlet.arrivals == []

    async def test_what_can_not_be_stored_must_come_again(self, site: Site) -> None:
        site.stage.inlet.down = True
        assert await site.post(UPDATE) == 503
        site.stage.inlet.down = False
        assert await site.post(UPDATE) == 200

    async def test_before_baton_receives_nothing_is_taken(self) -> None:
        async with staged() as stage:
            adapter = webhook_adapter(stage)
            app = FastAPI()
            app.include_router(adapter.router())
            early = Site(stage, app)
            assert await early.post(UPDATE) == 503
            await early.client.aclose()
            await adapter.close()

    async def test_what_the_library_can_not_parse_is_stored(self, site: Site) -> None:
        updates = dict(recorded())
        for name in unparsable():
            assert await site.post(updates[name]) == 200
        assert len(site.stage.inlet.arrivals) == len(unparsable())

    async def test_the_same_update_five_times_has_one_key(self, site: Site) -> None:
        for _ in range(5):
            assert await site.post(UPDATE) == 200
        assert len({arrival.key for arrival in site.stage.inlet.arrivals}) == 1


class TestTheAddress:
    async def test_telegram_is_told_address_secret_and_kinds(self, site: Site) -> None:
        (call,) = site.stage.fake.calls("setWebhook")
        assert call.parameters == {
            "url": f"{PUBLIC}/telegram/webhook",
            "secret_token": SECRET,
            "allowed_updates": ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"],
        }
        assert site.stage.fake.calls("getUpdates") == []

    def test_any_replica_may_listen(self) -> None:
        clock = HurriedClock()
        assert not TelegramAdapter("1:x", "webhook", SECRET, PUBLIC, clock=clock).can.single_listener
        assert TelegramAdapter("1:x", clock=clock).can.single_listener

    @pytest.mark.parametrize(
        ("public", "secret", "named"),
        [("", SECRET, "BATON_PUBLIC_URL"), (PUBLIC, "", "SECRET"), (PUBLIC, "no blanks", "SECRET")],
    )
    def test_what_is_missing_is_named(self, public: str, secret: str, named: str) -> None:
        with pytest.raises(ConfigurationProblem, match=named):
            TelegramAdapter("1:x", "webhook", secret, public, clock=HurriedClock())

    async def test_over_http_with_retries_and_a_press(self) -> None:
        async with staged() as stage:
            adapter = webhook_adapter(stage)
            async with served(adapter) as address:
                stage.fake.reverse_proxy(PUBLIC, address)
                await adapter.run(stage.inlet)
                stage.inlet.down = True
                await stage.fake.says(stage.customer, None, "hi")
                await stage.fake.until(lambda: stage.fake.deliveries)
                stage.inlet.down = False
                delivery = await stage.show(stage.group, Post(text("T-1"), controls=(Button("Take", "take", 1),)))
                stage.inlet.reply = Toast("Taken")
                card = stage.fake.message(stage.group, int(delivery.ref))
                await stage.fake.answered(await stage.fake.presses(stage.agent, card, "Take"))
                await stage.fake.settled()
            assert stage.fake.toast(stage.agent) == "Taken"
            assert len(stage.inlet.arrivals) == 2
            assert stage.fake.webhook.abandoned == []
            await adapter.close()


@asynccontextmanager
async def served(adapter: TelegramAdapter) -> AsyncIterator[str]:
    """The route on a free port of this machine."""
    app = FastAPI()
    app.include_router(adapter.router())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(5):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.005)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
