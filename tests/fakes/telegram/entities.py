"""What Telegram finds in plain text by itself: commands, mentions, hashtags, addresses.

A simplified reading of TDLib's `find_entities`: enough for what people type to a bot. Offsets are UTF-16 code units.
"""

import re
from typing import Any

from tests.fakes.telegram.markup import Formatted, utf16_length

JSON = dict[str, Any]

# A command stands alone: not inside a word, a path or a tag. Only ASCII letters make one, so /工单 is plain text.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?:https?|tg|ton)://[^\s<>\"']*[^\s<>\"'.,;:!?()\[\]{}，。！？；：、）】]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.@+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?![\w@])")),
    ("url", re.compile(r"(?<![\w@/.-])(?:[a-z0-9-]+\.)+(?:com|org|net|cn|tw|io|me)(?:/[^\s<>]*)?(?![\w@])", re.I)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])", re.ASCII)),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{4,32}(?![\w@])", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w&#])#(?=\w*[^\W\d_])\w{1,256}")),
)
OPAQUE = {"code", "pre", "text_link", "text_mention", "custom_emoji"}


def with_detected(formatted: Formatted) -> Formatted:
    """`formatted` with everything added that the server would have found itself, in reading order."""
    found = list(formatted.entities)
    blocked = [_span(entity) for entity in found if entity["type"] in OPAQUE]
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(formatted.text):
            start = utf16_length(formatted.text[: match.start()])
            span = (start, start + utf16_length(match[0]))
            if not any(span[0] < end and begin < span[1] for begin, end in blocked):
                found.append({"type": kind, "offset": span[0], "length": span[1] - span[0]})
                blocked.append(span)
    found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(formatted.text, found)


def entity_text(text: str, entity: JSON) -> str:
    """The part of `text` that `entity` covers."""
    encoded = text.encode("utf-16-le")
    return encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def _span(entity: JSON) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
