"""Views as Block Kit: within Slack's limits whatever is in them, and with every feature a view has."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import forms, limits, outbound
from bot.chat.events import Place
from bot.chat.examples import FORMS, VIEWS
from bot.chat.text import bold, link, mention, plain, text
from bot.chat.views import (
    Button,
    Card,
    Choice,
    DatePicker,
    Field,
    FieldErrors,
    Form,
    Menu,
    Post,
    Row,
    Section,
    View,
)
from tests.fakes.slack import block_kit

HERE = Place("slack", "C0TEAM", "1.2")

# The same cases each time; how long one takes says more about the machine than about the code.
SETTLED = settings(deadline=None, derandomize=True, max_examples=25)

WORDS = st.text(max_size=300)
TEXTS = st.lists(st.builds(text, WORDS), max_size=3).map(lambda parts: text(*parts))
LABELS = st.text(min_size=1, max_size=120)
VALUES = st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=20)
CHOICES = st.sampled_from((0, 1, 3, 120)).map(
    lambda count: tuple(Choice(f"v{n}", f"第{n}项" * 20) for n in range(count))
)
CONTROLS = st.lists(
    st.one_of(
        st.builds(
            Button, LABELS, VALUES, st.integers(), VALUES, st.sampled_from(["", "primary", "danger"]), WORDS,
            st.sampled_from(["", "https://x.y"]),
        ),
        st.builds(Menu, LABELS, VALUES, st.integers(), CHOICES, VALUES),
        st.builds(DatePicker, LABELS, VALUES, st.integers(), st.sampled_from(["", "2026-11-30"])),
    ),
    max_size=8,
).map(tuple)  # fmt: skip
SECTIONS = st.lists(st.builds(Section, WORDS, TEXTS, CONTROLS), max_size=8).map(tuple)
ROWS = st.lists(st.builds(Row, WORDS, TEXTS), max_size=14).map(tuple)
CARDS = st.builds(Card, WORDS, TEXTS, ROWS, SECTIONS, CONTROLS, WORDS)
POSTS = st.builds(Post, TEXTS, WORDS, WORDS, WORDS, CONTROLS)


def blocks_words(blocks: Sequence[object]) -> str:
    """Everything that is written anywhere in the blocks."""
    return json.dumps(blocks, ensure_ascii=False)


@SETTLED
@given(st.one_of(CARDS, POSTS))
def test_slack_takes_whatever_a_view_holds(view: View) -> None:
    """Every message is valid Block Kit by Slack's own types and limits, has a fallback, and is not too large."""
    for sent in outbound.messages(view):
        assert block_kit.message_problems(sent.blocks) == []
        assert 0 < len(sent.text) <= limits.FALLBACK
        assert sent.blocks
        assert outbound.weight(sent.blocks) <= limits.MESSAGE_JSON
    assert block_kit.view_problems(outbound.home(view)) == []


@SETTLED
@given(
    st.builds(
        Form,
        VALUES.filter(bool),
        LABELS,
        LABELS,
        st.lists(
            st.builds(
                Field, st.text("abcdef", min_size=1, max_size=20), LABELS,
                st.sampled_from(["line", "text", "choice", "choices"]), st.booleans(), VALUES, CHOICES, WORDS,
                st.integers(0, 9000),
            ),
            min_size=1, max_size=6, unique_by=lambda field: field.name,
        ).map(tuple),
        st.integers(), st.text(max_size=300), WORDS,
    )
)  # fmt: skip
def test_slack_takes_whatever_a_form_asks(form: Form) -> None:
    """Every modal is valid; what it carries comes back as it was."""
    view = forms.modal(form, HERE)
    assert block_kit.view_problems(view) == []
    assert forms.Origin.read(view["private_metadata"]) == forms.Origin(HERE, form.subject, form.state)


@pytest.mark.parametrize("name", VIEWS)
def test_every_example_is_valid(name: str) -> None:
    """One message, since none of them is long."""
    (sent,) = outbound.messages(VIEWS[name])
    assert block_kit.message_problems(sent.blocks) == []


@pytest.mark.parametrize("name", FORMS)
def test_every_example_form_is_valid(name: str) -> None:
    """As a modal."""
    assert block_kit.view_problems(forms.modal(FORMS[name], HERE)) == []


@pytest.mark.parametrize(
    ("action", "subject"), [("ticket.take", 12), ("a", 0), ("x:y#z", 7), ("ticket.priority", -1), ("", 10**17)]
)
def test_an_action_comes_back_with_its_subject(action: str, subject: int) -> None:
    """Whatever number keeps it apart from its neighbours."""
    assert outbound.read_action_id(outbound.action_id(action, subject, 3)) == (action, subject)


@pytest.mark.parametrize("foreign", ["clear-settings-button", "a:b", "save:5", ":", "", "x:１#1"])
def test_an_action_that_baton_did_not_make_is_an_action_without_subject(foreign: str) -> None:
    """Old cards and other people's fixtures do no harm."""
    assert outbound.read_action_id(foreign) == (foreign, 0)


def test_more_controls_than_a_row_holds_take_several_rows() -> None:
    """25 stand in one block."""
    (sent,) = outbound.messages(Card("T", controls=tuple(Button(f"b{n}", "x", n) for n in range(60))))
    assert [len(block["elements"]) for block in sent.blocks[1:]] == [25, 25, 10]
    assert block_kit.message_problems(sent.blocks) == []


def test_a_long_text_takes_several_messages_and_loses_nothing() -> None:
    """40,000 characters: split after sentences, the author first, buttons and footer last."""
    said = "".join(f"第{number}句话说完了。" for number in range(4000))
    button = Button("回复", "ticket.reply", 1)
    parts = outbound.messages(Post(text(said), author="陈伟", label="客户", footer="尾", controls=(button,)))
    assert len(parts) > 2
    assert all(block_kit.message_problems(part.blocks) == [] for part in parts)
    whole = "".join(
        element["text"]
        for part in parts
        for block in part.blocks
        if block["type"] == "rich_text"
        for group in block["elements"]
        for element in group["elements"]
    )
    assert whole == f"陈伟\n{said}"
    assert ["回复" in blocks_words(part.blocks) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert ["客户" in blocks_words(part.blocks) for part in parts] == [True] + [False] * (len(parts) - 1)


def test_a_card_stays_one_message_and_shows_that_it_was_cut() -> None:
    """Cards are changed in place, so they can't be several."""
    card = Card("T-1", text("字" * 30_000), controls=(Button("领取", "ticket.take", 1),), footer="脚")
    (sent,) = outbound.messages(card)
    assert outbound.weight(sent.blocks) <= limits.MESSAGE_JSON
    assert "…" in blocks_words(sent.blocks)
    assert "领取" in blocks_words(sent.blocks)
    assert "脚" in blocks_words(sent.blocks)


def test_a_list_too_long_keeps_its_beginning_its_controls_and_says_so() -> None:
    """The last sections go, not the buttons under them all."""
    sections = tuple(Section(f"T-{n}", text("x" * 40), (Button("领取", "ticket.take", n),)) for n in range(60))
    (sent,) = outbound.messages(Card("队列", sections=sections, controls=(Button("刷新", "queue"),)))
    words = blocks_words(sent.blocks)
    assert len(sent.blocks) <= limits.MESSAGE_BLOCKS
    assert "T-0" in words
    assert "T-59" not in words
    assert "…" in words
    assert "刷新" in words


def test_nothing_at_all_is_still_a_message() -> None:
    """Slack refuses an empty one."""
    (sent,) = outbound.messages(Post(()))
    assert sent.text == "–"
    assert block_kit.message_problems(sent.blocks) == []


def test_mentions_and_links_are_real_ones() -> None:
    """In posts as rich text elements, in rows as mrkdwn."""
    said = text(bold("新"), " ", mention("林晓", "U0LIN"), " ", link("see", "https://x.y"))
    (post,) = outbound.messages(Post(said))
    assert {"type": "user", "user_id": "U0LIN"} in post.blocks[0]["elements"][0]["elements"]
    assert {"type": "link", "url": "https://x.y", "text": "see"} in post.blocks[0]["elements"][0]["elements"]
    (card,) = outbound.messages(Card("", rows=(Row("处理人", said),)))
    assert card.blocks[0]["fields"][0]["text"] == "*处理人*\n*新* <@U0LIN> <https://x.y|see>"


def test_a_row_that_mrkdwn_would_change_is_shown_plainly() -> None:
    """A customer's title with asterisks reads as it was typed."""
    (card,) = outbound.messages(Card("", rows=(Row("标题", text("2 * 3 * 4 :smile:")),)))
    assert card.blocks[0]["fields"][0] == {"type": "plain_text", "text": "标题\n2 * 3 * 4 :smile:", "emoji": False}


def test_the_chosen_entry_of_a_menu_is_shown_and_a_stale_one_is_not() -> None:
    """Slack refuses an initial option that is not among the options."""
    choices = (Choice("low", "低"), Choice("high", "高"))
    for chosen, shown in (("high", True), ("gone", False)):
        (sent,) = outbound.messages(Card("T", controls=(Menu("优先级", "ticket.priority", 1, choices, chosen),)))
        assert ("initial_option" in sent.blocks[1]["elements"][0]) is shown


def test_errors_stand_at_their_fields() -> None:
    """One for a field that the modal lacks goes to the first, two for one field are said together."""
    view = forms.modal(Form("f", "t", "s", (Field("title", "标题"), Field("due", "期限", "date"))), HERE)
    errors = FieldErrors((("title", "太长"), ("elsewhere", "不行"), ("due", "已过")))
    assert forms.errors_of(errors, view) == {
        "response_action": "errors",
        "errors": {"title": "太长 不行", "due": "已过"},
    }


def test_a_state_too_long_for_slack_is_a_fault_of_ours() -> None:
    """It is told at once, not lost on the way."""
    with pytest.raises(ValueError, match="below"):
        forms.modal(Form("f", "t", "s", (Field("a", "A"),), state="x" * 3000), HERE)


def test_the_words_of_the_fallback_are_those_of_the_card() -> None:
    """For notifications: title, body, rows, sections, footer."""
    card = Card("T-1", text("坏了"), (Row("状态", text("新")),), (Section("历史", text("昨天")),), footer="脚")
    assert outbound.fallback(card).split("\n") == ["T-1", "坏了", "状态: 新", "历史", "昨天", "脚"]
    assert plain(card.body) in outbound.fallback(card)
