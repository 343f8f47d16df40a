"""Words that are no command: the answer to a question that is surely known, else the nearest commands, and a ticket
from exactly that message; never silence."""

from bot.chat.context import Context
from bot.chat.events import CommandGiven, MessageReceived, Quoted
from bot.chat.text import Span, code, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, Post, Reply
from bot.chat.words import COMMANDS, nearest
from bot.people.rules import Role
from bot.tickets.keeping import keep, kept
from bot.tickets.opening import open_from_quoted

CUSTOMER_COMMANDS = frozenset({"ticket", "mine", "show", "history", "link", "lang", "help"})


def allowed_to(context: Context) -> frozenset[str]:
    """The commands that make sense to offer to this person."""
    return CUSTOMER_COMMANDS if context.who.role is Role.CUSTOMER else frozenset(COMMANDS) - {"start", "cancel"}


def offered(context: Context) -> Reply | None:
    """Answer a question; else say what may have been meant, and offer to look it up or to open a ticket from it."""
    words, said, token = context.words, _said(context), _kept(context)
    ticket = (Button(words("button.open_from_message"), "ticket.from_message", 0, token),) if token else ()
    if said and context.house.first.asked(context, said, ticket):
        return None
    near = nearest(said, allowed_to(context))
    if near:
        shown = [code(words(f"words.{command}").split(",")[0]) for command in near]
        body = spans(words("offer.nearest"), *_spaced(shown))
    else:
        body = spans(words("offer.unknown"), " ", code(words("words.help").split(",")[0]))
    look = Button(words("button.look_up"), "kb.ask", 0, token)
    looks = (look,) if token and said and context.who.role.staff and context.inside else ()
    context.answer(Post(body, controls=(*looks, *ticket, Button(words("button.help"), "help", 0))))
    return None


def _kept(context: Context) -> str:
    """What the message can be found by when a button under the answer comes back ("": there is none)."""
    event = context.event
    if isinstance(event, MessageReceived) and (_said(context) or event.attachments):
        return keep(context, _quoted(event))
    return ""


def _said(context: Context) -> str:
    event = context.event
    if isinstance(event, CommandGiven):
        return f"{event.word} {plain(event.text)}".strip()
    return plain(event.text).strip() if isinstance(event, MessageReceived) else ""


def _spaced(parts: list[Span]) -> tuple[Span, ...]:
    return tuple(piece for part in parts for piece in (Span(" "), part))


def _quoted(event: MessageReceived) -> Quoted:
    """The message itself, as something to point at later."""
    return Quoted(event.place, event.message, event.user, event.text, event.attachments, event.profile, event.link)


def open_from_message(context: Context, token: str) -> Reply | None:
    """The button under the answer: a ticket from exactly the message that was answered, its author the requester."""
    return open_from_quoted(context, kept(context.unit, token), by="mention")
