"""Edits are found at once, and an index that was edited is the index that would have been built. Covers U10, P15."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.search import Answer, Document, Index
from tests.knowledge.search.articles import ARTICLES, first, index

QUERIES = (
    "退款",
    "按妞",
    "營業時間",
    "passwrod reset",
    "bitmap text blurry",
    "download 软件",
    "到账 三个工作日",
    "新文章",
)

WORDS = ("退款", "按钮", "时间", "password", "BitmapText", "配送", "transfer", "發票", "。", " ")
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join)
DOCUMENT = st.builds(Document, st.integers(0, 7), TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple))
CHANGE = st.tuples(st.just("put"), DOCUMENT) | st.tuples(st.just("remove"), st.integers(0, 7))


def whole(answer: Answer) -> tuple[object, ...]:
    """All there is to an answer: the hits and what is shown of each."""
    return answer, tuple(hit.shown for hit in answer.hits)


def answers(found: Index) -> list[tuple[object, ...]]:
    return [whole(found.search(query)) for query in (*QUERIES, *WORDS)]


def test_an_edit_is_found_at_once_and_what_it_replaced_is_not() -> None:
    found = index()
    found.put(Document(2, "发票怎么开", "在订单页面开票。"), Document(99, "新文章", "刚刚写好的。"))
    assert first(found, "新文章") == 99
    assert first(found, "发票") == 2
    assert all(hit.id != 2 or "退" not in (found.get(2) or ARTICLES[1]).title for hit in found.search("退钱").hits)
    found.remove(99, 12345)
    assert 99 not in found
    assert first(found, "新文章") != 99
    assert len(found) == len(ARTICLES)


def test_the_order_of_building_does_not_matter() -> None:
    assert answers(Index.build(reversed(ARTICLES))) == answers(index())


def test_the_last_of_several_with_one_id_counts() -> None:
    found = Index.build([Document(1, "旧标题", ""), Document(1, "新标题", "")])
    assert len(found) == 1
    assert found.get(1) == Document(1, "新标题", "")


@settings(max_examples=40, deadline=None)
@given(st.lists(DOCUMENT, max_size=6), st.lists(CHANGE, max_size=10), st.booleans())
def test_changes_equal_building_anew(before: list[Document], changes: list[tuple[str, object]], merge: bool) -> None:
    found = Index.build(before)
    kept = {document.id: document for document in before}
    for _, one in changes:
        if isinstance(one, Document):
            found.put(one)
            kept[one.id] = one
        elif isinstance(one, int):
            found.remove(one)
            kept.pop(one, None)
    if merge:
        found.merge()
    anew = Index.build(kept.values())
    assert answers(found) == answers(anew)
    assert len(found) == len(kept)
    assert [found.get(id) for id in range(8)] == [kept.get(id) for id in range(8)]


def test_a_slip_is_not_put_right_with_a_word_that_is_gone() -> None:
    found = Index.build([Document(1, "reset passwords", ""), Document(2, "my password", "")])
    found.put(Document(1, "passwordBitmap", ""))
    assert answers(found) == answers(Index.build([Document(1, "passwordBitmap", ""), Document(2, "my password", "")]))


def test_a_merge_is_due_when_much_has_changed() -> None:
    found = Index.build([])
    due = [found.merge_is_due]
    found.put(*(Document(id, f"标题 {id}", "") for id in range(1001)))
    due.append(found.merge_is_due)
    found.merge()
    assert [*due, found.merge_is_due] == [False, True, False]
    assert len(found) == 1001


def test_searches_go_on_while_articles_change() -> None:
    """Each answer is one of the knowledge base before or after an edit, never of something between."""
    found, stop = index(), Event()
    allowed = {whole(found.search(QUERIES[0]))}
    edited = index()
    edited.put(Document(2, "换货说明", "联系客服。"))
    allowed.add(whole(edited.search(QUERIES[0])))

    def searching() -> int:
        seen = 0
        while not stop.is_set() or not seen:
            assert whole(found.search(QUERIES[0])) in allowed
            seen += 1
        return seen

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(3) as threads:
            running = [threads.submit(searching) for _ in range(3)]
            try:
                for _ in range(10):
                    found.put(Document(2, "换货说明", "联系客服。"))
                    found.put(ARTICLES[1])
                    found.merge()
            finally:
                stop.set()
            assert all(one.result() for one in running)
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("threads", [4])
def test_changes_from_many_threads_are_all_kept(threads: int) -> None:
    found = Index.build([])
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda id: found.put(Document(id, f"标题 {id}", "正文")), range(40)))
    assert len(found) == 40
