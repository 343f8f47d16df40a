"""Calls of the Bot API, and what their failure means.

python-telegram-bot carries the call, the upload and the errors. Answers are taken as they come: a field that the
library does not know (yet) must not turn a message that was sent, or an update that arrived, into a failure.
"""

import logging
import re
from datetime import timedelta
from typing import Any

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from adapters.telegram.limits import chat_pace, is_group
from bot.chat.contract import Delivery

log = logging.getLogger(__name__)

_CLOUD = "https://api.telegram.org"
_PATIENCE = 8.0  # seconds without an answer
_TOKEN_SECONDS = 300.0  # between two tries with a token that is not accepted
_TOKEN = re.compile(r"(/bot)\d+:[\w-]+")

# What the server says, in the words of tdlib/telegram-bot-api and TDLib, lower case; first match decides.
_FORBIDDEN = (
    ("blocked by the user", "unreachable"),
    ("user is deactivated", "unreachable"),
    ("can't initiate conversation", "unreachable"),
    ("can't send messages to bots", "unreachable"),
    ("bot was kicked", "not_member"),
    ("is not a member", "not_member"),
    ("chat was deleted", "gone"),
)
_BAD_REQUEST = (
    ("chat not found", "gone"),
    ("message thread not found", "gone"),
    ("topic_deleted", "gone"),
    ("chat_id is empty", "gone"),
    ("peer_id_invalid", "gone"),
    ("user not found", "gone"),
    ("message to edit not found", "message_gone"),
    ("message can't be edited", "message_gone"),
    ("message_id_invalid", "message_gone"),
    ("no text in the message to edit", "message_gone"),
    ("message to delete not found", "message_gone"),
    ("is too long", "too_long"),
    ("message_too_long", "too_long"),
    ("too big", "too_large"),
    ("too large", "too_large"),
    ("not enough rights", "forbidden"),
    ("have no rights", "forbidden"),
    ("write_forbidden", "forbidden"),
    ("admin_required", "forbidden"),
    ("topic_closed", "forbidden"),
    ("is not a forum", "forbidden"),
)

# Failures from before the whole request was written: the server can't have acted on it.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class BotApi(Bot):
    """The Bot API over python-telegram-bot's transport, its answers unparsed.

    `api_url` is the address of a local Bot API server or a proxy, without `/bot<token>`.
    """

    def __init__(self, token: str, api_url: str = "") -> None:
        base = (api_url or _CLOUD).rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connection_pool_size=64, read_timeout=_PATIENCE, pool_timeout=2.0),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=_PATIENCE, pool_timeout=2.0),
        )
        _hide_tokens()

    async def call(self, method: str, *, wait: float = 0.0, **parameters: Any) -> Any:
        """The `result` of a method. Parameters that are None are left out. Raises `TelegramError`.

        `wait` is how long, in seconds, the server was asked to hold its answer back.
        """
        patience = _PATIENCE + wait if wait else HTTPXRequest.DEFAULT_NONE
        return await self._post(method, parameters, read_timeout=patience)

    async def download(self, path: str) -> bytes:
        """The bytes behind a `file_path`. Raises `TelegramError`."""
        return await self.request.retrieve(f"{self.base_file_url}/{path}")

    async def hang_up(self) -> None:
        """Close the connections."""
        for request in self._request:
            await request.shutdown()


def says(error: TelegramError, *sentences: str) -> bool:
    """Whether the server said one of these (lower case)."""
    said = error.message.lower()
    return any(sentence in said for sentence in sentences)


def describe(error: TelegramError) -> str:
    """The error in a line for the log, without the token."""
    return _masked(f"{type(error).__name__}: {error.message}")


def wait_of(error: RetryAfter) -> float:
    """How many seconds the server asks to wait."""
    wait = error.retry_after  # a number, but a timedelta in versions to come
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def failed(error: TelegramError, room: str, *, again: bool = False) -> Delivery:
    """What the failure of a call means for the order that made it.

    `again`: repeating the call does no harm (an edit, a deletion), so that a lost answer is no riddle.
    """
    detail = describe(error)
    if isinstance(error, RetryAfter):
        return Delivery("retry", retry_after=wait_of(error), pace=chat_pace(room).name, detail=detail)
    if isinstance(error, ChatMigrated):
        return Delivery("retry", moved_to=str(error.new_chat_id), detail=detail)
    if isinstance(error, InvalidToken):  # nothing is thrown away while somebody renews it
        log.error("Telegram does not accept the token: nothing can be sent until it is mended")
        return Delivery("retry", retry_after=_TOKEN_SECONDS, reason="token", detail=detail)
    reason = _refusal(error, room)
    if reason:
        return Delivery("refused", reason=reason, detail=detail)
    if again or _surely_not_taken(error):
        return Delivery("retry", detail=detail)
    return Delivery("unknown", detail=detail)


def _refusal(error: TelegramError, room: str) -> str:
    """Why the server will never take it; "" when it may yet."""
    if isinstance(error, Forbidden):
        return _matched(error, _FORBIDDEN, "forbidden")
    if isinstance(error, BadRequest):
        reason = _matched(error, _BAD_REQUEST, "invalid")
        # A person whom the bot has never met is "not found": he has yet to press Start.
        stranger = not is_group(room) and says(error, "chat not found", "user not found", "peer_id_invalid")
        return "unreachable" if stranger else reason
    if says(error, "request entity too large"):
        return "too_large"
    # What can't even be written as a request never will be.
    return "invalid" if _in_our_own_house(error) and isinstance(error.__cause__, ValueError | TypeError) else ""


def _surely_not_taken(error: TelegramError) -> bool:
    """Whether the server can't have acted: it was never asked, or it said so itself.

    A failure of the server's own (500, 502, 503) precedes acting: it answers before it hands a message on. A gateway
    that gave up waiting (504) is silent about what happens behind it.
    """
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPError):
        return isinstance(cause, _NOT_SENT)
    if _in_our_own_house(error):
        return isinstance(cause, RuntimeError)  # the connections are closed
    if isinstance(error, TimedOut) or says(error, "gateway time", "invalid server response"):
        return False
    return isinstance(error, NetworkError)


def _in_our_own_house(error: TelegramError) -> bool:
    """Whether the request failed before or beside HTTP; python-telegram-bot then says so."""
    return says(error, "unknown error in http implementation")


def _matched(error: TelegramError, table: tuple[tuple[str, str], ...], otherwise: str) -> str:
    said = error.message.lower()
    return next((reason for sentence, reason in table if sentence in said), otherwise)


def _masked(words: str) -> str:
    return _TOKEN.sub(r"\1…", words)


class _WithoutTokens(logging.Filter):
    """httpx logs the address of every request, and ours have the token in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _masked(record.getMessage()), ()
        return True


_without_tokens = _WithoutTokens()


def _hide_tokens() -> None:
    logging.getLogger("httpx").addFilter(_without_tokens)
