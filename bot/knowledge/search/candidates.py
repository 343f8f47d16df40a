"""From a question to the few articles worth a closer look: posting lists added up, the rarest features first.

A feature that half of the articles have tells them hardly apart and costs the most, so only so many postings are read;
what the frequent features add is looked up for the candidates alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge.search import gathering, hashing, spelling
from bot.knowledge.search import question as questions
from bot.knowledge.search.arrays import Floats, Ints, np
from bot.knowledge.search.gathering import Gathered, Lists
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.question import Question
from bot.knowledge.search.stems import stem
from bot.knowledge.search.view import View

JUDGED = 16
"""Candidates that get a closer look."""
BUDGET = 150_000
"""Postings read for one question."""
_WIDE = 200  # candidates that get the frequent features added
_FEWEST_LISTS = 3  # the rarest features are read whatever they cost
_FAINT = 1e-5  # below this everything is taken that has a score at all

Allowed = Callable[[int], bool]
"""Whether an article, by its id, may be found by the person who asks."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places and their scores, best first, equals in the order of ids; and the lists that were read for them."""

    place: Ints
    score: Floats
    whole: Gathered


def asked(view: View, text: str) -> Question:
    """The question that a text asks of this knowledge base: slips are put right with the words that it has."""

    def count(texts: Iterable[str], kind: Kind) -> list[int]:
        number = np.array([hashing.of_text(text, kind) for text in texts], np.uint32)
        counted: list[int] = gathering.frequencies(view, number).tolist()
        return counted

    def known(found: Sequence[str]) -> list[int]:
        return count(map(stem, found), Kind.WORD)

    def written(found: Sequence[str]) -> list[int]:
        return count(found, Kind.SURFACE)

    vocabularies = [segment.vocabulary for _, segment in view.parts]
    return questions.read(text, lambda shape: spelling.corrected(shape, known, written, vocabularies))


def found(view: View, question: Question, read: Lists, allowed: Allowed | None = None) -> Candidates:
    """The articles that share the most with the question, of those that are allowed."""
    order = np.lexsort((question.number, read.frequency))
    order = order[(read.frequency[order] > 0) & (read.weight[order] > 0)]
    spent = np.cumsum(read.frequency[order])
    cheap = max(int(np.searchsorted(spent, BUDGET, side="right")), _FEWEST_LISTS)
    whole = gathering.gathered(view, read, order[:cheap].tolist())
    score = gathering.scores(view, read, whole)
    frequent = order[cheap:].tolist()
    place = best(score, view, _WIDE if frequent else JUDGED, allowed)
    full = score[place]
    if not frequent:
        return Candidates(place, full, whole)
    for feature, impacts in zip(frequent, gathering.looked_up(view, read, frequent, place)[0], strict=True):
        full += impacts * read.weight[feature]
    ranked = np.lexsort((view.ids(place), -full))
    return Candidates(place[ranked][:JUDGED], full[ranked][:JUDGED], whole)


def best(score: Floats, view: View, most: int, allowed: Allowed | None = None) -> Ints:
    """The places of the highest scores above zero that are allowed; of equals at the edge those with smaller ids."""
    wanted = most
    while True:
        ranked = _highest(score, view, wanted)
        if allowed is None:
            return ranked
        kept = [place for place, id in zip(ranked.tolist(), view.ids(ranked).tolist(), strict=True) if allowed(id)]
        if len(kept) >= most or len(ranked) < wanted:
            return np.array(kept[:most], np.int64)
        wanted *= 8


def _highest(score: Floats, view: View, most: int) -> Ints:
    floor = np.float32(score.max(initial=0) / 2)
    if floor <= 0:
        return np.zeros(0, np.int64)
    while np.count_nonzero(score > floor) < most and floor > _FAINT:
        floor = floor / 2
    near = np.flatnonzero(score > (floor if floor > _FAINT else 0))
    if len(near) > most:
        edge = np.partition(score[near], len(near) - most)[len(near) - most]
        near = near[score[near] >= edge]
    ranked: Ints = near[np.lexsort((view.ids(near), -score[near]))][:most]
    return ranked
