"""The columns of the board: the shipped ones, or those that the team file names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.tickets.rules import Status


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column and the statuses that stand in it. `name` is shown as it is; without one, the sentence `key` is."""

    statuses: tuple[Status, ...]
    name: str = ""
    key: str = ""

    @classmethod
    def board(cls, stored: Iterable[Mapping[str, Any]]) -> "tuple[BoardColumn, ...]":
        """The board as the workspace has it (rows with `name` and `statuses`); the shipped one where it has none."""
        own = tuple(cls(tuple(Status(status) for status in row["statuses"]), name=str(row["name"])) for row in stored)
        return own or SHIPPED


# 新咨询 / 处理中 / 已解决
SHIPPED = (
    BoardColumn((Status.NEW,), key="board.new"),
    BoardColumn((Status.OPEN, Status.PENDING, Status.ON_HOLD), key="board.working"),
    BoardColumn((Status.SOLVED,), key="board.solved"),
)
