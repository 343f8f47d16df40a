"""Traditional and simplified script are one: tables from OpenCC, character by character.

Whole phrases would need segmentation, which is slow and depends on what stands around; since articles and questions
pass through the same table, a character that is turned wrongly is turned wrongly on both sides and still meets itself.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import opencc

_DICTIONARIES = Path(opencc.__file__).parent / "dictionary"
# First the standards of Taiwan and Hong Kong onto the traditional character, then that onto the simplified one.
_VARIANTS = ("TWVariantsRev", "HKVariantsRev")


def simplified(text: str) -> str:
    """The same text in simplified characters; as many characters as before."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    to_simplified = dict(_pairs("TSCharacters"))
    # 么 is a variant in Taiwan's standard and an ordinary character of the simplified script: the latter holds.
    ordinary = set(to_simplified.values())
    variants: dict[str, str] = {}
    for variant, usual in chain(*map(_pairs, _VARIANTS)):
        if variant not in ordinary:
            variants.setdefault(variant, usual)
    table = variants | to_simplified
    return {ord(character): _settled(character, table) for character in table}


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    """Single characters and the first of what each becomes."""
    for line in (_DICTIONARIES / f"{name}.txt").read_text("utf-8").splitlines():
        source, _, targets = line.partition("\t")
        target = targets.split(" ")[0].strip()
        if len(source) == len(target) == 1 and source != target:
            yield source, target


def _settled(character: str, table: dict[str, str]) -> str:
    """Follow the table to its end, so that a second pass changes nothing; of a circle take the smallest."""
    seen = [character]
    while (following := table.get(seen[-1], seen[-1])) not in seen:
        seen.append(following)
    return min(seen[seen.index(following) :])
