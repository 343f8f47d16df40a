"""Where in an article the answer stands: the passage to show, and the words in it to mark.

Everything is found in the folded text, which has as many characters as the original, so that places are the same.
"""

import re
from dataclasses import dataclass

from bot.knowledge.search import features
from bot.knowledge.search.arrays import Array, Ints, np
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.normalising import folded
from bot.knowledge.search.question import Question

READ = 4000
"""Characters of a body in which a passage is looked for."""
LENGTH = 180
"""Characters of a passage, unless a sentence ends a little later."""
_BREAK = re.compile(r"[\n。！？!?；;…]|\.(?=\s)")
_LEEWAY = 60  # characters by which a passage may begin earlier or end later to keep a sentence whole

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """A passage of the body and the places to mark in it, and those in the title."""

    passage: Span
    matched: tuple[Span, ...]
    title_matched: tuple[Span, ...]


def marked(question: Question, weight: Array, title: str, body: str) -> Marks:
    """What to show of an article: where in its body, and what to mark."""
    texts = [folded(text[:READ]) for text in (title, body)]
    found = features.extract(texts)
    known = np.flatnonzero(question.kind != Kind.CHARACTER)
    order = known[np.argsort(question.number[known], kind="stable")]
    numbers = question.number[order]
    at = np.minimum(np.searchsorted(numbers, found.number), max(0, len(numbers) - 1))
    hit = np.flatnonzero(numbers[at] == found.number) if len(numbers) else at[:0]
    worth = np.where(found.kind == Kind.SPELLING, 0.25, 1)[hit] * weight[order][at[hit]] if len(hit) else np.zeros(0)
    return _marks(texts[1], *_places(found, hit, worth, len(texts)))


@dataclass(frozen=True, slots=True)
class _Places:
    """What was recognised in one text, by its beginning."""

    start: Ints
    end: Ints
    worth: Array


def _places(found: features.Features, hit: Ints, worth: Array, texts: int) -> list[_Places]:
    """The places of each text; a word that only shares some letters is worth less, and marked if it shares most."""
    order = np.lexsort((found.end[hit], found.start[hit], found.text[hit]))
    hit, worth = hit[order], worth[order]
    key = (found.text[hit].astype(np.int64) << 42) | (found.start[hit].astype(np.int64) << 21) | found.end[hit]
    first = np.ones(len(key), np.bool_)
    first[1:] = key[1:] != key[:-1]
    starts = np.flatnonzero(first)
    total = np.add.reduceat(worth, starts) if len(starts) else worth
    strong = np.add.reduceat((found.kind[hit] != Kind.SPELLING).astype(np.int64), starts) if len(starts) else starts
    spelled = np.diff(np.append(starts, len(key)))
    length = (found.end[hit] - found.start[hit])[starts]
    kept = (strong > 0) | (2 * spelled > length)
    starts, total = starts[kept], total[kept]
    edges = np.searchsorted(found.text[hit][starts], np.arange(texts + 1))
    start, end = found.start[hit][starts].astype(np.int64), found.end[hit][starts].astype(np.int64)
    return [
        _Places(start[a:b], end[a:b], total[a:b]) for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]


def _marks(body: str, in_title: _Places, in_body: _Places) -> Marks:
    passage = _passage(body, in_body)
    inside = (in_body.start >= passage[0]) & (in_body.end <= passage[1])
    return Marks(passage, _joined(in_body.start[inside], in_body.end[inside]), _joined(in_title.start, in_title.end))


def _passage(body: str, places: _Places) -> Span:
    """The stretch with the most in it, from the beginning of a sentence on if one begins nearby."""
    if not body.strip():
        return 0, 0
    start = 0
    if len(places.start):
        reach = np.searchsorted(places.start, places.start + LENGTH - _LEEWAY, side="left")
        before = np.concatenate(([0], np.cumsum(places.worth)))
        start = int(places.start[int(np.argmax(before[reach] - before[:-1]))])
    return _whole_sentences(body, start)


def _whole_sentences(body: str, start: int) -> Span:
    earlier = [found.end() for found in _BREAK.finditer(body, max(0, start - _LEEWAY), start)]
    begin = 0 if start <= _LEEWAY else (earlier[-1] if earlier else start)
    later = [found.end() for found in _BREAK.finditer(body, begin + LENGTH - _LEEWAY, begin + LENGTH + _LEEWAY)]
    end = min(len(body), later[0] if later else begin + LENGTH)
    while begin < end and body[begin].isspace():
        begin += 1
    while end > begin and body[end - 1].isspace():
        end -= 1
    return begin, end


def _joined(start: Ints, end: Ints) -> tuple[Span, ...]:
    """Overlapping and touching places made one."""
    spans: list[Span] = []
    for left, right in sorted(zip(start.tolist(), end.tolist(), strict=True)):
        if spans and left <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return tuple(spans)
