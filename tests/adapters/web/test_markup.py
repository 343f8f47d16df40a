"""What people type becomes spans, and never markup of a browser."""

import pytest

from adapters.web.markup import mentions, safe_link, spans, spans_json, typed
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, plain

NAMES = {"林晓": "lin", "lin": "lin", "emma clark": "emma", "baton": "baton"}


def styled(words: str) -> list[tuple[str, set[str]]]:
    """Text and look of each span."""
    return [(span.text, set(span.style)) for span in typed(words, NAMES)]


def test_marks_give_looks() -> None:
    assert styled("a *b* _c_ ~d~ `e*f*`") == [
        ("a ", set()),
        ("b", {BOLD}),
        (" ", set()),
        ("c", {ITALIC}),
        (" ", set()),
        ("d", {STRIKE}),
        (" ", set()),
        ("e*f*", {CODE}),
    ]


def test_looks_may_be_inside_each_other() -> None:
    assert styled("*a _b_ c*") == [("a ", {BOLD}), ("b", {BOLD, ITALIC}), (" c", {BOLD})]


@pytest.mark.parametrize("words", ["2*3*4", "snake_case_name", "a * b * c", "**", "~", "`", "C:\\_x_y", "*\n*"])
def test_what_only_looks_like_a_mark_stays_as_it_is(words: str) -> None:
    assert styled(words) == [(words, set())]


def test_a_han_character_before_a_mark_is_no_obstacle() -> None:
    assert styled("请*马上*处理") == [("请", set()), ("马上", {BOLD}), ("处理", set())]


def test_blocks_and_quotations_stand_apart() -> None:
    assert styled("> 原话 *重*\n好\n```py\nx = '*1*'\n```\n完") == [
        ("原话 ", {QUOTE}),
        ("重", {QUOTE, BOLD}),
        ("\n", {QUOTE}),
        ("好\n", set()),
        ("x = '*1*'", {BLOCK}),
        ("完", set()),
    ]


def test_addresses_become_links_without_the_sentence_around_them() -> None:
    found = [(span.text, span.link) for span in typed("见 https://a.example/b?c=1。还有(http://d.example/).", {})]
    assert found == [
        ("见 ", ""),
        ("https://a.example/b?c=1", "https://a.example/b?c=1"),
        ("。还有(", ""),
        ("http://d.example/", "http://d.example/"),
        (").", ""),
    ]


def test_names_become_mentions_the_longest_first() -> None:
    text = typed("@Emma Clark 和@林晓你好 @Baton", NAMES)
    assert [(span.text, span.account) for span in text if span.account] == [
        ("Emma Clark", "emma"),
        ("林晓", "lin"),
        ("Baton", "baton"),
    ]
    assert mentions(text) == {"emma", "lin", "baton"}


@pytest.mark.parametrize("words", ["mail x@lin.example", "@linda", "@nobody", "@ lin"])
def test_what_only_looks_like_a_name_mentions_nobody(words: str) -> None:
    assert not mentions(typed(words, NAMES))


def test_markup_of_browsers_and_mass_mentions_are_plain_text() -> None:
    words = "<script>alert(1)</script> <!channel> @everyone &amp; <img src=x onerror=alert(1)>"
    assert typed(words, NAMES) == (Span(words),)


def test_characters_that_deceive_are_taken_out() -> None:
    assert plain(typed("a\u202eb\u200bc\x00d", NAMES)) == "abcd"


def test_spans_survive_json() -> None:
    text = typed("*a* `b` https://c.example @lin\n> q", NAMES)
    assert spans(spans_json(text)) == text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "//x", ""]
)
def test_only_harmless_schemes_are_led_to(address: str) -> None:
    assert safe_link(address) == ""
    assert "l" not in spans_json((Span("x", link=address),))[0]


def test_a_long_run_of_marks_is_read_quickly() -> None:
    """A regular expression that backtracks would take minutes here; the suite's time limit would end it."""
    for words in ("*a " * 13_000, "*_" * 20_000, "`" * 40_000, "@" * 40_000, "> " * 20_000):
        assert plain(typed(words, NAMES))
