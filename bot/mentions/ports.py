"""What mentions need from storage."""

from typing import Protocol

from bot.mentions.rules import Mention


class MentionStore(Protocol):
    """Who was called in which message, and what became of it."""

    def add(self, mention: Mention) -> Mention | None:
        """Store a new one (`id` 0); gives it back with its number. None if this person was called there before."""
        ...

    def get(self, id: int) -> Mention:
        """Raises `NotFound` (key `mention.unknown`)."""
        ...

    def save(self, mention: Mention) -> None:
        """Store its state."""
        ...

    def held_of(self, ticket: int) -> list[Mention]:
        """Those in messages of this ticket that wait for somebody's next duty, in order."""
        ...

    def held_for(self, person: int) -> list[Mention]:
        """Those of this person that wait for his next duty, in order."""
        ...

    def of_message(self, message: int) -> list[Mention]:
        """Who was called in a message, in order."""
        ...
