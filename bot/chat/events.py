"""What people do in a chat, in Baton's own words: the only things that `bot/` ever hears of a platform.

Every event carries the platform's own delivery id, so that the same delivery is handled once however often it arrives.
Ids are text, whatever they are on the platform. Edits, deletions and the bot's own messages are told apart by the
adapter; the bot's own messages never become events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from bot.chat.text import Text


@lru_cache(maxsize=4096)  # a place is written several times for each message
def _quoted(name: str, safe: str) -> str:
    return quote(name, safe=safe, errors="replace")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a room of a platform, or a thread (topic) in it.

    One Baton serves one workspace of each platform, so a workspace id is no part of a place.
    """

    platform: str
    room: str
    thread: str = ""

    def __str__(self) -> str:
        """`platform:room` or `platform:room/thread`; `Place.parse` reads it back."""
        tail = f"/{_quoted(self.thread, '.')}" if self.thread else ""
        return f"{self.platform}:{_quoted(self.room, '.@')}{tail}"

    @classmethod
    def parse(cls, written: str) -> "Place":
        """Read what `str(place)` gave, or what a team file says.

        Raises ValueError when it is neither.
        """
        platform, colon, rest = written.partition(":")
        room, _, thread = rest.partition("/")
        if not (platform and colon and room):
            raise ValueError(f"{written!r} is no place; write it like platform:room or platform:room/thread")
        return cls(platform, unquote(room), unquote(thread))

    @property
    def whole(self) -> "Place":
        """The room without the thread."""
        return Place(self.platform, self.room)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as the platform announces it; `ref` is what the adapter needs to fetch it. `size` in bytes, 0: unknown."""

    ref: str
    name: str
    media_type: str = "application/octet-stream"
    size: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform says about an account; empty where it does not say. `locale` is an IETF tag."""

    name: str = ""
    handle: str = ""
    locale: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that an event points at: the one a reply, a shortcut or a reaction is about."""

    place: Place
    message: str
    user: str
    text: Text = ()
    attachments: tuple[Attachment, ...] = ()
    profile: Profile = Profile()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What every event has.

    `event_id` is the platform's delivery id, `user` the platform's id of the account that acted, `at` when, by the
    platform's clock. `trigger` is whatever the adapter needs to answer this very act (opaque, short-lived).
    """

    event_id: str
    place: Place
    user: str
    at: datetime
    profile: Profile = field(default=Profile(), kw_only=True)
    trigger: str = field(default="", kw_only=True)
    direct: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class MessageReceived(Event):
    """Somebody wrote. `addressed`: the bot was mentioned (the mention itself is cut from `text`).

    `album` joins messages that the platform sends one by one but shows as one (several photos at once). `link` is the
    address of the message where the platform has one. `reply_to` is the message that this one answers.
    """

    message: str
    text: Text = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    quoted: Quoted | None = None
    addressed: bool = False
    album: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class CommandGiven(Event):
    """A command of the platform's own (`/ticket …`). `private`: the platform shows it to nobody else.

    `word` is what stood after the slash; `text` what followed. `message` is empty where the platform makes no message
    of a command.
    """

    word: str
    text: Text = ()
    message: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    quoted: Quoted | None = None
    private: bool = False
    album: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ButtonPressed(Event):
    """A button, an entry of a menu, or a date was chosen; `message` is what it stands on (empty on a home page)."""

    action: str
    subject: int = 0
    value: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class FormSubmitted(Event):
    """A form came back. `values` by field name; several choices are joined by commas. `state` is the form's own.

    `message` is the person's last message of a form that was asked in words, empty for one filled in at once.
    """

    form: str
    subject: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    state: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ShortcutUsed(Event):
    """A shortcut of the platform's menus: `action` names it, `quoted` is the message it was used on, if any."""

    action: str
    quoted: Quoted | None = None


@dataclass(frozen=True, slots=True)
class ReactionAdded(Event):
    """Somebody put `emoji` (its short name, no colons) on a message; `quoted` is filled in by `Adapter.complete`."""

    emoji: str
    message: str
    author: str = ""
    quoted: Quoted | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited(Event):
    """A message was changed; `text` is how it reads now."""

    message: str
    text: Text = ()


@dataclass(frozen=True, slots=True)
class MessageRemoved(Event):
    """A message was deleted by whoever may."""

    message: str


@dataclass(frozen=True, slots=True)
class HomeOpened(Event):
    """Somebody looks at his own page of the bot."""


@dataclass(frozen=True, slots=True)
class RoomMoved(Event):
    """The platform gave a room another id; `place` is the old one, `room` the new id."""

    room: str


@dataclass(frozen=True, slots=True)
class ReachChanged(Event):
    """The bot was let in or shut out: by a person (`direct`, started or blocked) or from a room (added, removed)."""

    reachable: bool
    title: str = ""
