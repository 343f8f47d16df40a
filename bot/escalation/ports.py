"""What escalation needs from storage: timers, and (see `AlertStore`) alerts with their proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.events import Place
from bot.escalation.rules import Alert, Sending

LONGEST_SLEEP = timedelta(seconds=1)
"""How long a sweeper sleeps at most; it is woken for what is set to fall due before that."""


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


class AlertStore(Protocol):
    """Alerts, and the ledger of what is known of their arrival.

    Lock order: a clock and its timer, then alerts by number, then the ledger. Whoever holds timers that fell due waits
    for no alert.
    """

    def add(self, alert: Alert) -> Alert | None:
        """Store a new alert (`id` 0); None where its effect is known already."""
        ...

    def get(self, id: int) -> Alert:
        """Raises `NotFound` (key `alert.unknown`)."""
        ...

    def save(self, alert: Alert) -> None:
        """Store how it stands now."""
        ...

    def waiting_for(self, person: int) -> list[Alert]:
        """What waits to be told to this person, by number, in the hands of this unit until it ends; without what is in
        those of another."""
        ...

    def waiting_at(self, place: Place, under: str) -> list[Alert]:
        """The same for a place."""
        ...

    def unarmed(self, kind: str) -> list[int]:
        """Numbers of alerts that wait to be told and that no timer of this kind would tell."""
        ...

    def of_clock(self, clock: int) -> list[Alert]:
        """Every alert of a clock, by number."""
        ...

    def held(self, ids: Sequence[int], *, patient: bool = True) -> list[Alert]:
        """These alerts, by number, in the hands of this unit until it ends: for whoever changes what he reads.

        With `patient` off, without those that are in the hands of another."""
        ...

    def of_ticket(self, ticket: int, limit: int = 200) -> list[Alert]:
        """Every alert about a ticket and its requests, the last `limit`, oldest first."""
        ...

    def move(self, old: int, new: int) -> None:
        """The alerts about requests of ticket `old` are about those of `new` from now on (merging)."""
        ...

    def many(self, ids: Sequence[int]) -> list[Alert]:
        """These alerts, by number."""
        ...

    def last_told(self, person: int) -> list[Alert]:
        """What the last message told this person, by number; nothing if he was never told anything."""
        ...

    def interruptions(self, person: int, since: datetime) -> list[datetime]:
        """When this person was told something since then: one moment a message, however much it told."""
        ...

    def enter(self, sending: Sending) -> Sending:
        """A new entry of the ledger (`id` 0)."""
        ...

    def mark(self, sending: Sending) -> None:
        """Store what is known of it now."""
        ...

    def sendings(self, alerts: Sequence[int]) -> list[Sending]:
        """The ledger of these alerts, by number."""
        ...

    def carried_by(self, key: str) -> list[Sending]:
        """What this order carries (a group: several)."""
        ...
