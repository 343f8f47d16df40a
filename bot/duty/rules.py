"""When somebody is not to be had although his calendar says so. Pure: no clock, no storage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Why: a short `rest`, days of `leave`, or `busy` with something else (on duty, and asked last)."""

    REST = "rest"
    LEAVE = "leave"
    BUSY = "busy"

    @property
    def away(self) -> bool:
        """Whether he is off duty meanwhile."""
        return self is not Kind.BUSY


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of somebody's time, from `starts_at` until before `ends_at`; `note` is what he said of it.

    `id` is 0 for one that is not stored yet. Times are aware, in UTC.
    """

    id: int
    person: int
    starts_at: datetime
    ends_at: datetime
    kind: Kind
    note: str = ""

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return self.starts_at <= at < self.ends_at


def joined(blocks: Iterable[Block]) -> list[Block]:
    """The same time in as few blocks as possible: those of one person and kind that overlap or touch become one.

    In order of their beginning. A joined block keeps the number of the first that has one, and each note once.
    """
    ordered = sorted(blocks, key=lambda block: (block.person, block.kind, block.starts_at, block.ends_at, block.id))
    result: list[Block] = []
    for block in ordered:
        last = result[-1] if result else None
        if last and (last.person, last.kind) == (block.person, block.kind) and block.starts_at <= last.ends_at:
            result[-1] = _one(last, block)
        else:
            result.append(block)
    return sorted(result, key=lambda block: (block.starts_at, block.ends_at, block.person, block.kind))


def _one(first: Block, second: Block) -> Block:
    notes = dict.fromkeys(note for note in (*first.note.split("; "), *second.note.split("; ")) if note)
    return replace(first, id=first.id or second.id, ends_at=max(first.ends_at, second.ends_at), note="; ".join(notes))


def away_until(blocks: Sequence[Block], at: datetime) -> datetime | None:
    """When somebody who is away at `at` is back by these blocks, one after the other; None if he is not away."""
    end: datetime | None = None
    for block in sorted(blocks, key=lambda block: block.starts_at):
        if block.kind.away and block.covers(end or at):
            end = max(end or at, block.ends_at)
    return end


def next_away(blocks: Sequence[Block], at: datetime) -> datetime | None:
    """When the next absence after `at` begins, None if none is known."""
    return min((block.starts_at for block in blocks if block.kind.away and block.starts_at > at), default=None)
