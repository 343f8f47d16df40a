"""What a ticket is, and how it may change. Pure: no clock, no storage."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.events import Place
from bot.chat.text import Text, clean, first_line
from bot.errors import Invalid

TITLE_LIMIT = 120
TEXT_LIMIT = 40_000
TAG_LIMIT = 30

_ARTICLE = re.compile(r"K-\d+")

# Messages of one person within this span join one ticket; a reply can be taken back for this long before it leaves.
JOIN_WINDOW = timedelta(minutes=2)
TAKE_BACK_WINDOW = timedelta(seconds=10)


class Status(StrEnum):
    """Where a ticket stands. `pending` waits for the customer, `on_hold` for a colleague."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def live(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in (Status.SOLVED, Status.CLOSED)


class Priority(StrEnum):
    """How much a ticket matters; queues are ordered by it, then by age."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def weight(self) -> int:
        """Greater is more urgent."""
        return list(Priority).index(self)


class Side(StrEnum):
    """On which side of a ticket a thread or a message stands; `helper` is a department that was asked to help."""

    CUSTOMER = "customer"
    TEAM = "team"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One case of one customer, whatever channel it runs through.

    `origin` is unique per message that a ticket was made from, so that the same message never makes two. `version`
    grows with each save. Times are aware, in UTC.
    """

    id: int
    title: str
    description: Text
    requester: int
    team: int
    created_at: datetime
    updated_at: datetime
    status: Status = Status.NEW
    priority: Priority = Priority.NORMAL
    assignee: int = 0
    tags: tuple[str, ...] = ()
    source: str = ""
    link: str = ""
    origin: str = ""
    due_on: str = ""
    type: str = ""
    follows: int = 0
    merged_into: int = 0
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    customer_spoke_at: datetime | None = None
    last_reply: str = ""
    last_reply_at: datetime | None = None
    version: int = 1

    @property
    def reference(self) -> str:
        """How people see and type it: T-12."""
        return f"T-{self.id}"

    @property
    def answered_with(self) -> str:
        """The article that its customer was answered with before anybody of the house saw it: K-3 ("" none).

        It stands among the tags, so that lists show it and a search finds it.
        """
        return next((tag for tag in self.tags if _ARTICLE.fullmatch(tag)), "")

    @property
    def waits_on_answer(self) -> bool:
        """Whether nobody of the house has to do anything: the customer has the article, and says whether it helped."""
        return self.status is Status.PENDING and not self.assignee and bool(self.answered_with)

    def with_status(self, status: Status, now: datetime) -> "Ticket":
        """In another state; solved and closed remember when."""
        return replace(
            self,
            status=status,
            solved_at=now if status is Status.SOLVED else (None if status.live else self.solved_at),
            closed_at=now if status is Status.CLOSED else None,
        )

    def taken_by(self, person: int, now: datetime) -> "Ticket":
        """Owned by `person`; a new ticket becomes an open one, and so does one that waits for nothing but what its
        customer makes of an article."""
        ticket = replace(self, assignee=person)
        begins = self.status is Status.NEW or self.waits_on_answer
        return ticket.with_status(Status.OPEN, now) if begins else ticket

    def tagged(self, tags: tuple[str, ...]) -> "Ticket":
        """With exactly these tags: trimmed, without repeats; raises `Invalid` for one that is too long."""
        tidy = tuple(dict.fromkeys(bare for tag in tags if (bare := clean(tag).strip().lstrip("#"))))
        for tag in tidy:
            if len(tag) > TAG_LIMIT:
                raise Invalid("ticket.tag_too_long", field="tags", tag=tag, limit=TAG_LIMIT)
        return replace(self, tags=tidy)


def titled(words: str) -> str:
    """A title that may be stored; raises `Invalid` when nothing is left of it or it is too long."""
    title = " ".join(clean(words).split())
    if not first_line(title, TITLE_LIMIT):
        raise Invalid("ticket.title_empty", field="title")
    if len(title) > TITLE_LIMIT:
        raise Invalid("ticket.title_too_long", field="title", limit=TITLE_LIMIT, length=len(title))
    return title


@dataclass(frozen=True, slots=True)
class Thread:
    """A place that a ticket has joined: where its customer is, a room of its team, or one of a department that helps.

    `key` names the message (or topic) that the thread hangs on in a team's room. `reply_to` is the customer's latest
    message in a room that others use as well, where the thread is a chain of replies. `request` is the number of the
    collaboration request whose thread it is (0: the ticket's own).
    """

    id: int
    ticket: int
    side: Side
    place: Place
    key: str = ""
    reply_to: str = ""
    request: int = 0

    @property
    def alone(self) -> bool:
        """Whether whatever is said at the place belongs to the ticket: a direct conversation, a thread of its own."""
        return not (self.key or self.reply_to)


class Fate(StrEnum):
    """What became of a message that was to reach the other side."""

    SHOWN = "shown"
    HELD = "held"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a ticket's conversation.

    `side` is its author's. `public`: the customer saw or will see it. `place` and `ref` are where it was written (empty
    for forms), `thread` the number of the ticket's thread there (0: none). `files` are numbers of stored files. A held
    message leaves when its ten seconds are over. `request` is the number of the collaboration request that it is about
    (0: none): what is said about one is never public.
    """

    id: int
    ticket: int
    author: int
    side: Side
    public: bool
    text: Text
    at: datetime
    place: Place | None = None
    ref: str = ""
    thread: int = 0
    files: tuple[int, ...] = ()
    fate: Fate = Fate.SHOWN
    edited_at: datetime | None = None
    removed_at: datetime | None = None
    request: int = 0

    @property
    def seen(self) -> bool:
        """Whether the customer has it before his eyes."""
        return self.public and self.fate is Fate.SHOWN and self.removed_at is None


def origin_of(place: Place, message: str) -> str:
    """The name of a message as the origin of a ticket; the same however it was delivered."""
    return f"{place.whole}#{message}"
