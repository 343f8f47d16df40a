"""The one address that Slack calls: events, interactions, commands and options."""

from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.limits import DELIVERY_BYTES
from adapters.slack.receiving import Reception, dispatch

PATH = "/slack/events"


def make_router(app: AsyncApp, reception: Reception, signing_secret: str) -> APIRouter:
    """POST /slack/events. A wrong signature, or one more than five minutes off in either direction, gives 401."""
    router = APIRouter()
    verifier = SignatureVerifier(signing_secret)

    @router.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        raw = await _body(request)
        if raw is None:
            return Response(status_code=413)
        if not _has_timestamp(request):
            return Response(status_code=401)
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

    return router


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
