"""Spans to and from Slack's two ways of writing: nothing that a person types becomes active. Covers G3."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits, mrkdwn, rich_text
from adapters.slack.outbound import fallback, message
from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, Span, Text, bold, code, link, mention, plain, text
from bot.chat.views import Post

# What people type when they mean harm, or only well, among ordinary words.
HOSTILE = (
    *("<!channel>", "<!here|x>", "<@U0WEI>", "<#C0|x>", "<!subteam^S1>", "&lt;!channel&gt;", "@channel", "<!", "<"),
    *("*x*", "_y_", "~z~", "`c`", "```", ">", "•", "&", "|", "<https://evil.example|bank>", "@", "#", "!"),
    *("\u202e", "\u2066", "\u200b", "\x00", "\n", " ", ":smile:", "打印机", "😀"),
)
TYPED = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join))
STYLES = st.frozensets(st.sampled_from([BOLD, ITALIC, STRIKE, CODE]), max_size=2)
SPANS = st.lists(st.builds(Span, TYPED.filter(bool), STYLES), max_size=6).map(tuple)

# The same cases each time; how long one takes says more about the machine than about the code.
SETTLED = settings(deadline=None, derandomize=True)

ACTIVE = re.compile(r"<[!@#]")


@SETTLED
@given(SPANS)
def test_whatever_a_customer_types_nothing_active_comes_out(said: Text) -> None:
    """In no block and in no fallback text is there `<!`, `<@` or `<#`, whatever was typed and however it looks."""
    sent = message(Post(said, author=plain(said)[:40], label="l", footer=plain(said)))
    assert not ACTIVE.search(json.dumps(sent.blocks, ensure_ascii=False))
    assert not ACTIVE.search(sent.text)
    assert not ACTIVE.search(mrkdwn.from_spans(said))


@SETTLED
@given(SPANS)
def test_rich_text_keeps_every_character(said: Text) -> None:
    """What is read back from the blocks is what was said, but for the joiner that makes brackets harmless."""
    back = rich_text.spans_of(rich_text.blocks_of(said)) or ()
    assert plain(back).replace("<" + limits.WORD_JOINER, "<") == plain(said).replace("<" + limits.WORD_JOINER, "<")


@SETTLED
@given(SPANS)
def test_rich_text_keeps_every_look(said: Text) -> None:
    """Character for character."""
    back = rich_text.spans_of(rich_text.blocks_of(said)) or ()
    looks = [(mark, span.style) for span in said for mark in limits.inert(span.text)]
    inside = [(mark, span.style) for span in back for mark in span.text]
    assert inside == looks or limits.inert(plain(said)) != "".join(limits.inert(span.text) for span in said)


@SETTLED
@given(TYPED)
def test_plain_words_survive_mrkdwn_when_nothing_in_them_is_markup(words: str) -> None:
    """Escaped once on the way out, once back on the way in."""
    if mrkdwn.would_format(words) or words.startswith(">") or "\n>" in words:
        return
    assert plain(mrkdwn.to_spans(mrkdwn.from_spans(text(words)))) == words


@SETTLED
@given(TYPED)
def test_incoming_mrkdwn_never_raises(written: str) -> None:
    """Slack's own text is well-formed; a webhook's or a fuzzer's need not be."""
    mrkdwn.to_spans(written)


def test_a_long_row_of_markup_is_read_quickly() -> None:
    """No pattern runs wild on 40,000 characters of it."""
    for hostile in ("*" * 40_000, "*a " * 13_000, "<" * 40_000, "`" * 40_000, "_~*" * 13_000, "&gt;" * 10_000):
        assert mrkdwn.to_spans(hostile)


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ("*bold* and _italic_ ~gone~ `x*y*`", (bold("bold"), " and ", Span("italic", frozenset({ITALIC})), " ",
                                               Span("gone", frozenset({STRIKE})), " ", code("x*y*"))),
        ("*_both_*", (Span("both", frozenset({BOLD, ITALIC})),)),
        ("2*3*4 a_b_c", ("2*3*4 a_b_c",)),
        ("&lt;b&gt; &amp;amp;", ("<b> &amp;",)),
        ("<https://x.y/a_b_c|see>", (link("see", "https://x.y/a_b_c"),)),
        ("<https://x.y/?a=1&amp;b=2>", (link("https://x.y/?a=1&b=2", "https://x.y/?a=1&b=2"),)),
        ("<mailto:a@b.c|a@b.c>", (link("a@b.c", "mailto:a@b.c"),)),
        ("<javascript:alert(1)|x>", ("x",)),
        ("<@U0WEI|wei> <@U0LIN>", (mention("@wei", "U0WEI"), " ", mention("@U0LIN", "U0LIN"))),
        ("<#C1|general> <#C1|> <!channel> <!here|here>", ("#general", " ", "#C1", " ", "@channel", " ", "here")),
        ("<!subteam^S1|@team> <!date^1700000000^{date}|14 Nov>", ("@team", " ", "14 Nov")),
        ("a\n```\nx < *y*\n```\nb", ("a\n", Span("x < *y*\n", frozenset({BLOCK})), "b")),
        ("&gt; said\nthen", (Span("said\n", frozenset({QUOTE})), "then")),
    ],
)  # fmt: skip
def test_mrkdwn_is_read(written: str, spans: tuple[str | Span, ...]) -> None:
    """As docs.slack.dev/messaging/formatting-message-text describes it."""
    assert mrkdwn.to_spans(written) == text(*spans)


@pytest.mark.parametrize(
    ("spans", "written"),
    [
        (text(bold("T-12"), " & <x>"), "*T-12* &amp; &lt;x&gt;"),
        (text(Span(" wide ", frozenset({ITALIC}))), " _wide_ "),
        (text(bold("a*b")), "a*b"),
        (text(code("it's `x`")), "it's `x`"),
        (text(mention("林晓", "U0LIN")), "<@U0LIN>"),
        (text(mention("林晓", "1001")), "林晓"),
        (text(link("see <this>", "https://x.y/?a=1&b=2")), "<https://x.y/?a=1&amp;b=2|see &lt;this&gt;>"),
        (text(link("run", "javascript:alert(1)")), "run"),
    ],
)
def test_mrkdwn_is_written(spans: Text, written: str) -> None:
    """Looks where they can be shown, and only real links and mentions of Slack's own."""
    assert mrkdwn.from_spans(spans) == written


def test_rich_text_of_what_people_compose_is_read() -> None:
    """Lists, quotations, code, emoji with and without a character of their own."""
    section = [
        {"type": "text", "text": "see "},
        {"type": "emoji", "name": "thumbsup", "unicode": "1f44d-1f3fb"},
        {"type": "emoji", "name": "shipit"},
        {"type": "link", "url": "https://x.y"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
    ]
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": item}]} for item in ("one", "two")]
    elements = [
        {"type": "rich_text_section", "elements": section},
        {"type": "rich_text_list", "style": "ordered", "elements": items},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x < y"}]},
    ]
    said = rich_text.spans_of([{"type": "rich_text", "elements": elements}])
    assert said is not None
    assert plain(said) == "see 👍🏻:shipit:https://x.y#C1@here\n1. one\n2. two\nsaid\nx < y"
    assert {span.text: span.style for span in said}["x < y"] == {BLOCK}


def test_a_message_without_rich_text_is_told_apart_from_an_empty_one() -> None:
    """Its text is to be taken instead."""
    assert rich_text.spans_of([{"type": "section"}]) is None
    assert rich_text.spans_of([{"type": "rich_text", "elements": []}]) == ()


def test_code_and_quotations_become_blocks_of_their_own() -> None:
    """With the line breaks between them said once, not twice."""
    said = text("look\n", Span("x = 1\n", frozenset({BLOCK})), "and\n", Span("wei said", frozenset({QUOTE})))
    (block,) = rich_text.blocks_of(said)
    kinds = [(group["type"], group["elements"][0]["text"]) for group in block["elements"]]
    assert kinds == [
        ("rich_text_section", "look"),
        ("rich_text_preformatted", "x = 1"),
        ("rich_text_section", "and"),
        ("rich_text_quote", "wei said"),
    ]


@SETTLED
@given(st.text(min_size=1, max_size=300), st.integers(1, 80))
def test_cutting_keeps_within_the_limit_whatever_the_characters(words: str, limit: int) -> None:
    """Counted in UTF-16 units: an emoji is two."""
    short = limits.cut(words, limit)
    assert len(short.encode("utf-16-le", "surrogatepass")) <= 2 * limit
    assert short == words or short.endswith("…")


def test_the_fallback_says_everything_and_stays_short() -> None:
    """Notifications and screen readers get the words; escaped."""
    said = fallback(Post(text("a & b <!channel>"), author="陈伟", label="客户", footer="edited"))
    assert said == "客户\n陈伟\na &amp; b &lt;\u2060!channel&gt;\nedited"
    assert len(fallback(Post(text("<" * 9000)))) <= limits.FALLBACK
