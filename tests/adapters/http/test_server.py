"""The server: health, limits, headers, its log, and how it stops."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from adapters.http import ServerEvent, build_http, event_stream, serve
from adapters.http.server import BODY_LIMIT


@dataclass
class Body:
    """Health that tests decide."""

    fault: str = ""
    is_ready: bool = True
    reasons: dict[str, Any] = field(default_factory=dict)

    async def live(self) -> dict[str, Any]:
        """Alive, unless there is a fault."""
        if self.fault:
            raise RuntimeError(self.fault)
        return {"loop": "ok"}

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """As it was told."""
        return self.is_ready, self.reasons

    async def metrics(self) -> bytes:
        """One figure."""
        return b"baton_up 1\n"


def routes(gate: asyncio.Event) -> APIRouter:
    """A route that takes bodies, one that takes larger ones, a slow one, and a stream."""
    router = APIRouter()

    @router.post("/small")
    async def small(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    @router.post("/large", max_body_size=BODY_LIMIT * 2)
    async def large(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    @router.get("/slow")
    async def slow() -> dict[str, str]:
        await gate.wait()
        return {"done": "yes"}

    @router.get("/stream")
    async def stream(request: Request) -> StreamingResponse:
        async def events() -> AsyncGenerator[ServerEvent, None]:
            yield ServerEvent('{"n": 1}', "first", "1")
            await asyncio.Event().wait()

        return event_stream(request, events())

    @router.get("/broken")
    async def broken() -> None:
        raise LookupError("a fault of ours")

    return router


@dataclass
class Running:
    """A server at work."""

    url: str
    stop: asyncio.Event
    serving: "asyncio.Task[None]"
    gate: asyncio.Event
    health: Body


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    """A server on a free port."""
    health, gate, stop, ports = Body(), asyncio.Event(), asyncio.Event(), asyncio.Queue[int]()
    app = build_http([routes(gate)], health)
    serving = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, bound=ports.put_nowait))
    yield Running(f"http://127.0.0.1:{await ports.get()}", stop, serving, gate, health)
    gate.set()
    stop.set()
    await serving


@pytest.fixture
async def client(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks."""
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as made:
        yield made


async def test_health_readiness_and_figures_are_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"live": True, "loop": "ok"}
    assert (await client.get("/readyz")).json() == {"ready": True}
    metrics = await client.get("/metrics")
    assert (metrics.text, metrics.headers["content-type"][:10]) == ("baton_up 1\n", "text/plain")


async def test_what_is_wrong_is_said_with_a_status_that_machines_read(
    server: Running, client: httpx.AsyncClient
) -> None:
    server.health.fault, server.health.is_ready, server.health.reasons = "the sweeper died", False, {"database": "away"}
    live, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (live.status_code, live.json()["reason"]) == (503, "the sweeper died")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "database": "away"})


async def test_a_body_beyond_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/small", content=b"x" * BODY_LIMIT)).json() == {"size": BODY_LIMIT}
    assert (await client.post("/small", content=b"x" * (BODY_LIMIT + 1))).status_code == 413
    assert (await client.post("/large", content=b"x" * (BODY_LIMIT + 1))).status_code == 200


async def test_a_body_that_hides_its_length_is_refused_as_well(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * (BODY_LIMIT // 4)

    assert (await client.post("/small", content=pieces())).status_code == 413


async def test_the_log_has_no_query(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """A sign-in link carries its key in the query."""
    with caplog.at_level(logging.INFO, logger="baton.http"):
        await client.get("/nothing?key=SECRET")
        await client.get("/healthz")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "baton.http"]
    assert line.startswith("GET /nothing 404 ")
    assert "SECRET" not in caplog.text


async def test_a_fault_is_a_500_without_its_story(client: httpx.AsyncClient) -> None:
    response = await client.get("/broken")
    assert response.status_code == 500
    assert "LookupError" not in response.text


async def test_shared_files_are_kept_by_browsers_and_asked_after(client: httpx.AsyncClient) -> None:
    first = await client.get("/static/tokens.css")
    assert (first.status_code, first.headers["content-type"][:8]) == (200, "text/css")
    again = await client.get("/static/tokens.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for path in ("/static/nothing.css", "/static/..%2Fserver.py", "/static/__init__.py"):
        assert (await client.get(path)).status_code == 404, path


async def test_streams_end_at_once_and_requests_are_finished_when_it_stops(
    server: Running, client: httpx.AsyncClient
) -> None:
    slow = asyncio.create_task(client.get("/slow"))
    async with client.stream("GET", "/stream") as response:
        lines = response.aiter_lines()
        assert [await anext(lines) for _ in range(5)] == ["retry: 1000", "", "id: 1", "event: first", 'data: {"n": 1}']
        server.stop.set()
        assert [line async for line in lines] == [""], "the stream ends without being waited for"
    assert not slow.done()
    server.gate.set()
    assert (await slow).json() == {"done": "yes"}
    await asyncio.wait_for(server.serving, 5)
    with pytest.raises(httpx.ConnectError):
        await client.get("/healthz")


async def test_an_address_in_use_is_an_error_and_not_an_exit() -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    with contextlib.closing(taken), pytest.raises(OSError, match="in use"):
        await serve(build_http([], Body()), "127.0.0.1", taken.getsockname()[1], asyncio.Event())
