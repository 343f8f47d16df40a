"""Spans to HTML and back: nothing a person types becomes markup, and nothing gets lost. Covers T8, C10."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from adapters.telegram import limits
from adapters.telegram.entities import Addressee, spoken
from adapters.telegram.html import html
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, cleaned, link, mention, plain, text
from tests.fakes.telegram.markup import parse_html, utf16_length

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | st.sampled_from(
    [
        "<b>",
        "</i>",
        "&amp;",
        '"',
        "<a href='x'>",
        "😀👍🏽",
        "&lt;script&gt;",
        "a\nb",
        "<!channel>",
        "@all",
        "tg://user?id=1",
    ]
)
LOOKS = st.frozensets(st.sampled_from([BOLD, ITALIC, STRIKE, CODE, BLOCK, QUOTE]), max_size=3)
LINKS = st.sampled_from(["", "", 'https://example.org/?a=1&b="2"', "javascript:alert(1)", "tg://resolve?domain=x"])
ACCOUNTS = st.sampled_from(["", "", "1002", "U0SLACK", "１２"])
SPANS = st.builds(Span, WORDS, LOOKS, LINKS, ACCOUNTS)
TEXTS = st.lists(SPANS, max_size=8).map(tuple)


def styled(*styles: str) -> Span:
    return Span("x", frozenset(styles))


@given(TEXTS)
def test_what_is_shown_is_what_was_said(words: Text) -> None:
    """Telegram's own parser finds balanced tags and exactly the characters."""
    assert parse_html(html(words)).text == plain(words)


@given(WORDS)
def test_words_without_a_look_have_no_entity(words: str) -> None:
    assert parse_html(html(text(words))).entities == []


@given(TEXTS)
def test_code_holds_no_other_entity_and_quotations_do_not_nest(words: Text) -> None:
    written = html(words)
    assert all("<" not in inside for _, inside in re.findall(r"<(code|pre)>(.*?)</\1>", written, re.DOTALL))
    assert all(
        "<blockquote" not in inside for inside in re.findall(r"<blockquote>(.*?)</blockquote>", written, re.DOTALL)
    )


@given(TEXTS)
def test_only_addresses_that_are_meant_to_be_followed_are_links(words: Text) -> None:
    found = {entity.get("url") for entity in parse_html(html(words)).entities if entity["type"] == "text_link"}
    assert found <= {span.link for span in words if not span.link.startswith("javascript")}


@given(st.text(max_size=300), st.integers(4, 60))
def test_pieces_fit_and_give_the_text_back(words: str, limit: int) -> None:
    words = limits.well_formed(words)
    pieces = limits.pieces(text(words), limit)
    assert "".join(plain(piece) for piece in pieces) == words
    assert all(limits.utf16(plain(piece)) <= limit for piece in pieces)


@given(TEXTS, st.integers(8, 40))
def test_each_piece_is_whole_html_on_its_own(words: Text, limit: int) -> None:
    pieces = limits.pieces(words, limit)
    shown = [parse_html(html(piece)) for piece in pieces]
    assert "".join(piece.text for piece in shown) == plain(words)
    assert all(utf16_length(piece.text) <= limit for piece in shown)


@pytest.mark.parametrize("count", [4095, 4096, 4097, 40_000])
@pytest.mark.parametrize("mark", ["字", "😀", "a"])
def test_4096_utf16_units_a_message(mark: str, count: int) -> None:
    pieces = limits.pieces(text(mark * count))
    assert "".join(plain(piece) for piece in pieces) == mark * count
    assert all(0 < utf16_length(plain(piece)) <= 4096 for piece in pieces)


def test_cuts_fall_after_a_sentence() -> None:
    pieces = limits.pieces(text("第一句。" * 1500))
    assert len(pieces) == 2
    assert all(plain(piece).endswith("。") for piece in pieces)


@pytest.mark.parametrize(
    ("words", "markup"),
    [
        (text(styled(BOLD)), "<b>x</b>"),
        (text(styled(BOLD, ITALIC)), "<b><i>x</i></b>"),
        (text(styled(BOLD), styled(BOLD, STRIKE)), "<b>x<s>x</s></b>"),
        (text(styled(CODE, BOLD)), "<code>x</code>"),
        (text(styled(BLOCK, CODE)), "<pre>x</pre>"),
        (text(styled(QUOTE), styled(QUOTE, CODE)), "<blockquote>x<code>x</code></blockquote>"),
        (text(link("here", 'https://a.example/?q="<&')), '<a href="https://a.example/?q=&quot;&lt;&amp;">here</a>'),
        (text(link("here", "javascript:alert(1)")), "here"),
        (text(mention("林晓", "1002")), '<a href="tg://user?id=1002">林晓</a>'),
        (text(mention("Lin", "U0LIN")), "Lin"),
        (text("1 < 2 & \"3\" > 'x'"), "1 &lt; 2 &amp; &quot;3&quot; &gt; 'x'"),
        (text("a\ud800b"), "a\ufffdb"),
    ],
)
def test_tags_are_closed_in_order_and_shared(words: Text, markup: str) -> None:
    assert html(words) == markup


@given(TEXTS)
def test_entities_come_back_as_the_same_looks(words: Text) -> None:
    """What Telegram makes of our HTML reads as the text that we sent."""
    shown = parse_html(html(words))
    kinds = [kind for kind in shown.entities if kind["type"] != "text_mention"]
    back = spoken(shown.text, [MessageEntity.de_json(kind) for kind in kinds], Addressee())
    assert plain(back.text) == plain(cleaned(words))
    bold = "".join(span.text for span in back.text if BOLD in span.style)
    plainly = [
        s for s in words if BOLD in s.style and (s.link.startswith(("http", "tg")) or not s.style & {CODE, BLOCK})
    ]
    assert bold == plain(cleaned(s for s in plainly)) or any(s.account for s in words)
