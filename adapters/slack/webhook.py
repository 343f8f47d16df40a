"""The one address that Slack calls: events, interactions, commands and options.

Events are most of what comes, so they take a short way: signature (Slack's own SDK), JSON, inlet. It is a third of what
Bolt's way costs, which builds a context and a client for each. Everything else, and whatever is odd, goes through Bolt.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.limits import DELIVERY_BYTES
from adapters.slack.receiving import Reception, dispatch

PATH = "/slack/events"
_NAMES = ("type", "channel", "user", "ts")


def make_router(app: AsyncApp, reception: Reception, signing_secret: str) -> APIRouter:
    """POST /slack/events. A wrong signature, or one more than five minutes off in either direction, gives 401."""
    router = APIRouter()
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: Request) -> Response:
        raw = await _body(request)
        if raw is None:
            return Response(status_code=413)
        if not _has_timestamp(request):
            return Response(status_code=401)
        event = _event(verifier, request, raw)
        if event is not None:
            return Response(status_code=(await reception.receive(event)).status)
        try:
            asked = AsyncBoltRequest(body=raw.decode(), headers=dict(request.headers))
        except Exception:  # no JSON, no form, too deep, not UTF-8: whatever the parser stumbles over
            return await _unparsed(request, raw)
        return to_starlette_response(await dispatch(app, reception, asked, raw))

    async def _unparsed(request: Request, raw: bytes) -> Response:
        try:
            signed = verifier.is_valid_request(raw, dict(request.headers))
        except ValueError:  # not UTF-8, which Slack's signature is made over
            return Response(status_code=400)
        return to_starlette_response(await reception.keep_unreadable(raw)) if signed else Response(status_code=401)

    router.add_route(PATH, receive, ["POST"], include_in_schema=False)  # a plain route: there is nothing to inject
    return router


def _event(verifier: SignatureVerifier, request: Request, raw: bytes) -> Mapping[str, Any] | None:
    """The body of a well signed event; None for anything else, which Bolt is to answer."""
    written, signature = (request.headers.get(f"x-slack-{name}") for name in ("request-timestamp", "signature"))
    try:
        body = orjson.loads(raw) if verifier.is_valid(raw, written, signature) else None
    except (ValueError, TypeError):  # no JSON, no UTF-8, a signature that is no text
        return None
    return body if isinstance(body, dict) and body.get("type") == "event_callback" and _is_plain(body) else None


def _is_plain(body: Mapping[str, Any]) -> bool:
    """Whether what says where, when and by whom is of the types that it nearly always has."""
    event = body.get("event")
    return isinstance(event, dict) and all(isinstance(event.get(name, ""), str) for name in _NAMES)


def _has_timestamp(request: Request) -> bool:
    """Slack's SDK takes it for a number without looking."""
    written = request.headers.get("x-slack-request-timestamp", "")
    return written.isascii() and written.isdigit()


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is larger than anything that Slack sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > DELIVERY_BYTES:
            return None
    return bytes(body)
