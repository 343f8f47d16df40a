"""What the bench says of the commands is what they do: a piece of the sample through real processes."""

from pathlib import Path

import pytest

from bench import kb_batch, knowledge, knowledge_sample
from bench.kb_batch import Walk
from bench.knowledge_sample import Question
from bot.knowledge.search import Document, Index

ARTICLES, QUESTIONS = 300, 80


@pytest.fixture(scope="module")
def piece() -> tuple[list[Document], list[Question]]:
    """Some articles, questions about them, and as many that none of them answers as the sample has per question."""
    documents, asked = knowledge_sample.read()
    about = [one for one in asked if one.relevant and max(one.relevant) < ARTICLES][:QUESTIONS]
    nothing = [one for one in asked if not one.relevant][: QUESTIONS // 4]
    return documents[:ARTICLES], about + nothing


def test_the_commands_find_what_the_engine_finds(
    database_url: str, tmp_path: Path, piece: tuple[list[Document], list[Question]]
) -> None:
    """Covers G6, S1: on both databases, as good as the engine asked directly, and as sure."""
    documents, asked = piece
    walk = kb_batch.walked(database_url, tmp_path, documents, asked)
    found = kb_batch.judged(walk, asked)
    rows = knowledge.judged(Index.build(documents), asked)
    directly = knowledge.figures(rows)
    assert found.at_first == pytest.approx(directly.at_first, abs=0.03)
    assert found.separation == pytest.approx(directly.separation, abs=0.03)
    assert found.at_first > 0.85
    assert found.separation > 0.85
    sure = [hits[0][1] if hits else 0.0 for hits in walk.answers]
    close = [abs(score - row.confidence) < 0.05 for score, row in zip(sure, rows, strict=True)]
    assert sum(close) > 0.9 * len(close), "the first score of a line says how sure the engine is"
    assert all(scores == sorted(scores, reverse=True) for hits in walk.answers if (scores := [one for _, one in hits]))


def test_a_walk_is_judged_as_the_benchmark_does_it() -> None:
    """Right and sure, right and unsure, wrong; silence where there is nothing."""
    asked = [
        Question("a", frozenset({1}), "clean", "en", "x", 0),
        Question("b", frozenset({2}), "clean", "en", "x", 0),
        Question("c", frozenset({3}), "typo", "en", "x", 0),
        Question("d", frozenset(), "none", "en", "x", 0),
    ]
    walk = Walk([[(1, 0.9)], [(9, 0.5), (2, 0.4)], [], [(4, 0.6)]], [True, False, False, False], 1.0, 1.0)
    found = kb_batch.judged(walk, asked)
    assert found.first == {"clean": 0.5, "typo": 0.0}
    assert found.at_first == 0.25
    assert found.reciprocal == pytest.approx((0.75 + 0) / 2)
    assert found.separation == pytest.approx(1 / 3)
    assert found.false_suggestions == 1.0
