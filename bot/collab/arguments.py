"""What people type after the words for requests: departments, times, reasons, what comes before what."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache

from bot.chat.context import Context
from bot.chat.text import Text, after, plain, stripped
from bot.chat.words import folded
from bot.collab.rules import REASONS, CollabRequest
from bot.collab.templates import Template, named_type
from bot.collab.times import moment_in
from bot.duty.roster import team_calendar
from bot.errors import NotFound
from bot.language.catalogue import LOCALES, table
from bot.people.naming import names_of
from bot.people.rules import Team
from bot.unit import Unit

_GAP = re.compile(r"[\s:：,，]*")
_WORD = re.compile(r"\s*([^\s:：,，]+)[\s:：,，]*")
_REFERENCES = r"(?P<refs>C-\d{1,12}(?:[\s,，、]+(?:C-)?\d{1,12})*)"
_MINUTES_OF_A_DAY = 24 * 60


def team_first(unit: Unit, said: Text) -> tuple[Team | None, Text]:
    """The department with whose name, key or alias somebody's words begin (`@技术部 …` too), and what follows."""
    whole = plain(said)
    start = len(whole) - len(whole.lstrip().lstrip("@＠"))
    found = team_at(unit, whole, start)
    if found is None:
        return None, said
    team, end = found
    gap = _GAP.match(whole, end)
    return team, after(said, gap.end() if gap else end)


def team_at(unit: Unit, whole: str, start: int) -> tuple[Team, int] | None:
    """The department that is named at `start`, by its longest name, and where the name ends."""
    for name, team in names_of(unit.people.teams()):
        end = start + len(name)
        if folded(whole[start:end]) == folded(name) and not (name[-1].isascii() and whole[end : end + 1].isalnum()):
            return team, end
    return None


def team(context: Context, said: Text) -> tuple[Team, Text]:
    """The same; raises `NotFound`, with the departments that there are, when it is none."""
    found, rest = team_first(context.unit, said)
    if found is None:
        names = context.words.joined([each.name for each in context.unit.people.teams()])
        raise NotFound(
            "collab.team_which", said=plain(said).split()[0][:40] if plain(said).split() else "", names=names
        )
    return found, rest


def type_first(templates: Sequence[Template], said: Text) -> tuple[str, Text]:
    """The type of request with which somebody's words begin ("" for none), and what follows; a type without further
    words stays among them, for it says what is wanted."""
    found = _WORD.match(plain(said))
    kind = named_type(templates, found[1]) if found else ""
    if found is None or not kind:
        return "", said
    rest = after(said, found.end())
    return kind, rest if plain(rest).strip() else said


def order(said: Text) -> tuple[Text, tuple[int, ...]]:
    """`… after C-3, C-4` at the end of somebody's words: the words without it, and the numbers."""
    whole = plain(said)
    found = _order().search(whole)
    if found is None:
        return said, ()
    numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", found["refs"] or found["refs2"])))
    kept = tuple(_head(said, found.start()))
    return stripped(kept), numbers


def _head(said: Text, length: int) -> Text:
    from_end = len(plain(said)) - length
    pieces, left = list(said), from_end
    while pieces and left >= len(pieces[-1].text):
        left -= len(pieces.pop().text)
    if pieces and left:
        last = pieces.pop()
        pieces.append(type(last)(last.text[:-left], last.style, last.link, last.account))
    return tuple(pieces)


@cache
def _order() -> re.Pattern[str]:
    """Either the word before the references, or the one behind them, or both."""
    before, behind = _any("collab.after_words"), _any("collab.after_words_behind")
    first = rf"(?:^|[\s,，;；。.(（])(?:{before})\s*{_REFERENCES}\s*(?:{behind})?[)）.。]?\s*$"
    second = rf"(?:^|[\s,，;；。.(（]){_REFERENCES.replace('refs', 'refs2')}\s*(?:{behind})[)）.。]?\s*$"
    return re.compile(f"{first}|{second}", re.IGNORECASE)


def _any(key: str) -> str:
    words = {word.strip() for locale in LOCALES for word in table(locale)[key].split(",")}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)


def moment(context: Context, request: CollabRequest, said: str) -> datetime:
    """When it will be done, in the zone and by the calendar of the department that was asked. Raises `Invalid`."""
    unit = context.unit
    calendar = team_calendar(unit, unit.people.team(request.team))

    def closing(day: date) -> time | None:
        ends = [end for _, end in calendar.intervals(day)]
        return time(*divmod(ends[-1], 60)) if ends and ends[-1] < _MINUTES_OF_A_DAY else None

    return moment_in(said, unit.now, calendar.zone, closing)


def reason(said: str) -> tuple[str, str]:
    """The reason of the short list that somebody's words begin with ("other" if none does), and the words."""
    for key in REASONS:
        for locale in LOCALES:
            label = folded(table(locale)[f"collab.reason.{key}"])
            if folded(said[: len(label)]) == label:
                return key, said[len(label) :].lstrip(" :：,，;；。.-—") or said
    return "other", said
