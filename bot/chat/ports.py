"""What the way of a message needs from storage: inbox, outbox, remembered references, dialogues, files, keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.chat.contract import Arrival, Content, Order, Pace
from bot.chat.events import Attachment, Place
from bot.chat.views import Form


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A stored delivery in somebody's hands. `attempts` counts this one; it is counted before the work begins."""

    id: int
    platform: str
    key: str
    payload: bytes
    received_at: datetime
    attempts: int
    error: str = ""


class InboxStore(Protocol):
    """Deliveries: stored before they are acknowledged, each with exactly one end (done or dead)."""

    def add(
        self,
        arrivals: Sequence[Arrival],
        now: datetime,
        holder: str,
        lease_until: datetime,
        marks: Sequence[datetime] = (),
    ) -> list[InboxRow]:
        """Store those that are new, already in the hands of `holder`; repeats are left out of the answer.

        With "" as `holder` they are in nobody's hands: to be claimed from `lease_until` on, no attempt counted yet;
        or each from its own of the `marks` on, in their order.
        """
        ...

    def add_handled(self, arrival: Arrival, now: datetime) -> bool:
        """Store one that this very unit handles, as handled; False if it is a repeat."""
        ...

    def claim(self, now: datetime, holder: str, lease_until: datetime, limit: int) -> list[InboxRow]:
        """Take rows whose time has come and that nobody holds, whose came first; counts an attempt."""
        ...

    def take_over(self, now: datetime, holder: str, lease_until: datetime) -> InboxRow | None:
        """Take the row that was longest in the hands of somebody whose lease ran out; counts an attempt."""
        ...

    def is_next(self, row: int, place: Place, author: str) -> bool:
        """Whether nothing before this row (0: not stored yet) waits in its place or around it, his or in hands."""
        ...

    def renew(self, holder: str, lease_until: datetime) -> None:
        """Keep everything that `holder` has for longer."""
        ...

    def done(self, row: int, now: datetime) -> None:
        """Handled; call it in the unit that handled it."""
        ...

    def put_back(self, row: int, not_before: datetime, error: str, *, counts: bool = True) -> None:
        """Not handled; to be tried again then. `counts=False` gives the attempt back."""
        ...

    def bury(self, row: int, now: datetime, error: str) -> None:
        """Given up; stays visible until somebody retries or drops it."""
        ...

    def release(self, holder: str) -> None:
        """Let go of everything that `holder` still has (shutdown); the attempts are given back."""
        ...

    def dead(self, limit: int = 100) -> list[InboxRow]:
        """Rows that were given up, oldest first."""
        ...

    def revive(self, row: int, now: datetime) -> bool:
        """Try a dead row again; False if there is no such dead row."""
        ...

    def drop(self, row: int) -> bool:
        """Forget a dead row; False if there is no such dead row."""
        ...

    def waiting(self) -> tuple[int, datetime | None]:
        """How many rows are not handled yet, and when the oldest of them arrived."""
        ...

    def next_due(self) -> datetime | None:
        """When the next row wants to be tried or falls free."""
        ...

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete handled rows received before then, at most `limit`; how many went."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An order with its fate so far. `effect` is its unique key, `attempts` counts the one being made.

    `author` is the person to tell when it is refused, `ticket` and `message` what it is about (0: nothing).
    """

    id: int
    lane: str
    order: Order
    effect: str
    attempts: int
    created_at: datetime
    first_tried: datetime | None = None
    uncertain: bool = False
    author: int = 0
    ticket: int = 0
    message: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane in somebody's hands; `fence` grows with each owner, so that one who lost it can't write."""

    name: str
    fence: int


class OutboxStore(Protocol):
    """What must be shown: written with the change, sent in order per lane, marked with its outcome."""

    def put(
        self,
        order: Order,
        *,
        effect: str = "",
        not_before: datetime | None = None,
        author: int = 0,
        ticket: int = 0,
        message: int = 0,
        fresh: bool = False,
    ) -> None:
        """Queue an order. A `show` whose key still waits unsent replaces its view; a `home` for the same user too.

        `effect` names the effect uniquely: a second order with it changes nothing. Without one, each call counts.
        `fresh` spares looking for one that waits: its key is of something that this very unit made.
        """
        ...

    def cancel(self, key: str) -> bool:
        """Take back the orders for `key` that have not left; False when there is none to be had."""
        ...

    def pending(self, key: str) -> bool:
        """Whether something for `key` is queued or on its way."""
        ...

    def claim_lanes(
        self, now: datetime, holder: str, lease_until: datetime, limit: int, busy: Collection[str] = ()
    ) -> list[Lane]:
        """Lanes with something to send that nobody holds (any more), most patient first; none of `busy` platforms."""
        ...

    def extend_lane(self, lane: Lane, lease_until: datetime) -> bool:
        """Hold the lane until then; False when it was lost (fence)."""
        ...

    def next_row(self, lane: Lane, holder: str, now: datetime) -> OutboxRow | None:
        """The head of the lane if its time has come, marked as being sent (attempt counted); None otherwise.

        A head that was being sent when its holder vanished comes back with `uncertain=True`.
        """
        ...

    def wait_for(self, paces: Sequence[Pace], now: datetime) -> datetime | None:
        """Take a turn on each of these paces; None if all let it pass, else when to ask again (nothing is taken)."""
        ...

    def hold_pace(self, name: str, until: datetime) -> None:
        """The platform said 429: nobody takes a turn on this pace before then."""
        ...

    def sent(self, lane: Lane, row: OutboxRow, now: datetime, ref: str, place: Place | None) -> bool:
        """Mark as sent and remember `key` → reference; False when the lane was lost meanwhile (fence)."""
        ...

    def again(
        self,
        lane: Lane,
        row: OutboxRow,
        not_before: datetime,
        error: str,
        *,
        counts: bool = True,
        uncertain: bool = False,
    ) -> bool:
        """Try the row again then; the lane waits for it. `counts=False` gives the attempt back.

        `uncertain`: this try may have been taken; the row comes back marked so.
        """
        ...

    def ended(
        self, lane: Lane, row: OutboxRow, now: datetime, state: Literal["refused", "unknown", "dead"], error: str
    ) -> bool:
        """It will never be sent (or nobody can say whether it was); the lane goes on."""
        ...

    def free_lane(self, lane: Lane, now: datetime) -> datetime | None:
        """Let the lane go; gives back when its next head is due, if there is one: then it is offered again."""
        ...

    def release(self, holder: str) -> None:
        """Let go of all lanes of `holder`; rows being sent by it become uncertain."""
        ...

    def restore_lanes(self, now: datetime) -> int:
        """Open lanes anew in which something waits and which do not stand (damage), some at a time; how many."""
        ...

    def reroute(self, old: Place, new: str) -> None:
        """A room has a new id: waiting orders go there."""
        ...

    def next_due(self, now: datetime, busy: Collection[str] = ()) -> datetime | None:
        """When the next lane (none of `busy` platforms) wants attention."""
        ...

    def backlog(self) -> tuple[int, datetime | None]:
        """How many orders wait, and since when the oldest that is due."""
        ...

    def failures(self, limit: int = 100) -> list[tuple[OutboxRow, str, str]]:
        """Orders that ended as refused, unknown or dead: row, state, error; newest first."""
        ...

    def revive(self, row: int) -> bool:
        """Queue a failed order once more, as a new one; False if there is no such failure."""
        ...

    def drop(self, row: int) -> bool:
        """Nobody need look at this failure any more; False if there is no such failure."""
        ...

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete orders that ended before then, at most `limit`; how many went."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of Baton's on a platform. `topic`: it is a topic; `ticket` and `message` say what it is about."""

    key: str
    place: Place
    ref: str
    ticket: int = 0
    message: int = 0
    topic: bool = False


class PostedStore(Protocol):
    """Which messages of Baton's stand where (written by the outbox when something was sent)."""

    def by_key(self, key: str) -> Posted | None:
        """The message remembered under this key."""
        ...

    def at(self, place: Place, ref: str) -> Posted | None:
        """The message with this reference in this room (the thread is ignored)."""
        ...

    def in_flight(self, room: Place) -> bool:
        """Whether something that others may hang on is being sent to this room right now."""
        ...


@dataclass(frozen=True, slots=True)
class Dialog:
    """A form that is being asked field by field. `step` is the field asked now; `answers` those given.

    `message` is the key of the question that is open, `asked_at` when it was put, `reply_to` the person's last message
    of the dialogue, and `album` what joins pictures that were sent as one answer.
    """

    place: Place
    person: int
    form: Form
    step: int
    answers: Mapping[str, str]
    message: str = ""
    files: tuple[Attachment, ...] = ()
    reply_to: str = ""
    asked_at: datetime | None = None
    album: str = ""


class DialogStore(Protocol):
    """Open dialogues, one a person and place."""

    def at(self, place: Place, person: int) -> Dialog | None:
        """The dialogue that this person has open here."""
        ...

    def save(self, dialog: Dialog, now: datetime) -> None:
        """Store or replace it."""
        ...

    def end(self, place: Place, person: int) -> None:
        """Forget it."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete those that nobody has gone on with since then; how many went."""
        ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that belongs to a conversation; its bytes are there once `state` is stored."""

    id: int
    platform: str
    attachment: Attachment
    state: Literal["wanted", "stored", "lost"]


class FileStore(Protocol):
    """Attachments: announced by an event, fetched once, kept in the database or in a bucket."""

    def add(self, platform: str, attachment: Attachment, now: datetime) -> StoredFile:
        """Announce a file; the same reference of the same platform is given back as it is."""
        ...

    def get(self, id: int) -> StoredFile:
        """Raises `NotFound` (key `file.unknown`)."""
        ...

    def many(self, ids: Sequence[int]) -> list[StoredFile]:
        """These files, in this order; unknown ones are left out."""
        ...

    def content(self, id: int) -> Content | None:
        """The bytes, once they are stored in the database. Equal contents are stored once."""
        ...

    def outside(self, id: int) -> bytes:
        """The SHA-256 of the bytes, where they lie in a bucket; b"" where they don't."""
        ...

    def keep(self, id: int, data: bytes, media_type: str, *, outside: bool = False) -> None:
        """The bytes have come; `outside`: they lie in a bucket already."""
        ...

    def lose(self, id: int) -> None:
        """They can't be had."""
        ...


class KeyStore(Protocol):
    """Small JSON values that must survive a restart, and leases for what only one replica may do."""

    def get(self, key: str) -> Any:
        """The value, or None."""
        ...

    def put(self, key: str, value: Any, expires: datetime | None = None) -> None:
        """Store or replace; an expired value is as good as none."""
        ...

    def take(self, key: str, now: datetime) -> Any:
        """Give back and delete, in one; None if there is none or it has expired."""
        ...

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Hold or renew a lease; False while another holds it."""
        ...

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        ...

    def machine_time(self) -> datetime | None:
        """What the clock of the database's machine says; None where that is this machine."""
        ...

    def fire(self, name: str, at: datetime) -> bool:
        """Claim one run of a calendar job; False when another replica has it."""
        ...

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """Delete runs of calendar jobs before then, and values that have expired, at most `limit` of each.

        Gives how many went of whichever were more.
        """
        ...
