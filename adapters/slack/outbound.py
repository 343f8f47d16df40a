"""Views as Block Kit: plain dictionaries, in sizes that Slack takes. Pure.

Words that people wrote go into rich_text and plain_text, which Slack shows as they stand; mrkdwn is used only for the
values of rows, escaped. `text`, the fallback for notifications and screen readers, is always there.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack import limits
from adapters.slack.limits import cut, inert
from adapters.slack.mrkdwn import escape, from_spans, would_format
from adapters.slack.rich_text import blocks_of
from bot.chat.text import Span, bold, head, plain, split, text
from bot.chat.views import Button, Card, Choice, Control, DatePicker, Menu, Post, Row, View

Block = dict[str, Any]

# The action of buttons that only lead somewhere: Slack tells of the press as well, and nobody waits for it.
LEADS_AWAY = "leads-away"

_ACTION_ID = re.compile(r"(?P<action>.*):(?P<subject>-?[0-9]+)#[0-9]+", re.DOTALL)

# What a block without text was seen to cost (slackapi/bolt-js#2509), and a generous guess for a control.
_ROW_WEIGHT, _CONTROL_WEIGHT = 125, 75

# Texts are not cut below this many characters while whole sections could go instead.
_READABLE = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """What a message is made of: blocks, and the text that stands for them where blocks can't be shown."""

    blocks: list[Block]
    text: str


def messages(view: View, budget: int = limits.MESSAGE_JSON) -> list[Message]:
    """A card or post as the messages that it takes: one, but for a post whose text is longer than one can hold.

    A long text is split after a sentence; its author stands on the first message, controls and footer on the last.
    `budget` is what the blocks of a message may weigh together (see `weight`).
    """
    whole = _blocks(view, _longest_text(view), limits.VIEW_BLOCKS)
    if isinstance(view, Card) or _fits(whole, limits.MESSAGE_BLOCKS, budget):
        return [message(view, budget)]
    length = budget
    while length > _READABLE:
        parts = _parted(view, length)
        if all(_fits(_post(part, length), limits.MESSAGE_BLOCKS, budget) for part in parts):
            return [message(part, budget) for part in parts]
        length = length * 3 // 4
    return [message(part, budget) for part in _parted(view, length)]


def message(view: View, budget: int = limits.MESSAGE_JSON) -> Message:
    """A card or post as a single message. What does not fit is left out, and an ellipsis tells so."""
    return Message(_fitted(view, limits.MESSAGE_BLOCKS, budget) or small_print("–"), fallback(view) or "–")


def _parted(post: Post, length: int) -> list[Post]:
    pieces = split(post.body, length)
    last = len(pieces) - 1
    return [
        Post(
            piece,
            author=post.author if not number else "",
            label=post.label if not number else "",
            footer=post.footer if number == last else "",
            controls=post.controls if number == last else (),
        )
        for number, piece in enumerate(pieces)
    ]


def home(view: View) -> Block:
    """A card as a person's App Home."""
    return {"type": "home", "blocks": _fitted(view, limits.VIEW_BLOCKS, 20 * limits.MESSAGE_JSON)}


def fallback(view: View) -> str:
    """Everything that a view says, as escaped text of a length that Slack recommends."""
    return cut(escape(inert("\n".join(line for line in _said(view) if line.strip()))), limits.FALLBACK)


def action_id(action: str, subject: int, number: int) -> str:
    """How an action and its subject travel; `number` keeps ids apart within a block."""
    return f"{action}:{subject}#{number}"


def read_action_id(written: str) -> tuple[str, int]:
    """The action and its subject; an id that Baton did not make is an action without a subject."""
    found = _ACTION_ID.fullmatch(written)
    return (found["action"], int(found["subject"])) if found else (written, 0)


def _said(view: View) -> Iterable[str]:
    if isinstance(view, Post):
        yield from (view.label, view.author, plain(view.body), view.footer)
        return
    yield from (view.title, plain(view.body))
    yield from (f"{row.label}: {plain(row.value)}" for row in view.rows)
    for section in view.sections:
        yield from (section.heading, plain(section.body))
    yield view.footer


def _fitted(view: View, most: int, budget: int) -> list[Block]:
    """The blocks of the view, made few and small enough: long texts are cut first, then the last sections go."""
    longest = _longest_text(view)
    sections = len(view.sections) if isinstance(view, Card) else 0
    blocks = _blocks(view, longest, sections)
    while not _fits(blocks, most, budget):
        if longest > _READABLE or (longest > 1 and not sections):
            longest = longest * 3 // 4
        elif sections:
            sections -= 1
        else:
            return blocks[:most]
        blocks = _blocks(view, longest, sections)
    return blocks


def _fits(blocks: list[Block], most: int, budget: int) -> bool:
    return len(blocks) <= most and weight(blocks) <= budget


def weight(blocks: Iterable[Block]) -> int:
    """How large Slack takes blocks to be, as far as is known: their JSON. The options of menus do not count."""
    return sum(
        _ROW_WEIGHT + _CONTROL_WEIGHT * len(block["elements"])
        if block["type"] == "actions"
        else len(json.dumps(block, ensure_ascii=False))
        for block in blocks
    )


def _longest_text(view: View) -> int:
    texts = [plain(view.body)]
    if isinstance(view, Card):
        texts += [plain(row.value) for row in view.rows] + [plain(section.body) for section in view.sections]
    return max(len(words) for words in texts) or 1


def _blocks(view: View, longest: int, sections: int) -> list[Block]:
    return _post(view, longest) if isinstance(view, Post) else _card(view, longest, sections)


def _post(post: Post, longest: int) -> list[Block]:
    author = text(bold(post.author), "\n") if post.author else ()
    return [
        *small_print(post.label),
        *blocks_of(text(author, head(post.body, longest))),
        *_controls(post.controls),
        *small_print(post.footer),
    ]


def _card(card: Card, longest: int, sections: int) -> list[Block]:
    blocks: list[Block] = []
    if card.title.strip():
        blocks.append({"type": "header", "text": plain_text(card.title, limits.HEADER)})
    blocks += blocks_of(head(card.body, longest))
    blocks += _rows(card.rows, longest)
    for section in card.sections[:sections]:
        heading = text(bold(section.heading), "\n" if section.body else "") if section.heading else ()
        blocks += blocks_of(text(heading, head(section.body, longest)))
        blocks += _controls(section.controls)
    if len(card.sections) > sections:
        blocks += small_print("…")
    return blocks + _controls(card.controls) + small_print(card.footer)


def _rows(rows: Sequence[Row], longest: int) -> list[Block]:
    fields = [_field(row, longest) for row in rows if row.label.strip() or plain(row.value).strip()]
    step = limits.FIELDS_IN_SECTION
    return [{"type": "section", "fields": fields[at : at + step]} for at in range(0, len(fields), step)]


def _field(row: Row, longest: int) -> Block:
    """Label above value. A value that mrkdwn would show as something else is shown plainly, with the label."""
    label, value = row.label.strip(), head(row.value, min(longest, limits.FIELD // 4))
    words = plain(value)
    if would_format(label) or (would_format(words) and all(_is_bare(span) for span in value)):
        return plain_text(f"{label}\n{words}", limits.FIELD)
    marked = from_spans(value)
    if len(marked) > limits.FIELD - len(label) * 6 - 8:  # links are longer than what is seen of them
        marked = escape(words)
    heading = f"*{escape(label)}*\n" if label else ""
    return {"type": "mrkdwn", "text": f"{heading}{marked}", "verbatim": True}


def _is_bare(span: Span) -> bool:
    return not (span.style or span.link or span.account)


def small_print(words: str) -> list[Block]:
    """A context block with a few words; nothing for none."""
    if not words.strip():
        return []
    return [{"type": "context", "elements": [plain_text(words, limits.CONTEXT)]}]


def plain_text(words: str, limit: int) -> Block:
    """A text object that is shown as it stands. Slack refuses empty ones, so white space alone becomes a dash."""
    return {"type": "plain_text", "text": cut(inert(words), limit) if words.strip() else "–", "emoji": False}


def _controls(controls: Sequence[Control]) -> list[Block]:
    elements = [_element(control, number) for number, control in enumerate(controls)]
    step = limits.CONTROLS_IN_ROW
    return [{"type": "actions", "elements": elements[at : at + step]} for at in range(0, len(elements), step)]


def _element(control: Control, number: int) -> Block:
    if isinstance(control, Button):
        return _button(control, number)
    identity = action_id(control.action, control.subject, number)
    if isinstance(control, DatePicker):
        chosen = {"initial_date": control.chosen} if control.chosen else {}
        return {"type": "datepicker", "action_id": identity, "placeholder": plain_text(control.label, 150), **chosen}
    return _menu(control, identity)


def _button(button: Button, number: int) -> Block:
    element: Block = {"type": "button", "text": plain_text(button.label, limits.BUTTON_LABEL)}
    if button.url and len(button.url) <= limits.ADDRESS:
        element |= {"url": button.url, "action_id": action_id(LEADS_AWAY, 0, number)}
    else:
        element["action_id"] = action_id(button.action, button.subject, number)
    if button.value:
        element["value"] = button.value
    if button.style:
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = _confirm(button)
    return element


def _confirm(button: Button) -> Block:
    """The question asked first; the way back has Slack's own word, in the reader's language."""
    style = {"style": button.style} if button.style else {}
    return {
        "title": plain_text(button.label, limits.CONFIRM_TITLE),
        "text": plain_text(button.confirm, limits.CONFIRM_TEXT),
        "confirm": plain_text(button.label, limits.CONFIRM_YES),
        **style,
    }


def _menu(menu: Menu, identity: str) -> Block:
    options = options_of(menu.choices)
    if not options:  # Slack refuses a menu without a choice; what it would have offered is still said
        return {"type": "button", "text": plain_text(menu.label, limits.BUTTON_LABEL), "action_id": identity}
    chosen = [option for option in options if option["value"] == menu.chosen]
    element: Block = {"type": "static_select", "action_id": identity, "options": options}
    element["placeholder"] = plain_text(menu.label, limits.PLACEHOLDER)
    return {**element, "initial_option": chosen[0]} if chosen else element


def options_of(choices: Sequence[Choice], most: int = limits.OPTIONS) -> list[Block]:
    """Choices as options of a menu, at most as many as Slack takes."""
    return [{"text": plain_text(choice.label, limits.OPTION_LABEL), "value": choice.value} for choice in choices[:most]]
