"""Views as Telegram shows them: HTML in one or more messages, buttons under the last. Pure.

Telegram has buttons and nothing else: a menu or a date picker becomes a button with the action `menu`, which Baton
answers with the choices as buttons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapters.telegram import callback, limits
from adapters.telegram.html import html
from bot.chat.text import Span, Text, bold, italic, plain, shortened, stripped, text
from bot.chat.views import Button, Card, Control, Post, Section, View

JSON = dict[str, Any]

MENU = "menu"
_STYLES = {"primary": "primary", "danger": "danger"}
_ROW_WIDTH = 28
_ROW_BUTTONS = 3
_HEADING_ON_BUTTON = 16
_EMPTY = text("…")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: its HTML, the same without any look, and its keyboard where it has one."""

    html: str
    plain: str
    keyboard: JSON | None = None


def pieces(view: View) -> list[Piece]:
    """The messages that a view makes, in order; never none. Raises ValueError for a button that does not fit."""
    words, controls = composed(view)
    shown = [piece for piece in limits.pieces(words) if limits.visible(piece)] or [_EMPTY]
    buttons = keyboard(controls)
    return [
        Piece(html(piece), limits.well_formed(plain(piece)), buttons if index == len(shown) - 1 else None)
        for index, piece in enumerate(shown)
    ]


def caption(view: View) -> str:
    """A view's words as HTML that fits under a file."""
    words, _ = composed(view)
    return html(limits.shortest(words, limits.CAPTION))


def fits_caption(view: View) -> bool:
    """Whether all of a view fits under a file, without buttons."""
    words, controls = composed(view)
    return not controls and limits.utf16(plain(words)) <= limits.CAPTION


def composed(view: View) -> tuple[Text, Sequence[Control]]:
    """A view's words in reading order, and its controls. Addresses no button may lead to stand among the words."""
    words, controls = _card(view) if isinstance(view, Card) else _post(view)
    unreachable = [c for c in controls if isinstance(c, Button) and c.url and not _public(c.url)]
    parts = [words, *(text(f"{button.label}: {button.url}") for button in unreachable)]
    return _lines(parts), [control for control in controls if control not in unreachable]


def keyboard(controls: Sequence[Control]) -> JSON | None:
    """The inline keyboard of these controls, short labels side by side; None for no controls."""
    rows: list[list[JSON]] = []
    room = 0
    for control in controls[: limits.BUTTONS]:
        width = _width(control.label)
        if not rows or len(rows[-1]) == _ROW_BUTTONS or width > room:
            rows.append([])
            room = _ROW_WIDTH
        rows[-1].append(_button(control))
        room -= width
    return {"inline_keyboard": rows} if rows else None


def _card(card: Card) -> tuple[Text, list[Control]]:
    several = sum(bool(section.controls) for section in card.sections) > 1
    controls: list[Control] = []
    parts: list[Text] = [text(bold(card.title)) if card.title else (), card.body]
    parts += [text(bold(f"{row.label}: "), row.value) for row in card.rows]
    for section in card.sections:
        parts.append(_section(section))
        controls += (_told_apart(control, section) if several else control for control in section.controls)
    parts.append(text(italic(card.footer)) if card.footer else ())
    return _lines(parts), [*controls, *card.controls]


def _section(section: Section) -> Text:
    heading = text("\n", bold(section.heading)) if section.heading else ()
    return _lines([heading, section.body])


def _post(post: Post) -> tuple[Text, list[Control]]:
    parts: list[Text] = [
        text(italic(post.label)) if post.label else (),
        text(bold(post.author)) if post.author else (),
        post.body,
        text(italic(post.footer)) if post.footer else (),
    ]
    return _lines(parts), list(post.controls)


def _lines(parts: Iterable[Text]) -> Text:
    """The parts that say anything, each on a line of its own."""
    joined: list[Span] = []
    for part in parts:
        if plain(part):
            joined += [Span("\n"), *part] if joined else part
    return tuple(joined)


def _told_apart(control: Control, section: Section) -> Control:
    """All buttons stand together under the message: several sections' buttons carry their section's heading."""
    heading = shortened(section.heading or plain(stripped(section.body)), _HEADING_ON_BUTTON)
    label = f"{control.label} · {heading}" if heading else control.label
    if isinstance(control, Button):
        return Button(
            label, control.action, control.subject, control.value, control.style, control.confirm, control.url
        )
    return Button(label, MENU, control.subject, control.action)


def _button(control: Control) -> JSON:
    label = limits.well_formed(control.label).strip() or "…"
    if not isinstance(control, Button):
        return {"text": label, "callback_data": callback.encoded(MENU, control.subject, control.action)}
    if control.url:
        return {"text": label, "url": control.url}
    token = callback.encoded(control.action, control.subject, control.value)
    style = _STYLES.get(control.style)
    return {"text": label, "callback_data": token} | ({"style": style} if style else {})


def _public(url: str) -> bool:
    """Whether Telegram lets a button lead there: the web or itself, and no name that only this machine knows."""
    parts = urlsplit(url)
    return parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in (parts.hostname or ""))


def _width(label: str) -> int:
    """How wide a label is, roughly: characters of East Asian scripts and emoji count two."""
    return sum(2 if mark > "\u2e7f" else 1 for mark in label) + 2
