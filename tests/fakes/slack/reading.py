"""What a person sees: the words of messages and views, and the controls on them by label or action_id."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack import forms, text_rules
from tests.fakes.slack.forms import NoSuchChoice
from tests.fakes.slack.model import JSON, Message, View
from tests.fakes.slack.workspace import Workspace


def blocks_of(target: Message | View) -> list[JSON]:
    """All blocks of a message (its attachments' too) or of a view."""
    if isinstance(target, View):
        return target.blocks
    return target.blocks + [block for attachment in target.attachments for block in attachment.get("blocks", [])]


def visible_text(workspace: Workspace, target: Message | View) -> str:
    """Everything that a person can read on it, one line a text; buttons and menus in square brackets.

    Mentions show names, links their labels. A message with blocks shows the blocks, not its `text`.
    """
    blocks = blocks_of(target)
    lines = [line for block in blocks for line in _block_lines(workspace, block)]
    if isinstance(target, View):
        words = {name: _words(workspace, target.payload.get(name)) for name in ("title", "submit", "close")}
        lines = [words["title"], *lines, *(f"[{words[name]}]" for name in ("submit", "close") if words[name])]
    else:
        lines = _message_lines(workspace, target, lines)
    return "\n".join(line for line in lines if line)


def _message_lines(workspace: Workspace, message: Message, of_blocks: list[str]) -> list[str]:
    lines = of_blocks if message.blocks else [_mrkdwn(workspace, message.text), *of_blocks]
    attached = [_mrkdwn(workspace, str(attachment.get("text", ""))) for attachment in message.attachments]
    return [*lines, *attached, *(f"({file.title or file.name})" for file in message.files)]


def _mrkdwn(workspace: Workspace, text: str) -> str:
    return text_rules.reads_as(text, workspace.users, workspace.channels)


def _words(workspace: Workspace, text: Any) -> str:
    """The words of a text object: mrkdwn resolved, plain_text as it stands."""
    if not isinstance(text, dict):
        return ""
    if text.get("type") == "mrkdwn":
        return _mrkdwn(workspace, text["text"])
    return text_rules.unescape(str(text.get("text", "")))


def _block_lines(workspace: Workspace, block: JSON) -> Iterator[str]:
    kind = block["type"]
    if kind == "markdown":
        yield block["text"]
    elif kind == "rich_text":
        yield _rich(workspace, block["elements"])
    elif kind == "table":
        yield from (" | ".join(_cell(workspace, cell) for cell in row) for row in block["rows"])
    elif kind == "image":
        yield f"({block['alt_text']})"
    else:
        yield from (_words(workspace, block.get(name)) for name in ("text", "label", "hint"))
        yield from (_words(workspace, field) for field in block.get("fields", []))
        elements = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        yield from (_element_words(workspace, element) for element in elements if isinstance(element, dict))


def _cell(workspace: Workspace, cell: JSON) -> str:
    return _rich(workspace, cell["elements"]) if cell["type"] == "rich_text" else str(cell["text"])


def _element_words(workspace: Workspace, element: JSON) -> str:
    kind = element["type"]
    if kind in ("mrkdwn", "plain_text"):
        return _words(workspace, element)
    if kind == "image":
        return f"({element['alt_text']})"
    if kind == "button":
        return f"[{_words(workspace, element['text'])}]"
    shown = element.get("initial_option", {}).get("text") or element.get("placeholder")
    offered = " / ".join(_words(workspace, option["text"]) for option in forms.options_of(element))
    return f"[{': '.join(part for part in (_words(workspace, shown), offered) if part) or kind}]"


def _rich(workspace: Workspace, elements: list[JSON]) -> str:
    """The words of rich_text elements."""
    said = []
    for element in elements:
        if "elements" in element:
            inner = _rich(workspace, element["elements"])
            said.append(inner if element["type"] == "rich_text_section" else f"{inner}\n")
        elif element["type"] == "user":
            said.append(_mrkdwn(workspace, f"<@{element['user_id']}>"))
        elif element["type"] == "channel":
            said.append(_mrkdwn(workspace, f"<#{element['channel_id']}>"))
        elif element["type"] == "emoji":
            said.append(f":{element['name']}:")
        else:
            said.append(str(element.get("text") or element.get("url") or ""))
    return "".join(said).strip("\n")


def labels_of(block: JSON, element: JSON) -> list[str]:
    """The words by which a person would point at a control."""
    texts = [element.get("text"), element.get("placeholder"), block.get("label")]
    return [text_rules.unescape(text["text"]) for text in texts if isinstance(text, dict)]


def find_control(
    target: Message | View, wanted: str, kinds: set[str] | None = None, value: str | None = None
) -> tuple[JSON, JSON]:
    """(block, element) of the control with that label, action_id or block_id; else NoSuchChoice names what is there.

    `value` tells apart buttons that are labelled the same.
    """
    controls = [(b, e) for b, e in forms.interactive(blocks_of(target)) if kinds is None or e["type"] in kinds]
    for match in (
        [c for c in controls if wanted in labels_of(*c)],
        [c for c in controls if wanted in (c[1]["action_id"], c[0]["block_id"])],
    ):
        found = [c for c in match if value is None or c[1].get("value") == value]
        if len(found) == 1:
            return found[0]
        if found:
            values = [element.get("value") for _, element in found]
            raise NoSuchChoice(f"{wanted!r} is there {len(found)} times, with values {values}")
    there = [(*labels_of(block, element), element["action_id"], element.get("value")) for block, element in controls]
    raise NoSuchChoice(f"there is no {wanted!r} (value {value!r}); there are {there}")
