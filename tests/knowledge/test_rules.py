"""What an article may say, and what is different between two of them. Covers U7, U9, G6."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import Invalid
from bot.knowledge.rules import (
    ALIASES,
    BODY_LIMIT,
    TITLE_LIMIT,
    Article,
    Audience,
    Content,
    Edit,
    Kind,
    State,
    Tally,
    body_lines,
    checked,
    edits,
    same_title,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
TODAY = NOW.date()


def test_what_people_type_is_tidied() -> None:
    messy = Content(
        "  怎么\u202e 退款 ", "\r\n一\r\n二\x00 ", (" a ", "", "a", "b\n c"), " x  y ", ("#退款", "＃退款", " ")
    )
    assert checked(messy) == Content("怎么 退款", "一\n二", ("a", "b c"), "x y", ("退款",))


@pytest.mark.parametrize(
    ("content", "field", "values"),
    [
        (Content(""), "title", {}),
        (Content("？！…"), "title", {}),
        (Content("\u200b\u202e"), "title", {}),
        (Content("字" * (TITLE_LIMIT + 1)), "title", {"limit": TITLE_LIMIT, "length": TITLE_LIMIT + 1}),
        (Content("x", "y" * 5_000_000), "body", {"limit": BODY_LIMIT, "length": 5_000_000}),
        (Content("x", aliases=tuple(map(str, range(ALIASES + 1)))), "aliases", {"limit": ALIASES}),
        (Content("x", tags=("y" * 41,)), "tags", {"limit": 40, "length": 41}),
        (Content("x", category="y" * 81), "category", {"limit": 80, "length": 81}),
    ],
)
def test_what_can_be_no_article_is_named_at_its_field(content: Content, field: str, values: dict[str, int]) -> None:
    with pytest.raises(Invalid) as raised:
        checked(content)
    assert (raised.value.field, raised.value.values) == (field, values)


@pytest.mark.parametrize("other", ["怎么退款 ", "\t怎么退款"])
def test_titles_that_people_take_for_the_same(other: str) -> None:
    assert same_title(other) == same_title("怎么退款")
    assert same_title("ＦＡＱ  one") == same_title("faq One")
    assert same_title("退款") != same_title("退货")


def test_a_difference_is_told_by_fields_and_lines() -> None:
    before = Content("a", "one\ntwo\nthree\nfour", ("x",), "c")
    after = replace(
        before, title="b", aliases=("x", "y"), kind=Kind.SCRIPT, body="one\n2\nthree\nfour\nfive", files=(1,)
    )
    assert edits(before, after) == (
        Edit("title", "a", "b"),
        Edit("aliases", "x", "x / y"),
        Edit("kind", "qa", "script"),
        Edit("files", "0", "1"),
    )
    assert body_lines(before.body, after.body) == (("-", "two"), ("+", "2"), ("…", ""), ("+", "five"))
    assert edits(before, before) == ()
    assert body_lines(before.body, before.body) == ()


@pytest.mark.parametrize(
    ("change", "staff", "customer"),
    [
        ({}, True, True),
        ({"state": State.DRAFT}, False, False),
        ({"state": State.ARCHIVED}, False, False),
        ({"content": Content("x", audience=Audience.STAFF)}, True, False),
        ({"content": Content("x", ends_on=TODAY)}, True, True),
        ({"content": Content("x", ends_on=TODAY - timedelta(days=1))}, False, False),
    ],
)
def test_who_finds_it(change: dict[str, object], staff: bool, customer: bool) -> None:
    article = replace(Article(1, Content("x"), NOW, NOW), **change)  # type: ignore[arg-type]
    assert (article.found_by(staff=True, today=TODAY), article.found_by(staff=False, today=TODAY)) == (staff, customer)
    assert date(2026, 12, 1) == TODAY


@pytest.mark.parametrize(
    ("tally", "very"),
    [
        (Tally(helped=2), False),
        (Tally(helped=3), True),
        (Tally(helped=3, not_helped=1), False),
        (Tally(helped=9, wrong=1), True),
        (Tally(used=50), False),
    ],
)
def test_the_mark_of_very_useful_ones(tally: Tally, very: bool) -> None:
    """Covers U9: 高有用性, from what colleagues said."""
    assert tally.very_useful is very
