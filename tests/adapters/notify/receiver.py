"""An HTTP receiver on loopback that answers as the robots do: with a code of their own in a success of HTTP's."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

# What each service says when it took something.
TAKEN: dict[str, dict[str, Any]] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
    "webhook": {},
    "sms": {"status": "queued"},
}


@dataclass(frozen=True)
class Request:
    """What arrived."""

    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Receiver:
    """What arrived, and what to answer: the next of `answers` (status, body, headers), else `taken`.

    `hold` keeps answers back until it is set; `hang_up` breaks the connection instead of answering.
    """

    taken: dict[str, Any]
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    hang_up: bool = False

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        """Give this answer once."""
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note the request and answer it."""
        words = await request.text()
        body = json.loads(words) if words.startswith("{") else dict(await request.post())
        self.requests.append(Request(request.path, dict(request.query), body))
        if self.hold is not None:
            await self.hold.wait()
        if self.hang_up:
            assert request.transport is not None
            request.transport.abort()
        status, body, headers = self.answers.pop(0) if self.answers else (200, self.taken, {})
        return web.json_response(body, status=status, headers=headers)


@contextlib.asynccontextmanager
async def receiver(service: str) -> AsyncIterator[Receiver]:
    """A receiver that speaks as this service does."""
    here = Receiver(TAKEN[service])
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", here.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.port = runner.addresses[0][1]
    try:
        yield here
    finally:
        if here.hold is not None:
            here.hold.set()
        await runner.cleanup()
