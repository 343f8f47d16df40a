"""Slips in words of Latin letters, put right before the question is read: `chagne` asks for change.

A word that no article has is replaced by the word of the knowledge base that is nearest, if one is near enough; two
halves are joined, two words that ran together are parted. What the knowledge base does have is never touched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.search import words
from bot.knowledge.search.arrays import Bytes, np
from bot.knowledge.search.filler import english
from bot.knowledge.search.words import repairable

_LONG = 8  # letters from which two slips are forgiven
_SHORTEST_HALF = 3
_MOST = 6  # words of a question that are looked at

Known = Callable[[str], int]
"""How many articles have a word: in any of its forms, or in just this one."""


class Vocabulary:
    """The words of a segment as one array of bytes, ascending, a line each; parted when a slip is first met."""

    def __init__(self, stored: Bytes) -> None:
        self.stored = stored

    @classmethod
    def of(cls, written: Iterable[str]) -> "Vocabulary":
        """Of words as they were written; those that cannot be put right are left out."""
        kept = sorted({word for word in map(str.lower, written) if repairable(word)})
        return cls(np.frombuffer("\n".join(kept).encode(), np.uint8))

    def words(self) -> list[str]:
        """All of them, ascending."""
        return self.stored.tobytes().decode().split()

    @cached_property
    def by_shape(self) -> dict[tuple[str, int], list[str]]:
        """The words by first letter and length: slips in the first letter are rare."""
        groups: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self.words():
            groups[word[0], len(word)].append(word)
        return dict(groups)


def corrected(shape: str, known: Known, written: Known, vocabularies: Sequence[Vocabulary]) -> str:
    """The shaped text with slips put right; the same text if there are none.

    `known` counts the articles that have a word in any form, `written` those that have just this form: a vocabulary
    may still hold words of articles that are gone.
    """
    found = list(words.WORD.finditer(shape))
    unknown = [at for at, word in enumerate(found) if _is_unknown(word.group().lower(), known)][:_MOST]
    out, copied, skip = [], 0, -1
    for at in unknown:
        if at <= skip:
            continue
        word, following = found[at].group().lower(), found[at + 1] if at + 1 < len(found) else None
        end = found[at].end()
        instead = _nearest(word, 1, written, vocabularies)
        if instead is None and following and shape[end : following.start()] == " ":
            joined = word + following.group().lower()
            if repairable(joined) and known(joined):
                instead, end, skip = joined, following.end(), at + 1
        instead = instead or _parted(word, known) or _nearest(word, 2, written, vocabularies)
        if instead:
            out += [shape[copied : found[at].start()], instead]
            copied = end
    return "".join([*out, shape[copied:]])


def _is_unknown(word: str, known: Known) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 1 and word not in english() and not known(word)


def _nearest(word: str, slips: int, written: Known, vocabularies: Sequence[Vocabulary]) -> str | None:
    """The word that so many slips lead to: rather one of the same letters, then the one that most articles have."""
    if not repairable(word) or (slips > 1 and len(word) < _LONG):
        return None
    near: dict[str, int] = {}
    for length in range(len(word) - slips, len(word) + slips + 1):
        for group in (*(one.by_shape.get((word[0], length), ()) for one in vocabularies), _filler(word[0], length)):
            for other, _, _ in process.extract(word, group, scorer=OSA.distance, score_cutoff=slips, limit=None):
                near[other] = 1 + (10**9 if other in english() else written(other))
    near = {other: count for other, count in near.items() if count > 1}
    letters = sorted(word)
    return min(near, key=lambda other: (sorted(other) != letters, -near[other], other), default=None)


def _filler(letter: str, length: int) -> list[str]:
    return [word for word in english() if len(word) == length and word[0] == letter and repairable(word)]


def _parted(word: str, known: Known) -> str | None:
    """Two known words that were written as one; the parting at which the rarer one is most frequent."""
    if len(word) < 2 * _SHORTEST_HALF:
        return None
    halves = [(word[:at], word[at:]) for at in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)]
    counted = [(min(_frequency(half, known) for half in pair), pair) for pair in halves]
    best, pair = max(counted, key=lambda one: (one[0], one[1]))
    return " ".join(pair) if best else None


def _frequency(word: str, known: Known) -> int:
    return 10**9 if word in english() else known(word)
