"""Where a ticket is and what was said about it: threads, messages, links between tickets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, literal_column, or_, select, union, update

from bot.chat.events import Place
from bot.chat.text import plain
from bot.chat.viewjson import text_from_json, text_to_json
from bot.errors import NotFound
from bot.tickets.rules import Fate, Message, Side, Thread, Ticket, origin_of
from storage import moves
from storage.claims import all_columns, among, insert
from storage.encoding import micros, micros_or_none, moment, moment_or_none, packed, possible, unpacked
from storage.queries.search import folded
from storage.statements import Link, Row, Statement
from storage.tables.outbox import posted
from storage.tables.tickets import links, messages, threads, tickets
from storage.threadrows import HERE, THREAD, first_at, thread_of, values_of
from storage.ticketrows import TICKET, ticket_of

# Threads.

ADD_THREAD = Statement(
    insert(threads).values(all_columns(threads, "id")).on_conflict_do_nothing().returning(threads.c.id)
)
SAME_THREAD = Statement(
    select(*THREAD).where(
        threads.c.ticket == bindparam("ticket"),
        threads.c.side == bindparam("side"),
        threads.c.request == bindparam("request"),
        HERE,
    )
)
SAVE_THREAD = Statement(
    update(threads)
    .where(threads.c.id == bindparam("id_"))
    .values(
        platform=bindparam("platform"),
        room=bindparam("room"),
        thread=bindparam("thread"),
        key=bindparam("key"),
        reply_to=bindparam("reply_to"),
    )
)
THREADS = Statement(select(*THREAD).where(threads.c.ticket == bindparam("ticket")).order_by(threads.c.id))
THREADS_OF = Statement(select(*THREAD).where(among(threads.c.ticket, "tickets")).order_by(threads.c.id))
THREAD_AT = Statement(first_at(*THREAD))
THREAD_AT_SIDE = Statement(first_at(*THREAD, also=(threads.c.side == bindparam("side"),)))

BY_ORIGIN = Statement(select(*TICKET).where(tickets.c.origin == bindparam("origin")))

# What a message is probably about: the ticket whose thread its place is, or the one of the message under which its
# place is a thread, with all of its threads. Read before anybody knows its number.

_of_thread = first_at(threads.c.ticket).subquery("of_thread")
_of_posted = select(posted.c.ticket).where(
    posted.c.platform == bindparam("platform"),
    posted.c.room == bindparam("room"),
    posted.c.ref == bindparam("thread"),
)
_near = select(union(select(_of_thread.c.ticket), _of_posted).subquery("near").c.ticket)
NEAR = Statement(
    select(*THREAD, *TICKET)
    .join_from(threads, tickets, tickets.c.id == threads.c.ticket)
    .where(threads.c.ticket.in_(_near))
    .order_by(threads.c.id)
)

# Messages.

_MESSAGE = (
    messages.c.id,
    messages.c.ticket,
    messages.c.author,
    messages.c.side,
    messages.c.public,
    messages.c.text,
    messages.c.at,
    messages.c.platform,
    messages.c.room,
    messages.c.thread,
    messages.c.ref,
    messages.c.thread_id,
    messages.c.files,
    messages.c.fate,
    messages.c.edited_at,
    messages.c.removed_at,
    messages.c.request,
)
ADD_MESSAGE = Statement(
    insert(messages).values(all_columns(messages, "id")).on_conflict_do_nothing().returning(messages.c.id)
)
MESSAGE = Statement(select(*_MESSAGE).where(messages.c.id == bindparam("id")))
MESSAGE_AT = Statement(
    select(*_MESSAGE).where(
        messages.c.platform == bindparam("platform"),
        messages.c.room == bindparam("room"),
        messages.c.ref == bindparam("ref"),
    )
)
SAVE_MESSAGE = Statement(
    update(messages)
    .where(messages.c.id == bindparam("id_"))
    .values(
        text=bindparam("text"),
        said=bindparam("said"),
        public=bindparam("public"),
        fate=bindparam("fate"),
        edited_at=bindparam("edited_at"),
        removed_at=bindparam("removed_at"),
        files=bindparam("files"),
    )
)


def _last(*conditions: Any) -> Select[Any]:
    return (
        select(*_MESSAGE)
        .where(messages.c.ticket == bindparam("ticket"), *conditions)
        .order_by(messages.c.at.desc(), messages.c.id.desc())
        .limit(bindparam("limit"))
    )


CONVERSATION = Statement(_last())
PUBLIC_CONVERSATION = Statement(_last(messages.c.public == bindparam("public")))
MOVE_MESSAGES = Statement(update(messages).where(messages.c.ticket == bindparam("old")).values(ticket=bindparam("new")))

# The ticket that somebody last wrote in: what he opened or said since then, where its customer side is.

_spoken = union(
    select(tickets.c.id).where(tickets.c.requester == bindparam("person"), tickets.c.created_at >= bindparam("since")),
    select(messages.c.ticket).where(messages.c.author == bindparam("person"), messages.c.at >= bindparam("since")),
).subquery("spoken")
LATEST_FROM = Statement(
    select(tickets.c.id)
    .join(threads, threads.c.ticket == tickets.c.id)
    .where(
        tickets.c.id.in_(select(_spoken.c.id)),
        threads.c.side == bindparam("side"),
        threads.c.platform == bindparam("platform"),
        threads.c.room == bindparam("room"),
        or_(threads.c.thread == bindparam("thread"), bindparam("thread") == ""),
    )
    .order_by(tickets.c.updated_at.desc(), tickets.c.id.desc())
    .limit(literal_column("1"))
)

# Links.

_same_link = and_(
    links.c.kind == bindparam("kind"), links.c.one == bindparam("other"), links.c.other == bindparam("one")
)
LINK_BACK = Statement(select(links.c.one).where(_same_link))
LINK = Statement(insert(links).values(all_columns(links)).on_conflict_do_nothing())
LINKED = Statement(
    union(
        select(links.c.kind, links.c.other).where(links.c.one == bindparam("ticket")),
        select(links.c.kind, links.c.one).where(links.c.other == bindparam("ticket")),
    ).order_by("kind", "other")
)


class Conversation:
    """The part of `bot.tickets.ports.TicketStore` that is about threads, messages and links."""

    get: Callable[[int], Ticket]

    def __init__(self, link: Link) -> None:
        self._link = link

    def foresee(self, place: Place, ref: str) -> None:
        """What is known of this message, and of the ticket that its thread is about, will be asked for."""
        self._link.ahead(MESSAGE_AT, platform=place.platform, room=place.room, ref=ref)
        if place.thread:
            self._link.ahead(NEAR, **values_of(place))
        else:
            self._link.ahead(THREAD_AT, **values_of(place))
            self._link.ahead(BY_ORIGIN, origin=origin_of(place, ref))

    def _look_near(self, place: Place) -> list[Thread] | None:
        """The threads at this place, as far as they were foreseen and are of one ticket only; the ticket and all that
        it has joined are at hand then. None: nobody knows yet."""
        rows = self._link.arrived(NEAR, **values_of(place))
        if rows is None:
            return None
        near: dict[int, list[Thread]] = {}
        for row in rows:
            thread = thread_of(row[: len(THREAD)])
            if thread.ticket not in near:
                self._link.memo.setdefault(("ticket", thread.ticket), ticket_of(row[len(THREAD) :]))
            near.setdefault(thread.ticket, []).append(thread)
        for ticket, joined in near.items():
            self._link.memo.setdefault(("threads", ticket), joined)
        return [thread for joined in near.values() for thread in joined if thread.place == place]

    def add_thread(self, thread: Thread) -> Thread:
        """Join a place (`id` 0). One that the ticket has already joined so (side, request) is given back as it is."""
        joined: Sequence[Thread] | None = self._link.memo.pop(("threads", thread.ticket), None)
        values = {"ticket": thread.ticket, "side": thread.side.value, "request": thread.request}
        values |= values_of(thread.place)
        id = self._link.value(ADD_THREAD, key=thread.key, reply_to=thread.reply_to, **values)
        if id is not None:
            added = replace(thread, id=id)
            if joined is not None:
                self._link.memo["threads", thread.ticket] = [*joined, added]
            return added
        row = self._link.one(SAME_THREAD, **values)
        assert row is not None, "what was in the way is there"  # noqa: S101
        return thread_of(row)

    def save_thread(self, thread: Thread) -> None:
        """Store place, key and reply_to."""
        self._link.memo.pop(("threads", thread.ticket), None)
        self._link.run(SAVE_THREAD, id_=thread.id, key=thread.key, reply_to=thread.reply_to, **values_of(thread.place))

    def threads(self, ticket: int, side: Side | None = None) -> list[Thread]:
        """Where the ticket is, oldest first."""
        found: Sequence[Thread] | None = self._link.memo.get(("threads", ticket))
        if found is None:
            found = [thread_of(row) for row in self._link.all(THREADS, ticket=ticket)]
            self._link.memo["threads", ticket] = found
        return [thread for thread in found if side is None or thread.side is side]

    def gather_threads(self, tickets: Sequence[int]) -> None:
        """Where these tickets are is at hand when it is asked for."""
        found: dict[int, list[Thread]] = {number: [] for number in tickets}
        for row in self._link.all(THREADS_OF, tickets=list(tickets)):
            found[row[1]].append(thread_of(row))
        self._link.memo.update({("threads", number): threads for number, threads in found.items()})

    def thread_at(self, place: Place, side: Side | None = None) -> Thread | None:
        """The thread that stands at exactly this place; of several the one whose ticket moved last, live ones first."""
        if side is None:
            near = self._look_near(place)
            if near is not None and len(near) < 2:
                return near[0] if near else None
            row = self._link.one(THREAD_AT, **values_of(place))
        else:
            row = self._link.one(THREAD_AT_SIDE, side=side.value, **values_of(place))
        return thread_of(row) if row else None

    def move_threads(self, old: int, new: int) -> None:
        """All threads of ticket `old` become threads of `new` (merging); where both were, one is left."""
        self._link.memo.clear()
        moves.move_threads(self._link, old, new)

    def add_message(self, message: Message) -> Message:
        """Store a new entry of the conversation (`id` 0). One with the same place and ref is given back as it is."""
        place = message.place
        if place is not None:
            self._link.memo.pop(("no message at", place.whole, message.ref), None)
        id = self._link.value(
            ADD_MESSAGE,
            ticket=message.ticket,
            author=message.author or None,
            side=message.side.value,
            at=micros(message.at),
            platform=place.platform if place else None,
            room=place.room if place else None,
            thread=place.thread if place else "",
            ref=message.ref or None,
            thread_id=message.thread or None,
            request=message.request,
            **_changeable(message),
        )
        if id is not None:
            added = self._link.memo["message", id] = replace(message, id=id)
            return added
        twin = self.message_at(place, message.ref) if place else None
        assert twin is not None, "what was in the way is there"  # noqa: S101
        return twin

    def message(self, id: int) -> Message:
        """Raises `NotFound` (key `message.unknown`)."""
        known: Message | None = self._link.memo.get(("message", id))
        if known is not None:
            return known
        row = self._link.one(MESSAGE, id=id) if possible(id) else None
        if row is None:
            raise NotFound("message.unknown", id=id)
        found = self._link.memo["message", id] = _message(row)
        return found

    def message_at(self, place: Place, ref: str) -> Message | None:
        """The entry that was written as this message of a platform (the thread is ignored)."""
        known = ("no message at", place.whole, ref)
        if known in self._link.memo:
            return None
        row = self._link.one(MESSAGE_AT, platform=place.platform, room=place.room, ref=ref)
        if row is None:
            self._link.memo[known] = True
        return _message(row) if row else None

    def save_message(self, message: Message) -> None:
        """Store text, whether it is public, fate, edited_at, removed_at, files."""
        self._link.memo.pop(("message", message.id), None)
        self._link.run(SAVE_MESSAGE, id_=message.id, **_changeable(message))

    def conversation(self, ticket: int, *, public_only: bool = False, limit: int = 500) -> list[Message]:
        """The last `limit` entries, oldest first; removed ones are included, marked by `removed_at`."""
        if public_only:
            rows = self._link.all(PUBLIC_CONVERSATION, ticket=ticket, limit=limit, public=True)
        else:
            rows = self._link.all(CONVERSATION, ticket=ticket, limit=limit)
        return [_message(row) for row in reversed(rows)]

    def move_messages(self, old: int, new: int) -> None:
        """All entries of ticket `old` become entries of `new` (merging)."""
        self._link.memo.clear()
        self._link.run(MOVE_MESSAGES, old=old, new=new)

    def latest_from(self, person: int, place: Place, since: datetime) -> Ticket | None:
        """The ticket whose customer side is at this room and that this person opened or wrote in since then.

        Where `place` has a thread (a topic), the ticket has to be in that very thread.
        """
        id = self._link.value(
            LATEST_FROM, person=person, since=micros(since), side=Side.CUSTOMER.value, **values_of(place)
        )
        return self.get(id) if id else None

    def link(self, one: int, other: int, kind: str) -> None:
        """Connect two tickets (`kind`: duplicate, follow_up, related); nothing happens when they are."""
        for ticket in (one, other):
            self._link.memo.pop(("links", ticket), None)
        if self._link.one(LINK_BACK, one=one, other=other, kind=kind) is None:
            self._link.run(LINK, one=one, other=other, kind=kind)

    def linked(self, ticket: int) -> list[tuple[str, int]]:
        """Kind and number of each connected ticket, in both directions."""
        if ("links", ticket) in self._link.memo:
            return list(self._link.memo["links", ticket])
        return [(kind, other) for kind, other in self._link.all(LINKED, ticket=ticket)]


def _changeable(message: Message) -> dict[str, object]:
    return {
        "text": text_to_json(message.text),
        "said": folded(plain(message.text)),
        "public": message.public,
        "fate": message.fate.value,
        "edited_at": micros_or_none(message.edited_at),
        "removed_at": micros_or_none(message.removed_at),
        "files": packed(message.files),
    }


def _message(row: Row) -> Message:
    id, ticket, author, side, public, words, at, platform, room, thread, ref, joined, files, fate = row[:14]
    edited, removed, request = row[14:]
    return Message(
        id,
        ticket,
        author or 0,
        Side(side),
        bool(public),
        text_from_json(words),
        moment(at),
        Place(platform, room, thread) if platform is not None else None,
        ref or "",
        joined or 0,
        tuple(unpacked(files)),
        Fate(fate),
        moment_or_none(edited),
        moment_or_none(removed),
        request,
    )
