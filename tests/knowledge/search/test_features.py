"""Texts into features. Covers U8, U21."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.search import question
from bot.knowledge.search.features import extract
from bot.knowledge.search.filler import WEIGHT
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.normalising import shaped
from bot.knowledge.search.reading import features_of

MIXED = st.text(alphabet="退款按钮時間シ한국abcXYZ 019.,。\n-'😀𠀀\u2029", max_size=40)


def numbers(text: str, kind: Kind) -> set[int]:
    found = extract([shaped(text)])
    return set(found.number[found.kind == kind].tolist())


def asked_for(text: str, kind: Kind) -> set[int]:
    return {number for number, one, _, _ in features_of(shaped(text)) if one == kind}


def test_what_has_no_spaces_comes_in_pairs() -> None:
    assert len(numbers("申请退款", Kind.HAN)) == 3
    assert numbers("退款", Kind.HAN) <= numbers("申请退款", Kind.HAN)
    assert numbers("退，款", Kind.HAN) == set()


def test_both_scripts_have_the_same_features() -> None:
    assert numbers("營業時間", Kind.HAN) == numbers("营业时间", Kind.HAN)


def test_wrong_characters_that_sound_alike_share_their_sounds() -> None:
    assert numbers("按妞", Kind.SOUND) == numbers("按钮", Kind.SOUND)
    assert asked_for("anniu", Kind.SOUND) == numbers("按钮", Kind.SOUND)
    assert asked_for("shouli时间", Kind.SOUND) == numbers("受理时间", Kind.SOUND)


def test_pinyin_is_read_in_questions_only() -> None:
    assert numbers("anniu", Kind.SOUND) == set()


def test_words_of_two_languages_share_a_concept() -> None:
    assert numbers("refund", Kind.CONCEPT) & numbers("我要退款", Kind.CONCEPT)
    assert numbers("應用程序", Kind.CONCEPT) & numbers("software", Kind.CONCEPT)


def test_lines_end_with_sentences() -> None:
    found = extract([shaped("甲乙。丙丁\nVersion 1.5 is out. See below")])
    at = {(int(line), int(start)) for line, start in zip(found.line, found.start, strict=True)}
    assert {(0, 0), (1, 3), (2, 6), (3, 26)} <= at


@given(st.lists(MIXED, max_size=4))
def test_every_feature_lies_within_its_text(texts: list[str]) -> None:
    found = extract(texts)
    for text, start, end in zip(found.text.tolist(), found.start.tolist(), found.end.tolist(), strict=True):
        assert 0 <= start < end <= len(texts[text])


@given(st.lists(MIXED, min_size=1, max_size=4))
def test_texts_do_not_touch_each_other(texts: list[str]) -> None:
    together = extract(texts)
    for place, text in enumerate(texts):
        alone = extract([text])
        mine = together.text == place
        for column in ("number", "kind", "line", "start", "end"):
            assert sorted(getattr(together, column)[mine].tolist()) == sorted(getattr(alone, column).tolist())


@given(MIXED)
def test_a_question_has_the_features_that_an_article_of_the_same_words_has(text: str) -> None:
    """The two ways to read a text are one; only questions read Latin letters as pinyin."""
    found = extract([text])
    in_article = zip(*(column.tolist() for column in (found.number, found.kind, found.start, found.end)), strict=True)
    asked = features_of(text)
    beside = {one for one in asked if one[1] == Kind.SOUND and re.search("[A-Za-z]", text[one[2] : one[3]])}
    assert sorted(set(asked) - beside) == sorted(set(in_article) - beside)


def test_filler_weighs_little_and_is_not_lost() -> None:
    asked = question.read("请问退款")
    emphasis = dict(zip(asked.number.tolist(), asked.emphasis.tolist(), strict=True))
    (greeting,), (told,) = numbers("请问", Kind.HAN), numbers("退款", Kind.HAN)
    assert (round(emphasis[greeting], 3), emphasis[told]) == (WEIGHT, 1)
    assert asked.bare == "退款"
    assert question.read("你好").bare == "你好"


@given(st.text(max_size=700))
def test_every_text_can_be_read_as_a_question(text: str) -> None:
    asked = question.read(text)
    assert len(set(asked.number.tolist())) == len(asked.number) <= 400
    assert len(asked.support.unit) == len(asked.support.helper)
    assert all(asked.kind[unit] in (Kind.WORD, Kind.HAN) for unit in asked.support.unit.tolist())
