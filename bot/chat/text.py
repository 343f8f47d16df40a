"""Text as typed spans: what a person wrote or will read, free of any platform's markup.

Adapters turn their platform's markup into spans and back; nothing in between ever sees an asterisk that means bold.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

BOLD, ITALIC, STRIKE, CODE, BLOCK, QUOTE = "bold", "italic", "strike", "code", "block", "quote"
STYLES = (BOLD, ITALIC, STRIKE, CODE, BLOCK, QUOTE)

# Explicit direction controls and zero-width characters can make a title read as something else (Unicode TR 36 and 39).
# Zero-width joiners stay: emoji and several scripts need them.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What parts folders, and what Windows takes for a device whatever its ending.
_FOLDERS = re.compile(r"[/\\]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_NAME_LIMIT, _ENDING_LIMIT = 200, 20
_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』)）\"']*|\.(?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters with the same look.

    `style` holds names of `STYLES`. `link` is the address that the run leads to. `account` is the platform's own id of
    the person who is mentioned (the platform is that of the place the text came from or goes to) and `text` then is
    the name to show where the platform can't mention.
    """

    text: str
    style: frozenset[str] = frozenset()
    link: str = ""
    account: str = ""


Text = tuple[Span, ...]


def text(*parts: "str | Span | Text") -> Text:
    """Join strings, spans and texts to one text; empty parts vanish."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans += [Span(part)] if part else []
        elif isinstance(part, Span):
            spans += [part] if part.text else []
        else:
            spans += part
    return tuple(spans)


def bold(words: str) -> Span:
    """A run in bold."""
    return Span(words, frozenset({BOLD}))


def italic(words: str) -> Span:
    """A run in italics."""
    return Span(words, frozenset({ITALIC}))


def code(words: str) -> Span:
    """A run in fixed width, shown as it stands."""
    return Span(words, frozenset({CODE}))


def link(words: str, address: str) -> Span:
    """A run that leads to `address`."""
    return Span(words, link=address)


def mention(name: str, account: str) -> Span:
    """A person, by the platform's id of the account and the name to show where it can't be mentioned."""
    return Span(name, account=account)


def plain(words: Sequence[Span]) -> str:
    """The characters alone, without any look."""
    return "".join(span.text for span in words)


def quoted(words: Text) -> Text:
    """The same text, marked as a quotation."""
    return tuple(replace(span, style=span.style | {QUOTE}) for span in words)


def clean(words: str) -> str:
    """Take out what can't be seen but deceives: control characters, direction overrides, zero-width spaces."""
    return _CONTROL.sub("", _INVISIBLE.sub("", _DIRECTION.sub("", words))).replace("\r\n", "\n").replace("\r", "\n")


def file_name(written: str, otherwise: str = "file") -> str:
    """What a file is called, however it came: one line that deceives nobody, leads into no folder, and is no device.

    Dots and spaces at its end go, for Windows drops them: `setup.exe.` is `setup.exe`. Nothing left is `otherwise`.
    """
    name = " ".join(_FOLDERS.sub("_", clean(written)).split()).rstrip(". ") or otherwise
    stem, dot, ending = name.rpartition(".")
    if len(name) > _NAME_LIMIT:
        ending = f"{dot}{ending}" if len(ending) <= _ENDING_LIMIT else ""
        name = (stem or name)[: _NAME_LIMIT - len(ending)] + ending
    return f"_{name}" if _DEVICE.match(name) else name


def cleaned(words: Iterable[Span]) -> Text:
    """The same spans with `clean` characters; spans that become empty vanish."""
    tidy = (_saying(span, clean(span.text)) for span in words)
    return tuple(span for span in tidy if span.text)


def _saying(span: Span, words: str) -> Span:
    """The span with other words; the same one where they are no others, which is nearly always."""
    return span if words == span.text else replace(span, text=words)


def stripped(words: Text) -> Text:
    """The same text without white space at its two ends."""
    spans = list(words)
    while spans and not spans[0].text.lstrip():
        spans.pop(0)
    while spans and not spans[-1].text.rstrip():
        spans.pop()
    if spans:
        spans[0] = _saying(spans[0], spans[0].text.lstrip())
        spans[-1] = _saying(spans[-1], spans[-1].text.rstrip())
    return tuple(spans)


def first_line(words: str, limit: int) -> str:
    """The first line that says something, cut to `limit` characters: how a title is made from a message."""
    for line in clean(words).splitlines():
        line = " ".join(line.split())
        if any(unicodedata.category(mark)[0] in "LNS" for mark in line):
            return shortened(line, limit)
    return ""


def shortened(words: str, limit: int) -> str:
    """At most `limit` characters; what was cut is shown by an ellipsis."""
    return words if len(words) <= limit else words[: max(limit - 1, 0)].rstrip() + "…"


def head(words: Text, limit: int) -> Text:
    """The first `limit` characters with their looks; what was cut is shown by an ellipsis."""
    if len(plain(words)) <= limit:
        return words
    return (*_slice(words, 0, max(limit - 1, 0)), Span("…"))


def split(words: Text, limit: int) -> list[Text]:
    """Pieces of at most `limit` characters each, in order, cut after a sentence where one ends in the second half.

    Joined together the pieces give back every character. An empty text gives one empty piece.
    """
    whole = plain(words)
    pieces: list[Text] = []
    start = 0
    while len(whole) - start > limit:
        cut = _cut(whole, start, limit)
        pieces.append(_slice(words, start, cut))
        start = cut
    pieces.append(_slice(words, start, len(whole)))
    return pieces


def after(words: Text, count: int) -> Text:
    """What follows the first `count` characters, without white space at its two ends."""
    return stripped(_slice(words, count, len(plain(words))))


def _cut(whole: str, start: int, limit: int) -> int:
    window = whole[start : start + limit]
    ends = [found.end() for found in _SENTENCE_END.finditer(window) if found.end() > limit // 2]
    if ends:
        return start + ends[-1]
    space = max(window.rfind(" "), window.rfind("\n"))
    return start + (space + 1 if space > limit // 2 else limit)


def _slice(words: Text, start: int, end: int) -> Text:
    pieces: list[Span] = []
    at = 0
    for span in words:
        cut = span.text[max(start - at, 0) : max(end - at, 0)]
        if cut:
            pieces.append(replace(span, text=cut))
        at += len(span.text)
    return tuple(pieces)
