"""What people say around a question: greetings, thanks, question words. It finds nothing, so it weighs little.

It is not cut out: a knowledge base may well have an article about 你好, and a question of nothing but filler is still
asked with all it has. The words are in simplified characters and lower case, because that is what they meet.
"""

import json
import re
from functools import cache
from pathlib import Path

WEIGHT = 0.25
"""What a filler feature counts beside an ordinary one."""
_SCRIPTS = ("chinese", "english")
_WORDS = Path(__file__).parent / "data" / "filler.json"


def spans(text: str) -> list[tuple[int, int]]:
    """Where filler stands in a shaped text, in order."""
    return [found.span() for found in _pattern().finditer(text)]


def english() -> frozenset[str]:
    """The English words among it."""
    return _words("english")


@cache
def _words(script: str) -> frozenset[str]:
    return frozenset(" ".join(json.loads(_WORDS.read_text("utf-8"))[script]).split())


@cache
def _pattern() -> re.Pattern[str]:
    chinese, latin = ("|".join(sorted(map(re.escape, words), key=_long_first)) for words in map(_words, _SCRIPTS))
    return re.compile(rf"(?:{chinese})+|(?<![^\W_])(?:{latin})(?![^\W_])", re.IGNORECASE)


def _long_first(word: str) -> tuple[int, str]:
    return -len(word), word
