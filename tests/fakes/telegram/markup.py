"""Telegram's HTML parse mode, as strict as TDLib's `parse_html`: plain text and entities out, or a refusal.

Lengths and offsets are UTF-16 code units. A named entity other than `&lt; &gt; &amp; &quot;` is no error: Telegram
shows it literally, and so does this parser. Byte offsets in the error texts count UTF-8 bytes, as the server's do.
"""

import re
from typing import Any, NamedTuple

from tests.fakes.telegram.refusals import Refusal, malformed

JSON = dict[str, Any]

SIMPLE_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
}  # fmt: skip
TAGS = {*SIMPLE_TAGS, "a", "span", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
START_TAG = re.compile(r"<([^\s>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
END_TAG = re.compile(r"</([^\s>]*)\s*>")
ATTRIBUTE = re.compile(r"\s*([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)))?")
USER_LINK = re.compile(r"tg://user\?id=(\d+)$")
VALUELESS = {("blockquote", "expandable")}


def utf16_length(text: str) -> int:
    """How long Telegram counts `text`: an emoji outside the basic plane counts two."""
    return len(text.encode("utf-16-le")) // 2


class Formatted(NamedTuple):
    """Text as people see it, with its entities in Telegram's JSON form."""

    text: str
    entities: list[JSON]


class _Open(NamedTuple):
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


class _HtmlParser:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.plain = ""
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[JSON] = []

    def parse(self) -> Formatted:
        position = 0
        while position < len(self.source):
            if self.source.startswith("</", position):
                position = self._end_tag(position)
            elif self.source[position] == "<":
                position = self._start_tag(position)
            else:
                character, position = _character(self.source, position)
                self.plain += character
                self.length += utf16_length(character)
        if self.open:
            raise self._broken(f"Can't find end tag corresponding to start tag {self.open[-1].tag}")
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted(self.plain, self.entities)

    def _start_tag(self, position: int) -> int:
        match = START_TAG.match(self.source, position)
        where = f"at byte offset {self._bytes(position)}"
        if match is None:
            raise self._broken(f"Unclosed start tag {where}")
        tag = match[1].lower()
        if tag not in TAGS:
            raise self._broken(f'Unsupported start tag "{tag}" {where}')
        attributes = self._attributes(tag, match[2], where)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._broken(f'Tag "span" must have class "tg-spoiler" {where}')
        self.open.append(_Open(tag, attributes, self.length, len(self.plain)))
        return match.end()

    def _attributes(self, tag: str, source: str, where: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, *values in ATTRIBUTE.findall(source):
            if not any(values) and (tag, name.lower()) not in VALUELESS and f"{name}=" not in source:
                raise self._broken(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')
            found[name.lower()] = decode_references("".join(values))
        return found

    def _end_tag(self, position: int) -> int:
        where = f"at byte offset {self._bytes(position)}"
        if not self.open:
            raise self._broken(f"Unexpected end tag {where}")
        match = END_TAG.match(self.source, position)
        if match is None:
            raise self._broken(f"Unclosed end tag {where}")
        opened, found = self.open.pop(), match[1].lower()
        if found and found != opened.tag:
            raise self._broken(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{found}>"')
        if self.length > opened.offset:
            self._close(opened)
        return match.end()

    def _close(self, opened: _Open) -> None:
        entity: JSON = {"offset": opened.offset, "length": self.length - opened.offset}
        entity.update(self._meaning(opened))
        if "type" not in entity:
            return
        previous = self.entities[-1] if self.entities else {}
        same_place = all(previous.get(name) == entity[name] for name in ("offset", "length"))
        if same_place and entity["type"] == "pre" and "language" in previous:
            previous["type"] = "pre"  # <pre><code class="language-python"> is one block of code
        else:
            self.entities.append(entity)

    def _meaning(self, opened: _Open) -> JSON:
        tag, attributes = opened.tag, opened.attributes
        if tag in SIMPLE_TAGS:
            return {"type": SIMPLE_TAGS[tag]}
        if tag == "span":
            return {"type": "spoiler"}
        if tag == "a":
            return link_entity(attributes.get("href") or self.plain[opened.start :])
        if tag == "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
        if tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise self._broken("Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
        if tag == "tg-time":
            return {"type": "date_time", "unix_time": int(attributes.get("unix", "0"))}
        language = attributes.get("class", "").removeprefix("language-")
        return {"type": tag, "language": language} if tag == "code" and language else {"type": tag}

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode())

    @staticmethod
    def _broken(reason: str) -> Refusal:
        return malformed(f"can't parse entities: {reason}", f"broken HTML: {reason}")


def link_entity(url: str) -> JSON:
    """What `<a href>` becomes: a mention by id, a link, or nothing when Telegram would not link it."""
    if user := USER_LINK.match(url):
        return {"type": "text_mention", "user_id": int(user[1])}
    if re.match(r"(?:https?|tg|ton|tonsite)://\S+$", url):
        return {"type": "text_link", "url": url}
    if re.match(r"[\w.-]+\.[a-z]{2,}(?:/\S*)?$", url, re.IGNORECASE):
        return {"type": "text_link", "url": f"http://{url}"}
    return {}


def decode_references(text: str) -> str:
    """`text` with Telegram's four named and all numeric character references replaced."""
    decoded, position = "", 0
    while position < len(text):
        character, position = _character(text, position)
        decoded += character
    return decoded


def _character(text: str, position: int) -> tuple[str, int]:
    """The character at `position` and where the next one starts."""
    match = CHARACTER_REFERENCE.match(text, position)
    if match is None:
        return text[position], position + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (NAMED[name], match.end()) if name in NAMED else ("&", position + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "&", position + 1
    return chr(code), match.end()


def parse_html(source: str) -> Formatted:
    """The visible text and entities of HTML; raises `Refusal` (400 `can't parse entities: ...`) when broken."""
    return _HtmlParser(source).parse()


def parse(text: str, parse_mode: str | None, entities: list[JSON] | None = None) -> Formatted:
    """The visible text of `text` under `parse_mode`, trimmed at both ends as the server does.

    Raises `Refusal` for broken markup, for an unknown mode, and for Markdown, which this fake does not read.
    """
    if not parse_mode:
        return trimmed(Formatted(text, list(entities or [])))
    if parse_mode.lower() == "html":
        return trimmed(parse_html(text))
    if parse_mode.lower() in {"markdown", "markdownv2"}:
        raise malformed("can't parse entities: the fake reads HTML only", f"parse_mode {parse_mode} is not supported")
    raise malformed("unsupported parse_mode", f"parse_mode {parse_mode!r} does not exist")


def trimmed(formatted: Formatted) -> Formatted:
    """Without white space around it; entities move along and never reach outside the text."""
    text = formatted.text.rstrip()
    cut = len(text) - len(text.lstrip())
    shift, length = utf16_length(text[:cut]), utf16_length(text[cut:])
    entities = []
    for entity in formatted.entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, length)
        if end > start:
            entities.append({**entity, "offset": start, "length": end - start})
    return Formatted(text[cut:], entities)
