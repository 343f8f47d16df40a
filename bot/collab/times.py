"""When somebody says that he will be done: `2h`, `30分钟`, `15:30`, `tomorrow 10:00`, `明天下午3点半`, `12-24 9:00`.

Words of all languages are understood at all times; they stand in the catalogue under `eta_words`. Pure but for that.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.chat.words import folded
from bot.errors import Invalid
from bot.language.catalogue import LOCALES, table
from bot.language.numerals import arabic

LONGEST = timedelta(days=366)
Closing = Callable[[date], time | None]

_EVENING, _MIDNIGHT = time(18), time(23, 59)

# What may end a sentence.
_MARKS = " .。!！,，;；~～"

_DAYS_AHEAD = {"today": 0, "tomorrow": 1, "day_after_tomorrow": 2}
_SPAN = re.compile(r"(?:\+\s*)?(\d{1,4}(?:\.\d)?)\s*([^\d\s]+)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_DAY = re.compile(r"(?:(\d{4})[-/])?(\d{1,2})[-/](\d{1,2})(?!\d)")


def moment_in(said: str, now: datetime, zone: ZoneInfo, closing: Closing) -> datetime:
    """The moment that is meant, in UTC; `closing` says when work ends on a day (None: on that day nobody
    works, or work never ends).

    Raises `Invalid` (field `eta`, with examples) for what is no time, lies in the past, or more than a year ahead.
    """
    tidy = arabic(" ".join(folded(unicodedata.normalize("NFKC", said)).replace("：", ":").split()).rstrip(_MARKS))
    local = now.astimezone(zone)
    found = _length(tidy, now) or _of_the_clock(tidy, local, closing)
    if found is None:
        raise Invalid("collab.eta_which", field="eta", said=said[:40])
    if found <= now:
        raise Invalid("collab.eta_past", field="eta", said=said[:40])
    if found - now > LONGEST:
        raise Invalid("collab.eta_far", field="eta", said=said[:40])
    return found.astimezone(UTC)


def is_time(said: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether this is a time to come, and nothing but a time."""
    try:
        moment_in(said, now, zone, lambda _: None)
    except Invalid:
        return False
    return True


def _length(tidy: str, now: datetime) -> datetime | None:
    """`1h30m`, `2 小时`: nothing but lengths, one after the other."""
    total, rest = timedelta(), tidy
    while rest:
        found = _SPAN.match(rest)
        unit = next((unit for word, unit in _units() if found and found[2].startswith(word)), None)
        if found is None or unit is None:
            return None
        word = next(word for word, _ in _units() if found[2].startswith(word))
        total += timedelta(**{unit: float(found[1])})
        rest = rest[found.start(2) + len(word) :].lstrip(" ,")
    return now + total if total else None


@cache
def _units() -> tuple[tuple[str, str], ...]:
    """Words for units and what they are, the longest first."""
    known = {word: unit for unit in ("minutes", "hours", "days") for word in _words(f"eta_words.{unit}")}
    return tuple(sorted(known.items(), key=lambda pair: len(pair[0]), reverse=True))


@cache
def _words(key: str) -> tuple[str, ...]:
    """The words of all languages for something, folded, the longest first."""
    known = {folded(word.strip()) for locale in LOCALES for word in table(locale)[key].split(",") if word.strip()}
    return tuple(sorted(known, key=lambda word: (-len(word), word)))


def _of_the_clock(tidy: str, local: datetime, closing: Closing) -> datetime | None:
    """A day, a time of day, or both; a time of day alone that is over is tomorrow's."""
    day, rest = _day(tidy, local.date())
    clock = _clock(rest)
    if clock is None:
        return _end_of(day, local, closing) if day and not rest.strip() else None
    found = datetime.combine(day or local.date(), clock, local.tzinfo)
    if day is None and found <= local:
        found = datetime.combine(local.date() + timedelta(days=1), clock, local.tzinfo)
    return found


def _day(tidy: str, today: date) -> tuple[date | None, str]:
    """The day that is named first, and what follows it."""
    for name in ("day_after_tomorrow", "tomorrow", "today"):
        for word in _words(f"words.{name}"):
            if tidy.startswith(word):
                return today + timedelta(days=_DAYS_AHEAD[name]), tidy[len(word) :].strip(" ,")
    found = _DAY.match(tidy)
    if found is None:
        return None, tidy
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
    except ValueError:
        return None, tidy
    if not found[1] and day < today:
        day = day.replace(year=today.year + 1)
    return day, tidy[found.end() :].strip(" ,")


def _clock(said: str) -> time | None:
    """`15:30`, `3 pm`, `下午3点半`."""
    afternoon = _taken_out(said, "eta_words.afternoon")
    morning = _taken_out(said, "eta_words.morning") if afternoon is None else None
    rest = next((each for each in (afternoon, morning) if each is not None), said).strip()
    found = _CLOCK.fullmatch(rest)
    hour, minute = (int(found[1]), int(found[2])) if found else _hour(rest, named=rest != said)
    if hour > 23 or minute > 59:
        return None
    return time(hour + 12 if afternoon is not None and hour < 12 else hour, minute)


def _taken_out(said: str, key: str) -> str | None:
    word = next((word for word in _words(key) if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", said)), None)
    return None if word is None else said.replace(word, " ", 1).strip()


def _hour(said: str, *, named: bool) -> tuple[int, int]:
    """`3点`, `3点半`, `3点20`; a bare number only beside a word for the time of day. (99, 0) is none."""
    marks = "|".join(re.escape(mark) for mark in _words("eta_words.hour"))
    halves = "|".join(re.escape(half) for half in _words("eta_words.half"))
    ends = "|".join(re.escape(end) for end in _words("eta_words.minute_mark"))
    found = re.fullmatch(rf"(\d{{1,2}})\s*(?:{marks})\s*(?:(\d{{1,2}})\s*(?:{ends})?|({halves}))?", said)
    if found:
        return int(found[1]), 30 if found[3] else int(found[2] or 0)
    return (int(said), 0) if named and said.isdecimal() and len(said) <= 2 else (99, 0)


def _end_of(day: date, local: datetime, closing: Closing) -> datetime:
    """When that day's work ends: as the calendar says, else at six; if that is over, when the day itself does."""
    ends = datetime.combine(day, closing(day) or _EVENING, local.tzinfo)
    return ends if ends > local else datetime.combine(day, _MIDNIGHT, local.tzinfo)
