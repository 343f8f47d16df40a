"""Calls to Slack: one session, no retries behind our back, and each failure as what it means for an order."""

import logging
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import failures
from adapters.slack.failures import CallFailed
from bot.chat.contract import FetchFailed

log = logging.getLogger(__name__)

SLACK_API = "https://slack.com/api/"
_FILE_SECONDS = 60.0
_CHUNK = 1 << 16


class _Answer(Protocol):
    """What the SDK's answers have in common."""

    status_code: int
    headers: Any
    data: Any


class SlackClient:
    """The Web API and what hangs on it: response URLs, uploads, downloads.

    The SDK's own retries are off (`retry_handlers=[]`): repeating a post that Slack took makes two of it, and whether
    to repeat is the outbox's to decide. `seconds` is the longest that one call may take.
    """

    def __init__(self, token: str, api_url: str = "", *, seconds: float = 10.0) -> None:
        self.token = token
        self.api_url = f"{api_url.rstrip('/')}/" if api_url else SLACK_API
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(5.0, seconds))
        self._session: aiohttp.ClientSession | None = None
        self.web = AsyncWebClient(token=token, base_url=self.api_url, retry_handlers=[])

    def session(self) -> aiohttp.ClientSession:
        """The one session for everything; made on first use, within the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
            self.web.session = self._session
        return self._session

    async def close(self) -> None:
        """Let go of all connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a Web API method; its answer. Raises `CallFailed`."""
        answer = await self.answer(method, **arguments)
        return dict(answer.data)

    async def answer(self, method: str, **arguments: Any) -> _Answer:
        """The same with status and headers."""
        self.session()
        send = getattr(self.web, method.replace(".", "_"))
        try:
            answer: _Answer = await send(**{name: value for name, value in arguments.items() if value is not None})
        except SlackApiError as error:
            raise self._refused(method, error) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise failures.not_reached(method, _said(error)) from error
        except Exception as error:  # whatever the SDK makes of an answer it can't read, the request was sent
            raise failures.lost(method, _said(error)) from error
        return answer

    def _refused(self, method: str, error: SlackApiError) -> CallFailed:
        response = error.response
        headers = getattr(response, "headers", None) or {}
        status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)
        retry_after = str(headers.get("Retry-After") or "")
        failed = failures.refused(method, status, getattr(response, "data", None), retry_after)
        if failed.delivery.reason == "token":
            log.error("Slack does not accept the token (%s): nothing can be sent until it is mended", failed.error)
        return failed

    async def respond(self, url: str, answer: dict[str, Any]) -> None:
        """Post to the response_url of an interaction. Raises `CallFailed`; `error` is Slack's plain text."""
        what = "response_url"
        try:
            async with self.session().post(url, json=answer) as response:
                text = (await response.text())[:200]
                if response.status != 200:
                    retry_after = response.headers.get("Retry-After", "")
                    raise failures.refused(what, response.status, {"error": _name(text)}, retry_after)
        except aiohttp.ClientConnectorError as error:
            raise failures.not_reached(what, _said(error)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failures.lost(what, _said(error)) from error

    async def upload(self, url: str, data: bytes) -> None:
        """Bring the bytes of a file to the address that Slack gave for them. Raises `CallFailed`."""
        what = "files.getUploadURLExternal"  # repeating the upload from its first step is harmless
        try:
            timeout = aiohttp.ClientTimeout(total=_FILE_SECONDS)
            async with self.session().post(url, data=data, timeout=timeout) as response:
                if response.status != 200:
                    raise failures.refused(what, response.status, None, response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failures.lost(what, _said(error)) from error

    async def download(self, url: str, most: int, *, page: bool) -> bytes:
        """A file's bytes, at most `most`; `page`: it is an HTML page itself. Raises `FetchFailed`."""
        try:
            timeout = aiohttp.ClientTimeout(total=_FILE_SECONDS)
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self.session().get(url, headers=headers, timeout=timeout) as response:
                _check_download(response, most, page=page)
                return await _limited(response, most)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchFailed(_said(error), final=False) from error


def _check_download(response: aiohttp.ClientResponse, most: int, *, page: bool) -> None:
    if response.status != 200:
        final = response.status in (400, 403, 404, 410)
        raise FetchFailed(f"HTTP {response.status}", final=final)
    if response.content_type == "text/html" and not page:  # a token without files:read gets the sign-in page, with 200
        raise FetchFailed("Slack showed its sign-in page instead of the file", final=False)
    if (response.content_length or 0) > most:
        raise FetchFailed(f"{response.content_length} bytes", final=True)


async def _limited(response: aiohttp.ClientResponse, most: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > most:
            raise FetchFailed(f"more than {most} bytes", final=True)
    return bytes(data)


def _name(text: str) -> str:
    """Slack's plain-text refusals are bare names (`expired_url`); anything else is no name."""
    return text if text.replace("_", "").isalnum() and text.islower() else ""


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
