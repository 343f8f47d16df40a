"""Slack's rich_text blocks: what people type arrives in them, and what Baton says leaves in them.

Their text elements are shown as they stand, so nothing that a customer typed can become a look, a link or a mention.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from adapters.slack import limits
from adapters.slack.mrkdwn import is_account, is_link
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, split, text

_LOOKS = (BOLD, ITALIC, STRIKE, CODE)
_GROUPS = {BLOCK: "rich_text_preformatted", QUOTE: "rich_text_quote", "": "rich_text_section"}
_GROUP_STYLES = {kind: frozenset({style}) for style, kind in _GROUPS.items() if style}


def blocks_of(words: Text) -> list[dict[str, Any]]:
    """The text as rich_text blocks, each of a size that Slack takes; no block for no text."""
    pieces = split(_joined(words), limits.PIECE) if words else []
    blocks = ({"type": "rich_text", "elements": list(_groups(piece))} for piece in pieces)
    return [block for block in blocks if block["elements"]]


def _groups(words: Text) -> Iterator[dict[str, Any]]:
    """Neighbours of the same kind together: running text, a quotation, a block of code."""
    runs = [(kind, list(spans)) for kind, spans in groupby(words, _kind)]
    for number, (kind, spans) in enumerate(runs):
        if number + 1 < len(runs):  # the border between two groups is a line break by itself
            spans[-1] = replace(spans[-1], text=spans[-1].text.removesuffix("\n"))
        if number and not kind:
            spans[0] = replace(spans[0], text=spans[0].text.removeprefix("\n"))
        elements = [_element(span, styled=kind != BLOCK) for span in spans if span.text]
        if elements:
            yield {"type": _GROUPS[kind], "elements": elements}


def _kind(span: Span) -> str:
    return BLOCK if BLOCK in span.style else QUOTE if QUOTE in span.style else ""


def _element(span: Span, *, styled: bool) -> dict[str, Any]:
    looks = {look: True for look in _LOOKS if look in span.style} if styled else {}
    style = {"style": looks} if looks else {}
    if span.account and is_account(span.account) and styled:
        return {"type": "user", "user_id": span.account, **style}
    if span.link and is_link(span.link):
        return {"type": "link", "url": span.link, "text": limits.inert(span.text), **style}
    return {"type": "text", "text": limits.inert(span.text), **style}


def _joined(words: Iterable[Span]) -> Text:
    """Neighbours of the same look as one span: an element each costs more than its characters."""
    joined: list[Span] = []
    for span in words:
        last = joined[-1] if joined else None
        if last and not span.account and not last.account and (last.style, last.link) == (span.style, span.link):
            joined[-1] = replace(last, text=last.text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def spans_of(blocks: Iterable[dict[str, Any]]) -> Text | None:
    """What a person typed, out of its rich_text blocks; None when there is none among the blocks."""
    found = [block for block in blocks if block.get("type") == "rich_text"]
    if not found:
        return None
    parts = [text(*_group_spans(group)) for block in found for group in block.get("elements") or []]
    spans: list[Span] = []
    for number, part in enumerate(parts):
        spans += part
        if part and number + 1 < len(parts) and not part[-1].text.endswith("\n"):
            spans.append(Span("\n", part[-1].style & {BLOCK, QUOTE}))
    return _joined(spans)


def _group_spans(group: dict[str, Any]) -> Iterator[Span]:
    kind = group.get("type")
    if kind == "rich_text_list":
        yield from _list_spans(group)
        return
    style = _GROUP_STYLES.get(str(kind), frozenset())
    for element in group.get("elements") or []:
        span = _span(element)
        yield replace(span, style=span.style | style) if style else span


def _list_spans(group: dict[str, Any]) -> Iterator[Span]:
    indent = "    " * int(group.get("indent") or 0)
    first = 1 + int(group.get("offset") or 0)
    for number, item in enumerate(group.get("elements") or [], start=first):
        mark = f"{number}. " if group.get("style") == "ordered" else "• "
        yield Span(f"{indent}{mark}")
        yield from _group_spans(item)
        yield Span("\n")


def _span(element: dict[str, Any]) -> Span:
    looks = element.get("style") or {}
    style = frozenset(look for look in _LOOKS if looks.get(look))
    kind = element.get("type")
    if kind == "link":
        address = str(element.get("url") or "")
        return Span(str(element.get("text") or address), style, link=address if is_link(address) else "")
    if kind == "user":
        account = str(element.get("user_id") or "")
        return Span(f"@{account}", style, account=account)
    return Span(_words(kind, element), style)


def _words(kind: str | None, element: dict[str, Any]) -> str:
    if kind == "emoji":
        return _emoji(element)
    if kind == "channel":
        return f"#{element.get('channel_id') or ''}"
    if kind == "usergroup":
        return f"@{element.get('usergroup_id') or ''}"
    if kind == "broadcast":
        return f"@{element.get('range') or ''}"
    if kind == "date":
        return str(element.get("fallback") or element.get("timestamp") or "")
    if kind == "color":
        return str(element.get("value") or "")
    return str(element.get("text") or "")


def _emoji(element: dict[str, Any]) -> str:
    """The character itself; a custom emoji, which has none, keeps its name."""
    points = str(element.get("unicode") or "")
    try:
        return "".join(chr(int(point, 16)) for point in points.split("-")) if points else f":{element.get('name')}:"
    except (ValueError, OverflowError):
        return f":{element.get('name')}:"
