"""A floor under the quality, on the sample of public questions that the repository carries. Covers U7, U8, U21, S1.

The weights were learned from this sample: it says only that nothing broke. `make bench` measures the other half.
"""

import pytest

from bench import knowledge, knowledge_sample
from bot.knowledge.search import Index

KINDS = {"clean": 0.87, "typo": 0.89, "script": 0.94, "partial": 0.93, "mixed": 0.94}
"""Share of the questions of each kind whose right article must be first; some points below what it is."""


@pytest.fixture(scope="module")
def rows() -> list[knowledge.Row]:
    documents, questions = knowledge_sample.read()
    return knowledge.judged(Index.build(documents), questions[::3])


def test_the_right_article_comes_first(rows: list[knowledge.Row]) -> None:
    figures = knowledge.figures(rows)
    assert {kind: share for kind, share in figures.first.items() if share < KINDS[kind]} == {}
    assert figures.reciprocal > 0.945


def test_the_engine_knows_when_it_knows(rows: list[knowledge.Row]) -> None:
    figures = knowledge.figures(rows)
    assert figures.separation > 0.94
    assert figures.false_suggestions < 0.07


def test_what_is_said_unasked_is_right(rows: list[knowledge.Row]) -> None:
    said = [row for row in rows if row.confident]
    assert len(said) > len(rows) / 3
    assert sum(row.rank == 1 for row in said) > 0.95 * len(said)
