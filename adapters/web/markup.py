"""The chat's own markup: what people type, and spans as JSON.

People type `*bold*`, `_italic_`, `~strike~`, `` `code` ``, a block between lines of three backticks, `> ` before a
quoted line, bare addresses and `@name`. Whatever does not fit these patterns is plain text; nothing is ever HTML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, clean

# A mark opens where no Latin letter or digit stands before it, so that 2*3*4 and snake_case stay as they are; Chinese
# has no spaces between words, so a Han character before a mark is no obstacle.
_BEFORE = r"(?<![A-Za-z0-9{0}])"
_AFTER = r"(?![A-Za-z0-9{0}])"


def _pair(mark: str) -> str:
    sign = re.escape(mark)
    return _BEFORE.format(sign) + sign + r"(?=\S)([^\n]{1,500}?)(?<=\S)" + sign + _AFTER.format(sign)


_INLINE = re.compile(
    rf"(?P<code>`([^`\n]+)`)|(?P<link>\bhttps?://[^\s<>\"'，。；、！？（）《》「」]+)"
    rf"|(?P<bold>{_pair('*')})|(?P<italic>{_pair('_')})|(?P<strike>{_pair('~')})|(?P<at>@)"
)
_STYLE = {"bold": BOLD, "italic": ITALIC, "strike": STRIKE}
_FENCE = re.compile(r"```[^\n`]*\n(.*?)\n?```[ \t]*(?:\n|$)|```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:>|＞) ?(.*)$")
_LINK_END = re.compile(r"[.,;:!?)\]]+$")
_SCHEMES = ("http", "https", "mailto", "tel")


def typed(words: str, names: Mapping[str, str]) -> Text:
    """What a person typed, as spans. `names`: what may follow an `@`, without capitals, and whose id it is."""
    words = clean(words)
    spans: list[Span] = []
    at = 0
    for fence in _FENCE.finditer(words):
        spans += _lines(words[at : fence.start()], names)
        inside = fence[1] if fence[1] is not None else fence[2]
        spans.append(Span(inside.strip("\n"), frozenset({BLOCK})))
        at = fence.end()
    spans += _lines(words[at:], names)
    return _joined(spans)


def _lines(words: str, names: Mapping[str, str]) -> Iterator[Span]:
    for line in words.splitlines(keepends=True):
        quote = _QUOTE.match(line.rstrip("\n"))
        if quote:
            end = "\n" if line.endswith("\n") else ""
            yield from (replace(span, style=span.style | {QUOTE}) for span in _inline(quote[1] + end, names))
        else:
            yield from _inline(line, names)


def _inline(words: str, names: Mapping[str, str]) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(words):
        if found.start() < at:
            continue
        spans, end = _marked(found, words, names)
        if spans:
            if found.start() > at:
                yield Span(words[at : found.start()])
            yield from spans
            at = end
    if at < len(words):
        yield Span(words[at:])


def _marked(found: re.Match[str], words: str, names: Mapping[str, str]) -> tuple[list[Span], int]:
    kind = found.lastgroup or ""
    if kind == "code":
        return [Span(found["code"][1:-1], frozenset({CODE}))], found.end()
    if kind == "link":
        address = _LINK_END.sub("", found["link"])
        return [Span(address, link=address)], found.start() + len(address)
    if kind == "at":
        return _mentioned(words, found.start(), names)
    inner = found[kind][1:-1]
    return [replace(span, style=span.style | {_STYLE[kind]}) for span in _inline(inner, names)], found.end()


def _mentioned(words: str, at: int, names: Mapping[str, str]) -> tuple[list[Span], int]:
    if at and (words[at - 1].isascii() and words[at - 1].isalnum()):
        return [], at  # an e-mail address
    tail = words[at + 1 : at + 65].casefold()
    for name in _longest_first(tuple(names)):
        if tail.startswith(name) and not _goes_on(name, tail[len(name) : len(name) + 1]):
            end = at + 1 + len(name)
            return [Span(words[at + 1 : end], account=names[name])], end
    return [], at


@lru_cache(maxsize=8)
def _longest_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


def _goes_on(name: str, following: str) -> bool:
    """Whether a name in Latin letters is only the beginning of a longer word."""
    return name[-1].isascii() and following.isascii() and (following.isalnum() or following == "_")


def _joined(spans: Sequence[Span]) -> Text:
    """Neighbours with the same look become one span."""
    text: list[Span] = []
    for span in spans:
        last = text[-1] if text else None
        same = last and (last.style, last.link, last.account) == (span.style, span.link, span.account)
        if last and same and not span.account and BLOCK not in span.style:
            text[-1] = replace(last, text=last.text + span.text)
        elif span.text:
            text.append(span)
    return tuple(text)


def safe_link(address: str) -> str:
    """The address if a browser may be led there, else ""."""
    try:
        return address if urlsplit(address.strip()).scheme.casefold() in _SCHEMES else ""
    except ValueError:
        return ""


def spans_json(text: Text) -> list[dict[str, Any]]:
    """Spans as the page and the database know them."""
    return [
        {
            "t": span.text,
            **({"s": sorted(span.style)} if span.style else {}),
            **({"l": address} if span.link and (address := safe_link(span.link)) else {}),
            **({"a": span.account} if span.account else {}),
        }
        for span in text
    ]


def spans(data: Sequence[Mapping[str, Any]]) -> Text:
    """What `spans_json` wrote."""
    return tuple(Span(item["t"], frozenset(item.get("s", ())), item.get("l", ""), item.get("a", "")) for item in data)


def mentions(text: Text) -> frozenset[str]:
    """The users who are mentioned."""
    return frozenset(span.account for span in text if span.account)
