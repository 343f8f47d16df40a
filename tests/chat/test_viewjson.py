"""Views, orders, forms and texts as JSON: everything comes back, and what another version wrote is understood."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.contract import Order
from bot.chat.events import Attachment, Place
from bot.chat.text import STYLES, Span, bold, text
from bot.chat.viewjson import (
    VERSION,
    Unreadable,
    attachments_from_json,
    attachments_to_json,
    form_from_json,
    form_to_json,
    order_from_json,
    order_to_json,
    text_from_json,
    text_to_json,
    view_from_json,
    view_to_json,
)
from bot.chat.views import Button, Card, Choice, DatePicker, Field, Form, Menu, Post, Row, Section

spans = st.builds(Span, st.text(), st.frozensets(st.sampled_from(STYLES)), st.text(), st.text())
texts = st.lists(spans, max_size=4).map(tuple)
choices = st.lists(st.builds(Choice, st.text(), st.text()), max_size=3).map(tuple)
numbers = st.integers(0, 2**63 - 1)
buttons = st.builds(Button, st.text(), st.text(), numbers, style=st.sampled_from(["", "primary", "danger"]))
menus = st.builds(Menu, st.text(), st.text(), numbers, choices)
controls = st.lists(buttons | menus | st.builds(DatePicker, st.text(), st.text(), numbers), max_size=3)
views = st.builds(
    Card,
    st.text(),
    texts,
    st.lists(st.builds(Row, st.text(), texts), max_size=3).map(tuple),
    st.lists(st.builds(Section, st.text(), texts, controls.map(tuple)), max_size=2).map(tuple),
    controls.map(tuple),
) | st.builds(Post, texts, st.text(), controls=controls.map(tuple))
places = st.builds(Place, st.text(), st.text(), st.text())
orders = st.builds(
    Order,
    st.sampled_from(["show", "remove", "whisper", "home", "file", "topic", "fetch"]),
    places,
    st.none() | views,
    st.text(),
    anchor=st.booleans(),
    file=numbers,
)
forms = st.builds(
    Form,
    st.text(),
    st.text(),
    st.text(),
    st.lists(st.builds(Field, st.text(), st.text(), st.sampled_from(["line", "choice"]), choices=choices)).map(tuple),
)


class TestRoundTrip:
    """What was written is read back."""

    @given(orders)
    def test_orders(self, order: Order) -> None:
        assert order_from_json(order_to_json(order)) == order

    @given(views)
    def test_views(self, view: Card | Post) -> None:
        assert view_from_json(view_to_json(view)) == view

    @given(forms)
    def test_forms(self, form: Form) -> None:
        assert form_from_json(form_to_json(form)) == form

    @given(texts)
    def test_texts(self, words: tuple[Span, ...]) -> None:
        assert text_from_json(text_to_json(words)) == words

    @given(st.lists(st.builds(Attachment, st.text(), st.text(), size=numbers)).map(tuple))
    def test_attachments(self, files: tuple[Attachment, ...]) -> None:
        assert attachments_from_json(attachments_to_json(files)) == files

    @given(st.text(st.characters(codec=None, categories=None)))
    def test_no_text_is_poison(self, words: str) -> None:
        read = view_from_json(view_to_json(Post(text(words or "-"), author=words)))
        assert isinstance(read, Post)
        assert read.author.encode().decode() == read.author

    def test_forty_thousand_characters(self) -> None:
        words = text("字" * 20_000, "\U0001f600" * 20_000)
        assert text_from_json(text_to_json(words)) == words


class TestVersions:
    """Covers G2: two versions share a database during an upgrade (fault T8)."""

    def test_it_says_its_version_and_leaves_defaults_out(self) -> None:
        assert orjson.loads(text_to_json(text("a", bold("b")))) == {
            "v": VERSION,
            "text": ["a", {"text": "b", "style": ["bold"]}],
        }
        assert orjson.loads(view_to_json(Post(())))["view"] == {"is": "Post", "body": []}

    def test_what_a_newer_version_added_is_passed_over(self) -> None:
        written = {
            "v": VERSION + 1,
            "view": {
                "is": "Card",
                "title": "T-1",
                "colour": "red",
                "body": [{"text": "x", "size": 7}],
                "controls": [
                    {"is": "Slider", "label": "s", "action": "a"},
                    {"is": "Button", "label": "b", "action": "a", "style": "loud", "icon": "x"},
                ],
            },
        }
        read = view_from_json(orjson.dumps(written))
        assert read == Card("T-1", text("x"), controls=(Button("b", "a", style="loud"),))  # type: ignore[arg-type]

    def test_what_an_older_version_did_not_know_gets_its_default(self) -> None:
        written = {"v": 0, "order": {"kind": "show", "place": {"platform": "slack", "room": "C1"}}}
        assert order_from_json(orjson.dumps(written)) == Order("show", Place("slack", "C1"))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"no json",
            b"[]",
            b"{}",
            b'{"v":1,"view":null}',
            b'{"v":1,"view":{"is":"Hologram"}}',
            b'{"v":1,"view":{"is":"Card"}}',
            b'{"v":1,"view":{"is":"Card","title":7}}',
            b'{"v":1,"view":{"is":"Post","body":[7]}}',
            b'{"v":1,"view":' + b'{"a":' * 2000 + b"1" + b"}" * 2001,
        ],
    )
    def test_what_can_not_be_read_is_said_in_one_way(self, data: bytes) -> None:
        with pytest.raises(Unreadable):
            view_from_json(data)
