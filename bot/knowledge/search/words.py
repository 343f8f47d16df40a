"""Words of scripts with spaces: where they are, their parts, their stems, their threes of letters."""

import re

from bot.knowledge.search import concepts, pinyin
from bot.knowledge.search.hashing import Kind, of_text
from bot.knowledge.search.stems import LONGEST, stem

UNSPACED = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Scripts without spaces, and Korean, whose words change their ends: pairs of characters serve them better."""

WORD = re.compile(rf"[^\W_{UNSPACED}\U00020000-\U0003ffff]+(?:['’][a-zA-Z]{{1,2}}\b)?")
"""A run of letters and digits of the other scripts, with an English 's or 't."""

_SHORTEST_REPAIRED, _LONGEST_REPAIRED = 4, 24  # shorter words are too near to each other
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z]+")


def features(word: str) -> tuple[tuple[int, int], ...]:
    """Kind and number of each feature of a word as it was written, its case kept."""
    found = [(int(Kind.WORD), of_text(stem(word), Kind.WORD))]
    if word.isdigit():
        return tuple(found)  # numbers that share three digits have nothing in common
    parts = _PARTS.findall(word)
    if len(parts) > 1:
        found += [(int(Kind.WORD), of_text(stem(part), Kind.WORD)) for part in parts]
    found += [(int(Kind.CONCEPT), number) for part in {word, *parts} for number in concepts.of_stem(stem(part))]
    if repairable(word.lower()):
        found.append((int(Kind.SURFACE), of_text(word.lower(), Kind.SURFACE)))
    bare = word.lower().partition("'")[0].partition("’")[0][:LONGEST]
    if len(bare) > 2:
        edged = f"\u0002{bare}\u0003"
        found += [(int(Kind.SPELLING), of_text(edged[at : at + 3], Kind.SPELLING)) for at in range(len(edged) - 2)]
    return tuple(dict.fromkeys(found))


def repairable(word: str) -> bool:
    """Whether slips in a word in lower case can be put right: plain letters, neither short nor endless."""
    return _SHORTEST_REPAIRED <= len(word) <= _LONGEST_REPAIRED and word.isascii() and word.isalpha()


def sounds(word: str) -> tuple[tuple[int, int], ...]:
    """Length and number of the syllables, if the word can be read as pinyin."""
    return pinyin.parted(word.lower())
