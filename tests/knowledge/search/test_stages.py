"""The stages between features and the answer, each by itself. Covers U7, S1."""

import subprocess
import sys

import numpy as np
import pytest

from bot.knowledge.search import Document, candidates, changes, covering, gathering, judging, postings, ranking, segment
from bot.knowledge.search.hashing import Kind, of_text
from bot.knowledge.search.stems import stem
from bot.knowledge.search.trees import Trees
from bot.knowledge.search.view import View
from tests.knowledge.search.articles import ARTICLES


def view(*documents: Document) -> View:
    return changes.view_of(segment.built(documents or ARTICLES))


def number(word: str) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    return np.array([of_text(stem(word), Kind.WORD)], np.uint32)


def test_a_posting_list_names_the_articles_that_have_the_word() -> None:
    lists = segment.built(ARTICLES).postings
    begin, count = lists.counts(number("password"))
    assert lists.docs[begin[0] : begin[0] + count[0]].tolist() == [3]
    assert lists.lines[begin[0]] & postings.IN_TITLE, "the first lines are the titles"
    assert lists.counts(number("nowhere"))[1].tolist() == [0]


def test_an_impact_grows_with_the_title_and_shrinks_with_length() -> None:
    documents = (Document(1, "refund", "x"), Document(2, "y", "refund"), Document(3, "y", "refund " + "word " * 400))
    lists = segment.built(documents).postings
    begin, _ = lists.counts(number("refund"))
    title, short, long = postings.impact(lists.impacts[begin[0] : begin[0] + 3]).tolist()
    assert 1 > title > short > long > 0


def test_a_segment_merged_out_of_pieces_is_the_one_built_at_once() -> None:
    pieces = [segment.built(ARTICLES[at::3]) for at in range(3)]
    merged = segment.merged([(piece, np.ones(len(piece), np.bool_)) for piece in pieces])
    whole = segment.built(ARTICLES)
    for column in ("numbers", "offsets", "docs", "impacts", "lines"):
        assert np.array_equal(getattr(merged.postings, column), getattr(whole.postings, column)), column
    assert merged.vocabulary.words() == whole.vocabulary.words()


def test_many_small_chunks_make_what_one_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = segment.built(ARTICLES).postings
    monkeypatch.setattr(segment, "_CHUNK", 2)
    pieces = segment.built(ARTICLES).postings
    assert np.array_equal(whole.docs, pieces.docs)
    assert np.array_equal(whole.impacts, pieces.impacts)


def test_what_few_articles_have_tells_more() -> None:
    told = [gathering.rarity(frequency, 1000) for frequency in (1, 10, 100, 999)]
    assert told == sorted(told, reverse=True)
    assert told[-1] >= 0
    assert gathering.rarity(1, 100) == pytest.approx(gathering.rarity(1, 10**6), abs=0.2)


def test_frequent_features_are_looked_up_for_candidates_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the budget, a candidate has the score that all lists together give it."""
    here = view()
    asked = candidates.asked(here, "申请退款 按钮 时间 password")
    read = gathering.lists(here, asked)
    full = candidates.found(here, asked, read)
    monkeypatch.setattr(candidates, "BUDGET", 0)
    frugal = candidates.found(here, asked, read)
    scores = dict(zip(full.place.tolist(), full.score.tolist(), strict=True))
    assert len(frugal.place)
    for place, score in zip(frugal.place.tolist(), frugal.score.tolist(), strict=True):
        assert score == pytest.approx(scores[place], rel=1e-5)
    places = np.arange(len(ARTICLES))
    assert np.array_equal(
        gathering.lines_of(here, read, full.whole, places), gathering.lines_of(here, read, frugal.whole, places)
    ), "what was read whole says the same as what was looked up"


def covered(here: View, typed: str) -> dict[str, list[float]]:
    """What the articles of a view cover of a question."""
    asked, places = candidates.asked(here, typed), np.arange(here.places)
    read = gathering.lists(here, asked)
    lines = gathering.lines_of(here, read, gathering.gathered(here, read, ()), places)
    found = covering.coverage(asked, read.weight, lines, here.lengths(places))
    return {name: values.tolist() for name, values in found.items()}


def test_a_slip_is_explained_by_its_sound() -> None:
    seen = covered(view(), "按妞")
    assert seen["words"][:2] == [0, 0]
    assert seen["explained"][:2] == [pytest.approx(0.8), 0]


def test_what_stands_in_one_sentence_covers_more_than_what_is_strewn() -> None:
    together = Document(1, "甲", "订单可以开发票。别的事情在这里。")
    apart = Document(2, "乙", "订单在这里。别的事情可以开发。有发票。")
    seen = covered(view(together, apart), "订单发票")
    assert seen["words_in_line"][0] > seen["words_in_line"][1]


def test_every_column_is_a_number_between_minus_one_and_one() -> None:
    here = view()
    for typed in ("按妞", "password reset 退款", "a", "退", "请问"):
        asked = candidates.asked(here, typed)
        read = gathering.lists(here, asked)
        seen = judging.evidence(here, asked, read, candidates.found(here, asked, read)).seen
        assert seen.shape[1] == len(judging.COLUMNS)
        assert np.all((seen >= -1) & (seen <= 1.5))


def test_trees_go_right_where_a_value_is_above_the_threshold() -> None:
    data = {"depth": 2, "base": 1.0, "column": [[0, 1, 1]], "threshold": [[0.5, 0.2, 0.8]], "leaf": [[1, 2, 3, 4]]}
    rows = np.array([[0.5, 0.2], [0.5, 0.3], [0.6, 0.8], [0.6, 0.9]], np.float32)
    assert Trees.read(data).value(rows).tolist() == [2, 3, 4, 5]


def test_the_learned_model_knows_every_column() -> None:
    model = ranking.learned()
    assert len(model.weight) == len(judging.COLUMNS)
    assert model.trees.column.max() < len(judging.COLUMNS) + len(ranking.STANDING)
    assert 0 < model.sure < 1


def test_nothing_is_loaded_before_it_is_used() -> None:
    """Start-up does not pay for a knowledge base that nobody has."""
    program = "import sys, bot.knowledge.search as s; s.Document(1, 'a', 'b'); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
