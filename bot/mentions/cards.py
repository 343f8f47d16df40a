"""A mention as the one who was called sees it, and what the thread is told of him. Data in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.text import Text, bold, head, quoted
from bot.chat.text import text as spans
from bot.chat.views import Button, Control, Field, Form, Post
from bot.language.catalogue import Words
from bot.mentions.rules import Mention
from bot.tickets.cards import headline
from bot.tickets.rules import Ticket

SAID_LIMIT = 1500
BEFORE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words, as the reader's platform can show them."""

    name: str
    text: Text


def mention_post(
    mention: Mention,
    ticket: Ticket,
    said: Said,
    before: Sequence[Said],
    words: Words,
    *,
    readable: bool,
    late: bool,
    address: str = "",
) -> Post:
    """Which ticket, who called and with what words, the last ones before them, and how to answer.

    `readable`: he may see the ticket itself. `late`: it was kept for him until his duty began. `address` leads to the
    message in which he was called.
    """
    lines: list[Text] = [spans(bold(headline(ticket)), " · ", words(f"priority.{ticket.priority.value}"))]
    called = words("mention.called_while_away" if late else "mention.called", name=said.name, at=mention.at)
    lines += [spans(called), quoted(head(said.text, SAID_LIMIT)) or spans("📎")]
    if before:
        lines.append(spans(words("mention.before")))
        lines += [spans(bold(each.name), " ", head(each.text, BEFORE_LIMIT) or "📎") for each in before]
    body = tuple(span for at, line in enumerate(lines) for span in (spans("\n") if at else ()) + line)
    return Post(
        body, footer=words("mention.how_to_answer"), controls=_controls(mention, ticket, words, readable, address)
    )


def _controls(mention: Mention, ticket: Ticket, words: Words, readable: bool, address: str) -> tuple[Control, ...]:
    answer = Button(words("mention.button_answer"), "mention.answer", mention.id, style="primary")
    show = (Button(words("button.show"), "ticket.show", ticket.id),) if readable else ()
    go = (Button(words("mention.button_go"), "", url=address),) if address else ()
    return (answer, *show, *go)


def answer_form(mention: Mention, ticket: Ticket, words: Words) -> Form:
    """Answer where one was called."""
    field = Field("text", words("mention.answer_text"), "text", hint=words("mention.answer_hint"))
    title = words("mention.answer_title", reference=ticket.reference)
    return Form("mention.answer", title, words("mention.answer_submit"), (field,), mention.id)


def answered(ticket: Ticket, name: str, words: Words) -> Post:
    """That the answer has arrived where he was called."""
    return Post(spans(words("mention.answered", reference=ticket.reference, name=name)))
