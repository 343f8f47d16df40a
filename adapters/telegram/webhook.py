"""The address at which Telegram delivers updates."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from adapters.telegram.limits import WEBHOOK_BYTES
from bot.chat.contract import Unavailable

PATH = "/telegram/webhook"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

JSON = dict[str, Any]


def webhook_router(secret: str, hand_over: Callable[[JSON], Awaitable[None]]) -> APIRouter:
    """`POST /telegram/webhook`: 200 once the update is stored, 503 when it can't be (Telegram then comes again).

    403 without the secret, 413 for what is too large to be an update, 400 for what is none.
    """
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def deliver(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await hand_over(update)
        except Unavailable:
            return Response(status_code=503)
        return Response(status_code=200)

    return router


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it proves too large."""
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > WEBHOOK_BYTES:
            return None
    return bytes(received)


def _update(body: bytes) -> JSON | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
