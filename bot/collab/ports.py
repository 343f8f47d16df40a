"""What collaboration needs from storage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.collab.rules import CollabRequest


class CollabStore(Protocol):
    """Collaboration requests."""

    def add(self, request: CollabRequest) -> CollabRequest:
        """Store a new request (`id` 0); gives it back with its number."""
        ...

    def get(self, id: int) -> CollabRequest:
        """Raises `NotFound` (key `collab.unknown`, value `reference`)."""
        ...

    def save(self, request: CollabRequest, now: datetime) -> CollabRequest:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between."""
        ...

    def of_ticket(self, ticket: int) -> list[CollabRequest]:
        """All requests of a ticket, oldest first."""
        ...

    def blocked_on(self, request: int) -> list[CollabRequest]:
        """Blocked requests that come after this one."""
        ...

    def open_for(self, teams: Sequence[int], limit: int = 50) -> list[CollabRequest]:
        """What is with these teams (asked or accepted), oldest first."""
        ...

    def owned_by(self, person: int, limit: int = 50) -> list[CollabRequest]:
        """What this person has, oldest first."""
        ...

    def asked_by(self, person: int, limit: int = 50) -> list[CollabRequest]:
        """What this person asked and that is open, oldest first."""
        ...

    def move(self, old: int, new: int) -> None:
        """All requests of ticket `old` become requests of `new` (merging)."""
        ...
