"""Words that decide without any search: what goes straight to a person, and what says that an answer was enough.

Whatever is typed is compared without case and width, in simplified characters. Words in Latin letters and numbers count
as whole words ("sue" is no part of "issue"), Chinese ones wherever they stand.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from bot.chat.words import folded, is_made_of, words_of
from bot.language.catalogue import LOCALES, table


def wants_person(said: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a complaint, an alarm or the wish for a person is in it; `more` are words that the house added."""
    return _pattern(more).search(_plain(said)) is not None


def was_enough(said: str) -> bool:
    """Whether it says, and nothing else, that an answer helped: "solved", "好了，谢谢", a thumb up."""
    bare = "".join(said.split())
    if bare and set(bare) <= _thumbs():
        return True
    return is_made_of(unicodedata.normalize("NFKC", said), "words.answer_enough")


def _plain(said: str) -> str:
    return " ".join(folded(unicodedata.normalize("NFKC", said)).split())


@lru_cache(maxsize=16)
def _pattern(more: tuple[str, ...]) -> re.Pattern[str]:
    words = {*words_of("words.person_wanted"), *(_plain(word) for word in more)}
    return re.compile("|".join(_parts(sorted(filter(None, words)))))


def _parts(words: Iterable[str]) -> Iterable[str]:
    """Each word; where one ends in a Latin letter or a digit, no other may stand beside it."""
    for word in words:
        before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
        behind = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
        yield f"{before}{re.escape(word)}{behind}"


@cache
def _thumbs() -> frozenset[str]:
    """The marks that say yes, and what may colour them (skin tones, the wish for a picture)."""
    tones = {chr(code) for code in range(0x1F3FB, 0x1F400)} | {"\ufe0f"}
    return frozenset("".join(table(locale)["words.answer_thumbs"] for locale in LOCALES)) | tones
