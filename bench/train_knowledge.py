"""Learn the weights of the knowledge base's search and write `bot/knowledge/search/data/weights.json`.

    python -m bench.train_knowledge

Learned from the sample in `bench/knowledge_sample` alone, which is one half of the public benchmark's articles and
questions; `make bench` reports the other half. Takes a minute.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import boosting, knowledge_sample, listwise
from bot.knowledge.search import candidates, changes, judging, ranking, segment
from bot.knowledge.search.candidates import found
from bot.knowledge.search.gathering import lists
from bot.knowledge.search.trees import Trees
from bot.knowledge.search.view import View

Array = np.ndarray[Any, Any]

RIDGE = 6e-3
SHAPE = boosting.Shape(trees=80, depth=3, rate=0.1)
BESIDE = 0.6
"""What an answer counts whose best article is wrong while the right one is among the others: a person may pick it."""
WRONG_AT_MOST = 0.03
"""Share of the questions nobody has answered that may be given an answer unasked."""

# What can only speak for a candidate, and what can only speak against it.
AGAINST = frozenset({"rarest_missing", "rarest_missing_in_title", "rarest_unexplained", "units_missing"})
FOR = frozenset(judging.COLUMNS) - AGAINST - {"question_length", "title_length", "body_length", "unspaced", "filler"}
# The same for all candidates of a question, or of use only to tell how sure an answer is.
_NOT_RANKED = (AGAINST - {"units_missing"}) | {"question_length", "unspaced", "filler", "score_to_best"}


@dataclass(frozen=True)
class Case:
    """A question with what the judges saw, a row for each candidate, and which of the candidates are right."""

    asked: knowledge_sample.Question
    seen: Array
    right: Array


def cases(view: View, questions: Iterable[knowledge_sample.Question]) -> list[Case]:
    """Every question through the stages before the ranking."""
    out = []
    for asked in questions:
        asking = candidates.asked(view, asked.text)
        read = lists(view, asking)
        seen = judging.evidence(view, asking, read, found(view, asking, read))
        ids = view.segments[0].ids[seen.place]
        out.append(Case(asked, seen.seen, np.isin(ids, list(asked.relevant))))
    return out


def learned(learning: Sequence[Case]) -> dict[str, Any]:
    """A model in the form that `ranking.Model.read` takes; `sure` is found across two halves of the cases."""
    weight = _weights(learning)
    halves = [list(learning[0::2]), list(learning[1::2])]
    unseen = [(sure, case) for at in (0, 1) for sure, case in _confidences(_model(halves[1 - at], weight), halves[at])]
    silent = sorted(sure for sure, case in unseen if not case.asked.relevant)
    sure = silent[int(len(silent) * (1 - WRONG_AT_MOST))]
    return {**_model(learning, weight), "sure": round(sure, 4)}


def _weights(learning: Sequence[Case]) -> dict[str, float]:
    """The order: a sum whose weights put the right candidates first."""
    columns = [at for at, name in enumerate(judging.COLUMNS) if name not in _NOT_RANKED]
    used = [case for case in learning if case.right.any() and not case.right.all()]
    rows = np.concatenate([case.seen for case in used]).astype(float)[:, columns]
    group = np.repeat(np.arange(len(used)), [len(case.seen) for case in used])
    right = np.concatenate([case.right for case in used])
    fit = listwise.fitted(np.where(rows < 0, 0, rows), group, right, RIDGE)
    return {judging.COLUMNS[at]: round(float(one), 4) for at, one in zip(columns, fit, strict=True)}


def _model(learning: Sequence[Case], weight: dict[str, float]) -> dict[str, Any]:
    """With the trees that tell how sure an answer is; they see each question once, with its best candidate."""
    model: dict[str, Any] = {"weight": weight, "middle": 0.0, "sure": 0.5, "trees": _no_trees()}
    reading = ranking.Model.read(model)
    rows, right, best = [], [], []
    for case in learning:
        if len(case.seen):
            value, order = _ordered(reading, case)
            rows.append(ranking.standing(case.seen[order], value[order]))
            right.append(1.0 if case.right[order[0]] else BESIDE if case.right.any() else 0.0)
            best.append(float(value[order[0]]))
    rising = [1 if name in FOR else -1 if name in AGAINST else 0 for name in judging.COLUMNS]
    rising += [1 if name in ("value", "margin", "share") else 0 for name in ranking.STANDING]
    holds = np.array(right)
    trees = boosting.boosted(
        np.array(rows, np.float32), boosting.logistic(holds, np.ones(len(holds))), SHAPE, np.array(rising)
    )
    return {**model, "middle": round(float(np.median(best)), 3), "trees": trees}


def _no_trees() -> dict[str, Any]:
    return {"depth": 1, "base": 0.0, "column": [[0]], "threshold": [[0.0]], "leaf": [[0.0, 0.0]]}


def _ordered(model: ranking.Model, case: Case) -> tuple[Array, Array]:
    value = ranking.values(model, case.seen)
    return value, np.argsort(-value, kind="stable")


def _confidences(data: dict[str, Any], asked: Sequence[Case]) -> Iterable[tuple[float, Case]]:
    model = ranking.Model.read(data)
    for case in asked:
        value, order = _ordered(model, case)
        yield ranking.confidence(model, case.seen[order], value[order]), case


def written(model: dict[str, Any]) -> str:
    """JSON with a line for each weight and each tree, so that a change can be read."""
    lines = [f' "{name}": {json.dumps(value)}' for name, value in model.items() if name not in ("weight", "trees")]
    weights = ",\n".join(f'  "{name}": {value}' for name, value in model["weight"].items())
    trees = ",\n".join(
        f'  "{name}": {json.dumps(value)}'
        if not isinstance(value, list)
        else f'  "{name}": [\n' + ",\n".join(f"   {json.dumps(row)}" for row in value) + "\n  ]"
        for name, value in model["trees"].items()
    )
    return "{\n" + ",\n".join([*lines, f' "weight": {{\n{weights}\n }}', f' "trees": {{\n{trees}\n }}']) + "\n}\n"


def main() -> None:
    """Learn and write."""
    documents, questions = knowledge_sample.read()
    model = learned(cases(changes.view_of(segment.built(documents)), questions))
    ranking.WEIGHTS.write_text(written(model), "utf-8")
    kept = Trees.read(model["trees"])
    sys.stdout.write(f"{len(model['weight'])} weights, {len(kept.column)} trees, sure from {model['sure']}\n")


if __name__ == "__main__":
    main()
