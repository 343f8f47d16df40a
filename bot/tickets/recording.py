"""Putting what was said into a ticket's conversation, once, with its files."""

from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.events import Attachment, MessageReceived, Place
from bot.chat.text import Text, cleaned, head
from bot.people.rules import Person
from bot.tickets import relay
from bot.tickets.finding import Where
from bot.tickets.rules import TEXT_LIMIT, Fate, Message, Side, Ticket


@dataclass(frozen=True, slots=True)
class Written:
    """Where something was typed: the place and the platform's reference of the message ("" for a form), the ticket's
    thread it stands in (0: none), and what was attached.

    `request` is the collaboration request that it is about (0: none): what is, stays inside.
    """

    place: Place | None = None
    ref: str = ""
    thread: int = 0
    attachments: tuple[Attachment, ...] = ()
    request: int = 0

    @classmethod
    def by(cls, event: MessageReceived, found: Where) -> "Written":
        """A message of a platform, in the thread of a ticket."""
        return cls(event.place, event.message, found.thread.id if found.thread else 0, event.attachments, found.request)


def record(
    context: Context,
    ticket: Ticket,
    side: Side,
    text: Text,
    written: Written,
    *,
    public: bool = True,
    fate: Fate = Fate.SHOWN,
    author: Person | None = None,
) -> Message | None:
    """Store an entry of the conversation, by the one who acts unless `author` says otherwise.

    None when this very message is in a conversation already. Files that can't be carried are left out, and the one who
    acts is told which and why. A text beyond the limit is cut.
    """
    unit = context.unit
    if written.place and written.ref and unit.tickets.message_at(written.place, written.ref) is not None:
        return None
    source = written.place or context.event.place
    files = relay.accept_files(context, source.platform, written.attachments)
    message = Message(
        0, ticket.id, (author or context.who).id, side, public, head(cleaned(text), TEXT_LIMIT), unit.now,
        written.place, written.ref, written.thread, files, fate,
        request=0 if public else written.request,
    )  # fmt: skip
    return unit.tickets.add_message(message)
