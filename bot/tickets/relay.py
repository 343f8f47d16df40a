"""A conversation in every place that a ticket has joined: what is said in one is shown in the others that may see it.

What is internal goes to the team's side only; a department that was asked to help reads what is said to it and what
was chosen for it. Each copy is an order with a key of its own (`copies.py`), so that an
edit replaces it and a deletion takes it away.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Attachment, Place
from bot.chat.text import STRIKE, Span, Text, bold
from bot.chat.text import text as spans
from bot.chat.views import Post, View
from bot.language.catalogue import Words
from bot.tickets.copies import copy_key, file_key, names, shown_in, stands
from bot.tickets.customers import words_in
from bot.tickets.rules import Fate, Message, Side, Thread, Ticket
from bot.unit import Unit

# How much of a conversation a team reads that joins it later.
RECENT = 20


def readers(unit: Unit, message: Message) -> list[Thread]:
    """The threads that show a copy of this message: those allowed to see it, without the one it was written in."""
    threads = [thread for thread in unit.tickets.threads(message.ticket) if thread.id != message.thread]
    threads = [thread for thread in threads if _may_read(unit, message, thread)]
    places = {(thread.side, thread.place, thread.key): thread for thread in reversed(threads)}
    return sorted(places.values(), key=lambda thread: thread.id)


def _may_read(unit: Unit, message: Message, thread: Thread) -> bool:
    if thread.side is Side.CUSTOMER:
        return message.public and message.side is Side.TEAM
    if thread.side is Side.HELPER:
        own = message.request == thread.request and not shut(unit, thread)
        return own or shown_in(unit, message, thread)
    return True


def shut(unit: Unit, thread: Thread) -> bool:
    """Whether it is a room of its own in which nothing can be said any more."""
    room = unit.people.room(thread.place) if thread.alone and thread.side is Side.HELPER else None
    return room is not None and not room.present


def show_to(context: Context, ticket: Ticket, message: Message, threads: Sequence[Thread]) -> None:
    """Queue copies for threads of departments that read only what is chosen for them; not where it stands already."""
    for thread in threads:
        if thread.side is Side.HELPER and thread.id != message.thread and not shown_in(context.unit, message, thread):
            _show_in(context, ticket, message, thread, None)


def show(context: Context, ticket: Ticket, message: Message, *, not_before: datetime | None = None) -> None:
    """Queue the copies of a message, new or as it reads now; files only the first time.

    What an edit makes of a message is no news to a customer who never saw it (his thread joined later).
    """
    for thread in readers(context.unit, message):
        if message.edited_at is None or thread.side is Side.TEAM or shown_in(context.unit, message, thread):
            _show_in(context, ticket, message, thread, not_before if thread.side is Side.CUSTOMER else None)


def _show_in(context: Context, ticket: Ticket, message: Message, thread: Thread, held: datetime | None) -> None:
    unit = context.unit
    words = words_in(context, ticket, thread)
    view = Post(
        _body(unit, message, thread.place),
        author=unit.people.person(message.author).name if message.author else words("history.baton"),
        label=_label(unit, words, message, thread),
        footer=words("relay.edited") if message.edited_at else "",
    )
    name = names(unit, message, thread)[0] if message.edited_at else copy_key(message.id, thread.id)
    order = Order("show", thread.place, view, key=name, under=thread.key, reply_to=thread.reply_to)
    unit.outbox.put(
        order, not_before=held, author=message.author, ticket=ticket.id, message=message.id,
        fresh=message.at == unit.now and message.edited_at is None,
    )  # fmt: skip
    if message.edited_at is None:
        _show_files(unit, message, message.files, thread, held)


def show_as(unit: Unit, message: Message, thread: Thread, view: View) -> None:
    """Queue a message in one thread with a look of its own (buttons under it); how it looked there before is replaced.
    Its files are queued the first time."""
    known = shown_in(unit, message, thread)
    name = names(unit, message, thread)[0]
    order = Order("show", thread.place, view, key=name, under=thread.key, reply_to=thread.reply_to)
    unit.outbox.put(order, ticket=message.ticket, message=message.id)
    if not known:
        _show_files(unit, message, message.files, thread, None)


def show_again(context: Context, ticket: Ticket, threads: Sequence[Thread]) -> None:
    """Queue copies of what was said lately for threads that have just joined."""
    places = {thread.id for thread in threads}
    for message in context.unit.tickets.conversation(ticket.id, limit=RECENT) if places else ():
        if message.removed_at is None and message.fate is not Fate.TAKEN_BACK:
            for thread in readers(context.unit, message):
                if thread.id in places:
                    _show_in(context, ticket, message, thread, None)


def show_more(unit: Unit, message: Message, files: tuple[int, ...], *, not_before: datetime | None = None) -> None:
    """Queue the copies of files that arrived after the message that they belong to."""
    for thread in readers(unit, message):
        if thread.side is Side.TEAM or shown_in(unit, message, thread):
            _show_files(unit, message, files, thread, not_before if thread.side is Side.CUSTOMER else None)


def _show_files(unit: Unit, message: Message, files: tuple[int, ...], thread: Thread, held: datetime | None) -> None:
    for file in files:
        order = Order("file", thread.place, file=file, under=thread.key, reply_to=thread.reply_to,
                      key=file_key(copy_key(message.id, thread.id), file))  # fmt: skip
        unit.outbox.put(order, not_before=held, author=message.author, ticket=message.ticket, message=message.id)


def take_away(unit: Unit, message: Message) -> None:
    """Queue the removal of every copy of a message that its author deleted."""
    for thread in readers(unit, message):
        for key in names(unit, message, thread):
            unit.outbox.cancel(key)  # not sent yet, or a newer state of what was
            unit.outbox.put(
                Order("remove", thread.place, key=key, under=thread.key), ticket=message.ticket, message=message.id
            )


def withhold(unit: Unit, message: Message) -> bool:
    """Take back the copies for the customer that have not left; False when one of them has."""
    keys = [
        key
        for thread in readers(unit, message)
        if thread.side is Side.CUSTOMER
        for key in names(unit, message, thread)
        if stands(unit, key)
    ]
    withheld = [unit.outbox.cancel(key) for key in keys]
    return bool(withheld) and all(withheld)


def _label(unit: Unit, words: Words, message: Message, thread: Thread) -> str:
    if thread.side is Side.CUSTOMER:
        return ""
    if message.side is Side.CUSTOMER:
        return words("relay.from_customer")
    if message.public:
        return words("relay.to_customer")
    if thread.side is Side.HELPER:
        return _label_for_helper(unit, words, message, thread)
    if message.request:
        team = unit.people.team(unit.collab.get(message.request).team).name
        told = "relay.from_department" if message.side is Side.HELPER else "relay.to_department"
        return words(told, reference=f"C-{message.request}", team=team)
    return words("relay.internal")


def _label_for_helper(unit: Unit, words: Words, message: Message, thread: Thread) -> str:
    """Whose words they are, and whether they were for this department alone."""
    if message.side is Side.HELPER:
        return words("relay.internal")
    request = unit.collab.get(thread.request)
    team = unit.people.team(request.asking_team or unit.tickets.get(message.ticket).team).name
    if message.request == thread.request:
        return words("relay.from_asking", team=team)
    return words("relay.from_asking_to_all", team=team)


def _body(unit: Unit, message: Message, place: Place) -> Text:
    body = translated(unit, message.text, message.place.platform if message.place else "", place.platform)
    if message.removed_at is not None:
        return tuple(Span(span.text, span.style | {STRIKE}) for span in body)
    return body or spans("📎")


def translated(unit: Unit, words: Text, source: str, target: str) -> Text:
    """Words of one platform as another can show them: mentions lead to the same person's account there, or are just
    his name."""
    if source == target:
        return words
    return tuple(_mention(unit, span, source, target) if span.account else span for span in words)


def _mention(unit: Unit, span: Span, source: str, target: str) -> Span:
    account = unit.people.account(source, span.account) if source else None
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
