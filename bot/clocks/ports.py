"""What clocks need from storage."""

from collections.abc import Sequence
from typing import Protocol

from bot.clocks.rules import Clock


class ClockStore(Protocol):
    """The clocks of tickets and of collaboration requests. Their timers stand in `unit.timers` (kind `clock`).

    Lock order: set or clear a clock's timer before the clock is saved.
    """

    def add(self, clock: Clock) -> Clock:
        """Store a new clock (`id` 0); gives it back with its number."""
        ...

    def get(self, id: int) -> Clock:
        """Raises `NotFound` (key `clock.unknown`)."""
        ...

    def gather(self, ids: Sequence[int]) -> list[Clock]:
        """Those that there are, by one question; each is at hand when it is asked for by its number."""
        ...

    def save(self, clock: Clock) -> Clock:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between."""
        ...

    def running(self, ticket: int, request: int | None = None) -> list[Clock]:
        """Those that still run, oldest first: of the ticket itself (0), of a request, or of all there is (None)."""
        ...

    def of_ticket(self, ticket: int) -> list[Clock]:
        """All clocks of a ticket and its requests, oldest first, those that have ended included."""
        ...

    def running_after(self, id: int, limit: int) -> list[Clock]:
        """Running clocks of all tickets with a greater number, in the order of their numbers."""
        ...

    def unarmed(self, kind: str, after: int, upto: int) -> list[Clock]:
        """Those with numbers in (after, upto] that run towards a due time and have no timer of this kind."""
        ...

    def newest(self) -> int:
        """The greatest number that any clock has (0: there is none)."""
        ...

    def overdue(self, tickets: Sequence[int]) -> list[Clock]:
        """Running clocks of these tickets whose due time has passed."""
        ...

    def move(self, old: int, new: int) -> None:
        """The clocks of requests of ticket `old` are those of `new` from now on (merging)."""
        ...
