"""What a collaboration request is, and how it may change. Pure: no clock, no storage.

A request is a small contract between two departments: who asks, who is asked, what is needed, by when, and what becomes
of it. It belongs to a ticket, has one owner at most on the side that was asked, and comes back to the agent who asked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.text import Text


class State(StrEnum):
    """Where a request stands.

    `blocked` waits for the requests it comes after: nobody has been asked yet and no clock runs. `returned` is back
    with its asker, who repairs and resends or withdraws it. `skipped` is a step of a flow that was left out, with a
    reason.
    """

    BLOCKED = "blocked"
    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"

    @property
    def open(self) -> bool:
        """Whether somebody, on either side, still has to do something."""
        return self not in (State.DONE, State.WITHDRAWN, State.SKIPPED)

    @property
    def with_team(self) -> bool:
        """Whether it is the turn of the team that was asked."""
        return self in (State.ASKED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Item:
    """Something the template requires: its name (操作步骤), what was given for it, numbers of stored files."""

    name: str
    value: str = ""
    files: tuple[int, ...] = ()

    @property
    def given(self) -> bool:
        """Whether there is anything."""
        return bool(self.value.strip() or self.files)


@dataclass(frozen=True, slots=True)
class CollabRequest:
    """One request of one ticket to one department.

    `asker` is the person who asked and to whom it comes back, `asking_team` his department, `team` the one asked,
    `owner` who has it there (0: nobody). `after` are numbers of requests that must be done before this one is put to
    its team; `started_at` is when it was. `asked_back`: its owner waits for an answer of the asker. `reason` and
    `remark` are those of the last return (or of skipping, withdrawing); `returns` counts them. `messages` are numbers
    of messages of the ticket that it carries. `flow` and `step` say which named chain it belongs to. Times are aware,
    in UTC.
    """

    id: int
    ticket: int
    team: int
    asking_team: int
    asker: int
    problem: Text
    created_at: datetime
    updated_at: datetime
    state: State = State.ASKED
    type: str = ""
    items: tuple[Item, ...] = ()
    messages: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    owner: int = 0
    eta: datetime | None = None
    asked_back: bool = False
    returns: int = 0
    reason: str = ""
    remark: str = ""
    result: str = ""
    after: tuple[int, ...] = ()
    flow: str = ""
    step: str = ""
    started_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def reference(self) -> str:
        """How people see and type it: C-7."""
        return f"C-{self.id}"
