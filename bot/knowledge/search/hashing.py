"""Features as numbers of 32 bits: the same on every machine, without a vocabulary to keep.

Two features of a million share a number about once in ten thousand; a posting list is then a little longer than it
should be, and the judges of the last few see the difference.
"""

from collections.abc import Iterable
from enum import IntEnum
from zlib import crc32

from bot.knowledge.search.arrays import Array, Bools, Bytes, UInt32s, np

_GOLDEN = 0x9E3779B97F4A7C15  # splitmix64 (Steele, Lea, Flood 2014): the odd number next to 2^64 / golden ratio
_MIX = 0xBF58476D1CE4E5B9
_WHOLE = (1 << 64) - 1


class Kind(IntEnum):
    """What a feature is made of."""

    WORD = 1
    """A word of letters or digits, without its ending; also each part of a compound like `BitmapText`."""
    HAN = 2
    """Two characters of a script without spaces that stand side by side."""
    SOUND = 3
    """Two syllables that follow each other."""
    SPELLING = 4
    """Three letters of a word that follow each other, its borders counted."""
    CHARACTER = 5
    """One character of a script without spaces, in titles: for questions of a single character."""
    CONCEPT = 6
    """What a word means, roughly: one of a list of groups of related words, in English and Chinese."""
    SURFACE = 7
    """A word as it was written, in lower case: tells which words a slip may have been meant for. Not asked for."""


def of_kinds(kind: Bytes, wanted: Iterable[Kind]) -> Bools:
    """Which features are of one of these kinds."""
    table = np.zeros(len(Kind) + 1, np.bool_)
    table[list(wanted)] = True
    return table[kind]


def of_text(text: str, kind: Kind) -> int:
    """The number of a feature that is written in letters."""
    return crc32(text.encode("utf-8", "surrogatepass"), int(kind))


def of_pairs(first: Array, second: Array, kind: Kind) -> UInt32s:
    """The numbers of pairs of code points or of syllables."""
    joined = (first.astype(np.uint64) << np.uint64(24)) | second.astype(np.uint64)
    mixed = (joined + np.uint64(int(kind) << 56)) * np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(_MIX)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def of_pair(first: int, second: int, kind: Kind) -> int:
    """The number of one pair; the same that `of_pairs` gives it."""
    mixed = (((first << 24) | second) + (int(kind) << 56)) * _GOLDEN & _WHOLE
    mixed = (mixed ^ (mixed >> 29)) * _MIX & _WHOLE
    return mixed >> 32
