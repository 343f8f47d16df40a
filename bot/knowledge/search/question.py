"""A question, read once: its texts for the judges, its features for the posting lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.knowledge.search import filler, pinyin, reading
from bot.knowledge.search.arrays import Bytes, Floats, Ints, UInt32s, np
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.normalising import lowered, shaped
from bot.knowledge.search.reading import Feature

_LONGEST = 400  # characters: what is longer is a story, and its beginning and end say what is wanted
_MOST = 400  # features
# Plain numbers: a member of an enumeration takes its time to be compared, and a question has a hundred features.
_UNITS = frozenset({int(Kind.WORD), int(Kind.HAN)})
_HELPERS = {int(kind): kind for kind in (Kind.SOUND, Kind.SPELLING, Kind.CONCEPT)}
_SURFACE = int(Kind.SURFACE)

_Once = tuple[int, int, int, int, bool]
"""A feature as it is kept: start, number, kind, end, and whether it stands in filler only."""


@dataclass(frozen=True, slots=True)
class Helpers:
    """Features of one kind that speak for units: `helper[i]` for the unit in row `row[of[i]]`."""

    row: Sequence[int]
    of: Sequence[int]
    helper: Sequence[int]


@dataclass(frozen=True, slots=True)
class Support:
    """What else speaks for a unit (a word or a pair of characters) if it is missing: features at the same place.

    Pairs of places among the question's features, ascending by unit: `helper[i]` stands where `unit[i]` stands.
    `by_kind` says the same for each kind of helper, with the units counted by their rows in `Question.units`.
    """

    unit: Ints
    helper: Ints
    by_kind: Mapping[Kind, Helpers]


@dataclass(frozen=True, slots=True)
class Question:
    """`plain` is the normalised text, `bare` the same without filler, `spoken` as it sounds; features come once each.

    `emphasis` is 1 for a feature, `filler.WEIGHT` for one that stands in filler only. `units` are the places of words
    and pairs of characters among the features.
    """

    raw: str
    plain: str
    bare: str
    spoken: str
    number: UInt32s
    kind: Bytes
    emphasis: Floats
    units: Ints
    support: Support
    repaired: bool = False


def read(text: str, repair: Callable[[str], str] | None = None) -> Question:
    """What the text asks for. Every text can be read; some ask for nothing. `repair` puts slips right beforehand."""
    raw = _shortened(text)
    written = shaped(raw)
    shape = repair(written) if repair else written
    found = reading.features_of(shape)
    spans = filler.spans(shape)
    once = _once(found, _told(spans, len(shape)))
    bare = _without(shape, spans)
    _, number, kind, _, faint = zip(*once, strict=True) if once else [()] * 5
    units = [at for at, one in enumerate(kind) if one in _UNITS]
    return Question(
        raw,
        lowered(shape),
        bare,
        pinyin.spelled(bare),
        np.array(number, np.uint32),
        np.array(kind, np.uint8),
        np.where(np.array(faint, np.bool_), np.float32(filler.WEIGHT), np.float32(1)),
        np.array(units, np.int64),
        _support(found, once, units),
        shape != written,
    )


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST * 3 // 4]} {text[-_LONGEST // 4 :]}"


def _told(spans: Iterable[tuple[int, int]], length: int) -> list[int]:
    """How many characters before each place are no filler."""
    plain = [1] * length
    for start, end in spans:
        plain[start:end] = [0] * (end - start)
    return [0, *accumulate(plain)]


def _once(found: Iterable[Feature], told: Sequence[int]) -> list[_Once]:
    """Each feature once, where it counts for most, in the order in which they stand; the earliest if they are too many.

    It counts little if all that it covers is filler.
    """
    best: dict[int, tuple[bool, int, int, int]] = {}
    for number, kind, start, end in found:
        if kind != _SURFACE:
            one = (told[end] == told[start], start, kind, end)
            known = best.get(number)
            if known is None or one < known:
                best[number] = one
    return sorted([(start, number, kind, end, faint) for number, (faint, start, kind, end) in best.items()])[:_MOST]


def _support(found: Iterable[Feature], once: Sequence[_Once], units: Sequence[int]) -> Support:
    """The sounds, spellings and concepts at the place of each unit."""
    place = {number: at for at, (_, number, _, _, _) in enumerate(once)}
    spans = [(once[at][0], once[at][3]) for at in units]
    beside: dict[tuple[int, int], list[tuple[int, int]]] = {span: [] for span in spans}
    for number, kind, start, end in found:
        # The same feature may stand elsewhere too and was kept there: it is found again by its number.
        if kind in _HELPERS and (start, end) in beside and number in place:
            beside[start, end].append((kind, place[number]))
    helping = [(row, at, *one) for row, (at, span) in enumerate(zip(units, spans, strict=True)) for one in beside[span]]
    return Support(
        np.array([at for _, at, _, _ in helping], np.int64),
        np.array([helper for _, _, _, helper in helping], np.int64),
        {kind: _of_kind(kind, helping) for kind in _HELPERS.values()},
    )


def _of_kind(kind: Kind, helping: Iterable[tuple[int, int, int, int]]) -> Helpers:
    mine = [(row, helper) for row, _, one, helper in helping if one == kind]
    rows = list(dict.fromkeys(row for row, _ in mine))
    order = {row: at for at, row in enumerate(rows)}
    return Helpers(rows, [order[row] for row, _ in mine], [helper for _, helper in mine])


def _without(shape: str, spans: list[tuple[int, int]]) -> str:
    """The normalised text without filler; all of it, if nothing else is there."""
    kept, at = [], 0
    for start, end in [*spans, (len(shape), len(shape))]:
        kept.append(shape[at:start])
        at = end
    bare = " ".join(" ".join(kept).split()).strip(" ?？!！。.,，、;；:：~")
    return lowered(bare or shape)
