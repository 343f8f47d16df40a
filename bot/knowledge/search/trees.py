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
        trees = np.arange(len(self.column))
        node = np.zeros((len(rows), len(trees)), np.int64)
        each = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            right = rows[each, self.column[trees, node]] > self.threshold[trees, node]
            node = 2 * node + 1 + right
        leaves = self.leaf[trees, node - (2**self.depth - 1)].astype(np.float64)
        total: Array = self.base + np.cumsum(leaves, axis=1)[:, -1]
        return total
