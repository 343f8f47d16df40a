"""Answering where one was told: the words land in the thread where one was called, inside."""

from bot.chat.context import Context
from bot.chat.events import Attachment, ButtonPressed, FormSubmitted, MessageReceived, Place
from bot.chat.text import Text
from bot.chat.text import text as spans
from bot.chat.views import OpenForm, Reply
from bot.errors import NotFound
from bot.mentions import cards, notices, telling
from bot.mentions.facts import MentionAnswered
from bot.mentions.rules import Mention, State
from bot.tickets import replies
from bot.tickets.recording import Written
from bot.tickets.rules import Message, Side


def heard(context: Context, event: MessageReceived, name: str) -> bool:
    """Words in reply to the direct message, or under it, are the answer; somebody else's are not."""
    mention = _own(context, telling.mention_in(name))
    _answer(context, mention, event.text, event.attachments, event.place, event.message)
    return True


def pressed(context: Context) -> Reply | None:
    """The button: the form, or the question on a platform without forms."""
    number = context.event.subject if isinstance(context.event, ButtonPressed) else 0
    mention = _own(context, number)
    return OpenForm(cards.answer_form(mention, telling.ticket_of(context.unit, mention), context.words))


def filled_in(context: Context, event: FormSubmitted) -> Reply | None:
    """The form came back."""
    mention = _own(context, event.subject)
    _answer(context, mention, spans(event.values.get("text", "").strip()), event.attachments)
    return None


def _own(context: Context, number: int) -> Mention:
    """Raises `NotFound` for what is somebody else's."""
    mention = context.unit.mentions.get(number)
    if mention.person != context.who.id:
        raise NotFound("mention.unknown")
    return mention


def _answer(
    context: Context, mention: Mention, text: Text, files: tuple[Attachment, ...], place: Place | None = None,
    ref: str = "",
) -> None:  # fmt: skip
    unit = context.unit
    ticket, message = telling.ticket_of(unit, mention), unit.tickets.message(mention.message)
    written = Written(place, ref, 0, files, message.request)
    requests = (message.request,) if message.request else ()
    replies.write_note(context, ticket, text, written, side=_side(context, message), requests=requests)
    notices.save_state(unit, mention, State.ANSWERED)
    last = unit.tickets.conversation(ticket.id, limit=1)
    unit.record(MentionAnswered(ticket.id, mention=mention.id, message=last[-1].id, person=mention.person))
    context.answer(cards.answered(ticket, unit.people.person(message.author).name, context.words))


def _side(context: Context, message: Message) -> Side:
    """Whose words they are: those of the department that was asked to help, if he belongs to it."""
    request = context.unit.collab.get(message.request) if message.request else None
    return Side.HELPER if request and request.team in context.who.teams else Side.TEAM
