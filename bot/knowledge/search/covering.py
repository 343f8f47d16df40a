"""How much of a question stands in an article, in its titles, and together in one line.

What is covered counts by its rarity. A unit (a word or a pair of characters) that is missing may be explained by what
stands at its place instead: a pair that sounds alike, a word that shares most of its letters, one that means about the
same. Sums are made of whole numbers below 2^53, because those are the same on every machine in whatever order they are
added: that is why a matrix product may add them.
"""

from bot.knowledge.search.arrays import Array, Bytes, Floats, UInt16s, np
from bot.knowledge.search.hashing import Kind
from bot.knowledge.search.postings import IN_TITLE, LINES, TITLE_LINES
from bot.knowledge.search.question import Question

_ONE = 1 << 20  # of the whole numbers in which weights are added up
_FULL = 100  # of those in which it is said how well a unit is explained
_BY_SPELLING = 80
_BY = {Kind.SOUND: 80, Kind.CONCEPT: 50}
_ANYWHERE, _IN_TITLE, _FIRST_LINE = 0, 1, 2  # planes: the article, its titles, then each line
_FIRST_SENTENCE = _FIRST_LINE + TITLE_LINES
_PLANES = _FIRST_LINE + LINES
_SOUNDS, _SPELLING, _CONCEPTS, _WORDS, _ALL = range(5)
_KINDS = {_SOUNDS: Kind.SOUND, _SPELLING: Kind.SPELLING, _CONCEPTS: Kind.CONCEPT}


def coverage(question: Question, weight: Floats, lines: UInt16s, lengths: Array) -> dict[str, Array]:
    """Columns of the judges' matrix, a value for each article.

    `lines` says in which lines each feature stands, a row for each feature and a column for each article; `lengths`
    how many units each line of each article has.
    """
    whole = np.round(weight.astype(np.float64) * _ONE)
    standing = _standing(lines)
    units = question.units
    shares = _shares(question, whole, standing)
    in_unit = standing[units]
    return {
        **_by_kind(shares),
        **_missing(weight[units], in_unit),
        **_lines(shares, in_unit, lengths),
        **_explained(whole[units], _softened(standing, in_unit, question)),
    }


def _standing(lines: UInt16s) -> Bytes:
    """Which features stand where: 1 or 0 by feature, plane and article."""
    standing = np.empty((lines.shape[0], _PLANES, lines.shape[1]), np.uint8)
    standing[:, _ANYWHERE] = lines != 0
    standing[:, _IN_TITLE] = (lines & IN_TITLE) != 0
    halves = np.stack((lines & 0xFF, lines >> 8), axis=1).astype(np.uint8)
    standing[:, _FIRST_LINE:] = np.unpackbits(halves, axis=1, bitorder="little")
    return standing


def _shares(question: Question, whole: Array, standing: Bytes) -> Array:
    """The covered share of the weight by group of features, plane and article; -1 if there is nothing to cover."""
    groups = np.zeros((5, len(whole)))
    for group, kind in _KINDS.items():
        groups[group] = question.kind == kind
    groups[_WORDS, question.units] = 1
    groups[_ALL] = 1
    groups *= whole
    total = groups.sum(axis=1)
    covered = _product(groups, standing)
    covered /= np.maximum(1, total)[:, None, None]
    covered[total == 0] = -1
    return covered


def _product(left: Array, standing: Bytes) -> Array:
    """What the rows of `left` add up to in each plane of each article.

    A small product for each plane: a large one would be parted among threads, whose start costs more than they save.
    """
    planes: Array = np.matmul(left, standing.astype(left.dtype).transpose(1, 0, 2))
    return planes.transpose(1, 0, 2)


def _by_kind(shares: Array) -> dict[str, Array]:
    columns = {}
    for name, group in (("words", _WORDS), ("sounds", _SOUNDS), ("spelling", _SPELLING), ("concepts", _CONCEPTS)):
        columns[name], columns[f"{name}_in_title"] = shares[group, _ANYWHERE], shares[group, _IN_TITLE]
    return columns


def _missing(weight: Floats, standing: Bytes) -> dict[str, Array]:
    rarest = ((standing[:, :_FIRST_LINE] == 0) * weight[:, None, None]).max(axis=0, initial=0)
    covered = standing[:, _ANYWHERE].sum(axis=0)
    return {
        "rarest_missing": rarest[_ANYWHERE],
        "rarest_missing_in_title": rarest[_IN_TITLE],
        "units_missing": 1 - covered / max(1, len(weight)),
    }


def _lines(shares: Array, standing: Bytes, lengths: Array) -> dict[str, Array]:
    """The best line: what it has of the question, and how alike the two are if length counts too."""
    share = np.maximum(0, shares[_WORDS, _FIRST_LINE:])
    both = np.maximum(1, len(standing) + lengths.T.astype(np.int64))
    alike = 2 * standing[:, _FIRST_LINE:].sum(axis=0, dtype=np.int64) / both
    return {
        "words_in_one_title": share[:TITLE_LINES].max(axis=0),
        "words_in_line": share[TITLE_LINES:].max(axis=0),
        "all_in_line": np.maximum(0, shares[_ALL, _FIRST_LINE:]).max(axis=0),
        "line_alike": (alike * np.sqrt(share)).max(axis=0),
    }


def _softened(standing: Bytes, in_unit: Bytes, question: Question) -> Bytes:
    """How well each unit is explained in each plane: fully if it stands there, in part by what supports it."""
    soft = in_unit * np.uint8(_FULL)
    for kind, by in question.support.by_kind.items():
        if by.row:
            helps = np.zeros((len(by.row), len(standing)), np.float32)
            helps[by.of, by.helper] = 1
            shared = _product(helps, standing)
            if kind == Kind.SPELLING:
                size = helps.sum(axis=1)[:, None, None]
                best = np.floor(shared * _BY_SPELLING / size) * (2 * shared > size)
            else:
                best = (shared > 0) * _BY[kind]
            soft[by.row] = np.maximum(soft[by.row], best.astype(np.uint8))
    return soft


def _explained(whole: Array, soft: Bytes) -> dict[str, Array]:
    total = max(1.0, float(whole.sum()))
    share = _product(whole[None], soft)[0] / (total * _FULL)
    lacking = (_FULL - soft[:, _ANYWHERE].astype(np.int64)) * whole[:, None]
    return {
        "explained": share[_ANYWHERE],
        "explained_in_title": share[_IN_TITLE],
        "explained_in_line": share[_FIRST_LINE:].max(axis=0),
        "rarest_unexplained": lacking.max(axis=0, initial=0) / (_FULL * _ONE),
    }
