"""What fuzzers ever tried with success, and where they begin: each of it is read without a fault. Covers T10."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.words import vocabulary
from bot.language.catalogue import LOCALES, table
from tests.fuzz.commands import CORPUS
from tests.fuzz.grammar import understood

# Pieces that mean something to some reader; strung together they get further than random characters.
KINDS = ("eta_words.", "duty.", "priority_words.")
LISTED = [words for locale in LOCALES for key, words in table(locale).items() if key.startswith(KINDS)]
SAID = sorted({*vocabulary(), *(word.strip() for words in LISTED for word in words.split(","))})
SIGNS = [
    *("T-1", "t-99999999999999999999", "R-2", "K-3", "@ana", "@", "0", "24:00", "25:61", "02-30", "2026-13-01"),
    *("99999d", "1h30m", "：", "，", " ", "\n", "*", "`", "```", "> ", "<!channel>", "<@U1>", "https://a.example/"),
    *(
        "\u202e",
        "\u200b",
        "\ud800",
        "٣",
        "³",
        "半",
        "点",
        "两",
        "十",
        "廿",
        "今天",
        "明天",
        "下周一",
        "until",
        "to",
        "之后",
    ),
]
PIECES = st.sampled_from(SAID) | st.sampled_from(SIGNS)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: Path(path).name)
def test_what_was_found_once_stays_mended(path: Path) -> None:
    understood(path.read_bytes())


@given(st.lists(PIECES, max_size=8).map("".join))
@settings(max_examples=150, deadline=None)
@example("")
def test_words_strung_together_are_read_without_a_fault(said: str) -> None:
    understood(said.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=64) | st.text(max_size=40).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_so_is_everything_else(data: bytes) -> None:
    understood(data)
