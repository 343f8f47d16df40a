"""How much of a question stands in an article, in its titles, and together in one line.

What is covered counts by its rarity. A unit (a word or a pair of characters) that is missing may be explained by what
stands at its place instead: a pair that sounds alike, a word that shares most of its letters, one that means about the
same. Sums are made of whole numbers, because those are the same on every machine.
"""

from bot.knowledge.search.arrays import Array, Bools, Floats, Ints, np
from bot.knowledge.search.candidates import Lists, View, looked_up
from bot.knowledge.search.hashing import Kind, of_kinds
from bot.knowledge.search.postings import LINES, TITLE_LINES
from bot.knowledge.search.question import Question, Support

_ONE = 1 << 20  # of the whole numbers in which weights are added up
_FULL = 100  # of those in which it is said how well a unit is explained
_BY_SOUND, _BY_SPELLING, _BY_CONCEPT = 80, 80, 50
_GROUPS = {
    "words": (Kind.WORD, Kind.HAN),
    "sounds": (Kind.SOUND,),
    "spelling": (Kind.SPELLING,),
    "concepts": (Kind.CONCEPT,),
}
_ANYWHERE, _IN_TITLE, _FIRST_LINE = 0, 1, 2  # planes: the article, its titles, then each line
_FIRST_SENTENCE = _FIRST_LINE + TITLE_LINES


def coverage(view: View, question: Question, read: Lists, place: Ints) -> dict[str, Array]:
    """Columns of the judges' matrix, a value for each place."""
    weight = np.round(read.weight.astype(np.float64) * _ONE).astype(np.int64)
    standing = _standing(*looked_up(view, read, range(len(weight)), place))
    columns: dict[str, Array] = {}
    for name, kinds in _GROUPS.items():
        chosen = of_kinds(question.kind, kinds)
        columns[name], columns[f"{name}_in_title"] = _share(weight[chosen], standing[chosen, :, :_FIRST_LINE]).T
    units = of_kinds(question.kind, _GROUPS["words"])
    return (
        columns
        | _missing(read.weight, units, standing)
        | _lines(weight, units, standing, view.lengths(place))
        | (_explained(weight, units, _softened(standing, question)))
    )


def _standing(impacts: Floats, lines: Array) -> Array:
    """Which features stand where: 1 or 0 by feature, place and plane."""
    bits = (lines[:, :, None] >> np.arange(LINES, dtype=np.uint16)) & np.uint16(1)
    return np.concatenate([np.stack([impacts != 0, impacts < 0], axis=2), bits], axis=2).astype(np.int64)


def _share(weight: Ints, standing: Array) -> Array:
    """The covered share of the weight by place and plane; -1 if there is nothing to cover."""
    whole = int(weight.sum())
    if not whole:
        return np.full(standing.shape[1:], -1.0)
    share: Array = np.tensordot(weight, standing, 1) / whole
    return share


def _missing(weight: Floats, units: Bools, standing: Array) -> dict[str, Array]:
    lacking = (1 - standing[units, :, :_FIRST_LINE]) * weight[units][:, None, None]
    rarest = lacking.max(axis=0, initial=0)
    covered = standing[units, :, _ANYWHERE].sum(axis=0)
    return {
        "rarest_missing": rarest[:, _ANYWHERE],
        "rarest_missing_in_title": rarest[:, _IN_TITLE],
        "units_missing": 1 - covered / max(1, int(np.count_nonzero(units))),
    }


def _lines(weight: Ints, units: Bools, standing: Array, lengths: Array) -> dict[str, Array]:
    """The best line: what it has of the question, and how alike the two are if length counts too."""
    lines = standing[:, :, _FIRST_LINE:]
    share = np.maximum(0, _share(weight[units], lines[units]))
    alike = 2 * lines[units].sum(axis=0) / np.maximum(1, np.count_nonzero(units) + lengths)
    return {
        "words_in_one_title": share[:, :TITLE_LINES].max(axis=1),
        "words_in_line": share[:, TITLE_LINES:].max(axis=1),
        "all_in_line": np.maximum(0, _share(weight, lines)).max(axis=1),
        "line_alike": (alike * np.sqrt(share)).max(axis=1),
    }


def _softened(standing: Array, question: Question) -> Array:
    """How well each feature is explained in each plane: fully if it stands there, in part by what supports it."""
    soft = standing * _FULL
    for kind, worth in ((Kind.SOUND, _BY_SOUND), (Kind.CONCEPT, _BY_CONCEPT)):
        unit, helper = _pairs(question.support, question.kind, kind)
        starts = np.flatnonzero(np.diff(unit, prepend=-1))
        if len(starts):
            best = np.maximum.reduceat(standing[helper], starts) * worth
            soft[unit[starts]] = np.maximum(soft[unit[starts]], best)
    unit, helper = _pairs(question.support, question.kind, Kind.SPELLING)
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    if len(starts):
        size = np.diff(np.append(starts, len(unit)))[:, None, None]
        shared = np.add.reduceat(standing[helper], starts)
        best = np.where(2 * shared > size, shared * _BY_SPELLING // size, 0)
        soft[unit[starts]] = np.maximum(soft[unit[starts]], best)
    return soft


def _pairs(support: Support, kinds: Array, kind: Kind) -> tuple[Ints, Ints]:
    chosen = kinds[support.helper] == kind
    return support.unit[chosen], support.helper[chosen]


def _explained(weight: Ints, units: Bools, soft: Array) -> dict[str, Array]:
    share = np.maximum(0, _share(weight[units], soft[units])) / _FULL
    lacking = (_FULL - soft[units, :, _ANYWHERE]) * weight[units][:, None]
    return {
        "explained": share[:, _ANYWHERE],
        "explained_in_title": share[:, _IN_TITLE],
        "explained_in_line": share[:, _FIRST_LINE:].max(axis=1),
        "rarest_unexplained": lacking.max(axis=0, initial=0) / (_FULL * _ONE),
    }
