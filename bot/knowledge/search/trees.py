"""Boosted decision trees, evaluated for all rows at once. They are made by `bench/train_knowledge.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.search.arrays import Array, Floats, Int32s, np


@dataclass(frozen=True, slots=True)
class Trees:
    """Full binary trees of one depth: row of `column` and `threshold` is a tree, its nodes in the order of levels.

    A row goes right where its value is above the threshold. `leaf` holds what each tree then adds to `base`.
    """

    depth: int
    base: float
    column: Int32s
    threshold: Floats
    leaf: Floats

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Trees":
        """From the form in which they are stored."""
        return cls(
            depth=int(data["depth"]),
            base=float(data["base"]),
            column=np.array(data["column"], np.int32),
            threshold=np.array(data["threshold"], np.float32),
            leaf=np.array(data["leaf"], np.float32),
        )

    def value(self, rows: Floats) -> Array:
        """The sum of all trees for each row, added in the order of the trees so that every machine gets the same."""
        if not len(rows):
            return np.zeros(0, np.float64)
        first = np.arange(len(self.column)) * self.column.shape[1]
        column, threshold, leaf = self.column.ravel(), self.threshold.ravel(), self.leaf.ravel()
        cells, row = rows.ravel(), np.arange(len(rows))[:, None] * rows.shape[1]
        node = np.zeros((len(rows), len(first)), np.int64)
        for _ in range(self.depth):
            at = node + first
            right = cells.take(row + column.take(at)) > threshold.take(at)
            node = 2 * node + 1 + right
        at = node - (2**self.depth - 1) + np.arange(len(self.leaf)) * self.leaf.shape[1]
        total: Array = self.base + np.cumsum(leaf.take(at).astype(np.float64), axis=1)[:, -1]
        return total
