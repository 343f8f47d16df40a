"""Lengths of time as people type them for alerts: `15m`, `20分钟`, `半小时`, `1小时30分`, `45` (minutes), `4h biz`."""

import re
import unicodedata
from functools import cache

from bot.chat.words import folded
from bot.durations import Duration
from bot.language.catalogue import LOCALES, table
from bot.language.numerals import arabic

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_PART = re.compile(r"(\d{1,5}(?:\.\d)?)\s*([^\d\s.]*)\s*")
_MARKS = " .。!！,，;；"


def length_in(said: str) -> Duration:
    """The length that is meant, in the unit it was written in where there is one. Raises ValueError for none."""
    tidy = arabic(folded(unicodedata.normalize("NFKC", said)).strip(_MARKS))
    try:
        return Duration.parse(tidy)
    except ValueError:
        return Duration.parse(f"{_minutes(tidy)}m")


def _minutes(tidy: str) -> int:
    total, at = 0.0, 0
    while at < len(tidy):
        found = _PART.match(tidy, at)
        unit = _units().get(found[2]) if found else None
        if found is None or unit is None:
            raise ValueError(f"{tidy!r} is no length of time")
        total, at = total + float(found[1]) * _MINUTES[unit], found.end()
    return round(total)


@cache
def _units() -> dict[str, str]:
    """The words of all languages for minutes, hours and days; a bare number counts minutes."""
    known = {"": "m"}
    for locale in LOCALES:
        for unit in _MINUTES:
            known |= {folded(word.strip()): unit for word in table(locale)[f"duty.unit.{unit}"].split(",")}
    return known
