"""Which candidate is best, and how sure we are: two small models over what the judges saw.

The order comes from a weighted sum, whose weights can be read one by one. Whether to speak up is a question of its own:
boosted trees look at the best candidate and at how far it stands out. Both are learned by `bench/train_knowledge.py`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.knowledge.search.arrays import Array, Floats, np
from bot.knowledge.search.judging import COLUMNS
from bot.knowledge.search.trees import Trees

WEIGHTS = Path(__file__).parent / "data" / "weights.json"
STANDING = ("value", "margin", "share", "most_words", "second_score", "ahead", "second_words", "second_in_line")
"""What is known about the best candidate beside the others; the trees see `COLUMNS` of the best one, then these."""
_WORDS, _SCORE, _LINE = (COLUMNS.index(name) for name in ("words", "score", "all_in_line"))
_FAR = 5.0  # beyond this a lead is a lead


@dataclass(frozen=True, slots=True)
class Model:
    """`weight` has a number for each of `COLUMNS`; an answer at least as sure as `sure` may be given unasked."""

    weight: Array
    middle: float
    trees: Trees
    sure: float

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Model":
        """From the form in which it is stored; columns that it does not name count nothing."""
        weight = np.array([data["weight"].get(column, 0.0) for column in COLUMNS], np.float64)
        return cls(weight, float(data["middle"]), Trees.read(data["trees"]), float(data["sure"]))


@cache
def learned() -> Model:
    """The model that comes with Baton."""
    return Model.read(json.loads(WEIGHTS.read_text("utf-8")))


def values(model: Model, seen: Floats) -> Array:
    """How good each candidate is: the weighted sum, added in the order of the columns."""
    rows = np.maximum(seen, 0).astype(np.float64)
    total: Array = np.cumsum(rows * model.weight, axis=1)[:, -1] if len(rows) else np.zeros(0)
    return np.round(total, 6)


def score(model: Model, value: float) -> float:
    """A value as a number between 0 and 1."""
    return round(1 / (1 + math.exp(min(700.0, (model.middle - value) / 2))), 6)


def confidence(model: Model, seen: Floats, value: Array) -> float:
    """The chance that the best candidate is right. Rows in the order of `value`, best first."""
    if not len(seen):
        return 0.0
    row = standing(seen, value)[None].astype(np.float32)
    return round(1 / (1 + math.exp(-float(model.trees.value(row)[0]))), 6)


def standing(seen: Floats, value: Array) -> Array:
    """What the trees look at: the best row, and how it stands beside the others. Rows best first.

    Whoever stands alone stands beside an article that has nothing of what was asked: in a knowledge base of a few
    articles a single word in common would else be a lead as far as any.
    """
    if len(seen) == 1:
        seen, value = np.concatenate([seen, np.zeros_like(seen)]), np.append(value, min(0.0, float(value[0])))
    best, second = seen[0], seen[1]
    margin = min(float(value[0] - value[1]), _FAR)
    share = 1 / math.fsum(math.exp(max(-50.0, float(one - value[0]))) for one in value.tolist())
    extra = (
        float(value[0]),
        margin,
        round(share, 4),
        float(seen[:, _WORDS].max()),
        float(second[_SCORE]),
        float(best[_SCORE] - second[_SCORE]),
        float(second[_WORDS]),
        float(second[_LINE]),
    )
    return np.concatenate([best, np.round(np.array(extra, np.float64), 4)])
