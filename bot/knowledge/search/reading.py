"""One short text into features: what `features.extract` does to thousands of articles at a time, for one question.

Arrays pay off from some hundred characters on. A question has twenty, and everybody waits for it, so its features are
made one after the other, from what is remembered of pairs of characters and of words. A test holds the two together:
they give the same features for every text. Only questions read Latin letters as pinyin.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from bot.knowledge.search import concepts, hashing, pinyin, words
from bot.knowledge.search.hashing import Kind

_RUN = re.compile(rf"[{words.UNSPACED}\U00020000-\U0003ffff]+")
_KEPT = 1 << 14  # of what is remembered


Feature: TypeAlias = tuple[int, int, int, int]
"""A feature and where it stands: number, kind, the place of its first character and the one after its last."""
_CHARACTER, _CONCEPT, _SOUND = int(Kind.CHARACTER), int(Kind.CONCEPT), int(Kind.SOUND)


def features_of(shape: str) -> list[Feature]:
    """The features of a shaped text, in no particular order; a feature may stand at several places."""
    found: list[Feature] = []
    for run in _RUN.finditer(shape):
        found += _of_run(run.group(), run.start())
    syllables: list[tuple[int, int, int]] = []
    for word in words.WORD.finditer(shape):
        start, end = word.span()
        found += [(number, kind, start, end) for kind, number in _of_word(word.group())]
        at = start
        for length, syllable in words.sounds(word.group()):
            syllables.append((at, at + length, syllable))
            at += length
    if syllables:
        found += _mixed(shape, syllables)
    return found


def _of_run(run: str, start: int) -> Iterator[Feature]:
    """Characters without spaces between them: alone, in pairs, the sounds of pairs, and the concepts of words."""
    for at, character in enumerate(run):
        place = start + at
        yield _of_character(character), _CHARACTER, place, place + 1
        for kind, number in _of_pair(run[at : at + 2]):
            yield number, kind, place, place + 2
        for length in range(concepts.SHORTEST, min(concepts.LONGEST, len(run) - at) + 1):
            for number in concepts.of_word(run[at : at + length]):
                yield number, _CONCEPT, place, place + length


@lru_cache(maxsize=_KEPT)
def _of_character(character: str) -> int:
    return hashing.of_pair(ord(character), ord(character), Kind.CHARACTER)


@lru_cache(maxsize=_KEPT)
def _of_pair(pair: str) -> tuple[tuple[int, int], ...]:
    """Kind and number of two characters and of their sounds; nothing for the last character of a run."""
    if len(pair) < 2:
        return ()
    found = [(int(Kind.HAN), hashing.of_pair(ord(pair[0]), ord(pair[1]), Kind.HAN))]
    first, second = map(pinyin.syllable_of, pair)
    if first and second:
        found.append((int(Kind.SOUND), hashing.of_pair(first, second, Kind.SOUND)))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def _of_word(word: str) -> tuple[tuple[int, int], ...]:
    return words.features(word)


def _mixed(shape: str, latin: list[tuple[int, int, int]]) -> Iterator[Feature]:
    """Pairs of syllables of which at least one is written in Latin letters; a space between them does not part them."""
    beside = {edge for start, end, _ in latin for edge in (start - 1, start - 2, end, end + 1)}
    characters = [(at, pinyin.syllable_of(shape[at])) for at in beside if 0 <= at < len(shape)]
    syllables = sorted({*latin, *((at, at + 1, syllable) for at, syllable in characters if syllable)})
    for (start, middle, first), (after, end, second) in pairwise(syllables):
        if shape[middle:after] in ("", " ") and not (middle - start == end - after == 1):
            yield hashing.of_pair(first, second, Kind.SOUND), _SOUND, start, end
