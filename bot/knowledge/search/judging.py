"""A closer look at the last two dozen: what the model that ranks them, and the one that says how sure we are, look at.

Every row of the matrix is a candidate, every column a plain number between 0 and 1 (lengths are squeezed into it), so
that it means the same in a knowledge base of a hundred articles and in one of a million.
"""

import math
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.knowledge.search import covering, pinyin
from bot.knowledge.search.arrays import Floats, Ints, np
from bot.knowledge.search.candidates import Candidates, Lists, View
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.normalising import normalised
from bot.knowledge.search.postings import TITLE_LINES
from bot.knowledge.search.question import Question

JUDGED = 24
"""Candidates that get the closer look."""
_LONGEST_TITLES = 8  # title and aliases compared
_TITLE = 200  # characters of each

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
    place = candidates.place[:JUDGED]
    seen = np.zeros((len(place), len(COLUMNS)), np.float32)
    if len(place):
        _scores(seen, candidates.score[:JUDGED], read)
        for name, values in covering.coverage(view, question, read, place).items():
            seen[:, _OF[name]] = values
        _letters(seen, view, question, place)
        _about_question(seen, question)
    return Evidence(place, np.round(seen, 4))


def _scores(seen: Floats, score: Floats, read: Lists) -> None:
    total = math.fsum(read.weight.tolist()) or 1.0
    seen[:, _OF["score"]] = score / np.float32(total)
    seen[:, _OF["score_to_best"]] = score / score.max()


def _letters(seen: Floats, view: View, question: Question, place: Ints) -> None:
    """What rapidfuzz says about titles and their sound."""
    asked = question.bare[:_TITLE]
    spoken = pinyin.spelled(asked)
    for row, (segment, at) in enumerate(view.of(place)):
        titles = [normalised(title[:_TITLE]) for title in (segment.title(at), *segment.aliases(at)[:_LONGEST_TITLES])]
        sounds = [pinyin.spelled(title) for title in titles]
        seen[row, _OF["title_ratio"] : _OF["title_sound_part"] + 1] = (
            max(fuzz.ratio(asked, title) for title in titles) / 100,
            max(fuzz.partial_ratio(asked, title) for title in titles) / 100,
            max(fuzz.token_set_ratio(asked, title) for title in titles) / 100,
            max(fuzz.ratio(spoken, sound) for sound in sounds) / 100,
            max(fuzz.partial_ratio(spoken, sound) for sound in sounds) / 100,
        )
        seen[row, _OF["title_length"]] = _squeezed(len(titles[0]), 20)
        seen[row, _OF["body_length"]] = _squeezed(int(segment.lengths[at, TITLE_LINES:].sum()), 100)


def _about_question(seen: Floats, question: Question) -> None:
    letters = sum(not character.isspace() for character in question.plain) or 1
    lexical = (question.kind == Kind.WORD) | (question.kind == Kind.HAN)
    units = int(np.count_nonzero(lexical))
    seen[:, _OF["question_length"]] = _squeezed(units, 8)
    seen[:, _OF["unspaced"]] = np.count_nonzero(question.kind == Kind.HAN) / max(1, units)
    seen[:, _OF["filler"]] = 1 - sum(not character.isspace() for character in question.bare) / letters


def _squeezed(length: int, ordinary: int) -> float:
    """A length as a number below 1; an ordinary one is a half."""
    return length / (length + ordinary)
