"""What escalation needs from storage: timers, and (see `AlertStore`) alerts with their proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to be done at a moment: `kind` says what, `subject` is the number of what it is about.

    `attempts` counts how often its work failed.
    """

    kind: str
    subject: int
    due_at: datetime
    attempts: int = 0


class TimerStore(Protocol):
    """Deadlines are rows: one a kind and subject, written with the change that sets it, swept by every replica.

    Lock order, so that nobody waits in a circle on PostgreSQL: set or clear a thing's timer before the thing is saved.
    """

    def set(self, kind: str, subject: int, due_at: datetime) -> None:
        """Arm it, or move it; its attempts are forgotten."""
        ...

    def clear(self, kind: str, subject: int) -> None:
        """Disarm it; nothing happens where there is none."""
        ...

    def get(self, kind: str, subject: int) -> Timer | None:
        """As it stands."""
        ...

    def claim(self, now: datetime, limit: int, kinds: Sequence[str] | None = None) -> list[Timer]:
        """Those that are due, earliest first, in the hands of this unit until it ends (others skip them).

        The unit sets each anew, or clears it; one that it leaves alone falls due again at once.
        """
        ...

    def put_back(self, timer: Timer, due_at: datetime) -> None:
        """Its work failed; to be tried again then, with one more attempt counted."""
        ...

    def next_due(self) -> datetime | None:
        """When the next one falls due."""
        ...

    def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """How many should have been done before then, and since when the oldest."""
        ...
