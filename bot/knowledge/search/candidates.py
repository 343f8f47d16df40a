"""From a question to the few articles worth a closer look: posting lists added up, the rarest features first.

A feature that half of the articles have tells them hardly apart and costs the most, so only so many postings are read;
what the frequent features add is looked up for the candidates alone.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.knowledge.search import hashing, spelling
from bot.knowledge.search import question as questions
from bot.knowledge.search.arrays import Array, Bools, Floats, Ints, UInt16s, UInt32s, np
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.question import Question
from bot.knowledge.search.segment import Segment
from bot.knowledge.search.stems import stem

WEIGHT = {
    Kind.WORD: 1.0,
    Kind.HAN: 1.0,
    Kind.SOUND: 0.4,
    Kind.SPELLING: 0.2,
    Kind.CHARACTER: 0.1,
    Kind.CONCEPT: 0.3,
}
"""What a kind of feature counts beside the others."""
BUDGET = 150_000
"""Postings read for one question."""
_WIDE = 200  # candidates that get the frequent features added
_FEWEST_LISTS = 3  # the rarest features are read whatever they cost
_FAINT = 1e-5  # below this everything is taken that has a score at all

Allowed = Callable[[int], bool]
"""Whether an article, by its id, may be found by the person who asks."""


@dataclass(frozen=True, slots=True)
class View:
    """What is searched: segments side by side, which of their articles are alive, and what is no longer counted."""

    segments: tuple[Segment, ...]
    alive: tuple[Bools, ...]
    gone: tuple[Array, Array]
    """Features of articles that are no longer alive, ascending, and how many such articles have each."""

    @property
    def size(self) -> int:
        """Articles that can be found."""
        return sum(int(np.count_nonzero(alive)) for alive in self.alive)

    def lengths(self, places: Ints) -> Array:
        """How many units stand in each line of the articles at these places."""
        return np.array([segment.lengths[place] for segment, place in self.of(places)], np.int64)

    def of(self, places: Ints) -> Iterator[tuple[Segment, int]]:
        """The segment of each place, and the place within it."""
        for place in places.tolist():
            for segment in self.segments:
                if place < len(segment):
                    yield segment, place
                    break
                place -= len(segment)


@dataclass(frozen=True, slots=True)
class Lists:
    """The posting lists of a question: for each feature its weight, and for each segment where its list is."""

    weight: Floats
    frequency: Ints
    begin: tuple[Ints, ...]
    count: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places (over all segments, one after the other) and their scores, best first; equals in the order of ids."""

    place: Ints
    score: Floats


def lists(view: View, question: Question) -> Lists:
    """Where to read, and what each feature is worth: its kind, its rarity, whether it is filler."""
    found = [segment.postings.counts(question.number) for segment in view.segments]
    frequency = sum((count for _, count in found), np.zeros(len(question.number), np.int64))
    frequency = frequency - _gone(view, question.number)
    size = max(1, view.size)
    weight = np.array(
        [
            WEIGHT[Kind(kind)] * rarity(int(times), size) * emphasis
            for kind, times, emphasis in zip(
                question.kind.tolist(), frequency.tolist(), question.emphasis.tolist(), strict=True
            )
        ],
        np.float32,
    )
    return Lists(weight, frequency, tuple(begin for begin, _ in found), tuple(count for _, count in found))


def asked(view: View, text: str) -> Question:
    """The question that a text asks of this knowledge base: slips are put right with the words that it has."""

    def count(text: str, kind: Kind) -> int:
        number = np.array([hashing.of_text(text, kind)], np.uint32)
        counted = sum(int(segment.postings.counts(number)[1][0]) for segment in view.segments)
        return counted - int(_gone(view, number)[0])

    def known(word: str) -> int:
        return count(stem(word), Kind.WORD)

    def written(word: str) -> int:
        return count(word, Kind.SURFACE)

    vocabularies = [segment.vocabulary for segment in view.segments if len(segment)]
    return questions.read(text, lambda shape: spelling.corrected(shape, known, written, vocabularies))


def rarity(frequency: int, size: int) -> float:
    """How much a feature tells: BM25's inverse document frequency, never negative; 1 for what one article has."""
    return math.log1p((size - frequency + 0.5) / (frequency + 0.5)) / math.log1p((size + 0.5) / 0.5)


def found(view: View, question: Question, read: Lists, allowed: Allowed | None = None) -> Candidates:
    """The articles that share the most with the question, of those that are allowed."""
    order = np.lexsort((question.number, read.frequency))
    order = order[(read.frequency[order] > 0) & (read.weight[order] > 0)]
    spent = np.cumsum(read.frequency[order])
    cheap = max(int(np.searchsorted(spent, BUDGET, side="right")), _FEWEST_LISTS)
    total = sum(map(len, view.segments))
    score = np.zeros(total, np.float32)
    for feature in order[:cheap].tolist():
        base = 0
        for number, segment in enumerate(view.segments):
            begin, end = _slice(read, number, feature)
            docs = segment.postings.docs[begin:end]
            score[base:][docs] += np.abs(segment.postings.impacts[begin:end]) * read.weight[feature]
            base += len(segment)
    _bury(score, view)
    place = best(score, ids(view), _WIDE, allowed)
    full = score[place]
    frequent = order[cheap:].tolist()
    for feature, impacts in zip(frequent, looked_up(view, read, frequent, place)[0], strict=True):
        full += np.abs(impacts) * read.weight[feature]
    ranked = np.lexsort((ids(view)[place], -full))
    return Candidates(place[ranked], full[ranked])


def looked_up(view: View, read: Lists, features: Iterable[int], place: Ints) -> tuple[Floats, UInt16s]:
    """What features count for at each of these places, 0 where one is missing, and in which lines: a row for each."""
    rows = list(features)
    impacts, lines = np.zeros((len(rows), len(place)), np.float32), np.zeros((len(rows), len(place)), np.uint16)
    base = 0
    for number, segment in enumerate(view.segments):
        inside = np.flatnonzero((place >= base) & (place < base + len(segment)))
        wanted = (place[inside] - base).astype(np.int32)
        order = np.argsort(wanted)
        wanted, inside = wanted[order], inside[order]
        for row, feature in enumerate(rows):
            begin, end = _slice(read, number, feature)
            if end > begin and len(inside):
                docs = segment.postings.docs[begin:end]
                at = docs.searchsorted(wanted)
                at[at == end - begin] = 0
                here = docs[at] == wanted
                impacts[row, inside[here]] = segment.postings.impacts[begin:end][at[here]]
                lines[row, inside[here]] = segment.postings.lines[begin:end][at[here]]
        base += len(segment)
    return impacts, lines


def best(score: Floats, id: Ints, most: int, allowed: Allowed | None = None) -> Ints:
    """The places of the highest scores above zero that are allowed; of equals at the edge those with smaller ids."""
    wanted = most
    while True:
        ranked = _highest(score, id, wanted)
        if allowed is None:
            return ranked
        kept = [place for place in ranked.tolist() if allowed(int(id[place]))][:most]
        if len(kept) == most or len(ranked) < wanted:
            return np.array(kept, np.int64)
        wanted *= 8


def _highest(score: Floats, id: Ints, most: int) -> Ints:
    floor = np.float32(score.max(initial=0) / 2)
    if floor <= 0:
        return np.zeros(0, np.int64)
    while np.count_nonzero(score > floor) < most and floor > _FAINT:
        floor = floor / 2
    near = np.flatnonzero(score > (floor if floor > _FAINT else 0))
    if len(near) > most:
        edge = np.partition(score[near], len(near) - most)[len(near) - most]
        near = near[score[near] >= edge]
    ranked: Ints = near[np.lexsort((id[near], -score[near]))][:most]
    return ranked


def ids(view: View) -> Ints:
    """The ids of all places."""
    return view.segments[0].ids if len(view.segments) == 1 else np.concatenate([one.ids for one in view.segments])


def _slice(read: Lists, segment: int, feature: int) -> tuple[int, int]:
    begin = int(read.begin[segment][feature])
    return begin, begin + int(read.count[segment][feature])


def _bury(score: Floats, view: View) -> None:
    base = 0
    for segment, alive in zip(view.segments, view.alive, strict=True):
        score[base : base + len(segment)] *= alive
        base += len(segment)


def _gone(view: View, wanted: UInt32s) -> Ints:
    numbers, counts = view.gone
    if not len(numbers):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    return np.where(numbers[at] == wanted, counts[at], 0)
