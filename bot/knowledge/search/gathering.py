"""Posting lists of a question, found and read: in one go, or looked up for a few articles only."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.knowledge.search import postings
from bot.knowledge.search.arrays import Bytes, Floats, Int32s, Ints, UInt16s, UInt32s, np
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.question import Question
from bot.knowledge.search.view import View

WEIGHT = {
    Kind.WORD: 1.0,
    Kind.HAN: 1.0,
    Kind.SOUND: 0.4,
    Kind.SPELLING: 0.2,
    Kind.CHARACTER: 0.1,
    Kind.CONCEPT: 0.3,
}
"""What a kind of feature counts beside the others."""
_WORTH = [WEIGHT.get(Kind(number), 0.0) if number else 0.0 for number in range(len(Kind) + 1)]


@dataclass(frozen=True, slots=True)
class Lists:
    """The posting lists of a question: for each feature its weight, and for each part of the view where its list is."""

    weight: Floats
    frequency: Ints
    begin: tuple[list[int], ...]
    end: tuple[list[int], ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Whole lists, one after the other: the next `count[i]` of the postings are those of `feature[i]`.

    In the part of the view they came from, the first of them is the one at `begin[i]`.
    """

    part: Ints
    feature: Ints
    begin: Ints
    count: Ints
    place: Int32s
    impacts: Bytes


def lists(view: View, question: Question) -> Lists:
    """Where to read, and what each feature is worth: its kind, its rarity, whether it is filler."""
    found = [segment.postings.counts(question.number) for _, segment in view.parts]
    frequency = sum((count for _, count in found), -view.gone_with(question.number))
    size = max(1, view.size)
    kinds, times, emphases = question.kind.tolist(), frequency.tolist(), question.emphasis.tolist()
    most = _scarcity(0, size)
    weight = [
        _WORTH[kind] * _scarcity(one, size) / most * emphasis
        for kind, one, emphasis in zip(kinds, times, emphases, strict=True)
    ]
    return Lists(
        np.array(weight, np.float32),
        frequency,
        tuple(begin.tolist() for begin, _ in found),
        tuple((begin + count).tolist() for begin, count in found),
    )


def frequencies(view: View, number: UInt32s) -> Ints:
    """How many living articles have each of these features."""
    counts = (segment.postings.counts(number)[1] for _, segment in view.parts)
    return sum(counts, -view.gone_with(number))


def rarity(frequency: int, size: int) -> float:
    """How much a feature tells: BM25's inverse document frequency, never negative; 1 for what one article has."""
    return _scarcity(frequency, size) / _scarcity(0, size)


def gathered(view: View, read: Lists, features: Sequence[int]) -> Gathered:
    """The whole lists of these features."""
    found: list[tuple[int, int, int, int]] = []
    places, impacts = [np.zeros(0, np.int32)], [np.zeros(0, np.uint8)]
    for number, (base, segment) in enumerate(view.parts):
        docs, stored = segment.postings.docs, segment.postings.impacts
        begins, ends = read.begin[number], read.end[number]
        for feature in features:
            begin, end = begins[feature], ends[feature]
            if end > begin:
                found.append((number, feature, begin, end - begin))
                places.append(docs[begin:end] + np.int32(base) if base else docs[begin:end])
                impacts.append(stored[begin:end])
    part, feature_of, first, count = np.array(found, np.int64).reshape(len(found), 4).T
    return Gathered(part, feature_of, first, count, np.concatenate(places), np.concatenate(impacts))


def scores(view: View, read: Lists, whole: Gathered) -> Floats:
    """What the lists add up to for each place of the view; nothing for those that are dead."""
    score = np.zeros(view.places, np.float32)
    worth = postings.impact(whole.impacts)
    worth *= np.repeat(read.weight[whole.feature], whole.count)
    np.add.at(score, whole.place, worth)
    if len(view.dead):
        score[view.dead] = 0
    return score


def looked_up(view: View, read: Lists, features: Iterable[int], place: Ints) -> tuple[Floats, UInt16s]:
    """What features count for at each of these places, 0 where one is missing, and in which lines: a row for each."""
    rows = list(features)
    impacts, lines = np.zeros((len(rows), len(place)), np.float32), np.zeros((len(rows), len(place)), np.uint16)
    for number, (base, segment) in enumerate(view.parts if rows else ()):
        inside = np.flatnonzero((place >= base) & (place < base + len(segment)))
        wanted = (place[inside] - base).astype(np.int32)
        order = np.argsort(wanted)
        wanted, inside = wanted[order], inside[order]
        for row, feature in enumerate(rows):
            begin, end = read.begin[number][feature], read.end[number][feature]
            if end > begin and len(inside):
                docs = segment.postings.docs[begin:end]
                at = docs.searchsorted(wanted)
                at[at == end - begin] = 0
                here = docs[at] == wanted
                impacts[row, inside[here]] = postings.impact(segment.postings.impacts[begin:end][at[here]])
                lines[row, inside[here]] = segment.postings.lines[begin:end][at[here]]
    return impacts, lines


def lines_of(view: View, read: Lists, whole: Gathered, place: Ints) -> UInt16s:
    """In which lines of the articles at these places every feature of the question stands: a row for each feature.

    What was read whole is picked out of it, the rest is looked up. At most 255 places.
    """
    lines = np.zeros((len(read.weight), len(place)), np.uint16)
    column = np.zeros(view.places, np.uint8)
    column[place] = np.arange(1, len(place) + 1)
    chosen = column.take(whole.place)
    hit = np.flatnonzero(chosen)
    until = np.cumsum(whole.count)
    row = until.searchsorted(hit, side="right")
    at = hit - (until - whole.count - whole.begin)[row]
    for number, (_, segment) in enumerate(view.parts):
        mine = slice(None) if len(view.parts) == 1 else whole.part[row] == number
        lines[whole.feature[row[mine]], chosen[hit[mine]] - 1] = segment.postings.lines[at[mine]]
    rest = read.frequency > 0
    rest[whole.feature] = False
    frequent = np.flatnonzero(rest)
    if len(frequent):
        lines[frequent] = looked_up(view, read, frequent.tolist(), place)[1]
    return lines


@lru_cache(maxsize=1 << 14)
def _scarcity(frequency: int, size: int) -> float:
    return math.log1p((size - frequency + 0.5) / (frequency + 0.5))
