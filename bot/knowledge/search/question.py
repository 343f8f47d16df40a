"""A question, read once: its texts for the judges, its features for the posting lists."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.knowledge.search import features, filler, pinyin
from bot.knowledge.search.arrays import Bytes, Floats, Ints, UInt32s, np
from bot.knowledge.search.hashing import Kind, of_kinds
from bot.knowledge.search.normalising import normalised, shaped

_LONGEST = 400  # characters: what is longer is a story, and its beginning and end say what is wanted
_MOST = 400  # features


@dataclass(frozen=True, slots=True)
class Support:
    """What else speaks for a unit (a word or a pair of characters) if it is missing: features at the same place.

    Pairs of places among the question's features, ascending by unit: `helper[i]` stands where `unit[i]` stands.
    """

    unit: Ints
    helper: Ints


@dataclass(frozen=True, slots=True)
class Question:
    """`plain` is the normalised text, `bare` the same without filler, `spoken` as it sounds; features come once each.

    `emphasis` is 1 for a feature, `filler.WEIGHT` for one that stands in filler only.
    """

    raw: str
    plain: str
    bare: str
    spoken: str
    number: UInt32s
    kind: Bytes
    emphasis: Floats
    support: Support
    repaired: bool = False


def read(text: str, repair: Callable[[str], str] | None = None) -> Question:
    """What the text asks for. Every text can be read; some ask for nothing. `repair` puts slips right beforehand."""
    raw = _shortened(text)
    written = shaped(raw)
    shape = repair(written) if repair else written
    found = features.extract([shape], latin_sounds=True)
    spans = filler.spans(shape)
    emphasis = _emphasis(found, spans, len(shape))
    once = _once(found, emphasis)
    plain = normalised(shape)
    bare = _without(shape, spans)
    number, kind = found.number[once], found.kind[once]
    support = _support(found, once)
    return Question(raw, plain, bare, pinyin.spelled(bare), number, kind, emphasis[once], support, shape != written)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST * 3 // 4]} {text[-_LONGEST // 4 :]}"


def _emphasis(found: features.Features, spans: list[tuple[int, int]], length: int) -> Floats:
    """What each feature counts: little, if every character that it covers is filler."""
    plain = np.ones(length + 1, np.int64)
    for start, end in spans:
        plain[start:end] = 0
    before = np.concatenate(([0], np.cumsum(plain)))
    told = before[found.end] - before[found.start]
    return np.where(told > 0, np.float32(1), np.float32(filler.WEIGHT))


def _once(found: features.Features, emphasis: Floats) -> Ints:
    """Each feature once, where it counts for most; the earliest if they are too many."""
    order = np.lexsort((found.start, -emphasis, found.number))
    number = found.number[order]
    first = np.ones(len(number), np.bool_)
    first[1:] = number[1:] != number[:-1]
    chosen = order[first & (found.kind[order] != Kind.SURFACE)]
    earliest: Ints = chosen[np.argsort(found.start[chosen], kind="stable")][:_MOST]
    return earliest


def _support(found: features.Features, once: Ints) -> Support:
    """The sounds, spellings and concepts at the place of each unit."""
    is_unit = of_kinds(found.kind[once], (Kind.WORD, Kind.HAN))
    units = np.flatnonzero(is_unit)
    helping = np.flatnonzero(of_kinds(found.kind, (Kind.SOUND, Kind.SPELLING, Kind.CONCEPT)))
    span = (found.start.astype(np.int64) << 32) | found.end
    helping = helping[np.argsort(span[helping], kind="stable")]
    first = np.searchsorted(span[helping], span[once[units]], side="left")
    count = np.searchsorted(span[helping], span[once[units]], side="right") - first
    at = np.repeat(first - np.concatenate(([0], np.cumsum(count)[:-1])), count) + np.arange(count.sum())
    # The same feature may stand elsewhere too and was kept there: it is found again by its number.
    by_number = np.argsort(found.number[once], kind="stable")
    numbers = found.number[once][by_number]
    wanted = found.number[helping[at]]
    place = np.minimum(np.searchsorted(numbers, wanted), max(0, len(numbers) - 1))
    kept = numbers[place] == wanted if len(numbers) else np.zeros(0, np.bool_)
    return Support(np.repeat(units, count)[kept], by_number[place[kept]])


def _without(shape: str, spans: list[tuple[int, int]]) -> str:
    """The normalised text without filler; all of it, if nothing else is there."""
    kept, at = [], 0
    for start, end in [*spans, (len(shape), len(shape))]:
        kept.append(shape[at:start])
        at = end
    bare = " ".join(" ".join(kept).split()).strip(" ?？!！。.,，、;；:：~")
    return normalised(bare) if bare else normalised(shape)
