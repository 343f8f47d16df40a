"""What every request passes through: a line in the access log, and headers that keep a browser on the safe side."""

import asyncio
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

access = logging.getLogger("baton.http")

# Asked every few seconds by machines; they would drown the rest.
QUIET = ("/healthz", "/readyz", "/metrics")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFETY = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SAFETY = [(name.encode(), value.encode()) for name, value in SAFETY.items()]  # as ASGI has them


class SafetyHeaders:
    """Adds `SAFETY` where a response does not say otherwise: nothing from elsewhere, no inline script, no framing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in _SAFETY if header[0] not in said)]
            await send(message)

        await self.app(scope, receive, send_safely)


class AccessLog:
    """One line a request: method, path, status, milliseconds. Query strings may hold keys and are left out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        status = 500
        timer = asyncio.get_running_loop().time
        began = timer()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            spent = (timer() - began) * 1000
            access.info("%s %s %d %.0f ms", scope["method"], scope["path"], status, spent)
