"""What duty needs from storage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.duty.rules import Block


class DutyStore(Protocol):
    """Rest, leave and other stretches in which somebody is not to be had."""

    def add(self, block: Block) -> Block:
        """Store a new block (`id` 0); gives it back with its number."""
        ...

    def save(self, block: Block) -> None:
        """Store beginning, end and note."""
        ...

    def drop(self, block: int) -> None:
        """Forget it; nothing happens if there is none."""
        ...

    def of(self, person: int, since: datetime) -> list[Block]:
        """His blocks that end after `since`, by their beginning."""
        ...

    def of_all(self, persons: Sequence[int], since: datetime) -> dict[int, list[Block]]:
        """The same for many, by person; one query at most. Persons without a block are left out."""
        ...
