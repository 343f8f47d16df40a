"""Slack's text: escaping, control sequences in angle brackets, and what a person reads of them.

Rules: docs.slack.dev/messaging/formatting-message-text. Only text that Slack parses as mrkdwn is looked at; a
plain_text object shows `<!channel>` as typed and notifies nobody.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.slack.model import JSON

_SEQUENCE = re.compile(r"<([^<>\n]*)>")
_BROADCAST = re.compile(r"!(channel|here|everyone|group|subteam\^\w+)(\||$)")
_WELL_FORMED = re.compile(r"(@[UW]\w+|#[CG]\w+|!\w[^|]*|(?:https?|mailto|tel|slack):[^|\s]+)(\|.*)?")
_MENTION = re.compile(r"@([UW]\w+)")
_PLAIN_BROADCAST = re.compile(r"(?<![\w<!])@(channel|here|everyone)\b")


def escape(text: str) -> str:
    """Text as Slack delivers what a person typed: the three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_typed(text: str, users: Mapping[str, Any], channels: Mapping[str, Any]) -> str:
    """What the client sends for typed text: all escaped, but for mentions that were picked from its menus.

    `<@U…>` and `<#C…>` of users and channels that exist count as picked.
    """

    def picked(match: re.Match[str]) -> str:
        known = users if match[1] == "@" else channels
        return f"<{match[1]}{match[2]}>" if match[2] in known else match[0]

    return re.sub(r"&lt;([@#])(\w+)(?:\|[^&]*)?&gt;", picked, escape(text))


def mass_mentions(text: str) -> list[str]:
    """The sequences in `text` that would notify many people, such as "!channel" or "!subteam^S1"."""
    return [match[1].split("|")[0] for match in _SEQUENCE.finditer(text) if _BROADCAST.match(match[1])]


def plain_broadcasts(text: str) -> list[str]:
    """The bare @channel, @here, @everyone that `link_names` or `parse=full` would turn into mass mentions."""
    return [match[1] for match in _PLAIN_BROADCAST.finditer(text)]


def unescaped(text: str) -> list[str]:
    """The places where a `<` is no control sequence of Slack's: text that somebody forgot to escape."""
    rest = _SEQUENCE.sub(lambda m: "" if _WELL_FORMED.fullmatch(m[1]) else "<", text)
    return [text[max(0, text.find("<")) :][:40]] if "<" in rest else []


def mentioned_users(text: str) -> list[str]:
    """Ids of the users mentioned with `<@U…>`."""
    return [m[1] for match in _SEQUENCE.finditer(text) if (m := _MENTION.match(match[1]))]


def reads_as(text: str, users: Mapping[str, Any], channels: Mapping[str, Any]) -> str:
    """Mrkdwn as a person reads it: names for mentions, labels for links, entities resolved."""

    def shown(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if label:
            return label
        if target.startswith("@"):
            return f"@{users[target[1:]].name}" if target[1:] in users else target
        if target.startswith("#"):
            return f"#{channels[target[1:]].name}" if target[1:] in channels else target
        return target.replace("!", "@", 1) if target.startswith("!") else target

    return unescape(_SEQUENCE.sub(shown, text))


def parsed_texts(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text inside blocks or attachments that Slack parses for control sequences, with its JSON pointer."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from parsed_texts(f"{pointer}/{index}", item)
    elif isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "markdown") and isinstance(value.get("text"), str):
            yield f"{pointer}/text", value["text"]
        elif "type" not in value or pointer.count("/") == 2:
            yield from _attachment_texts(pointer, value)
        for name, item in value.items():
            yield from parsed_texts(f"{pointer}/{name}", item)


def _attachment_texts(pointer: str, attachment: JSON) -> Iterator[tuple[str, str]]:
    if not pointer.startswith("/attachments"):
        return
    for name in ("text", "pretext", "fallback", "title", "value", "footer"):
        if isinstance(attachment.get(name), str):
            yield f"{pointer}/{name}", attachment[name]


def rich_broadcasts(value: Any) -> list[str]:
    """Mass mentions written as rich_text elements: "broadcast" and "usergroup"."""
    if isinstance(value, list):
        return [found for item in value for found in rich_broadcasts(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "broadcast":
        return [f"!{value.get('range', '')}"]
    if value.get("type") == "usergroup":
        return [f"!subteam^{value.get('usergroup_id', '')}"]
    return [found for item in value.values() for found in rich_broadcasts(item)]
