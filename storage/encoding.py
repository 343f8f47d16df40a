"""How values lie in the database: instants as whole microseconds, structures as JSON in bytes, text without poison.

PostgreSQL's text refuses U+0000 and neither database takes half a surrogate pair, so one odd message could make a row
that can never be stored. Text is therefore made storable on its way in, once, for every statement (`Statement.bind`).
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.chat.viewjson import without_surrogates

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

LONGEST_KEY = 500
"""Characters. PostgreSQL refuses index entries beyond 2,704 bytes; a character may take four."""


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC. Raises TypeError for an instant that does not know its zone."""
    return (at - EPOCH) // _MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    """The same, where there may be no instant."""
    return None if at is None else (at - EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """What `micros` stored."""
    return EPOCH + timedelta(microseconds=stored)


def moment_or_none(stored: int | None) -> datetime | None:
    """What `micros_or_none` stored."""
    return None if stored is None else EPOCH + timedelta(microseconds=stored)


def packed(value: Any) -> bytes:
    """The value as JSON; half surrogate pairs become U+FFFD. Raises TypeError for what JSON has no place for."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return orjson.dumps(without_surrogates(value))


def unpacked(stored: bytes) -> Any:
    """What `packed` stored (tuples come back as lists)."""
    return orjson.loads(stored)


def storable(words: str) -> str:
    """The same text without what a text column refuses: U+0000 and half surrogate pairs become U+FFFD."""
    tidy = words.replace("\x00", "\ufffd")
    if tidy.isascii():
        return tidy
    try:
        tidy.encode()
    except UnicodeEncodeError:
        return str(without_surrogates(tidy))
    return tidy


def possible(id: int) -> bool:
    """Whether a row can have this number: people type any (`show T-99999999999999999999`)."""
    return 0 < id < 2**63


def bounded(key: str) -> str:
    """The key as it is stored: made storable and, where it is too long for an index, its beginning and its digest."""
    key = storable(key)
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - 65]}~{digest}"
