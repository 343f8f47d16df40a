"""What people type after `rest`, `busy` and `leave`: for how long, until when, from which day to which."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.context import Context
from bot.chat.words import folded
from bot.durations import Duration
from bot.errors import Invalid
from bot.language.catalogue import LOCALES, table
from bot.language.numerals import arabic
from bot.tickets import arguments

LONGEST_REST = timedelta(hours=12)
LONGEST_LEAVE = timedelta(days=366)

_HALF = re.compile(r"\d{1,2}\.5\Z", re.ASCII)
_BARE = re.compile(r"\d{1,4}\Z", re.ASCII)
_HOUR = re.compile(r"\d{1,2}\Z", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:：.](\d{2})\Z", re.ASCII)


def _listed(key: str) -> frozenset[str]:
    """The words that the catalogue has for this in any language, folded."""
    return frozenset(folded(word.strip()) for locale in LOCALES for word in table(locale)[key].split(","))


def off(said: str) -> bool:
    """Whether somebody takes it back: `off`, 结束."""
    return folded(said.strip()) in _listed("duty.off_words")


def ends_at(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when somebody rests who says `30m`, `30`, `1小时`, `until 14:00`, `到14点`.

    Raises `Invalid` for anything else, and for more than `LONGEST_REST`.
    """
    wanted = _tidy(said)
    end = _by_length(wanted, now) or _by_clock(wanted, now, zone)
    if end is None:
        raise Invalid("duty.rest_how_long", said=said.strip()[:40])
    if end - now > LONGEST_REST:
        raise Invalid("duty.rest_too_long", hours=LONGEST_REST // timedelta(hours=1))
    return end


def _tidy(said: str) -> str:
    """In one width, with digits for numerals, without what ends a sentence."""
    return arabic(folded(unicodedata.normalize("NFKC", said)).strip(" .。!！,，"))


def _by_length(wanted: str, now: datetime) -> datetime | None:
    for unit in "mhd":
        for word in sorted(_listed(f"duty.unit.{unit}"), key=len, reverse=True):
            bare = wanted.removesuffix(word).strip()
            if bare != wanted and _BARE.match(bare):
                wanted = bare + unit
            elif bare != wanted and unit == "h" and _HALF.match(bare):
                wanted = f"{round(float(bare) * 60)}m"
    try:
        length = Duration.parse(f"{wanted}m" if _BARE.match(wanted) else wanted).length
    except ValueError:
        return None
    return now + length if length else None


def _by_clock(wanted: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next time that the clock on his wall shows this."""
    for word in sorted(_listed("duty.until_words"), key=len, reverse=True):
        wanted = wanted.removeprefix(word).strip()
    for word in sorted(_listed("duty.clock_words"), key=len, reverse=True):
        if _HOUR.match(bare := wanted.removesuffix(word).strip()) and bare != wanted:
            wanted = f"{bare}:00"
    shown = _CLOCK.match(wanted)
    if shown is None or int(shown[1]) > 23 or int(shown[2]) > 59:
        return None
    clock = time(int(shown[1]), int(shown[2]))
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + timedelta(days=ahead), clock, zone).astimezone(now.tzinfo) for ahead in (0, 1))
    return next((moment for moment in moments if moment > now), None)


def days(context: Context, said: str, now: datetime, zone: ZoneInfo) -> tuple[date, date, str]:
    """The first and the last day of a leave, and what was said of it: `2026-12-01 2026-12-05 family`, `tomorrow`.

    Raises `Invalid` for no day, days in the wrong order, days that are over, and more than `LONGEST_LEAVE`.
    """
    words = _parted(said).split()
    first = _day(context, words[0]) if words else None
    if first is None:
        raise Invalid("duty.leave_which", example=(now.astimezone(zone).date() + timedelta(days=7)).isoformat())
    second = _day(context, words[1]) if len(words) > 1 else None
    last = second or first
    if last < first:
        raise Invalid("duty.leave_order", first=first.isoformat(), last=last.isoformat())
    if last < now.astimezone(zone).date():
        raise Invalid("duty.leave_over", last=last.isoformat())
    if last - first > LONGEST_LEAVE:
        raise Invalid("duty.leave_too_long", days=LONGEST_LEAVE.days)
    return first, last, " ".join(words[2 if second else 1 :])[:200]


def _parted(said: str) -> str:
    """The words, what stands between two days taken out: `2026-12-01 to 2026-12-05`, `12-01～12-05`."""
    for mark in ("~", "～", "–", "—", ".."):
        said = said.replace(mark, " ")
    between = "|".join(re.escape(word) for word in sorted(_listed("duty.range_words"), key=len, reverse=True))
    return re.sub(rf"(?<=\d)\s*(?:{between})\s*(?=\d)|\s(?:{between}|-)\s", " ", said, flags=re.IGNORECASE)


def _day(context: Context, word: str) -> date | None:
    try:
        day = arguments.day(context, word)
    except Invalid:
        return None
    return date.fromisoformat(day) if day else None


def stretch(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the midnight that begins the first day to the one that ends the last, by the clock in `zone`, in UTC."""
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)
