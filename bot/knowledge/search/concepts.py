"""Words that mean about the same, in English and Chinese: `withdraw cash` and 提现 meet without a letter in common.

The groups are a plain list of everyday words of customer service (`data/concepts.json`, a group a line), written down
from general knowledge. They are no dictionary: a shared concept weighs less than a shared word.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

from bot.knowledge.search import hashing
from bot.knowledge.search.arrays import Array, UInt32s, np
from bot.knowledge.search.hashing import Kind, of_text
from bot.knowledge.search.stems import stem

_GROUPS = Path(__file__).parent / "data" / "concepts.json"
SHORTEST, LONGEST = 2, 4
"""Characters of the Chinese words in the list."""


def of_stem(stemmed: str) -> tuple[int, ...]:
    """The concepts of an English word, given as its stem."""
    return _english().get(stemmed, ())


def of_word(word: str) -> tuple[int, ...]:
    """The concepts of a Chinese word of `SHORTEST` to `LONGEST` characters."""
    return _by_word().get(word, ())


def of_runs(codes: UInt32s, pairs: Array) -> list[tuple[UInt32s, Array, int]]:
    """Concepts of Chinese words: their numbers, where they stand, and how long the words are.

    `pairs` are the places of characters that stand beside another one.
    """
    found = []
    whole = np.zeros(len(codes) + LONGEST, np.bool_)
    whole[pairs] = True
    for length in range(SHORTEST, LONGEST + 1):
        at = pairs if length == SHORTEST else pairs[np.all([whole[pairs + step] for step in range(1, length - 1)], 0)]
        keys, numbers = _chinese(length)
        written = _written([codes[at + step] for step in range(length)])
        place = np.minimum(np.searchsorted(keys, written), len(keys) - 1)
        hit = np.flatnonzero(keys[place] == written)
        for column in range(numbers.shape[1]):
            number = numbers[place[hit], column]
            found.append((number[number > 0], at[hit][number > 0], length))
    return found


def _written(characters: list[Array]) -> UInt32s:
    """A number for each run of characters."""
    number = characters[0]
    for following in characters[1:]:
        number = hashing.of_pairs(number, following, Kind.CONCEPT)
    return number


@cache
def _groups() -> list[tuple[int, list[str]]]:
    rows = [line.split() for line in json.loads(_GROUPS.read_text("utf-8"))]
    return [(of_text(" ".join(words), Kind.CONCEPT) or 1, words) for words in rows]


@cache
def _english() -> dict[str, tuple[int, ...]]:
    groups = defaultdict(list)
    for number, words in _groups():
        for stemmed in dict.fromkeys(stem(word) for word in words if word.isascii()):
            groups[stemmed].append(number)
    return {stemmed: tuple(numbers) for stemmed, numbers in groups.items()}


@cache
def _by_word() -> dict[str, tuple[int, ...]]:
    groups = defaultdict(list)
    for number, words in _groups():
        for word in words:
            if not word.isascii():
                groups[word].append(number)
    return {word: tuple(numbers) for word, numbers in groups.items()}


@cache
def _chinese(length: int) -> tuple[UInt32s, Array]:
    """The words of so many characters, ascending, and the concepts of each; 0 where it has no more."""
    groups = defaultdict(list)
    for number, words in _groups():
        for word in words:
            if len(word) == length and not word.isascii():
                codes = [np.array([ord(character)], np.uint32) for character in word]
                groups[int(_written(codes)[0])].append(number)
    keys = sorted(groups)
    numbers = np.zeros((len(keys), max(map(len, groups.values()))), np.uint32)
    for row, key in enumerate(keys):
        numbers[row, : len(groups[key])] = groups[key]
    return np.array(keys, np.uint32), numbers
