"""A conversation in every place that a ticket has joined: what is said in one is shown in the others that may see it.

What is internal goes to the team's side only. Each copy is an order with a key of its own (`m<message>@<thread>`), so
that an edit replaces it and a deletion takes it away.
"""

from datetime import datetime

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Attachment, Place
from bot.chat.text import STRIKE, Span, Text, bold
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.language.catalogue import Words, chosen
from bot.tickets.rules import Message, Side, Thread, Ticket
from bot.unit import Unit
from bot.workspace import Workspace


def copy_key(message: int, thread: int) -> str:
    """The name under which the copy of a message in a thread is remembered."""
    return f"m{message}@{thread}"


def readers(unit: Unit, message: Message) -> list[Thread]:
    """The threads that show a copy of this message: those allowed to see it, without the one it was written in."""
    threads = [thread for thread in unit.tickets.threads(message.ticket) if thread.id != message.thread]
    if message.side is Side.CUSTOMER or not message.public:
        threads = [thread for thread in threads if thread.side is Side.TEAM]
    places = {(thread.side, thread.place, thread.key): thread for thread in reversed(threads)}
    return sorted(places.values(), key=lambda thread: thread.id)


def show(context: Context, ticket: Ticket, message: Message, *, not_before: datetime | None = None) -> None:
    """Queue the copies of a message, new or as it reads now; files only the first time."""
    unit = context.unit
    author = unit.people.person(message.author).name
    for thread in readers(unit, message):
        words = words_of(unit, context.workspace, thread, ticket)
        held = not_before if thread.side is Side.CUSTOMER else None
        unit.outbox.put(
            Order(
                "show",
                thread.place,
                Post(_body(unit, message, thread.place), author=author, label=_label(words, message, thread),
                     footer=words("relay.edited") if message.edited_at else ""),
                key=copy_key(message.id, thread.id),
                under=thread.key,
                reply_to=thread.reply_to,
            ),
            not_before=held,
            author=message.author,
            ticket=ticket.id,
            message=message.id,
        )  # fmt: skip
        if message.edited_at is None:
            _show_files(unit, message, thread, held)


def _show_files(unit: Unit, message: Message, thread: Thread, held: datetime | None) -> None:
    for file in message.files:
        order = Order("file", thread.place, file=file, under=thread.key, reply_to=thread.reply_to,
                      key=f"{copy_key(message.id, thread.id)}/f{file}")  # fmt: skip
        unit.outbox.put(order, not_before=held, author=message.author, ticket=message.ticket, message=message.id)


def take_away(unit: Unit, message: Message) -> None:
    """Queue the removal of every copy of a message that its author deleted."""
    for thread in readers(unit, message):
        for key in (copy_key(message.id, thread.id), *_file_keys(message, thread)):
            if not unit.outbox.cancel(key):
                unit.outbox.put(
                    Order("remove", thread.place, key=key, under=thread.key), ticket=message.ticket, message=message.id
                )


def _file_keys(message: Message, thread: Thread) -> list[str]:
    return [f"{copy_key(message.id, thread.id)}/f{file}" for file in message.files]


def withhold(unit: Unit, message: Message) -> bool:
    """Take back the copies for the customer that have not left; False when one of them has."""
    keys = [
        key
        for thread in readers(unit, message)
        if thread.side is Side.CUSTOMER
        for key in (copy_key(message.id, thread.id), *_file_keys(message, thread))
    ]
    withheld = [unit.outbox.cancel(key) for key in keys]
    return bool(withheld) and all(withheld)


def words_of(unit: Unit, workspace: Workspace, thread: Thread, ticket: Ticket) -> Words:
    """The language of a thread: its customer's own, else its room's, else the workspace's."""
    own = unit.people.person(ticket.requester).locale if thread.side is Side.CUSTOMER else ""
    if not own:
        room = unit.people.room(thread.place)
        own = room.locale if room else ""
    return Words(chosen(own, workspace.locale), workspace.zone)


def _label(words: Words, message: Message, thread: Thread) -> str:
    if thread.side is Side.CUSTOMER:
        return ""
    if message.side is Side.CUSTOMER:
        return words("relay.from_customer")
    return words("relay.to_customer") if message.public else words("relay.internal")


def _body(unit: Unit, message: Message, place: Place) -> Text:
    source = message.place.platform if message.place else ""
    body = tuple(_translated(unit, span, source, place.platform) for span in message.text)
    if message.removed_at is not None:
        return tuple(Span(span.text, span.style | {STRIKE}) for span in body)
    return body or spans("📎")


def _translated(unit: Unit, span: Span, source: str, target: str) -> Span:
    """A mention as the other platform can show it: that person's account there, else the name alone."""
    if not span.account or source == target:
        return span
    account = unit.people.account(source, span.account)
    if account is None:
        return bold(f"@{span.text.lstrip('@')}")
    name = unit.people.person(account.person).name
    there = next((other for other in unit.people.accounts(account.person) if other.platform == target), None)
    return Span(f"@{name}", account=there.user) if there else bold(f"@{name}")


def accept_files(context: Context, platform: str, announced: tuple[Attachment, ...]) -> tuple[int, ...]:
    """Announce the files of a message so that they are fetched and kept; those that can't be carried are said so."""
    unit, workspace = context.unit, context.workspace
    taken: list[int] = []
    for attachment in announced:
        if attachment.size > workspace.file_limit:
            limit = workspace.file_limit // 1_000_000
            context.answer(Post(spans(context.words("file.too_large", name=attachment.name, limit=limit))))
        elif attachment.name.casefold().endswith(workspace.refused_types):
            context.answer(Post(spans(context.words("file.type_refused", name=attachment.name))))
        else:
            file = unit.files.add(platform, attachment, unit.now)
            if file.state == "wanted":
                unit.outbox.put(Order("fetch", Place(platform, "files"), file=file.id), effect=f"fetch:{file.id}")
            taken.append(file.id)
    return tuple(taken)
