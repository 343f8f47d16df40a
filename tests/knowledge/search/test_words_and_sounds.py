"""Words, stems, concepts, pinyin and slips. Covers U8, U9, U21."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.search import concepts, filler, pinyin
from bot.knowledge.search.hashing import Kind, of_text
from bot.knowledge.search.spelling import Vocabulary, corrected
from bot.knowledge.search.stems import stem
from bot.knowledge.search.words import WORD, features

KNOWN = {"change": 3, "currency": 2, "transfer": 9, "account": 5, "take": 4, "charged": 2, "got": 1, "payment": 4}


def repaired(text: str) -> str:
    return corrected(text, _count, _count, [Vocabulary.of(KNOWN)])


def _count(found: Sequence[str]) -> list[int]:
    return [KNOWN.get(word, 0) for word in found]


@pytest.mark.parametrize(
    "alike",
    [
        ("transfer", "Transfers", "transferred", "transferring"),
        ("pay", "paid", "pays", "paying"),
        ("charge", "charged", "charges", "charging"),
        ("policy", "policies"),
        ("withdraw", "withdrew", "withdrawal", "withdrawn"),
    ],
)
def test_forms_of_a_word_have_one_stem(alike: tuple[str, ...]) -> None:
    assert len({stem(word) for word in alike}) == 1


@pytest.mark.parametrize("word", ["pass", "status", "this", "bus", "GmbH2", "naïve", "是"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word.lower()


@given(st.text(alphabet="abcdefgsing", min_size=1, max_size=12))
def test_a_stem_is_never_empty(word: str) -> None:
    assert stem(word)


def test_a_compound_is_found_by_its_parts() -> None:
    numbers = {number for kind, number in features("BitmapText2D") if kind == Kind.WORD}
    assert {of_text(stem(part), Kind.WORD) for part in ("bitmaptext2d", "bitmap", "text", "2")} <= numbers


def test_words_end_where_scripts_without_spaces_begin() -> None:
    assert WORD.findall("用API调用don't stop") == ["API", "don't", "stop"]


def test_concepts_join_languages() -> None:
    shared = set(concepts.of_stem(stem("refund"))) & set(concepts.of_stem(stem("chargeback")))
    assert shared
    assert concepts.of_stem("nonsenseword") == ()


@pytest.mark.parametrize(
    ("run", "syllables"),
    [("anniu", ["an", "niu"]), ("shouli", ["shou", "li"]), ("xian", ["xian"]), ("zhuangtai", ["zhuang", "tai"])],
)
def test_latin_letters_are_read_as_pinyin(run: str, syllables: list[str]) -> None:
    assert [number for _, number in pinyin.parted(run)] == [pinyin.syllables()[one] for one in syllables]
    assert sum(length for length, _ in pinyin.parted(run)) == len(run)


@pytest.mark.parametrize("run", ["string", "hello", "api", "x" * 40, "xian" * 10 + "q", "ａｎ"])
def test_what_is_no_pinyin_is_not_read_as_such(run: str) -> None:
    assert pinyin.parted(run) == ()


@pytest.mark.parametrize(("one", "other"), [("zhong", "zon"), ("nan", "lang"), ("shi", "si"), ("ning", "lin")])
def test_sounds_that_people_mix_up_are_one(one: str, other: str) -> None:
    assert pinyin.sounds_like(one) == pinyin.sounds_like(other)


def test_homophones_sound_alike() -> None:
    assert pinyin.spelled("按妞") == pinyin.spelled("按钮")
    assert len(pinyin.spelled("退款abc")) == 5


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("chagne my currncy", "change my currency"),
        ("how do i trnasfer", "how do i transfer"),
        ("it ta ke long", "it take long"),
        ("my account gotcharged", "my account got charged"),
        ("waht about paymnet", "what about payment"),
        ("TRASNFER 费用", "transfer 费用"),
    ],
)
def test_slips_are_put_right(slip: str, meant: str) -> None:
    assert repaired(slip) == meant


@pytest.mark.parametrize("text", ["change", "zzzzqq", "abc", "", "退款", "transfer account", "x1y2z3"])
def test_what_is_known_or_like_nothing_is_left_alone(text: str) -> None:
    assert repaired(text) == text


@given(st.lists(st.sampled_from([*KNOWN, "the", "please", "12", "，"]), max_size=8).map(" ".join))
def test_a_question_of_known_words_is_never_touched(text: str) -> None:
    assert repaired(text) == text


def test_filler_is_found_wherever_it_stands() -> None:
    text = "请问怎么退款,could you please help"
    kept = list(text)
    for start, end in filler.spans(text):
        kept[start:end] = "_" * (end - start)
    assert "".join(kept).replace("_", "").split() == ["退款,"]
