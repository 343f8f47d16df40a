"""Spans as Telegram's HTML. Whatever a person typed is escaped; only our own tags are tags.

Rules of the server (Bot API, "Formatting options"): `code` and `pre` hold no other entity, quotations are not nested,
everything else nests freely. Only four named character references exist.
"""

from collections.abc import Sequence

from adapters.telegram.limits import well_formed
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_SCHEMES = ("http://", "https://", "mailto:", "tg://")
_LOOKS = ((BOLD, "b"), (ITALIC, "i"), (STRIKE, "s"))

Tag = tuple[str, str]
"""A tag's name and its attribute, as written after a space ("" none)."""


def escaped(words: str) -> str:
    """The words as they are shown, safe in a text and in a quoted attribute."""
    return well_formed(words).translate(_ESCAPES)


def html(words: Sequence[Span]) -> str:
    """The text with its looks; tags are opened and closed in order and shared by neighbours that look alike."""
    written: list[str] = []
    open_tags: list[Tag] = []
    for span in words:
        wanted = _tags(span)
        common = _common(open_tags, wanted)
        written += _closed(open_tags[common:])
        written += [f"<{name}{attribute}>" for name, attribute in wanted[common:]]
        written.append(escaped(span.text))
        open_tags = wanted
    return "".join([*written, *_closed(open_tags)])


def address(span: Span) -> str:
    """Where a span leads: a person, a web address, or "" for nowhere that Telegram would follow."""
    if span.account.isascii() and span.account.isdigit():
        return f"tg://user?id={span.account}"
    return span.link if span.link.lower().startswith(_SCHEMES) else ""


def _tags(span: Span) -> list[Tag]:
    tags: list[Tag] = [("blockquote", "")] if QUOTE in span.style else []
    leads_to = address(span)
    if leads_to:
        tags.append(("a", f' href="{escaped(leads_to)}"'))
    elif BLOCK in span.style or CODE in span.style:
        return [*tags, ("pre" if BLOCK in span.style else "code", "")]
    return tags + [(tag, "") for style, tag in _LOOKS if style in span.style]


def _common(one: Sequence[Tag], other: Sequence[Tag]) -> int:
    """How many tags the two share from the outside inwards."""
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        shared += 1
    return shared


def _closed(tags: Sequence[Tag]) -> list[str]:
    return [f"</{name}>" for name, _ in reversed(tags)]
