"""An article's Markdown (CommonMark with tables and ~~strike~~) as spans that every platform can show, and as plain
words to be searched. HTML in it is shown as it was typed, never obeyed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, stripped

_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE}
_ENDS_LINE = {"paragraph_close", "heading_close", "tr_close"}
_ENDS_PART = {"table_close", "blockquote_close", "bullet_list_close", "ordered_list_close"}

_MARKS = (
    (re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?)", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[-*+][ \t]+", re.MULTILINE), r"\1• "),
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"(\*\*|~~|__)(?=\S)([^\n]*?\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_`])(?=[^\s*_`])([^\n*_`]*?\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"^[ \t|:-]*\|[ \t|:-]*$", re.MULTILINE), ""),
    (re.compile(r"[ \t]*\|[ \t]*"), "  "),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def searchable(body: str) -> str:
    """The words of a body without most of its marks; quick, as it is asked for each article of an index.

    Passages are shown from it: where in the body something was found is a place in this text.
    """
    for pattern, instead in _MARKS:
        body = pattern.sub(instead, body)
    return body.strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])


def shown(body: str) -> Text:
    """The body as spans: paragraphs parted by an empty line, lists by lines with a bullet or a number."""
    page = _Page()
    for token in _parser().parse(body):
        page.take(token)
    return stripped(tuple(page.spans))


def listed(body: str) -> list[tuple[int, str]]:
    """The items of the lists that stand in no other: the line of the body in which each begins, counted from 0, and
    what its first paragraph says. Lists within quotations are none of the author's own."""
    found: list[tuple[int, str]] = []
    begun = -1
    for token in _parser().parse(body):
        if token.type == "list_item_open" and token.level == 1 and token.map:
            begun = token.map[0]
        elif token.type == "inline" and begun >= 0:
            said = "".join(span.text for span in _inline(token.children or [], frozenset()))
            found.append((begun, said))
            begun = -1
        elif token.type == "list_item_close" and token.level == 1:
            begun = -1
    return found


@dataclass
class _Page:
    """What was written so far, and what holds for what comes: lists that are open, quotations, styles of a heading."""

    spans: list[Span] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)  # the next number of each open list, 0 for bullets
    quotes: int = 0
    styles: set[str] = field(default_factory=set)

    def take(self, token: Token) -> None:
        """Write what one block token says."""
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self.lists.append(0 if kind == "bullet_list_open" else int(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self._begin_item()
        elif kind in ("blockquote_open", "blockquote_close"):
            self.quotes += 1 if kind.endswith("open") else -1
        elif kind in ("heading_open", "heading_close", "th_open", "th_close"):
            (self.styles.add if kind.endswith("open") else self.styles.discard)(BOLD)
        elif kind == "inline":
            self.spans += _inline(token.children or [], self._style())
        elif kind in ("fence", "code_block"):
            self._write(token.content.rstrip("\n"), {BLOCK})
            self._write("\n\n")
        elif kind == "hr":
            self._write("———\n\n")
        self._end(kind, hidden=token.hidden)

    def _begin_item(self) -> None:
        number = self.lists[-1]
        self._write("   " * (len(self.lists) - 1) + (f"{number}. " if number else "• "))
        if number:
            self.lists[-1] += 1

    def _end(self, kind: str, *, hidden: bool) -> None:
        if kind in ("th_close", "td_close"):
            self._write("  ")
        elif kind in _ENDS_LINE:
            self._write("\n" if hidden or self.lists or kind == "tr_close" else "\n\n")
        elif kind in _ENDS_PART and not self.lists:
            self._write("\n")

    def _style(self) -> frozenset[str]:
        return frozenset(self.styles | ({QUOTE} if self.quotes else set()))

    def _write(self, words: str, style: Iterable[str] = ()) -> None:
        self.spans.append(Span(words, self._style() - {BOLD} | frozenset(style)))


def _inline(tokens: Sequence[Token], around: frozenset[str]) -> list[Span]:
    spans: list[Span] = []
    styles, address = set(around), ""
    for token in tokens:
        name, _, what = token.type.rpartition("_")
        if name in _STYLES:
            (styles.add if what == "open" else styles.discard)(_STYLES[name])
        elif name == "link":
            address = str(token.attrGet("href") or "") if what == "open" else ""
        elif token.type == "image":
            spans.append(Span(f"🖼 {token.content}".strip(), frozenset(styles), str(token.attrGet("src") or "")))
        elif token.type in ("softbreak", "hardbreak"):
            spans.append(Span("\n", frozenset(styles)))
        elif token.content:
            style = frozenset({*styles, CODE} if token.type == "code_inline" else styles)
            spans.append(Span(token.content, style, address))
    return spans
