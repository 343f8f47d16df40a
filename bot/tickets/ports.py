"""What tickets need from storage, and the read side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.events import Place
from bot.tickets.rules import Message, Side, Status, Thread, Ticket


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: how many tickets stand in it, since when the oldest, and the most pressing ones."""

    statuses: tuple[Status, ...]
    count: int
    oldest: datetime | None
    tickets: tuple[Ticket, ...]


class TicketStore(Protocol):
    """Tickets, the threads they joined, their conversation."""

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket (`id` 0); gives it back with its number.

        Where `origin` is set and a ticket with it exists, gives back that one: `created_at` then differs.
        """
        ...

    def get(self, id: int) -> Ticket:
        """Raises `NotFound` (key `ticket.unknown`, value `reference`)."""
        ...

    def gather(self, ids: Sequence[int]) -> None:
        """These tickets, and where they are, will be asked for: one question for all of them."""
        ...

    def by_origin(self, origin: str) -> Ticket | None:
        """The ticket that was made from this message."""
        ...

    def save(self, ticket: Ticket, now: datetime) -> Ticket:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between."""
        ...

    def assigned_to(self, person: int, limit: int = 50) -> list[Ticket]:
        """Live tickets of an assignee: urgent first, then oldest."""
        ...

    def requested_by(self, person: int, limit: int = 50) -> list[Ticket]:
        """Live and solved tickets of a requester, newest first; closed and merged ones are left out."""
        ...

    def unassigned(self, teams: Sequence[int], limit: int = 50) -> list[Ticket]:
        """Live tickets of these teams without an assignee: urgent first, then oldest."""
        ...

    def search(self, variants: Sequence[str], *, teams: Sequence[int] | None, person: int, limit: int) -> list[Ticket]:
        """Tickets in whose title or conversation one of these wordings (two at most) stands, newest first.

        `teams` None: all; some: theirs and those assigned to `person`; none: those that `person` asked for, by what
        he saw.
        """
        ...

    def columns(self, teams: Sequence[int] | None, groups: Sequence[tuple[Status, ...]], each: int) -> list[Column]:
        """The board of these teams (None: of all): one column a group of statuses, the `each` most pressing in it."""
        ...

    def add_thread(self, thread: Thread) -> Thread:
        """Join a place (`id` 0). One that the ticket has already joined so (side, request) is given back as it is."""
        ...

    def save_thread(self, thread: Thread) -> None:
        """Store place, key and reply_to."""
        ...

    def threads(self, ticket: int, side: Side | None = None) -> list[Thread]:
        """Where the ticket is, oldest first."""
        ...

    def thread_at(self, place: Place, side: Side | None = None) -> Thread | None:
        """The thread that stands at exactly this place; of several the one whose ticket moved last, live ones first."""
        ...

    def move_threads(self, old: int, new: int) -> None:
        """All threads of ticket `old` become threads of `new` (merging)."""
        ...

    def add_message(self, message: Message) -> Message:
        """Store a new entry of the conversation (`id` 0). One with the same place and ref is given back as it is."""
        ...

    def message(self, id: int) -> Message:
        """Raises `NotFound` (key `message.unknown`)."""
        ...

    def message_at(self, place: Place, ref: str) -> Message | None:
        """The entry that was written as this message of a platform (the thread is ignored)."""
        ...

    def save_message(self, message: Message) -> None:
        """Store text, fate, edited_at, removed_at, files."""
        ...

    def conversation(self, ticket: int, *, public_only: bool = False, limit: int = 500) -> list[Message]:
        """The last `limit` entries, oldest first; removed ones are included, marked by `removed_at`."""
        ...

    def move_messages(self, old: int, new: int) -> None:
        """All entries of ticket `old` become entries of `new` (merging)."""
        ...

    def latest_from(self, person: int, place: Place, since: datetime) -> Ticket | None:
        """The ticket whose customer side is at this room and that this person opened or wrote in since then."""
        ...

    def link(self, one: int, other: int, kind: str) -> None:
        """Connect two tickets (`kind`: duplicate, follow_up, related); nothing happens when they are."""
        ...

    def linked(self, ticket: int) -> list[tuple[str, int]]:
        """Kind and number of each connected ticket, in both directions."""
        ...
