"""What a conversation is told of in an article: without the customer's name, numbers, addresses and orders.

Everybody on the staff, and perhaps every customer, reads articles. So whatever may identify somebody goes, and what was
merely a number may go along: whoever writes the article sees it before anybody else does, and can put it back.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from bot.language.catalogue import LOCALES, table

# In this order: an address may hold a number, an order what looks like a telephone's.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"https?://[^\s<>()（）]+\?[^\s<>()（）]+")),
    # An identity number of the mainland (18, the last perhaps X) or of Taiwan (a letter and nine digits).
    ("id", re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[A-Z][12]\d{8})(?![0-9A-Za-z])")),
    # Bank cards: 16 to 19 digits, perhaps in fours.
    ("card", re.compile(r"(?<![0-9A-Za-z])(?:\d{4}[ -]?){3}\d{4}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")),
    # A plus and a country, a mobile of the mainland or of Taiwan, or an area code.
    (
        "phone",
        re.compile(
            r"(?<![0-9A-Za-z])(?:\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{2,4}|1[3-9]\d(?:[ -]?\d{4}){2}"
            r"|09\d{2}(?:[ -]?\d{3}){2}|\(?0\d{1,3}\)?[ -]\d{3,4}[ -]?\d{4})(?![0-9A-Za-z])"
        ),
    ),
    # What shops and carriers number: letters and digits, six digits at least, or ten digits alone.
    ("order", re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,5}[-_#]?\d[\dA-Za-z-]{4,}\d|\d{10,30})(?![0-9A-Za-z])")),
)
KINDS = ("name", *(kind for kind, _ in _PATTERNS))
"""What is masked; each has a word that stands instead of it."""


def masked(words: str, names: Iterable[str], instead: Mapping[str, str]) -> str:
    """The words with what may identify a customer replaced; `instead` has a word for each of `KINDS`.

    `names` are those of the persons who spoke: the whole ones, and each part of theirs with two characters at least.
    """
    words = _numbered().sub(lambda found: found[1] + instead["order"], words)
    for kind, pattern in _PATTERNS:
        words = pattern.sub(instead[kind], words)
    for name in sorted(_parts(names), key=len, reverse=True):
        words = re.sub(_whole(name), lambda _: instead["name"], words, flags=re.IGNORECASE)
    return words


@cache
def _numbered() -> re.Pattern[str]:
    """A number after a word for orders, in any language; it may be short."""
    known = {word.strip() for locale in LOCALES for word in table(locale)["kb.order_words"].split(",")}
    longest_first = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    between = r"[^\w\n]{0,3}(?:no\.?|number|id)?[^\w\n]{0,4}"
    return re.compile(rf"((?:{longest_first}){between})([0-9A-Za-z][0-9A-Za-z-]*\d[0-9A-Za-z-]*)", re.IGNORECASE)


def _parts(names: Iterable[str]) -> set[str]:
    return {part for name in names for part in (name.strip(), *name.split()) if len(part) > 1}


def _whole(name: str) -> str:
    """A name of letters is none within another word; Chinese has no spaces to tell."""
    escaped = re.escape(name)
    return rf"(?<![0-9A-Za-z_]){escaped}(?![0-9A-Za-z_])" if name.isascii() else escaped
