"""FastAPI on uvicorn: builds the application from the routers it is given, and serves it until told to stop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from adapters.http.session import SignInNeeded, StrangeOrigin
from adapters.http.static import static_files
from adapters.http.trace import AccessLog, SafetyHeaders

# Larger requests are refused before they are read; a route that takes files says so itself (`max_body_size`).
BODY_LIMIT = 2_000_000
# Requests that run when the server is told to stop may take this long, in seconds.
GRACE = 10
BACKLOG = 2048

log = logging.getLogger(__name__)


class Health(Protocol):
    """What is known of Baton's own state."""

    async def live(self) -> dict[str, Any]:
        """What moves inside; raises when the process should be started again."""
        ...

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether work can be taken, and the reasons."""
        ...

    async def metrics(self) -> bytes:
        """The figures as Prometheus text."""
        ...


def build_http(routers: Sequence[APIRouter], health: Health, *, body_limit: int = BODY_LIMIT) -> FastAPI:
    """The application with these routers, the files that all pages share, and the routes that watch over it."""
    app = FastAPI(title="Baton", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=body_limit)
    app.state.stopping = asyncio.Event()
    for router in routers:  # first, as they are asked most
        app.include_router(router)
    app.include_router(_watch(health))
    app.include_router(static_files("/static", "adapters.http"))
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(StrangeOrigin, _strange_origin)
    app.add_middleware(SafetyHeaders)
    app.add_middleware(AccessLog)
    return app


def _watch(health: Health) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        try:
            return JSONResponse({"live": True, **await health.live()})
        except Exception as problem:
            log.exception("not alive any more")
            return JSONResponse({"live": False, "reason": str(problem)}, 503)

    @router.get("/readyz")
    async def readyz() -> Response:
        ready, reasons = await health.ready()
        return JSONResponse({"ready": ready, **reasons}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(await health.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


async def _sign_in_needed(request: Request, problem: Exception) -> Response:
    return JSONResponse({"problem": "sign_in"}, 401)


async def _strange_origin(request: Request, problem: Exception) -> Response:
    return JSONResponse({"problem": "origin"}, 403)


class _Server(uvicorn.Server):
    """Leaves the signals to the application, which stops everything in its order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: FastAPI, host: str, port: int, stop: asyncio.Event, *, bound: Callable[[int], None] | None = None
) -> None:
    """Serve until `stop` is set, then let running requests end (streams end at once, the others within `GRACE`).

    `bound` is told the port as soon as connections are accepted (useful with port 0). Raises OSError when the address
    is taken or is not this machine's.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    if bound is not None:
        bound(listener.getsockname()[1])
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        app.state.stopping.set()
        server.should_exit = True
        await serving


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=BACKLOG)
