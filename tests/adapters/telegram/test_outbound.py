"""Views as Telegram shows them. Covers T9, U20."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram import callback, outbound
from bot.chat.text import bold, link, mention, quoted, text
from bot.chat.views import Button, Card, Choice, DatePicker, Menu, Post, Row, Section, View
from tests.fakes.telegram.markup import parse_html, utf16_length

GOLDEN = Path(__file__).parents[2] / "golden" / "telegram"

TICKET = Card(
    "T-12 打印机坏了",
    body=text("It <smokes> & ", bold("stinks"), ". See ", link("the photo", "https://example.org/p?a=1&b=2")),
    rows=(Row("状态", text("处理中")), Row("Assignee", text(mention("林晓", "1002"), " (U0LIN)"))),
    sections=(Section("Last words", quoted(text("Please hurry!\nIt is still burning."))),),
    controls=(
        Button("Take", "take", 12, style="primary"),
        Button("Solve", "status", 12, "solved"),
        Menu("Priority", "priority", 12, (Choice("high", "High"), Choice("low", "Low"))),
        DatePicker("Due", "due", 12),
        Button("Open the console", "", url="https://baton.example/t/12"),
    ),
    footer="Opened by Ann",
)
BOARD = Card(
    "Board",
    sections=(
        Section("T-1 Printer", text("waits for 2 h"), (Button("Take", "take", 1),)),
        Section("T-2 A long title that goes on", text("waits for 5 min"), (Button("Take", "take", 2),)),
    ),
    controls=(Button("Refresh", "board"),),
)
RELAYED = Post(text("Your parcel <b>left</b> today"), author="林晓", label="Visible to the customer", footer="T-12")


@pytest.mark.parametrize(("name", "view"), [("ticket", TICKET), ("board", BOARD), ("relayed", RELAYED)])
def test_views_look_as_agreed(name: str, view: View) -> None:
    """The golden files are written anew when they are deleted; look at them before they are kept."""
    (piece,) = outbound.pieces(view)
    rows = (piece.keyboard or {}).get("inline_keyboard", [])
    shown = piece.html + "".join("\n" + " ".join(f"[{button['text']}]" for button in row) for row in rows) + "\n"
    path = GOLDEN / f"{name}.html"
    if not path.exists():
        GOLDEN.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, "utf-8")
        pytest.fail(f"{path.name} was missing; it has been written, look at it")
    assert shown == path.read_text("utf-8")


def test_markup_of_a_title_is_words() -> None:
    (piece,) = outbound.pieces(Card("<b>T-1</b> <!channel>", rows=(Row("<i>", text("</i>")),), footer="&amp;"))
    assert parse_html(piece.html).text == "<b>T-1</b> <!channel>\n<i>: </i>\n&amp;"


def test_a_menu_is_a_button_that_asks_for_the_choices() -> None:
    keyboard = outbound.keyboard(
        [Menu("Priority", "priority", 12, (Choice("h", "High"),)), DatePicker("Due", "due", 7)]
    )
    assert keyboard == {
        "inline_keyboard": [
            [
                {"text": "Priority", "callback_data": "menu:12:priority"},
                {"text": "Due", "callback_data": "menu:7:due"},
            ]
        ]
    }


def test_buttons_of_several_sections_say_which_they_belong_to() -> None:
    (piece,) = outbound.pieces(BOARD)
    assert piece.keyboard is not None
    labels = [button["text"] for row in piece.keyboard["inline_keyboard"] for button in row]
    assert labels == ["Take · T-1 Printer", "Take · T-2 A long titl…", "Refresh"]


def test_an_address_that_telegram_refuses_on_a_button_stands_in_the_text() -> None:
    view = Post(text("Done"), controls=(Button("Console", "", url="http://localhost:8300/"), Button("Ok", "ok")))
    (piece,) = outbound.pieces(view)
    assert piece.html == "Done\nConsole: http://localhost:8300/"
    assert piece.keyboard == {"inline_keyboard": [[{"text": "Ok", "callback_data": "ok:0:"}]]}


def test_the_buttons_stand_under_the_last_piece() -> None:
    pieces = outbound.pieces(Post(text("Sentence. " * 1000), controls=(Button("Ok", "ok"),)))
    assert [piece.keyboard is not None for piece in pieces] == [False, False, True]


@pytest.mark.parametrize("body", ["", "   ", "\n\n"])
def test_an_empty_view_still_makes_a_message(body: str) -> None:
    assert [piece.html for piece in outbound.pieces(Post(text(body)))] == ["…"]


def test_a_keyboard_is_never_refused_for_its_size() -> None:
    keyboard = outbound.keyboard([Button(f"Button {number}", "go", number) for number in range(300)])
    assert keyboard is not None
    rows = keyboard["inline_keyboard"]
    assert sum(map(len, rows)) == 100
    assert max(map(len, rows)) <= 8


@given(st.text(max_size=9000))
def test_every_text_fits_in_messages(words: str) -> None:
    for piece in outbound.pieces(Post(text(words), author="A", footer="F")):
        shown = parse_html(piece.html).text
        assert 0 < utf16_length(shown.strip()) <= 4096
        assert shown == piece.plain


class TestTokens:
    ACTIONS = st.from_regex(r"[a-z_.]{1,20}", fullmatch=True)

    @given(ACTIONS, st.integers(0, 10**9), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
    def test_a_token_says_what_was_put_in(self, action: str, subject: int, value: str) -> None:
        assert callback.decoded(callback.encoded(action, subject, value)) == (action, subject, value)

    @given(ACTIONS, st.integers(0, 10**9), st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
    def test_a_token_has_at_most_64_bytes_or_is_refused(self, action: str, subject: int, value: str) -> None:
        if len(f"{action}:{subject}:{value}".encode()) > 64:
            with pytest.raises(ValueError, match="64"):
                callback.encoded(action, subject, value)
        else:
            assert 1 <= len(callback.encoded(action, subject, value).encode()) <= 64

    @pytest.mark.parametrize("action", ["", "a:b", "a b"])
    def test_an_action_is_one_word(self, action: str) -> None:
        with pytest.raises(ValueError, match="one word"):
            callback.encoded(action)

    @given(st.text(max_size=64))
    def test_whatever_comes_back_can_be_read(self, token: str) -> None:
        assert callback.decoded(token).action or token == ""
