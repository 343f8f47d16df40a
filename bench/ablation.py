"""The stages of the knowledge base's search, switched off one at a time.

A kind of feature is switched off by taking it out of the questions, a judge by showing the models nothing of it. The
weights stay those that were learned with all of it, so that a loss is what a missing stage would cost, not what it
could be made up for.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any
from unittest import mock

import numpy as np

from bot.knowledge.search import (
    candidates,
    concepts,
    features,
    filler,
    judging,
    normalising,
    ranking,
    reading,
    spelling,
    words,
)
from bot.knowledge.search.hashing import Kind

_COVERAGE: tuple[str, ...] = (
    "words",
    "words_in_title",
    "sounds",
    "sounds_in_title",
    "spelling",
    "spelling_in_title",
    "concepts",
)
_COVERAGE += ("concepts_in_title", "rarest_missing", "rarest_missing_in_title", "units_missing")
_COVERAGE += ("explained", "explained_in_title", "explained_in_line", "rarest_unexplained")
_LINES = ("words_in_one_title", "words_in_line", "all_in_line", "line_alike", "explained_in_line")
_LETTERS = ("title_ratio", "title_part", "title_words", "title_sound", "title_sound_part")


@contextmanager
def _patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Names of modules given other values, with nothing remembered across."""
    _forget()
    patches = [mock.patch.object(module, name, value) for module, name, value in changes]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()
        _forget()


def _forget() -> None:
    for remembering in (features._packed, reading._of_word, concepts._english):
        remembering.cache_clear()


def _lower(word: str) -> str:
    return word.lower()


def _same(text: str, *_: object) -> str:
    return text


def _without_kinds(*kinds: Kind) -> AbstractContextManager[None]:
    whole = reading.features_of

    def features_of(shape: str) -> list[reading.Feature]:
        return [feature for feature in whole(shape) if feature[1] not in kinds]

    return _patched((reading, "features_of", features_of))


def _without_columns(*names: str) -> AbstractContextManager[None]:
    whole = judging.evidence

    def evidence(*given: Any) -> judging.Evidence:
        found = whole(*given)
        seen = found.seen.copy()
        seen[:, [judging.COLUMNS.index(name) for name in names]] = 0
        return replace(found, seen=seen)

    return _patched((judging, "evidence", evidence))


def _without_order() -> AbstractContextManager[None]:
    model = ranking.learned()
    weight = np.array([10.0 * (name == "score") for name in judging.COLUMNS])
    return _patched((ranking, "learned", lambda: replace(model, weight=weight)))


def _without_confidence() -> AbstractContextManager[None]:
    score = judging.COLUMNS.index("score")
    return _patched((ranking, "confidence", lambda _model, seen, _value: min(1.0, max(0.0, float(seen[0, score])))))


STAGES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "nothing: all stages": nullcontext,
    "one script (OpenCC)": lambda: _patched((normalising, "simplified", _same)),
    "filler told apart": lambda: _patched((filler, "WEIGHT", 1.0)),
    "stems": lambda: _patched((words, "stem", _lower), (candidates, "stem", _lower), (concepts, "stem", _lower)),
    "parts of compounds": lambda: _patched((words, "_PARTS", re.compile(r"(?!)"))),
    "slips put right": lambda: _patched((spelling, "corrected", _same)),
    "threes of letters": partial(_without_kinds, Kind.SPELLING),
    "sounds (pinyin)": partial(_without_kinds, Kind.SOUND),
    "concepts": partial(_without_kinds, Kind.CONCEPT),
    "coverage": partial(_without_columns, *_COVERAGE),
    "lines": partial(_without_columns, *_LINES),
    "rapidfuzz on titles and sounds": partial(_without_columns, *_LETTERS),
    "learned order": _without_order,
    "learned confidence": _without_confidence,
}
"""What is missing, and how to do without it."""
