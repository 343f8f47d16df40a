"""A weighted sum that puts the right candidate of each question first (multinomial logit, McFadden 1974).

The chance of a candidate is its share of exp(value) among the candidates of its question. The loss is convex, so that
Newton's method finds the one best sum, the same on every machine.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_STEPS = 30
_STILL = 1e-8


def fitted(rows: Array, group: Array, right: Array, ridge: float) -> Array:
    """A weight for each column. `group` numbers the questions, ascending; each must have a right row.

    `ridge` is the price of weights, in columns scaled to unit spread: it keeps alike columns from playing against
    each other.
    """
    spread = rows.std(axis=0) + 1e-6
    scaled = (rows - rows.mean(axis=0)) / spread
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    size = np.diff(np.r_[starts, len(group)])
    target = right / np.repeat(np.add.reduceat(right.astype(float), starts), size)
    weight = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = _chances(scaled @ weight, starts, size)
        first = scaled.T @ (chance - target) / len(starts) + 2 * ridge * weight
        mean = np.add.reduceat(scaled * chance[:, None], starts)
        second = (scaled.T * chance) @ scaled - mean.T @ mean
        step = np.linalg.solve(second / len(starts) + 2 * ridge * np.eye(len(weight)), first)
        weight = weight - step
        if np.abs(step).max() < _STILL:
            break
    fit: Array = weight / spread
    return fit


def _chances(value: Array, starts: Array, size: Array) -> Array:
    odds = np.exp(value - np.repeat(np.maximum.reduceat(value, starts), size))
    chances: Array = odds / np.repeat(np.add.reduceat(odds, starts), size)
    return chances
