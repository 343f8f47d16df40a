"""Write `bot/knowledge/search/data/pinyin.json`: the usual reading of each simplified character, from pypinyin's table.

    python -m bench.pinyin_table

The engine carries the table itself: it is a twentieth of the library, opens in two milliseconds, and stays the same
whichever version of the library a machine has, so that an index made on one machine is right on another.
"""

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.pinyin_dict import pinyin_dict

from bot.knowledge.search.chinese import simplified

TABLE = Path(__file__).parents[1] / "bot" / "knowledge" / "search" / "data" / "pinyin.json"
_FIRST, _LAST = 0x4E00, 0x9FFF  # CJK unified ideographs


def readings() -> dict[str, str]:
    """Syllable without its tone (`v` for ü), and the characters that are read so."""
    by_syllable: dict[str, list[str]] = defaultdict(list)
    for code, spoken in sorted(pinyin_dict.items()):
        character = chr(code)
        if _FIRST <= code <= _LAST and simplified(character) == character:
            by_syllable[_toneless(spoken.split(",")[0])].append(character)
    return {syllable: "".join(characters) for syllable, characters in sorted(by_syllable.items()) if syllable}


def _toneless(reading: str) -> str:
    parted = unicodedata.normalize("NFD", reading)
    plain = "".join(mark for mark in parted if not unicodedata.combining(mark) or mark == "\u0308")
    plain = unicodedata.normalize("NFC", plain).replace("ü", "v")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def main() -> None:
    """Write the table, a line a syllable."""
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(readings(), ensure_ascii=False, indent=0) + "\n", "utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
