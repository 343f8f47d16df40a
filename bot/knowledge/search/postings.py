"""Posting lists: for each feature the articles that have it, in flat arrays sorted by feature, then by article.

An impact is what a feature of an article counts for, between 0 and 1: BM25's saturation over title and body weighed
together (BM25F; Robertson, Zaragoza 2009), without the rarity of the feature, which is known when a question comes. It
is kept as a byte, the root of it in 255 parts: small impacts are told apart as well as large ones, and a byte becomes a
number again with one multiplication. Lengths are measured against fixed pivots, not against the average of the
knowledge base, so that an article's impacts never change when others come and go.

Each posting also knows the lines in which the feature stands, as a set of 16 bits: the titles first, then the sentences
of the body in turn. What stands in one sentence together says more than what is strewn over a page. A feature that an
article has stands in one line at least: no lines say that it is not here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.knowledge.search import features
from bot.knowledge.search.arrays import Array, Bools, Bytes, Floats, Int32s, Ints, UInt16s, UInt32s, UInt64s, np
from bot.knowledge.search.hashing import Kind

FIELDS = 3
"""Title with aliases, body, and tags with the category, in this order."""
_WEIGHT = (3.0, 1.0, 1.0)
_PIVOT = (12.0, 120.0, 12.0)  # features of an ordinary field, of one kind
_SLOPE = (0.3, 0.6, 0.3)  # how much a longer field counts less
_SATURATION = 1.0
_LINE_BITS = 4
# Postings handled at a time: sorting bucket after bucket keeps memory low, and no other thread waits for long.
_PIECE = 200_000
_FEWEST_BUCKETS = 64
_TITLE, _BODY = 0, 1
LINES = 16
TITLE_LINES = 4
"""The title has one, the aliases share the others; the sentences of a body share what is left after these."""
IN_TITLE = (1 << TITLE_LINES) - 1
"""The lines that are titles, as a set of bits."""
_PARTS = 255


@dataclass(frozen=True, slots=True)
class Postings:
    """The lists: `docs[offsets[i]:offsets[i + 1]]` are the places of the articles that have feature `numbers[i]`."""

    numbers: UInt32s
    offsets: Ints
    docs: Int32s
    impacts: Bytes
    lines: UInt16s

    def counts(self, wanted: UInt32s) -> tuple[Ints, Ints]:
        """Where the list of each wanted feature begins, and how many articles are in it."""
        if not len(self.numbers):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        at = self.numbers.searchsorted(wanted)
        known = self.numbers.take(at, mode="clip") == wanted
        begin = self.offsets[at]
        return begin, self.offsets[at + known] - begin


@dataclass(frozen=True, slots=True)
class Run:
    """Postings in the order of feature and article, not yet parted into lists."""

    numbers: UInt32s
    docs: Int32s
    impacts: Bytes
    lines: UInt16s


def impact(stored: Bytes) -> Floats:
    """Impacts between 0 and 1 out of the bytes that are stored."""
    root = stored.astype(np.float32)
    root *= np.float32(1 / _PARTS)
    root *= root
    return root


def of_texts(texts: Sequence[str], first: int) -> tuple[Run, Bytes]:
    """The postings of articles from the place `first` on, and how many units each of their lines has.

    Each article has `FIELDS` shaped texts; a unit is a word or a pair of characters.
    """
    found = features.extract(texts)
    field = found.text % FIELDS
    line = _line(field, found.line)
    unit = (found.kind == Kind.WORD) | (found.kind == Kind.HAN)
    lengths = np.bincount(found.text[unit], minlength=len(texts)).astype(np.float32)
    keep = (found.kind != Kind.CHARACTER) | (field == _TITLE)
    low = (found.text[keep].astype(np.uint64) << np.uint64(_LINE_BITS)) | line[keep].astype(np.uint64)
    key = (found.number[keep].astype(np.uint64) << np.uint64(32)) | low
    key.sort()
    return _weighed(key, lengths, first), _line_lengths(found.text[unit] // FIELDS, line[unit], len(texts) // FIELDS)


def joined(runs: Iterable[Run]) -> Postings:
    """One set of lists out of many runs, a bucket of features at a time."""
    runs = [run for run in runs if len(run.numbers)]
    if not runs:
        return _no_postings()
    buckets = max(_FEWEST_BUCKETS, sum(len(run.numbers) for run in runs) // _PIECE)
    edges = (np.arange(1, buckets, dtype=np.uint64) << np.uint64(32)) // np.uint64(buckets)
    cuts = [np.concatenate(([0], np.searchsorted(run.numbers, edges), [len(run.numbers)])) for run in runs]
    total = sum(len(run.numbers) for run in runs)
    docs, impacts, lines = np.empty(total, np.int32), np.empty(total, np.uint8), np.empty(total, np.uint16)
    numbers, sizes, done = [], [], 0
    for bucket in range(buckets):
        pieces = [(run, slice(cut[bucket], cut[bucket + 1])) for run, cut in zip(runs, cuts, strict=True)]
        key = np.concatenate([_key(run.numbers[part], run.docs[part]) for run, part in pieces])
        order = np.argsort(key, kind="stable")
        end = done + len(key)
        docs[done:end] = (key[order] & np.uint64(0xFFFFFFFF)).astype(np.int32)
        impacts[done:end] = np.concatenate([run.impacts[part] for run, part in pieces])[order]
        lines[done:end] = np.concatenate([run.lines[part] for run, part in pieces])[order]
        number, size = _counted((key >> np.uint64(32))[order])
        numbers.append(number.astype(np.uint32))
        sizes.append(size)
        done = end
    offsets = np.concatenate(([0], np.cumsum(np.concatenate(sizes)))).astype(np.int64)
    return Postings(np.concatenate(numbers), offsets, docs, impacts, lines)


def moved(postings: Postings, place: Int32s) -> Iterator[Run]:
    """The postings with each article at its new place, in pieces; those whose place is negative are left out."""
    at = 0
    while at < len(postings.numbers):
        begin = postings.offsets[at]
        end = max(at + 1, int(np.searchsorted(postings.offsets, begin + _PIECE, side="right")) - 1)
        part = slice(begin, postings.offsets[end])
        numbers = np.repeat(postings.numbers[at:end], np.diff(postings.offsets[at : end + 1]))
        docs = place[postings.docs[part]]
        alive = docs >= 0
        yield Run(numbers[alive], docs[alive], postings.impacts[part][alive], postings.lines[part][alive])
        at = end


def _no_postings() -> Postings:
    nothing = np.zeros(0, np.uint32), np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8)
    return Postings(*nothing, np.zeros(0, np.uint16))


def _key(numbers: UInt32s, docs: Array) -> UInt64s:
    return (numbers.astype(np.uint64) << np.uint64(32)) | docs.astype(np.uint64)


def _counted(ordered: Array) -> tuple[Array, Ints]:
    """The distinct values of a sorted array, and how often each stands there."""
    starts = np.flatnonzero(_first(ordered))
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _first(ordered: Array) -> Bools:
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _line(field: Int32s, line: Int32s) -> Int32s:
    """The bit of a line: 0 for the title, then the aliases, then the sentences; the last one for tags."""
    alias = np.where(line == 0, 0, 1 + (line - 1) % (TITLE_LINES - 1))
    sentence = TITLE_LINES + line % (LINES - TITLE_LINES)
    return np.where(field == _TITLE, alias, np.where(field == _BODY, sentence, LINES - 1)).astype(np.int32)


def _line_lengths(doc: Int32s, line: Int32s, docs: int) -> Bytes:
    counted = np.bincount(doc.astype(np.int64) * LINES + line, minlength=docs * LINES)
    return np.minimum(counted, 255).astype(np.uint8).reshape(docs, LINES)


def _weighed(key: UInt64s, lengths: Array, first: int) -> Run:
    """From sorted features, texts and lines to the impact of each feature on each article."""
    key, times = _counted(key)
    text = ((key & np.uint64(0xFFFFFFFF)) >> np.uint64(_LINE_BITS)).astype(np.int64)
    bit = np.uint16(1) << (key & np.uint64(LINES - 1)).astype(np.uint16)
    number, doc, field = (key >> np.uint64(32)).astype(np.uint32), text // FIELDS, text % FIELDS
    starts = np.flatnonzero(_first(_key(number, doc)))
    if not len(starts):
        return Run(number, doc.astype(np.int32), times.astype(np.uint8), bit)
    weight, pivot, slope = (np.array(values, np.float32)[field] for values in (_WEIGHT, _PIVOT, _SLOPE))
    frequency = weight * times.astype(np.float32) / (1 - slope + slope * lengths[text] / pivot)
    total = np.add.reduceat(frequency, starts)
    impact = np.maximum(np.round(np.sqrt(total / (total + np.float32(_SATURATION))) * _PARTS), 1).astype(np.uint8)
    lines = np.bitwise_or.reduceat(bit, starts)
    return Run(number[starts], (doc[starts] + first).astype(np.int32), impact, lines)
