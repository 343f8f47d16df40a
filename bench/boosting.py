"""Gradient boosting of small full trees on histograms (Friedman 2001; the second-order gain is XGBoost's).

A hundred lines instead of a library that nothing else needs; with numpy alone the weights come out the same
wherever they are made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Gradients = Callable[[Array], tuple[Array, Array]]
"""From the values so far to the first and second derivative of the loss for each row."""

_BINS = 64


@dataclass(frozen=True)
class Shape:
    """How large the model may get, and how carefully it learns."""

    trees: int = 120
    depth: int = 4
    rate: float = 0.1
    ridge: float = 10.0
    lightest: float = 5.0


def boosted(rows: Array, gradients: Gradients, shape: Shape, rising: Array) -> dict[str, Any]:
    """A model in the form that `bot.knowledge.search.trees.Trees.read` takes.

    `rising` has a number for each column: 1 if no cut may let more of it count against a row, -1 for the reverse, 0 if
    it may count either way. What is known beforehand need not be learned, and is not unlearned from chance.
    """
    base = 0.0
    edges = [_edges(rows[:, column]) for column in range(rows.shape[1])]
    binned = np.stack([np.searchsorted(edge, rows[:, column], side="left") for column, edge in enumerate(edges)])
    value = np.full(len(rows), base)
    model: dict[str, Any] = {"depth": shape.depth, "base": base, "column": [], "threshold": [], "leaf": []}
    for _ in range(shape.trees):
        first, second = gradients(value)
        columns, cuts, leaf, node = _tree(binned, first, second, shape, rising)
        value += leaf[node]
        model["column"].append(columns)
        model["threshold"].append([_threshold(edges[column], cut) for column, cut in zip(columns, cuts, strict=True)])
        model["leaf"].append([round(float(one), 5) for one in leaf])
    return model


def logistic(right: Array, weight: Array) -> Gradients:
    """The chance that a row is right."""

    def gradients(value: Array) -> tuple[Array, Array]:
        chance = 1 / (1 + np.exp(-value))
        return weight * (chance - right), weight * np.maximum(chance * (1 - chance), 1e-6)

    return gradients


def _edges(values: Array) -> Array:
    """Where a column may be cut: between its quantiles."""
    return np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1], method="lower"))


def _threshold(edge: Array, cut: int) -> float:
    return round(float(edge[cut]), 4) if cut >= 0 else 1e9


def _tree(
    binned: Array, first: Array, second: Array, shape: Shape, rising: Array
) -> tuple[list[int], list[int], Array, Array]:
    """One tree: column and cut of each inner node, the leaves, and the leaf of each row."""
    node = np.zeros(binned.shape[1], np.int64)
    columns: list[int] = []
    cuts: list[int] = []
    for level in range(shape.depth):
        column, cut = _splits(binned, node, 2**level, (first, second), shape, rising)
        right = binned[column[node], np.arange(len(node))] > cut[node]
        right &= cut[node] >= 0
        columns += column.tolist()
        cuts += cut.tolist()
        node = 2 * node + right
    leaves = 2**shape.depth
    total = np.bincount(node, first, leaves)
    leaf = -shape.rate * total / (np.bincount(node, second, leaves) + shape.ridge)
    return columns, cuts, leaf, node


def _splits(
    binned: Array, node: Array, nodes: int, slopes: tuple[Array, Array], shape: Shape, rising: Array
) -> tuple[Array, Array]:
    """The best column and cut for each node of a level; cut -1 where none is worth it."""
    best = np.full(nodes, 1e-9)
    column, cut = np.zeros(nodes, np.int64), np.full(nodes, -1, np.int64)
    for number, cuts in enumerate(binned):
        gain = _gains(node * _BINS + cuts, nodes, slopes, shape, int(rising[number]))
        at = gain.argmax(axis=1)
        top = gain[np.arange(nodes), at]
        better = top > best
        best[better], column[better], cut[better] = top[better], number, at[better]
    return column, cut


def _gains(place: Array, nodes: int, slopes: tuple[Array, Array], shape: Shape, rising: int) -> Array:
    """What each cut of one column would gain in each node."""
    left, left_weight = (np.cumsum(np.bincount(place, one, nodes * _BINS).reshape(nodes, _BINS), 1) for one in slopes)
    whole, weight = left[:, -1:], left_weight[:, -1:]
    right, right_weight = whole - left, weight - left_weight
    gain = left**2 / (left_weight + shape.ridge) + right**2 / (right_weight + shape.ridge)
    gain -= whole**2 / (weight + shape.ridge)
    step = left / (left_weight + shape.ridge) - right / (right_weight + shape.ridge)  # of the right leaf above the left
    gain[(left_weight < shape.lightest) | (right_weight < shape.lightest) | (step * rising < 0)] = 0
    return gain
