"""Words that Baton does not know: the nearest commands, and a ticket from exactly that message; never silence."""

import secrets
from datetime import timedelta
from typing import Any

from bot.chat.context import Context
from bot.chat.events import CommandGiven, MessageReceived, Place, Quoted
from bot.chat.text import Span, code, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, Post, Reply
from bot.chat.words import COMMANDS, nearest
from bot.errors import NotFound
from bot.people.rules import Role
from bot.tickets.opening import Request, answer_place, open_ticket, origin_of, team_for

KEPT_FOR = timedelta(days=7)
CUSTOMER_COMMANDS = frozenset({"ticket", "mine", "show", "link", "lang", "help"})


def allowed_to(context: Context) -> frozenset[str]:
    """The commands that make sense to offer to this person."""
    return CUSTOMER_COMMANDS if context.who.role is Role.CUSTOMER else frozenset(COMMANDS) - {"start", "cancel"}


def offered(context: Context) -> Reply | None:
    """Say what may have been meant, and offer to open a ticket from the message."""
    event, words = context.event, context.words
    said = plain(event.text).strip() if isinstance(event, MessageReceived | CommandGiven) else ""
    near = nearest(said, allowed_to(context))
    if near:
        shown = [code(words(f"words.{command}").split(",")[0]) for command in near]
        body = spans(words("offer.nearest"), *_spaced(shown))
    else:
        body = spans(words("offer.unknown"), code(words("words.help").split(",")[0]))
    buttons = [Button(words("button.help"), "help", 0)]
    if said and isinstance(event, MessageReceived):
        buttons.insert(0, Button(words("button.open_from_message"), "ticket.from_message", 0, _kept(context, event)))
    context.answer(Post(body, controls=tuple(buttons)))
    return None


def _spaced(parts: list[Span]) -> tuple[Span, ...]:
    return tuple(piece for part in parts for piece in (Span(" "), part))


def _kept(context: Context, event: MessageReceived) -> str:
    """Keep what was said for as long as the button may be pressed; the token names it."""
    token = secrets.token_urlsafe(9)
    value = {
        "place": str(event.place),
        "message": event.message,
        "user": event.user,
        "link": event.link,
        "text": [[span.text, sorted(span.style), span.link, span.account] for span in event.text],
    }
    context.unit.keys.put(f"heard/{token}", value, context.unit.now + KEPT_FOR)
    return token


def _restored(value: dict[str, Any]) -> Quoted:
    text = tuple(Span(words, frozenset(style), link, account) for words, style, link, account in value["text"])
    return Quoted(Place.parse(value["place"]), value["message"], value["user"], text, link=value["link"])


def open_from_message(context: Context, token: str) -> Reply | None:
    """The button under the answer: a ticket from exactly the message that was answered, its author the requester."""
    kept = context.unit.keys.get(f"heard/{token}")
    if kept is None:
        raise NotFound("offer.too_old")
    return open_from_quoted(context, _restored(kept), by="mention")


def open_from_quoted(context: Context, quoted: Quoted, *, by: str) -> Reply | None:
    """A ticket from a message that somebody pointed at; a second time the same ticket is named."""
    account = context.unit.people.account(quoted.place.platform, quoted.user)
    requester = context.unit.people.person(account.person) if account else context.who
    place, reply_to = answer_place(context, quoted)
    request = Request(
        by, requester, team_for(context, quoted.place), quoted.text, place, written_at=quoted.place, ref=quoted.message,
        reply_to=reply_to, origin=origin_of(quoted.place, quoted.message), link=quoted.link,
        attachments=quoted.attachments,
    )  # fmt: skip
    ticket, new = open_ticket(context, request)
    return context.tell("ticket.opened" if new else "ticket.exists", reference=ticket.reference)
