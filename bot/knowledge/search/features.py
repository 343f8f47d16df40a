"""Texts into features, many texts at a time: what articles are found by and what questions are asked with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.knowledge.search import concepts, hashing, pinyin, words
from bot.knowledge.search.arrays import Array, Bools, Bytes, Int32s, UInt32s, np
from bot.knowledge.search.hashing import Kind

_SEPARATOR = "\n"
TITLE_END = "\u2029"
"""Parts the titles of an article, which are told apart as lines are; it ends no line of a body."""
_LINE_ENDS = "\n。!?;！？；…" + TITLE_END
_UNSPACED = (
    (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Features:
    """Parallel arrays: the number of each feature, its kind, the text it stands in, the line, and the place there.

    Lines are counted from 0 within each text; a sentence is a line of its own.
    """

    number: UInt32s
    kind: Bytes
    text: Int32s
    line: Int32s
    start: Int32s
    end: Int32s


def extract(texts: Sequence[str]) -> Features:
    """The features of shaped texts, in no particular order; `reading.features_of` reads a question."""
    joined = _SEPARATOR.join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    begins = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(texts) else np.zeros(0, np.int64)
    found = [*_pairs(codes), *_words(joined)]
    number, kind, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    text = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)[start]
    offset = begins[text] if len(texts) else start
    ended = np.cumsum(_ends_line(codes), dtype=np.int32)
    line = ended[start] - ended[offset] if len(start) else ended[:0]
    return Features(number, kind, text, line, (start - offset).astype(np.int32), (end - offset).astype(np.int32))


_Columns = tuple[Array, Array, Array, Array]


def _pairs(codes: UInt32s) -> list[_Columns]:
    """Characters without spaces between them: alone, in pairs, and the sounds of pairs."""
    unspaced = _is_unspaced(codes)
    alone = np.flatnonzero(unspaced)
    pairs = np.flatnonzero(unspaced[:-1] & unspaced[1:])
    sound = _sounds(codes)
    spoken = pairs[(sound[pairs] > 0) & (sound[pairs + 1] > 0)]
    return [
        _columns(hashing.of_pairs(codes[alone], codes[alone], Kind.CHARACTER), Kind.CHARACTER, alone, 1),
        _columns(hashing.of_pairs(codes[pairs], codes[pairs + 1], Kind.HAN), Kind.HAN, pairs, 2),
        _columns(hashing.of_pairs(sound[spoken], sound[spoken + 1], Kind.SOUND), Kind.SOUND, spoken, 2),
        *(_columns(number, Kind.CONCEPT, at, length) for number, at, length in concepts.of_runs(codes, pairs)),
    ]


def _words(joined: str) -> list[_Columns]:
    """Words, their parts and threes of letters; each covers the whole word."""
    places = [(found.start(), found.end(), _packed(found.group())) for found in words.WORD.finditer(joined)]
    if not places:
        return []
    packed = np.concatenate([array for _, _, array in places])
    counts = [len(array) for _, _, array in places]
    return [
        (
            (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32),
            (packed >> np.uint64(32)).astype(np.uint8),
            np.repeat(np.fromiter((start for start, _, _ in places), np.int64, len(places)), counts),
            np.repeat(np.fromiter((end for _, end, _ in places), np.int64, len(places)), counts),
        )
    ]


@lru_cache(maxsize=1 << 15)
def _packed(word: str) -> Array:
    return np.array([kind << 32 | number for kind, number in words.features(word)], np.uint64)


def _ends_line(codes: UInt32s) -> Bools:
    """Which characters end a line: marks that end a sentence; a full stop only if a space or a line's end follows."""
    ends = _ending_plane()[np.minimum(codes, 0xFFFF)]
    stops = np.flatnonzero(codes[:-1] == ord("."))
    ends[stops] = codes[stops + 1] <= ord(" ")
    return ends


def _columns(number: UInt32s, kind: Kind, start: Array, length: int) -> _Columns:
    return number, np.full(len(number), int(kind), np.uint8), start, start + length


@cache
def _unspaced_plane() -> Bools:
    plane = np.zeros(0x10000, np.bool_)
    for first, last in _UNSPACED:
        plane[first : min(last, 0xFFFF) + 1] = True
    return plane


@cache
def _ending_plane() -> Bools:
    plane = np.zeros(0x10000, np.bool_)
    plane[[ord(mark) for mark in _LINE_ENDS]] = True
    return plane


def _is_unspaced(codes: UInt32s) -> Bools:
    low = np.minimum(codes, 0xFFFF)
    rare: Bools = (codes >= 0x20000) & (codes <= 0x3FFFF)
    return _unspaced_plane()[low] & (codes <= 0xFFFF) | rare


def _sounds(codes: UInt32s) -> Array:
    table = pinyin.syllable_of_code()
    return np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], 0)
