"""What people type, and what they find. Covers U7, U8, U9, U21."""

import pytest

from bot.knowledge.search import Document, Index, Reason
from tests.knowledge.search.articles import ARTICLES, first, index


@pytest.mark.parametrize(
    ("typed", "article"),
    [
        ("按钮不显示怎么办", 1),
        ("按鈕不顯示", 1),
        ("按妞不显是", 1),
        ("anniu bu xianshi", 1),
        ("anniu显示不出来", 1),
        ("请问一下怎么退钱呀，谢谢", 2),
        ("refund please", 2),
        ("营业时间", 3),
        ("yingye shijian", 3),
        ("几点上班 營業", 3),
        ("forgot my passwrod", 4),
        ("RESET PASSWORDS", 4),
        ("ｒｅｓｅｔ　ｐａｓｓｗｏｒｄ", 4),
        ("bitmap text", 5),
        ("bitmaptxt模糊", 5),
        ("物流单号", 6),
        ("atm charge", 7),
        ("提现手续费", 7),
        ("软件 download", 8),
        ("macos", 8),
    ],
)
def test_the_right_article_is_first(typed: str, article: int) -> None:
    assert first(index(), typed) == article


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_is_found_by_its_titles_and_surely(article: Document) -> None:
    for title in (article.title, *article.aliases):
        answer = index().search(title)
        assert answer.hits[0].id == article.id
        assert answer.confidence > 0.5


def test_the_engine_is_sure_of_what_stands_there_and_not_of_what_does_not() -> None:
    found = index()
    assert found.search("按钮不显示怎么办").confident
    for typed in ("你喜欢吃苹果吗", "What is the capital of France?", "今晚一起看电影", "hello"):
        assert not found.search(typed).confident
        assert found.search(typed).confidence < found.search("如何申请退款").confidence


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("申请退款", Reason.WORDS),
        ("營業時间 國定", Reason.WORDS),
        ("营业时间", Reason.SCRIPT),
        ("按妞不显是", Reason.SOUND),
        ("resset passwrod", Reason.SPELLING),
        ("配送状态", Reason.PART),
    ],
)
def test_a_hit_says_why(typed: str, reason: Reason) -> None:
    assert reason in index().search(typed).hits[0].why


def test_only_allowed_articles_are_found_and_the_rest_move_up() -> None:
    found = index()
    without = [hit.id for hit in found.search("退款 按钮 营业", allowed=lambda id: id != 2).hits]
    assert 2 not in without
    assert without
    assert [hit.id for hit in found.search("退款", allowed={3, 4}).hits if hit.id not in {3, 4}] == []
    assert found.search("退款", allowed=set()).hits == ()


def test_articles_that_are_hidden_do_not_crowd_out_the_others() -> None:
    many = [Document(id, f"退款说明 {id}", "退款") for id in range(700)]
    hits = Index.build(many).search("退款说明", allowed=lambda id: id >= 690).hits
    assert {hit.id for hit in hits} == set(range(690, 700))


def test_scores_fall_and_confidence_is_one_for_the_whole_answer() -> None:
    answer = index().search("申请退款 按钮 时间", limit=5)
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert {hit.confidence for hit in answer.hits} == {answer.confidence}
    assert len(index().search("退款 时间", limit=1).hits) == 1
    assert index().search("退款", limit=0).hits == ()


def test_equals_come_in_the_order_of_their_ids() -> None:
    same = [Document(id, "退款", "一样") for id in (9, 3, 7)]
    assert [hit.id for hit in Index.build(same).search("退款").hits] == [3, 7, 9]


def test_a_word_in_common_makes_nobody_sure_among_a_few_articles() -> None:
    """Covers U19: a house that has just begun has three articles, and every question that any of them shares a word
    with finds that one alone. Being alone is no lead."""
    few = Index.build(
        [
            Document(1, "怎么申请退款", "打开订单，点退款，三天到账"),
            Document(2, "发票在哪里下载", "订单页右上角"),
            Document(3, "Opening hours", "From nine to six"),
        ]
    )
    for typed in ("你们公司在哪个交易所上市", "你们老板在哪里", "股票代码是多少"):
        assert not few.search(typed).confident, typed
    for typed, article in (("怎么申请退款？", 1), ("怎麼申請退款", 1), ("发票哪里下载", 2), ("opening hours", 3)):
        answer = few.search(typed)
        assert answer.confident, typed
        assert answer.hits[0].id == article
