"""Views as words for channels without buttons: a subject, plain lines, simple HTML, rows and links. Pure.

HTML says what the plain lines say, and shows every address: Apprise makes a mail's plain part from it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from bot.chat.text import (
    BLOCK,
    BOLD,
    CODE,
    ITALIC,
    QUOTE,
    STRIKE,
    Span,
    Text,
    bold,
    first_line,
    italic,
    link,
    plain,
    text,
)
from bot.chat.views import Button, Card, Control, Post, View

_SUBJECT = 120
_DOTS = "..."
# Robots read mentions in plain text: Feishu `<at user_id="all">`, WeCom `<@all>`. Nobody means one here.
_MENTION = re.compile(r"<(?=\s*/?\s*(?:at\b|@))", re.IGNORECASE)
_TAGS = {BOLD: "b", ITALIC: "i", STRIKE: "s", CODE: "code", BLOCK: "code", QUOTE: "i"}


@dataclass(frozen=True, slots=True)
class Message:
    """`subject` is one line. `text` and `html` have the rest; `whole` is all of it in plain lines, the title once.

    `links` are pairs of label and address, in reading order; their addresses stand in the words as well.
    """

    subject: str
    text: str
    whole: str
    html: str
    rows: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def rendered(view: View) -> Message:
    """The view in words."""
    parts = list(_card(view) if isinstance(view, Card) else _post(view))
    controls = [*_controls(view)]
    links = tuple((button.label, button.url) for button in controls if isinstance(button, Button) and button.url)
    lines = [part for part in parts if plain(part).strip()]
    lines += [text(f"{label}: ", link(url, url)) for label, url in links]
    body = "\n".join(_plain(line) for line in lines)
    title = view.title if isinstance(view, Card) else ""
    rows = tuple((row.label, plain(row.value)) for row in view.rows) if isinstance(view, Card) else ()
    return Message(
        subject=first_line(title or body, _SUBJECT),
        text=body,
        whole="\n".join(part for part in (title, body) if part),
        html="\n".join(f"<p>{_html(line)}</p>" for line in lines),
        rows=rows,
        links=tuple(dict.fromkeys([*_inline(parts), *links])),
    )


def unmentioned(words: str) -> str:
    """The same words for a robot, calling nobody."""
    return _MENTION.sub("＜", words)


def brief(message: Message, room: int) -> str:
    """All of it on one line if it fits into `room` characters; else its beginning, and the first link kept whole.

    Three dots show that something was cut: an ellipsis would cost a text message half of its room.
    """
    words = " ".join(message.whole.split()).replace("…", _DOTS)
    if len(words) <= room:
        return words
    first = f" {message.links[0][1]}" if message.links else ""
    if len(first) > room // 2:
        first = ""
    kept = max(room - len(_DOTS) - len(first), 0)
    return f"{words.replace(first, '')[:kept].rstrip(' :(')}{_DOTS}{first}"


def _card(card: Card) -> Iterator[Text]:
    yield card.body
    yield from (text(bold(f"{row.label}: "), row.value) for row in card.rows)
    for section in card.sections:
        yield text(bold(section.heading)) if section.heading else ()
        yield section.body
    yield text(italic(card.footer)) if card.footer else ()


def _post(post: Post) -> Iterator[Text]:
    yield text(italic(post.label)) if post.label else ()
    yield text(bold(post.author)) if post.author else ()
    yield post.body
    yield text(italic(post.footer)) if post.footer else ()


def _controls(view: View) -> Iterator[Control]:
    """Those that stand anywhere in the view; only such as lead to an address can be offered."""
    if isinstance(view, Card):
        for section in view.sections:
            yield from section.controls
    yield from view.controls


def _inline(parts: Iterable[Text]) -> Iterator[tuple[str, str]]:
    yield from ((span.text, span.link) for part in parts for span in part if span.link)


def _plain(words: Text) -> str:
    return "".join(f"{span.text} ({span.link})" if _told_apart(span) else span.text for span in words)


def _told_apart(span: Span) -> bool:
    """Whether a link's words are not its address already."""
    return bool(span.link) and span.link != span.text


def _html(words: Text) -> str:
    return "".join(_span(span) for span in words)


def _span(span: Span) -> str:
    shown = escape(span.text).replace("\n", "<br>")
    for style in sorted(span.style):
        shown = f"<{_TAGS[style]}>{shown}</{_TAGS[style]}>"
    if not span.link:
        return shown
    address = escape(span.link)
    anchor = f'<a href="{address}">{address}</a>'
    return f"{shown} ({anchor})" if _told_apart(span) else anchor
