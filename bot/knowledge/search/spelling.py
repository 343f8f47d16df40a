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

Known = Callable[[Sequence[str]], Sequence[int]]
"""How many articles have each of these words: in any of its forms, or in just this one."""


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
    unknown = _unknown([word.group().lower() for word in found], known)
    if not unknown:
        return shape
    out, copied, skip = [], 0, -1
    for at in unknown:
        if at <= skip:
            continue
        word, following = found[at].group().lower(), found[at + 1] if at + 1 < len(found) else None
        end = found[at].end()
        instead = _nearest(word, 1, written, vocabularies)
        if instead is None and following and shape[end : following.start()] == " ":
            joined = word + following.group().lower()
            if repairable(joined) and known([joined])[0]:
                instead, end, skip = joined, following.end(), at + 1
        instead = instead or _parted(word, known) or _nearest(word, 2, written, vocabularies)
        if instead:
            out += [shape[copied : found[at].start()], instead]
            copied = end
    return "".join([*out, shape[copied:]])


def _unknown(found: Sequence[str], known: Known) -> list[int]:
    """Which of these words no article has, the first few of them."""
    asked = [
        at
        for at, word in enumerate(found)
        if word.isascii() and word.isalpha() and len(word) > 1 and word not in english()
    ]
    counts = known([found[at] for at in asked]) if asked else ()
    return [at for at, count in zip(asked, counts, strict=True) if not count][:_MOST]


def _nearest(word: str, slips: int, written: Known, vocabularies: Sequence[Vocabulary]) -> str | None:
    """The word that so many slips lead to: rather one of the same letters, then the one that most articles have."""
    if not repairable(word) or (slips > 1 and len(word) < _LONG):
        return None
    near: set[str] = set()
    for length in range(len(word) - slips, len(word) + slips + 1):
        for group in (*(one.by_shape.get((word[0], length), ()) for one in vocabularies), _filler(word[0], length)):
            for other, _, _ in process.extract(word, group, scorer=OSA.distance, score_cutoff=slips, limit=None):
                near.add(other)
    counts = _frequencies(list(near), written)
    letters = sorted(word)
    kept = [other for other in near if counts[other]]
    return min(kept, key=lambda other: (sorted(other) != letters, -counts[other], other), default=None)


def _filler(letter: str, length: int) -> list[str]:
    return [word for word in english() if len(word) == length and word[0] == letter and repairable(word)]


def _parted(word: str, known: Known) -> str | None:
    """Two known words that were written as one; the parting at which the rarer one is most frequent."""
    if len(word) < 2 * _SHORTEST_HALF:
        return None
    halves = [(word[:at], word[at:]) for at in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)]
    counts = _frequencies([half for pair in halves for half in pair], known)
    counted = [(min(counts[half] for half in pair), pair) for pair in halves]
    best, pair = max(counted, key=lambda one: (one[0], one[1]))
    return " ".join(pair) if best else None


def _frequencies(found: Sequence[str], known: Known) -> dict[str, int]:
    counts = zip(found, known(found), strict=True) if found else ()
    return {word: 10**9 if word in english() else count for word, count in counts}
