"""Slack's mrkdwn: to spans, where a text comes without blocks, and from spans, where blocks can't be used.

Rules: docs.slack.dev/messaging/formatting-message-text. Only `&`, `<` and `>` are escaped, each exactly once; there is
no escape for `*`, `_`, `~` and backticks, so text that must look as typed goes into rich_text or plain_text instead.
"""

import re
from collections.abc import Iterator

from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, text

_ACCOUNT = re.compile(r"[UW][A-Z0-9]{2,20}")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s|<>]+", re.IGNORECASE)
_FORMATTING = re.compile(r"[*_~`]|^[>•]|:[a-z0-9_+-]+:", re.MULTILINE)

_BLOCK = re.compile(r"```(.+?)```\n?", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_QUOTE = re.compile(r"^(?:&gt;|>)(?:&gt;&gt;|>>)? ?(.*(?:\n|$))", re.MULTILINE)
_INLINE = re.compile(
    r"<(?P<sequence>[^<>\n]*)>"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
)
_STYLES = {"bold": BOLD, "italic": ITALIC, "strike": STRIKE}


def escape(words: str) -> str:
    """The three control characters as entities."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(words: str) -> str:
    """The entities as characters, once."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_account(account: str) -> bool:
    """Whether this can be the id of a Slack user (the mention of somebody on another platform can't)."""
    return _ACCOUNT.fullmatch(account) is not None


def is_link(address: str) -> bool:
    """Whether Slack may make this a link."""
    return _SAFE_LINK.fullmatch(address) is not None and len(address) <= 3000


def would_format(words: str) -> bool:
    """Whether mrkdwn would show something other than these very characters."""
    return _FORMATTING.search(words) is not None


def from_spans(words: Text) -> str:
    """Spans as mrkdwn; a look that mrkdwn could not show faithfully (it spans lines, holds the mark) is left out."""
    return "".join(_marked(span) for span in words)


def _marked(span: Span) -> str:
    if span.account and is_account(span.account):
        return f"<@{span.account}>"
    if span.link and is_link(span.link):
        label = escape(" ".join(span.text.split()))
        return f"<{escape(span.link)}|{label}>" if label else ""
    core = span.text.strip()
    if not core or "\n" in core:
        return escape(span.text)
    before, after = span.text.split(core, 1)
    return escape(before) + _wrapped(escape(core), span.style) + escape(after)


def _wrapped(core: str, style: frozenset[str]) -> str:
    if would_format(core):
        return core
    if style & {CODE, BLOCK}:
        return f"`{core}`"
    for name, mark in ((STRIKE, "~"), (ITALIC, "_"), (BOLD, "*")):
        if name in style:
            core = f"{mark}{core}{mark}"
    return core


def to_spans(written: str) -> Text:
    """Mrkdwn as spans: looks, links, mentions; every other sequence as the words that a person reads."""
    return text(*_blocks(written))


def _blocks(written: str) -> Iterator[Span]:
    at = 0
    for found in _BLOCK.finditer(written):
        yield from _lines(written[at : found.start()])
        yield Span(_read(found[1]).strip("\n") + "\n", frozenset({BLOCK}))
        at = found.end()
    yield from _lines(written[at:])


def _lines(written: str) -> Iterator[Span]:
    at = 0
    for found in _QUOTE.finditer(written):
        yield from _runs(written[at : found.start()], frozenset())
        yield from _runs(found[1], frozenset({QUOTE}))
        at = found.end()
    yield from _runs(written[at:], frozenset())


def _runs(written: str, style: frozenset[str]) -> Iterator[Span]:
    at = 0
    for found in _CODE.finditer(written):
        yield from _inline(written[at : found.start()], style)
        yield Span(_read(found[1]), style | {CODE})
        at = found.end()
    yield from _inline(written[at:], style)


def _inline(written: str, style: frozenset[str]) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(written):
        yield Span(unescape(written[at : found.start()]), style)
        kind = found.lastgroup or ""
        if kind == "sequence":
            yield _sequence(found[kind], style)
        else:
            yield from _inline(found[kind], style | {_STYLES[kind]})
        at = found.end()
    yield Span(unescape(written[at:]), style)


def _read(written: str) -> str:
    """The characters of a stretch in which nothing but sequences in angle brackets is special."""
    return re.sub(r"<([^<>\n]*)>", lambda found: _sequence(found[1], frozenset()).text, _unescaped_outside(written))


def _unescaped_outside(written: str) -> str:
    """Unescape everything but what stands in angle brackets, which `_sequence` unescapes itself."""
    return "".join(
        part if part.startswith("<") and part.endswith(">") else unescape(part)
        for part in re.split(r"(<[^<>\n]*>)", written)
    )


def _sequence(inner: str, style: frozenset[str]) -> Span:
    """What stands in angle brackets: a mention, a channel, a group, a date, or an address."""
    target, _, label = inner.partition("|")
    target, label = unescape(target), unescape(label)
    if target.startswith("@"):
        return Span(f"@{(label or target[1:]).lstrip('@')}", style, account=target[1:])
    if target.startswith("#"):
        return Span(f"#{label or target[1:]}", style)
    if target.startswith("!date^"):
        return Span(label or target.rpartition("^")[2], style)
    if target.startswith("!"):
        return Span(label or f"@{target[1:].partition('^')[0]}", style)
    if is_link(target):
        return Span(label or target.removeprefix("mailto:").removeprefix("tel:"), style, link=target)
    return Span(label or target, style)
