"""How a text sounds: wrong characters of an input method, misheard syllables and words left in Latin letters.

Syllables are numbers without tones. Initials and finals that many people do not tell apart (zh/z, ch/c, sh/s, n/l,
-ng/-n) are one, so that 按妞 and anniu both meet 按钮.
"""

import json
from functools import cache, lru_cache
from pathlib import Path

from bot.knowledge.search.arrays import UInt16s, np

_TABLE = Path(__file__).parent / "data" / "pinyin.json"
_PLANE = 0x10000  # one plane: rarer characters have no reading here
_LONGEST_SYLLABLE = 6
# "can" and "an" are English words, "shouli" is none: what is read as pinyin has at least so many letters.
_SHORTEST_RUN = 4


def sounds_like(syllable: str) -> str:
    """The syllable with fuzzy initials and finals made one."""
    for spoken, alike in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")):
        if syllable.startswith(spoken) and len(syllable) > len(spoken):
            syllable = alike + syllable[len(spoken) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


@cache
def syllables() -> dict[str, int]:
    """The number of each syllable, from 1; syllables that sound alike share one."""
    alike = sorted({sounds_like(syllable) for syllable in _readings()})
    number = {sound: place for place, sound in enumerate(alike, 1)}
    return {syllable: number[sounds_like(syllable)] for syllable in _readings()}


@cache
def syllable_of_code() -> UInt16s:
    """The number of the syllable by code point; 0 for what has no reading."""
    numbers = np.zeros(_PLANE, np.uint16)
    for syllable, characters in _readings().items():
        numbers[[ord(character) for character in characters]] = syllables()[syllable]
    return numbers


@cache
def _syllables_by_character() -> dict[str, int]:
    return {
        character: syllables()[syllable] for syllable, characters in _readings().items() for character in characters
    }


def syllable_of(character: str) -> int:
    """The number of a character's syllable; 0 for what has no reading."""
    return _syllables_by_character().get(character, 0)


def spelled(text: str) -> str:
    """The text with a private letter for each syllable, everything else unchanged: what the ear compares."""
    return text.translate(_letters())


@lru_cache(maxsize=4096)
def parted(run: str) -> tuple[tuple[int, int], ...]:
    """Length and number of each syllable of a run of Latin letters; empty if it is no pinyin.

    The longest syllable is tried first, and taken back if the rest cannot be read.
    """
    if len(run) < _SHORTEST_RUN or not run.isascii():
        return ()
    return _parted(run, 0) or ()


def _parted(run: str, start: int) -> tuple[tuple[int, int], ...] | None:
    if start == len(run):
        return ()
    # A run of 40 letters could be parted in very many ways; dead ends are rare, so depth is all that needs a limit.
    for length in range(min(_LONGEST_SYLLABLE, len(run) - start), 0, -1):
        number = syllables().get(run[start : start + length])
        if number and (length > 1 or run[start] in "aeo"):
            rest = _parted(run, start + length)
            if rest is not None:
                return ((length, number), *rest)
    return None


@cache
def _readings() -> dict[str, str]:
    read: dict[str, str] = json.loads(_TABLE.read_text("utf-8"))
    return read


@cache
def _letters() -> dict[int, str]:
    private = 0xE000  # the Unicode private use area: no text has these letters by right
    return {
        ord(character): chr(private + syllables()[syllable])
        for syllable, characters in _readings().items()
        for character in characters
    }
