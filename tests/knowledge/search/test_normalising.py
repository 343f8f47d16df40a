"""Normalising: one way to write what can be written in many ways. Covers U8, U21."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.search.chinese import simplified
from bot.knowledge.search.normalising import folded, normalised, shaped

ANYTHING = st.text(max_size=60) | st.text(alphabet="營營业業資讯Ａａ ﬁİıß①㎏\u0301\u200b\ufe0f臺台著着麪", max_size=30)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＰＩ　１２３", "api 123"),
        ("營業時間", "营业时间"),
        ("為什麼", "为什么"),
        ("臺灣", "台湾"),
        ("ﬁle", "file"),
        ("re\u200bfund", "refund"),
        ("STRASSE İ", "strasse i\u0307"),
    ],
)
def test_forms_script_and_case_are_one(written: str, compared: str) -> None:
    assert normalised(written) == compared


def test_case_is_kept_for_those_who_look_for_borders_within_words() -> None:
    assert shaped("ＢitmapＴext") == "BitmapText"


@given(ANYTHING)
@example("İ")
@example("\u0345\u0301")
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


@given(ANYTHING)
def test_script_keeps_the_number_of_characters(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


@given(ANYTHING)
def test_folded_text_has_the_places_of_the_original(text: str) -> None:
    assert len(folded(text)) == len(text)
