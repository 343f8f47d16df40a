"""Whatever is typed gets an answer, and no article spoils the others. Covers C3, K7."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.search import Document, Index
from tests.knowledge.search.articles import ARTICLES, first, index

FOUND = index()

ODD = [
    "",
    " ",
    "\n\t",
    "？？？！！！",
    "😀😀😀",
    "👨‍👩‍👧‍👦",
    "退",
    "a",
    "1",
    "'; DROP TABLE articles; --",
    '" OR 1=1',
    "退款* NEAR(按钮) AND NOT (",
    "<script>alert('退款')</script>",
    "**退款** [x](http://e.test?a=b&c=d) `code`",
    "%s %d {0} {退款} \\u0000",
    "\x00\x01\x7f",
    "\ud800 lone surrogate",
    "\u202eright to left\u202c",
    "سؤال رمز вопрос 질문 質問 ερώτηση",
    "a\u0301\u0301\u0301\u0301" * 50,
]


@pytest.mark.parametrize("typed", ODD)
def test_odd_questions_get_an_answer(typed: str) -> None:
    answer = FOUND.search(typed)
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize(
    ("typed", "article"),
    [("退", 2), ("'; DROP TABLE 退款; --", 2), ("<b>營業</b>時間", 3), ("😀password😀", 4), ("退款* NEAR(", 2)],
)
def test_markup_and_marks_do_not_hide_the_words(typed: str, article: int) -> None:
    assert first(FOUND, typed) == article


@pytest.mark.parametrize("piece", ["退款", "refund money ", "😀", "a", "xian", "(", "\n", "请问", "1,", "按"])
def test_ten_thousand_characters_are_a_question_like_any_other(piece: str) -> None:
    FOUND.search(piece * (10_000 // len(piece)))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_may_be_asked(typed: str) -> None:
    for hit in FOUND.search(typed).hits:
        assert hit.id in FOUND


def test_a_question_that_says_nothing_finds_nothing() -> None:
    for typed in ("", "   ", "？！", "😀"):
        assert FOUND.search(typed).hits == ()
        assert not FOUND.search(typed).confident


def test_an_article_of_five_megabytes_is_found_and_hides_nobody() -> None:
    body = "".join(f"第{number % 9000}节 退款 按钮 password 的说明。\n" for number in range(120_000))
    assert len(body.encode()) > 5_000_000
    found = Index.build([*ARTICLES, Document(100, "大手册", body)])
    assert first(found, "大手册") == 100
    assert first(found, "如何申请退款") == 2
    assert first(found, "reset password") == 4


@pytest.mark.parametrize("text", ODD)
def test_odd_articles_are_kept_as_they_are(text: str) -> None:
    document = Document(7, text, text, (text,), "", (text,), text)
    found = Index.build([document])
    assert found.get(7) == document
    assert Index.open(found.dumped()).get(7) == document


def test_the_same_title_twice_is_no_matter() -> None:
    found = Index.build([Document(1, "退款", "甲"), Document(2, "退款", "乙")])
    assert {hit.id for hit in found.search("退款").hits} == {1, 2}


def test_an_empty_index_finds_nothing_for_anybody() -> None:
    """Customers, who may see some articles only, are no exception."""
    index = Index.build(())
    assert index.search("退款", 5).hits == ()
    assert index.search("退款", 5, lambda id: True).hits == ()
