"""What a chat adapter is: how deliveries come in, what it can do, and how an order to show something goes out.

Adapters differ in `Capabilities`, never by name: whoever needs a feature that a platform lacks degrades by capability.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.chat.events import Attachment, Event, Place
from bot.chat.views import Reply, View


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery of a platform, as it came: stored before it is acknowledged.

    `key` is unique for the delivery on its platform and the same when the platform delivers it again. `payload` is
    whatever `Adapter.read` needs to make events of it, now or after a restart; `events` spares that where it has been
    done already, and is not stored.
    """

    platform: str
    key: str
    payload: bytes
    events: Sequence[Event] | None = field(default=None, compare=False, repr=False)


class Inlet(Protocol):
    """Where an adapter hands over what arrived. Both calls return only when it is safely stored.

    They raise `Unavailable` when it could not be stored: then nothing may be acknowledged.
    """

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Store these; they are handled soon after, in order."""
        ...

    async def ask(self, arrival: Arrival) -> Reply | None:
        """Store this one and handle it now; the answer for the one who acted, if there is one within 2 s."""
        ...


class Unavailable(Exception):
    """What arrived could not be stored; the platform must be told to deliver it again."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do. Lengths in characters, sizes in bytes. `field_limit`: what a text of a form may have.

    `chat`: people are there and answer; a gateway only tells them something. `rooms`: it can bring people together in a
    room or topic of their own. `handles`: `@handle` in plain words tells whoever is called so, as a mention does.
    """

    chat: bool = True
    buttons: bool = True
    menus: bool = True
    dates: bool = True
    forms: bool = True
    edits: bool = True
    removes: bool = True
    threads: bool = True
    topics: bool = False
    rooms: bool = False
    toasts: bool = True
    whispers: bool = True
    mentions: bool = True
    handles: bool = False
    home: bool = False
    lookup: bool = False
    single_listener: bool = False
    text_limit: int = 4000
    field_limit: int = 100_000
    file_limit: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be shown, changed or taken away; a row of the outbox.

    `show`: a new message, or, where `key` names one that was sent before, its newer state. `remove`: take the message
    `key` away. `whisper`: for `user` alone. `home`: the page of `user`. `file`: stored file number `file`. `topic`:
    open a topic named `title`. `room`: open a room named `title` for `users` alone, or, where people can't be brought
    together, a topic of that name in `place`; the same title again is the same room where the platform can tell, and
    `Delivery.place` says where it is. `close`: nobody is to write in the room or topic at `place` any more. `fetch`:
    bring the content of file number `file` into storage (from that platform).

    `key` is the name under which the platform's reference is remembered. `under` is the key of the message or topic in
    whose thread this belongs; `anchor` says that others will be shown under this one. `reply_to` is the platform's
    reference of a message to answer, `reply_key` the key of one that Baton sent. `trigger` is that of the act answered.
    `quiet`: nobody is to be called by it, where the platform makes a sound for messages.
    """

    kind: Literal["show", "remove", "whisper", "home", "file", "topic", "room", "close", "fetch"]
    place: Place
    view: View | None = None
    key: str = ""
    under: str = ""
    anchor: bool = False
    reply_to: str = ""
    reply_key: str = ""
    file: int = 0
    user: str = ""
    trigger: str = ""
    title: str = ""
    users: tuple[str, ...] = ()
    quiet: bool = False

    @property
    def lane(self) -> str:
        """The conversation in which orders keep their order: a thread, a message with all under it, or a room."""
        if self.kind == "fetch":
            return f"{self.place.platform}:files#{self.file}"
        if self.under:
            return f"{self.place.whole}#{self.under}"
        if self.anchor:
            return f"{self.place.whole}#{self.key}"
        return str(self.place)


@dataclass(frozen=True, slots=True)
class Content:
    """A stored file with its bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where exactly an order goes now, as the outbox resolved it.

    `place` has its thread filled in; `ref` is the message to change or remove (empty: make a new one); `reply_to` the
    message to answer. `effect` is the same each time this very order is tried: put it where it can be looked up.
    """

    place: Place
    effect: str
    ref: str = ""
    reply_to: str = ""
    content: Content | None = None
    first_tried: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it went.

    `sent`: the platform took it; `ref` is how to change it later, `place` where it really stands (a direct message's
    room). `retry`: not now; after `retry_after` seconds, `pace` naming the pace that was refused. `refused`: never;
    `reason` is one of `REASONS`. `unknown`: it may have been taken. `detail` is for the log, `moved_to` a room's
    new id.
    """

    outcome: Literal["sent", "retry", "refused", "unknown"]
    ref: str = ""
    place: Place | None = None
    retry_after: float = 0.0
    pace: str = ""
    reason: str = ""
    detail: str = ""
    moved_to: str = ""


# Why a platform may refuse for good; each has a sentence in the catalogue (`refused.<reason>`).
REASONS = (
    "unreachable",
    "not_member",
    "gone",
    "message_gone",
    "too_long",
    "too_large",
    "forbidden",
    "invalid",
    "token",
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often orders may leave: `per_second` on average, `burst` at once, counted together under `name`."""

    name: str
    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of `baton check`: what is wrong and what to do about it; `fatal` if Baton can't work with it."""

    key: str
    values: tuple[tuple[str, str], ...] = ()
    fatal: bool = True


class Adapter(Protocol):
    """A chat platform. Receiving and sending are asynchronous; reading is pure."""

    platform: str
    can: Capabilities

    def read(self, payload: bytes) -> Sequence[Event]:
        """What a stored delivery means; empty when, knowingly, nothing. Raises on what can't be read."""
        ...

    def known(self, event: Event) -> Event | None:
        """The event as `complete` gives it, if nobody has to be asked for that; else None."""
        ...

    async def complete(self, event: Event) -> Event:
        """The event with what has to be asked of the platform: a quoted message, the profile of an unknown account."""
        ...

    async def run(self, inlet: Inlet) -> None:
        """Receive until cancelled. Adapters that are only called over HTTP return when they are ready."""
        ...

    async def close(self) -> None:
        """Let go of connections; called once, after everything was sent."""
        ...

    def paces(self, order: Order) -> Sequence[Pace]:
        """The published limits that this order counts against."""
        ...

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Carry it out, once; never raises for what a platform or a network does."""
        ...

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """Look whether an order of unknown fate was taken (`can.lookup`); None where the platform can't tell.

        `sent`: it stands there. `retry`: it does not, or doing it again is harmless. `unknown`: can't be asked now.
        """
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of a file. Raises `FetchFailed`."""
        ...

    async def check(self) -> Sequence[Problem]:
        """What is wrong with tokens, rights and rooms."""
        ...


class FetchFailed(Exception):
    """A file can't be had; `final` if asking again is useless."""

    def __init__(self, detail: str, *, final: bool) -> None:
        super().__init__(detail)
        self.final = final


class Vault(Protocol):
    """Where the bytes of attachments lie outside the database, by their SHA-256."""

    async def put(self, digest: bytes, data: bytes) -> None:
        """Store them; again changes nothing. Raises `FetchFailed`."""
        ...

    async def get(self, digest: bytes) -> bytes:
        """Give them back. Raises `FetchFailed`."""
        ...

    async def check(self) -> "list[Problem]":
        """What an operator has to mend."""
        ...
