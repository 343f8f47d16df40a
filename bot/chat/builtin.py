"""What the built-in chat keeps: it is a platform of its own, and this is its memory.

The other platforms hold messages, files and who read what on their servers; here they stand in Baton's database. The
rest of `bot/` knows nothing of it: the chat's adapter writes and reads this, and speaks the adapter contract like any
other. Users are named by the chat's own ids; the bot is `BOT`.

Every change gets a number from one sequence whose order is the order of the commits, on both databases, so that
whoever has seen number n has seen everything before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

BOT = "baton"


@dataclass(frozen=True, slots=True)
class BuiltinFile:
    """An uploaded file. `message` is the number of the message that it was sent with (0: not sent yet)."""

    ref: str
    name: str
    media_type: str
    size: int
    owner: str
    at: datetime
    message: int = 0


@dataclass(frozen=True, slots=True)
class BuiltinMessage:
    """One message.

    `body` is in the chat's own markup (JSON; `adapters/web/outbound.py` writes it). `thread` is the reference of the
    message it hangs under, "" at the top of a room. `title` makes it a topic: a thread that is listed like a room.
    `only_for` is the one user who sees it ("": everybody in the room). `key` is unique where it is set: the client's id
    of what a person wrote, the effect of what the bot posted. The last four fields are filled in when it is read.
    """

    room: str
    author: str
    at: datetime
    body: Mapping[str, Any]
    id: int = 0
    thread: str = ""
    title: str = ""
    only_for: str = ""
    reply_to: str = ""
    key: str = ""
    edited_at: datetime | None = None
    removed_at: datetime | None = None
    files: tuple[BuiltinFile, ...] = ()
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    replies: int = 0
    last_reply_at: datetime | None = None

    @property
    def ref(self) -> str:
        """The message's reference in events and deliveries."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class BuiltinUser:
    """What the chat remembers of a user: whether the bot is shut out, the page's language, which hints are put away."""

    user: str
    blocked: bool = False
    locale: str = ""
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BuiltinDirect:
    """A conversation between two persons, without the bot."""

    room: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class BuiltinChange:
    """Something that open pages must hear of.

    `kind` is `message` (new, edited, removed, reacted to: read it again), `home` (the page of `user`), `read` (`user`
    read `room`/`thread` elsewhere), `user` (what is remembered of `user`).
    """

    number: int
    kind: str
    room: str = ""
    thread: str = ""
    message: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True)
class BuiltinDelivery:
    """What the chat owes the bot: written with the message, dropped once the inbox has it, else delivered again."""

    key: str
    payload: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages a user has not read at the top of a room (`thread` "") or in a thread, and if he is named."""

    room: str
    thread: str
    count: int
    mentioned: bool = False


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be stored. `ref` is an unguessable name that the caller makes."""

    ref: str
    name: str
    media_type: str
    data: bytes
    owner: str
    at: datetime
    message: int = 0


class BuiltinStore(Protocol):
    """The built-in chat's memory. References that lead nowhere give None; visibility is the caller's business."""

    def post(self, message: BuiltinMessage, *, mentions: Iterable[str] = ()) -> BuiltinMessage:
        """Store a new message (`id` 0); one with the same `key` is given back as it is."""
        ...

    def message(self, id: int) -> BuiltinMessage | None:
        """The message with this number, removed or not."""
        ...

    def messages(self, ids: Sequence[int]) -> dict[int, BuiltinMessage]:
        """Those of `ids` that exist, by number."""
        ...

    def by_key(self, key: str) -> BuiltinMessage | None:
        """The message with this key."""
        ...

    def save(self, message: BuiltinMessage) -> None:
        """Store body, title, edited_at and removed_at."""
        ...

    def timeline(
        self, room: str, thread: str, viewer: str, *, before: int = 0, limit: int = 50
    ) -> list[BuiltinMessage]:
        """The last messages (those with numbers under `before`, if given) that `viewer` may see here, oldest first."""
        ...

    def topics(self, rooms: Sequence[str], limit: int = 200) -> list[BuiltinMessage]:
        """The topics of these rooms, newest first; removed ones are left out."""
        ...

    def react(self, message: int, user: str, emoji: str, on: bool, now: datetime) -> bool:
        """Put a reaction on or take it off; False when it already was so."""
        ...

    def add_file(self, file: NewFile) -> BuiltinFile:
        """Store a file; the same `ref` again is given back as it is."""
        ...

    def file(self, ref: str) -> BuiltinFile | None:
        """What is known of a file."""
        ...

    def content(self, ref: str) -> bytes | None:
        """Its bytes."""
        ...

    def attach(self, refs: Sequence[str], owner: str, message: int) -> None:
        """Files that `owner` uploaded go with a message; those already sent stay where they are."""
        ...

    def home(self, user: str) -> Mapping[str, Any] | None:
        """The page that the bot made for `user`, in the chat's own markup."""
        ...

    def save_home(self, user: str, body: Mapping[str, Any], now: datetime) -> None:
        """Store or replace it."""
        ...

    def user(self, user: str) -> BuiltinUser:
        """What is remembered of a user; the defaults if nothing is."""
        ...

    def save_user(self, user: BuiltinUser) -> None:
        """Store or replace it."""
        ...

    def open_direct(self, direct: BuiltinDirect) -> None:
        """Two persons begin to talk; nothing happens if they did already."""
        ...

    def direct(self, room: str) -> BuiltinDirect | None:
        """The conversation that stands in this room."""
        ...

    def directs(self, user: str) -> list[BuiltinDirect]:
        """The conversations of a user."""
        ...

    def mark_read(self, user: str, room: str, thread: str, upto: int) -> bool:
        """`user` has read up to message `upto` here; False when he already had."""
        ...

    def unread(self, user: str, rooms: Sequence[str]) -> list[Unread]:
        """What `user` has not read in these rooms: messages of others that he may see."""
        ...

    def owe(self, delivery: BuiltinDelivery) -> None:
        """Remember that the bot must hear of this; the same key again changes nothing."""
        ...

    def owed(self, before: datetime, limit: int = 100) -> list[BuiltinDelivery]:
        """What was written before then and has not been handed over, oldest first."""
        ...

    def settled(self, keys: Sequence[str]) -> None:
        """The inbox has these."""
        ...

    def changes(self, after: int, limit: int = 200) -> list[BuiltinChange]:
        """What happened after that number, in order."""
        ...

    def span(self) -> tuple[int, int]:
        """Numbers of the oldest change that is still kept and of the newest one ever made (0, 0: none)."""
        ...

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Drop changes made and files uploaded but never sent before then, at most `limit` each; how many went."""
        ...
