"""What a collaboration request is, and how it may change. Pure: no clock, no storage.

A request is a small contract between two departments: who asks, who is asked, what is needed, by when, and what becomes
of it. It belongs to a ticket, has one owner at most on the side that was asked, and comes back to the agent who asked.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.chat.text import Text
from bot.errors import Conflict, Invalid

T = TypeVar("T", bound=Hashable)


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
    of messages of the ticket that it carries. `flow` and `step` say which named chain it belongs to, `limit` (a
    duration as people write it) within which this step of it should be done. Times are aware, in UTC.
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
    limit: str = ""
    started_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def reference(self) -> str:
        """How people see and type it: C-7."""
        return f"C-{self.id}"

    def missing(self) -> tuple[str, ...]:
        """Names of the items that nothing was given for."""
        return tuple(item.name for item in self.items if not item.given)


REASONS = ("missing", "unclear", "not_ours", "duplicate", "cannot", "other")
"""Why a request may come back undone; each has a name in the catalogue (`collab.reason.<reason>`)."""

_WITH_TEAM = frozenset({State.ASKED, State.ACCEPTED})
_OPEN = frozenset(state for state in State if state.open)


def _demand(request: CollabRequest, *states: State) -> None:
    """Raise `Conflict`, saying where the request stands, unless that is one of `states`."""
    if request.state not in states:
        raise Conflict(f"collab.now.{request.state.value}", reference=request.reference)


def started(request: CollabRequest, now: datetime) -> CollabRequest:
    """Put to its team."""
    _demand(request, State.BLOCKED)
    return replace(request, state=State.ASKED, started_at=now)


def accepted(request: CollabRequest, person: int, eta: datetime | None, now: datetime) -> CollabRequest:
    """`person` has it and expects to be done by `eta`. Raises `Conflict` when somebody else has it."""
    _demand(request, *_WITH_TEAM)
    if request.state is State.ACCEPTED and request.owner != person:
        raise Conflict("collab.accepted_already", reference=request.reference)
    at = request.accepted_at or now
    return replace(request, state=State.ACCEPTED, owner=person, eta=eta or request.eta, accepted_at=at)


def handed(request: CollabRequest, person: int) -> CollabRequest:
    """Another one is to do it; he has accepted it as little or as much as the one before."""
    _demand(request, *_WITH_TEAM)
    return replace(request, owner=person)


def expected(request: CollabRequest, eta: datetime) -> CollabRequest:
    """The expected finish moved."""
    _demand(request, *_WITH_TEAM)
    return replace(request, eta=eta)


def asking_back(request: CollabRequest, waiting: bool) -> CollabRequest:
    """Its team waits for an answer of the asker, or has it."""
    if waiting:
        _demand(request, *_WITH_TEAM)
    return replace(request, asked_back=waiting)


def returned(request: CollabRequest, reason: str, remark: str) -> CollabRequest:
    """Back with its asker, undone. Raises `Invalid` without a reason of the list and words of one's own."""
    _demand(request, *_WITH_TEAM)
    if reason not in REASONS:
        raise Invalid("collab.reason_which", field="reason")
    if not remark.strip():
        raise Invalid("collab.reason_empty", field="remark")
    return replace(request, state=State.RETURNED, reason=reason, remark=remark.strip(), returns=request.returns + 1,
                   asked_back=False, eta=None)  # fmt: skip


def resent(request: CollabRequest, now: datetime) -> CollabRequest:
    """Put to its team again; whoever had it, has it again to accept. Raises `Invalid` while an item is missing."""
    _demand(request, State.RETURNED)
    if request.missing():
        raise Invalid("collab.items_missing", reference=request.reference, names=", ".join(request.missing()))
    return replace(request, state=State.ASKED, started_at=now, accepted_at=None, reason="", remark="")


def done(request: CollabRequest, person: int, result: str, now: datetime) -> CollabRequest:
    """Done; whoever did what nobody had, had it. Raises `Invalid` without a result."""
    _demand(request, *_WITH_TEAM)
    if not result.strip():
        raise Invalid("collab.result_empty", field="result")
    return replace(request, state=State.DONE, result=result.strip(), owner=request.owner or person, asked_back=False,
                   ended_at=now)  # fmt: skip


def withdrawn(request: CollabRequest, remark: str, now: datetime) -> CollabRequest:
    """Not needed any more."""
    _demand(request, *_OPEN)
    return replace(request, state=State.WITHDRAWN, remark=remark.strip(), asked_back=False, ended_at=now)


def skipped(request: CollabRequest, remark: str, now: datetime) -> CollabRequest:
    """A step of a flow is left out. Raises `Invalid` for what is no step, and without a reason."""
    _demand(request, *_OPEN)
    if not request.flow:
        raise Invalid("collab.no_step", reference=request.reference)
    if not remark.strip():
        raise Invalid("collab.skip_why", field="remark", reference=request.reference)
    return replace(request, state=State.SKIPPED, remark=remark.strip(), asked_back=False, ended_at=now)


def reopened(request: CollabRequest, now: datetime) -> CollabRequest:
    """What was thought done was not: with its owner again."""
    _demand(request, State.DONE)
    return replace(request, state=State.ACCEPTED, result="", eta=None, ended_at=None, started_at=now)


_ABOUT = re.compile(r"collab:(\d{1,18})[@:]")


def named(request: int, what: str) -> str:
    """The name of something that Baton shows about a request; `request_in` reads the number back."""
    return f"collab:{request}:{what}"


def card_key(request: int, where: object) -> str:
    """The name of a request's living card at a place."""
    return f"collab:{request}@{where}"


def request_in(key: str) -> int:
    """The request that something of this name is about (0: none)."""
    found = _ABOUT.match(key)
    return int(found[1]) if found else 0


def circle(after: Mapping[T, Sequence[T]]) -> list[T]:
    """A way that leads back to where it began, first and last alike; empty if there is none."""
    safe: set[T] = set()
    for start in after:
        trail: list[T] = []
        found = _walk(start, after, trail, safe)
        if found:
            return found
    return []


def _walk(at: T, after: Mapping[T, Sequence[T]], trail: list[T], safe: set[T]) -> list[T]:
    if at in trail:
        return [*trail[trail.index(at) :], at]
    if at in safe:
        return []
    trail.append(at)
    for before in after.get(at, ()):
        found = _walk(before, after, trail, safe)
        if found:
            return found
    trail.pop()
    safe.add(at)
    return []
