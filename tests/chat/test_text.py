"""Text as spans: cleaning, cutting, splitting. Covers G3."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.events import Place
from bot.chat.text import (
    BOLD,
    CODE,
    QUOTE,
    Span,
    Text,
    after,
    clean,
    cleaned,
    first_line,
    head,
    plain,
    quoted,
    shortened,
    split,
    stripped,
    text,
)

spans = st.lists(
    st.builds(Span, st.text(min_size=1, max_size=60), st.frozensets(st.sampled_from([BOLD, CODE]))), max_size=8
).map(tuple)


def looks(words: Text) -> list[tuple[str, frozenset[str], str, str]]:
    """Each character with its look."""
    return [(mark, span.style, span.link, span.account) for span in words for mark in span.text]


@given(spans, st.integers(1, 50))
def test_the_pieces_of_a_split_text_are_the_text(words: Text, limit: int) -> None:
    """Nothing is lost, nothing doubled, looks stay, no piece is too long, and only an empty text has an empty piece."""
    pieces = split(words, limit)
    assert [mark for piece in pieces for mark in looks(piece)] == looks(words)
    assert all(len(plain(piece)) <= limit for piece in pieces)
    assert all(plain(piece) for piece in pieces) or not plain(words)


def test_a_long_text_is_cut_after_a_sentence() -> None:
    """Where a sentence ends in the second half of the piece; else at a space; else anywhere."""
    said = [plain(piece) for piece in split(text("今天的货到了。明天的还没有！后天再说。"), 10)]
    assert said == ["今天的货到了。", "明天的还没有！", "后天再说。"]
    assert [plain(piece) for piece in split(text("one two three four"), 10)] == ["one two ", "three four"]
    assert [plain(piece) for piece in split(text("a" * 25), 10)] == ["a" * 10, "a" * 10, "a" * 5]
    assert plain(split(text("It costs 3.50 euros, really"), 14)[0]) == "It costs 3.50 "


def test_an_empty_text_has_one_empty_piece() -> None:
    """Whoever asks for pieces always gets one."""
    assert split((), 10) == [()]


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(words: str) -> None:
    """And what can't be seen but deceives is gone."""
    once = clean(words)
    assert clean(once) == once
    assert not set(once) & set("\u202e\u202d\u2066\u2069\u200b\u200e\ufeff\x00\x07\r")


def test_deceiving_characters_go_and_useful_ones_stay() -> None:
    """Right-to-left overrides and zero-width spaces go; joiners of emoji, tabs, Hebrew and Arabic stay."""
    assert clean("发\u200b票\u202egpj.exe\u202c") == "发票gpj.exe"
    assert clean("👩\u200d🔧 שלום\tمرحبا") == "👩\u200d🔧 שלום\tمرحبا"
    assert clean("one\r\ntwo\rthree") == "one\ntwo\nthree"
    assert cleaned((Span("\u200b"), Span("a\u2060b", link="https://example.com"))) == (
        Span("ab", link="https://example.com"),
    )


@given(spans)
def test_stripping_takes_only_white_space(words: Text) -> None:
    """At the two ends, looks untouched."""
    assert plain(stripped(words)) == plain(words).strip()


@given(spans, st.integers(0, 80))
def test_what_follows_is_the_end_of_the_text(words: Text, count: int) -> None:
    """`after` drops so many characters and the white space around the rest."""
    assert plain(after(words, count)) == plain(words)[count:].strip()


@given(spans, st.integers(1, 60))
def test_a_head_fits_and_shows_that_it_was_cut(words: Text, limit: int) -> None:
    """At most so many characters; an ellipsis stands for the rest."""
    beginning = plain(head(words, limit))
    assert len(beginning) <= limit
    assert beginning == plain(words) or beginning == plain(words)[: limit - 1] + "…"


@given(st.text(max_size=300), st.integers(1, 40))
def test_a_title_is_one_line_that_fits(words: str, limit: int) -> None:
    """However odd the message."""
    title = first_line(words, limit)
    assert len(title) <= limit
    assert len(title.splitlines()) <= 1


def test_a_title_is_the_first_line_that_says_something() -> None:
    """Rules and blanks are skipped, inner blanks made one."""
    assert first_line("\n ---\n\u200b\n  打印机   坏了 \n卡纸", 20) == "打印机 坏了"
    assert first_line("…!?", 20) == ""
    assert first_line("🔥", 20) == "🔥"
    assert shortened("打印机坏了，一直卡纸", 6) == "打印机坏了…"


def test_quoting_keeps_the_other_looks() -> None:
    """A quotation of something bold is bold."""
    assert quoted((Span("a", frozenset({BOLD})),)) == (Span("a", frozenset({BOLD, QUOTE})),)


@given(st.from_regex(r"[a-z]{1,10}", fullmatch=True), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_place_is_read_back_as_it_was_written(platform: str, room: str, thread: str) -> None:
    """Whatever a platform calls its rooms and threads."""
    place = Place(platform, room, thread)
    assert Place.parse(str(place)) == place
    assert str(place.whole) == str(place).split("/")[0]
