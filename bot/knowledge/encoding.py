"""Bytes as text: UTF-8, or UTF-16 that says so, unless somebody names another encoding; and what else it may be."""

import codecs

from bot.errors import Invalid

LIKELY = ("gb18030", "big5", "shift_jis", "cp1252")
"""What spreadsheets write where they do not write UTF-8; of equals the first."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COMMON = frozenset("的一是不了我有在人这這个個为為请請怎么麼如何可以您你们們到要会會，。？：、“”「」")


def text_of(data: bytes, encoding: str = "") -> str:
    """The text without a byte order mark. Raises `Invalid` for what is none, saying what it most likely is."""
    name = encoding or ("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    try:
        text = data.decode(name)
    except UnicodeError:
        raise _not_text(data, encoding) from None
    if "\x00" in text:
        raise _not_text(data, encoding)
    return text.removeprefix("\ufeff")


def _not_text(data: bytes, encoding: str) -> Invalid:
    if encoding:
        return Invalid("kb.import.not_encoded_so", encoding=encoding)
    likely = "" if b"\x00" in data or data.startswith(_UTF_16) else guessed(data)
    return Invalid("kb.import.likely_encoded", encoding=likely) if likely else Invalid("kb.import.not_utf8")


def guessed(data: bytes) -> str:
    """In which of the likely encodings this is readable and has most of the characters that every text has; "" in
    none."""
    shares = {name: _common(data, name) for name in LIKELY}
    best = max(LIKELY, key=lambda name: shares[name])
    return best if shares[best] >= 0 else ""


def _common(data: bytes, encoding: str) -> float:
    """The share of common characters; negative for what is not in this encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return -1.0
    strange = [mark for mark in text if mark > "\x7f"]
    return sum(mark in _COMMON for mark in strange) / max(len(strange), 1)


def is_encoding(encoding: str) -> bool:
    """Whether there is an encoding of text with this name."""
    try:
        return bool("a".encode(encoding))
    except LookupError:
        return False
