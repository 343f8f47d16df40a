"""Words that go straight to a person, and words that say that an answer was enough. Covers U19."""

import pytest

from bot.knowledge import straight

PERSON = [
    "我要投诉你们", "我要投訴", "客訴專線幾號", "转人工", "轉真人", "找个真人来", "我会打１２３１５",
    "請問消保官的電話",
    "I want to file a COMPLAINT", "can I talk to a human?", "My lawyer will call", "let me speak to  someone",
    "ｈｕｍａｎ", "I'll sue", "充电器起火了", "充電器起火了", "有人触电", "我要human客服",
]  # fmt: skip
NOT = [
    "怎么退款", "an issue with my order", "the humanities course", "tissues", "订单号 9123156 到哪了", "courtyard size",
    "how do I complete the form", "怎么修改密码", "",
]  # fmt: skip
ENOUGH = [
    "好了", "解决了", "解決了，感謝！", "谢谢", "好的谢谢", "Solved!", "thanks a lot", "ok, got it, thank you", "👍",
    "👍🏽👍",
    "搞定了，谢谢啦", "明白了", "hello, thanks", "Perfect. Bye!", "沒問題了，謝謝", "Ｏｋ",
]  # fmt: skip
MORE = [
    "没解决", "還沒好", "no", "no thanks, call me", "不行", "你好", "在吗", "？？？", "👎", "😡", "", "人工",
    "好了吗", "hello",
    "thanks but it does not work", "谢谢，但是还是不行", "not solved", "解决不了", "怎么解决", "1",
]  # fmt: skip


@pytest.mark.parametrize("said", PERSON)
def test_straight_to_a_person(said: str) -> None:
    """In any language and script, whatever its width, alone or among other words."""
    assert straight.wants_person(said)


@pytest.mark.parametrize("said", NOT)
def test_words_inside_of_others_do_not_count(said: str) -> None:
    assert not straight.wants_person(said)


def test_the_house_adds_its_own() -> None:
    """They are taken as they are meant, not as patterns."""
    own = ("VIP", "大宗採購", "c++ (beta)")
    assert straight.wants_person("我是vip客户", own)
    assert straight.wants_person("大宗采购怎么谈", own)
    assert straight.wants_person("the C++ (beta) kit", own)
    assert not straight.wants_person("vipers", own)
    assert not straight.wants_person("我是vip客户")


@pytest.mark.parametrize("said", ENOUGH)
def test_it_was_enough(said: str) -> None:
    assert straight.was_enough(said)


@pytest.mark.parametrize("said", MORE)
def test_anything_else_is_for_a_person(said: str) -> None:
    assert not straight.was_enough(said)


def test_a_long_text_is_looked_at_as_fast_as_a_short_one() -> None:
    """Nothing that somebody types makes the engine of the patterns think twice."""
    assert not straight.was_enough("好的" * 5000 + "吗")
    assert not straight.wants_person("s u e" * 5000)
