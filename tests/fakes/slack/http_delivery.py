"""Bringing payloads to the app over HTTP as Slack does: signed, three seconds to answer, failures classified."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.model import JSON, Attempt

FORM = "application/x-www-form-urlencoded"


def slack_json(value: Any) -> str:
    """JSON as Slack writes it: non-ASCII and slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def body_of(kind: str, payload: JSON) -> tuple[bytes, str]:
    """The request body of a delivery and its content type."""
    if kind == "event":
        return slack_json(payload).encode(), "application/json"
    fields = payload if kind == "command" else {"payload": slack_json(payload)}
    return urlencode(fields).encode(), FORM


def signature_headers(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The two headers that prove a request to be Slack's (v0 signature over the raw body)."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


async def post(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str], patience: float, retry_num: int = 0
) -> Attempt:
    """One POST to the app's request URL; never raises for what the app does."""
    try:
        async with session.post(
            url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=patience), max_redirects=2
        ) as answer:
            text = await answer.text()
            reason = "" if answer.status < 300 else "http_error"
            return Attempt(answer.status, text, dict(answer.headers), reason, retry_num)
    except TimeoutError:
        return Attempt(0, reason="http_timeout", retry_num=retry_num)
    except aiohttp.TooManyRedirects:
        return Attempt(0, reason="too_many_redirects", retry_num=retry_num)
    except aiohttp.ClientConnectorError:
        return Attempt(0, reason="connection_failed", retry_num=retry_num)
    except aiohttp.ClientError:
        return Attempt(0, reason="unknown_error", retry_num=retry_num)
