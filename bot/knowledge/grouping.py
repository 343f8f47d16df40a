"""Which questions ask for the same thing, though nobody puts it the same way twice.

Two questions are compared by what the engine sees in them: words and pairs of characters, in one script and without
endings; where one is missing, how it sounds, how it is spelled and, faintly, what it means speak for it. Single
characters count beside the pairs, so that another order of words or a character more does little harm. No index and no
rarity comes into it: how alike two questions are depends on these two alone, whatever else was asked before, so a
question joins the same gap on every replica and after every restart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.chat.words import is_pleasantry
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.question import Question, read

SAME = 0.62
"""So much alike ask for the same. `tests/knowledge/test_grouping.py` measures what that finds and what it mistakes."""

LONGEST = 120
"""Characters of a question. What is longer tells a case, and no article answers it."""

_SHORTEST = 2
_BY_SOUND, _BY_SPELLING, _BY_CONCEPT = 0.9, 0.9, 0.2  # what speaks for a missing word, beside 1 for the word itself
_SPELLED = 0.6  # of its letters a slip leaves so many where they were
_WITHIN = 0.4  # how much it counts that the shorter one stands in the longer one, beside what they share
_TELLING = 2  # words or pairs of characters: whoever says less (just `refund`) may mean anything with it
_KEPT = 1 << 13


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word or a pair of characters: its number, and what else speaks for it."""

    number: int
    sounds: frozenset[int]
    concepts: frozenset[int]
    spellings: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sense:
    """A question as it is compared."""

    features: frozenset[int]
    units: tuple[_Unit, ...]
    characters: frozenset[int]


def askable(said: str) -> bool:
    """Whether an article could answer it at all: no greeting, no emoji, no single letter, no story."""
    tidy = said.strip()
    letters = sum(mark.isalnum() for mark in tidy)
    return letters >= _SHORTEST and len(tidy) <= LONGEST and not is_pleasantry(tidy)


def alike(one: str, other: str) -> float:
    """How alike two questions are, from 0 to 1; the same both ways round."""
    first, second = _sense(one), _sense(other)
    if first.features.isdisjoint(second.features):
        return 0.0
    common = len(first.characters & second.characters)
    words = _shared((_units(first, second), _units(second, first)), (len(first.units), len(second.units)))
    marks = _shared((common, common), (len(first.characters), len(second.characters)))
    shares = [share for share in (words, marks) if share is not None]
    if not shares:
        return 0.0
    of_first, of_second, both = (sum(share[side] for share in shares) / len(shares) for side in range(3))
    if min(len(first.units), len(second.units)) < _TELLING:
        return both
    return (1 - _WITHIN) * both + _WITHIN * max(of_first, of_second)


class Groups:
    """Gaps by their numbers, and how each of them was put so far."""

    def __init__(self, gaps: Mapping[int, Iterable[str]]) -> None:
        self._ways: dict[int, list[str]] = {gap: list(ways) for gap, ways in sorted(gaps.items())}

    def gap_of(self, said: str) -> int:
        """The gap to which a question belongs (0: to none of them); of several alike the oldest."""
        best, gap = 0.0, 0
        for number, ways in self._ways.items():
            near = max((alike(said, way) for way in ways), default=0.0)
            if near > best:
                best, gap = near, number
        return gap if best >= SAME else 0

    def put(self, gap: int, said: str) -> None:
        """The gap was put this way, too."""
        ways = self._ways.setdefault(gap, [])
        if said not in ways:
            ways.append(said)


_Share = tuple[float, float, float]
"""What is found of one question in the other, of the other in the one, and of both in each other."""


def _shared(found: tuple[float, float], whole: tuple[int, int]) -> _Share | None:
    """None where one of the two has nothing that could be found."""
    if not all(whole):
        return None
    return found[0] / whole[0], found[1] / whole[1], sum(found) / sum(whole)


def _units(one: _Sense, other: _Sense) -> float:
    return sum(_explained(unit, other.features) for unit in one.units)


def _explained(unit: _Unit, features: frozenset[int]) -> float:
    """How far a unit stands in a question with these features."""
    if unit.number in features:
        return 1.0
    spelled = len(unit.spellings & features) / len(unit.spellings) if unit.spellings else 0.0
    return max(
        _BY_SOUND if unit.sounds & features else 0.0,
        _BY_CONCEPT if unit.concepts & features else 0.0,
        _BY_SPELLING * spelled if spelled >= _SPELLED else 0.0,
    )


@lru_cache(maxsize=_KEPT)
def _sense(said: str) -> _Sense:
    """What people say around a question is left out, unless there is nothing else."""
    asked = read(said)
    telling = asked.emphasis == 1
    kept = telling.nonzero()[0].tolist() if telling.any() else range(len(asked.number))
    numbers, kinds, support = asked.number.tolist(), asked.kind.tolist(), _support(asked)
    return _Sense(
        frozenset(numbers[at] for at in kept),
        tuple(
            _Unit(numbers[at], *(frozenset(support[at, kind]) for kind in _SUPPORTING))
            for at in kept
            if kinds[at] in (Kind.WORD, Kind.HAN)
        ),
        frozenset(numbers[at] for at in kept if kinds[at] == Kind.CHARACTER),
    )


_SUPPORTING = (Kind.SOUND, Kind.CONCEPT, Kind.SPELLING)


def _support(asked: Question) -> Mapping[tuple[int, int], list[int]]:
    """What stands at the place of each unit, by its place and the kind."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for unit, helper in zip(asked.support.unit.tolist(), asked.support.helper.tolist(), strict=True):
        found[unit, int(asked.kind[helper])].append(int(asked.number[helper]))
    return found
