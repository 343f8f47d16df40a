"""What digests need from storage."""

from datetime import datetime
from typing import Protocol

from bot.digests.rules import Listed


class DigestStore(Protocol):
    """Figures and lists, read only."""

    def due(self, team: int, since: datetime | None, until: datetime, limit: int) -> Listed:
        """What of a team's tickets, and of requests to it, has a running clock whose target is in [since, until)."""
        ...

    def unassigned(self, team: int, limit: int) -> Listed:
        """The team's live tickets that nobody has, oldest first; `target_at` is when each was opened."""
        ...

    def unanswered(self, team: int, limit: int) -> Listed:
        """Requests to the team that nobody has accepted, oldest first; `target_at` is when each was asked."""
        ...

    def happened(self, after: int) -> tuple[int, dict[str, int]]:
        """The number of the newest fact, and how many of each kind came after fact number `after`."""
        ...

    def open_tickets(self) -> tuple[int, int]:
        """How many tickets are live, and how many of them nobody has."""
        ...
