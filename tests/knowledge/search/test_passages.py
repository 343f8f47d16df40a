"""The passage that is shown and the words that are marked. Covers U7, U20."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.search import Document, Index
from tests.knowledge.search.articles import index

PIECES = st.lists(
    st.sampled_from(["退款", "申請", "refund", " ", "。", "\n", "ﬁ", "😀", "e\u0301", "Ａ", "时间", "\u200b", "x"]),
    max_size=60,
).map("".join)


def marked(found: Index, query: str) -> tuple[str, list[str], list[str]]:
    """The passage and the marked pieces of body and title of the best hit."""
    hit = found.search(query).hits[0]
    document = found.get(hit.id)
    assert document
    return (
        document.body[slice(*hit.passage)],
        [document.body[start:end] for start, end in hit.matched],
        [document.title[start:end] for start, end in hit.title_matched],
    )


def test_the_sentence_that_fits_is_shown_with_its_words_marked() -> None:
    passage, body, title = marked(index(), "三个工作日到账")
    assert "三个工作日到账" in passage
    assert body == ["三个工作日到账"]
    assert title == []


def test_marks_hold_in_the_other_script_and_for_stems() -> None:
    assert marked(index(), "营业时间")[2] == ["營業時間"]
    assert "Withdrawing" in marked(index(), "withdrawal from an atm")[1]


def test_a_long_body_is_shown_where_the_answer_stands() -> None:
    body = "无关的开头。" * 100 + "\n发票在个人中心下载。\n" + "无关的结尾。" * 100
    passage, marks, _ = marked(Index.build([Document(1, "发票", body)]), "个人中心下载")
    assert passage.startswith("发票在个人中心下载")
    assert marks[0] == "个人中心下载"
    assert len(passage) < 260


def test_a_body_without_the_words_shows_its_beginning() -> None:
    found = Index.build([Document(1, "退款", "请联系客服，电话如下。" * 40), Document(2, "空", "")])
    assert found.search("退款").hits[0].passage[0] == 0
    assert found.search("空").hits[0].passage == (0, 0)


@settings(max_examples=60, deadline=None)
@given(PIECES, PIECES, PIECES)
def test_spans_lie_inside_in_order_and_apart(title: str, body: str, query: str) -> None:
    for hit in Index.build([Document(1, title, body)]).search(query).hits:
        start, end = hit.passage
        assert 0 <= start <= end <= len(body)
        for spans, low, high in ((hit.matched, start, end), (hit.title_matched, 0, len(title))):
            assert all(low <= left < right <= high for left, right in spans)
            assert all(before[1] < after[0] for before, after in pairwise(spans))
