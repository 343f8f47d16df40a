"""A closer look at the last few: what the model that ranks them, and the one that says how sure we are, look at.

Every row of the matrix is a candidate, every column a plain number between 0 and 1 (lengths are squeezed into it), so
that it means the same in a knowledge base of a hundred articles and in one of a million.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.knowledge.search import covering, gathering
from bot.knowledge.search.arrays import Array, Floats, Ints, np
from bot.knowledge.search.candidates import Candidates
from bot.knowledge.search.gathering import Lists
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.postings import TITLE_LINES
from bot.knowledge.search.question import Question
from bot.knowledge.search.view import View

_LONGEST = 200  # characters of a question that are compared with titles

COLUMNS = (
    "score",
    "score_to_best",
    "words",
    "words_in_title",
    "sounds",
    "sounds_in_title",
    "spelling",
    "spelling_in_title",
    "concepts",
    "concepts_in_title",
    "rarest_missing",
    "rarest_missing_in_title",
    "units_missing",
    "explained",
    "explained_in_title",
    "explained_in_line",
    "rarest_unexplained",
    "words_in_one_title",
    "words_in_line",
    "all_in_line",
    "line_alike",
    "title_ratio",
    "title_part",
    "title_words",
    "title_sound",
    "title_sound_part",
    "question_length",
    "title_length",
    "body_length",
    "unspaced",
    "filler",
)
_OF = {name: number for number, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates that were looked at, and the matrix of what was seen: `place[i]` belongs to row `i`."""

    place: Ints
    seen: Floats

    def column(self, name: str) -> Floats:
        """One of `COLUMNS`."""
        values: Floats = self.seen[:, _OF[name]]
        return values


def evidence(view: View, question: Question, read: Lists, candidates: Candidates) -> Evidence:
    """What there is to see about the best candidates."""
    place = candidates.place
    seen = np.zeros((len(place), len(COLUMNS)), np.float32)
    if len(place):
        lengths = view.lengths(place)
        lines = gathering.lines_of(view, read, candidates.whole, place)
        _scores(seen, candidates.score, read)
        for name, values in covering.coverage(question, read.weight, lines, lengths).items():
            seen[:, _OF[name]] = values
        _letters(seen, view, question, place)
        seen[:, _OF["body_length"]] = _squeezed(lengths[:, TITLE_LINES:].sum(axis=1, dtype=np.int64), 100)
        _about_question(seen, question)
    return Evidence(place, np.round(seen, 4))


def _scores(seen: Floats, score: Floats, read: Lists) -> None:
    total = math.fsum(read.weight.tolist()) or 1.0
    seen[:, _OF["score"]] = score / np.float32(total)
    seen[:, _OF["score_to_best"]] = score / score[0]


def _letters(seen: Floats, view: View, question: Question, place: Ints) -> None:
    """What rapidfuzz says about titles and their sound; of an article with many titles the one that fits best."""
    titles: list[str] = []
    sounds: list[str] = []
    starts = []
    for segment, at in view.of(place):
        starts.append(len(titles))
        written, spoken = segment.compared(at)
        titles += written
        sounds += spoken
    for name, scorer in (("title_ratio", fuzz.ratio), ("title_part", fuzz.partial_ratio)):
        seen[:, _OF[name]] = _alike(question.bare, titles, starts, scorer)
    seen[:, _OF["title_words"]] = _alike(question.bare, titles, starts, fuzz.token_set_ratio)
    if question.spoken == question.bare:  # nothing in it has a sound of its own: the titles' sounds say nothing new
        seen[:, _OF["title_sound"]] = seen[:, _OF["title_ratio"]]
        seen[:, _OF["title_sound_part"]] = seen[:, _OF["title_part"]]
    else:
        seen[:, _OF["title_sound"]] = _alike(question.spoken, sounds, starts, fuzz.ratio)
        seen[:, _OF["title_sound_part"]] = _alike(question.spoken, sounds, starts, fuzz.partial_ratio)
    seen[:, _OF["title_length"]] = _squeezed(np.array([len(titles[start]) for start in starts]), 20)


def _alike(asked: str, titles: Sequence[str], starts: Sequence[int], scorer: Callable[..., float]) -> Array:
    """How alike the best title of each article is, between 0 and 1; its titles begin at `starts`."""
    alike = process.cdist([asked[:_LONGEST]], titles, scorer=scorer)[0]
    best: Array = np.maximum.reduceat(alike, starts) / 100
    return best


def _about_question(seen: Floats, question: Question) -> None:
    letters = _letters_in(question.plain) or 1
    units = len(question.units)
    seen[:, _OF["question_length"]] = units / (units + 8)
    seen[:, _OF["unspaced"]] = np.count_nonzero(question.kind == Kind.HAN) / max(1, units)
    seen[:, _OF["filler"]] = 1 - _letters_in(question.bare) / letters


def _letters_in(text: str) -> int:
    return sum(map(len, text.split()))


def _squeezed(length: Array, ordinary: int) -> Array:
    """Lengths as numbers below 1; an ordinary one is a half."""
    squeezed: Array = length / (length + ordinary)
    return squeezed
