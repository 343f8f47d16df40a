"""Single values of a team file: what they may be and how they look when tidy.

A check raises `PydanticCustomError`; its type is the key of a sentence under `teamfile.` in the catalogue.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.calendars import holidays
from bot.chat.events import Place
from bot.durations import Duration, Moment
from bot.gateways import ADDRESS
from bot.language.catalogue import LOCALES, matched

PLATFORMS = ("slack", "telegram", "web")
RECIPIENTS = ("assignee", "team-lead", "team", "on-duty", "supervisors", "asker", "next-level")

_KEY = re.compile(r"[^\W_][\w.-]*\Z")
_SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}\Z")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,}\Z")
_TELEGRAM_USER = re.compile(r"[1-9]\d*\Z", re.ASCII)
_TELEGRAM_CHAT = re.compile(r"-?[1-9]\d*(?:/[1-9]\d*)?\Z", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_EMOJI = re.compile(r"[\w'+-]+\Z")
_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?\Z")
_INTERVAL = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)\Z", re.ASCII)
_PHONE = re.compile(r"\+[1-9]\d{6,14}\Z", re.ASCII)
_HOUR = re.compile(r"(\d\d):(\d\d)\Z", re.ASCII)
_SIZE = re.compile(r"(\d+)\s*(B|KB|MB|GB)\Z", re.ASCII | re.IGNORECASE)
_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_ADDRESSED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]+\Z", re.ASCII)
_SIZES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def refuse(key: str, **values: Any) -> PydanticCustomError:
    """What a check raises: a sentence under `teamfile.` and its values."""
    return PydanticCustomError(key, "see the catalogue", values)


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that a slip of the finger turns into `word`, "" if none is near."""
    options = list(known)
    allowed = max(1, len(word) // 3)
    found = process.extractOne(word, options, scorer=OSA.distance, processor=str.casefold, score_cutoff=allowed)
    return found[0] if found else ""


def one_of(known: Iterable[str]) -> BeforeValidator:
    """One of these words."""
    words = [str(word) for word in known]

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("type", wanted="text")
        if value not in words:
            near = nearest(value, words)
            raise refuse("choice_near" if near else "choice", value=value, known=", ".join(words), near=near)
        return value

    return BeforeValidator(check)


def _like(pattern: re.Pattern[str], key: str) -> Callable[[str], str]:
    """A check that the text looks like this; `key` is the sentence when it does not."""

    def check(value: str) -> str:
        if not pattern.match(value):
            raise refuse(key, value=value)
        return value

    return check


def _or_empty(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda value: check(value) if value else value)


def _text_from_number(value: Any) -> Any:
    """Ids of Telegram are numbers, so people write them as numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _several(value: Any) -> Any:
    """One account, or a list of them; "" is none."""
    if value == "":
        return ()
    return value if isinstance(value, list) else (value,)


def _locale(value: str) -> str:
    locale = matched(value)
    if not locale:
        raise refuse("locale", value=value, known=", ".join(LOCALES))
    return locale


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        near = nearest(value, available_timezones())
        raise refuse("zone_near" if near else "zone", value=value, near=near) from None
    return value


def _size(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        size = value
    else:
        match = _SIZE.match(value) if isinstance(value, str) else None
        size = int(match[1]) * _SIZES[match[2].upper()] if match else 0
    if size <= 0:
        raise refuse("size", value=value)
    return size


def _date(value: Any) -> str:
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise refuse("date", value=value) from None


def _intervals(value: list[str]) -> tuple[str, ...]:
    ends = -1
    for interval in value:
        match = _INTERVAL.match(interval)
        if match is None:
            raise refuse("interval", value=interval)
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if int(match[2]) > 59 or int(match[4]) > 59 or end > 24 * 60 or start >= end:
            raise refuse("interval", value=interval)
        if start < ends:
            raise refuse("interval_order", value=interval)
        ends = end
    return tuple(value)


def _country(value: str) -> str:
    """A place whose holidays are known; looked up only if it reads like one, for the data take a moment to load."""
    _like(_COUNTRY, "country")(value)
    if not holidays.supported(value):
        country, _, part = value.partition("-")
        known = [one for one in holidays.parts(country) if _COUNTRY.match(f"{country}-{one}")]
        if part and known:
            raise refuse("country_part", value=part, country=country, known=", ".join(known))
        if part and holidays.supported(country):
            raise refuse("country_whole", country=country)
        raise refuse("country_unknown", value=country)
    return value


def _phone(value: str) -> str:
    """As E.164 writes numbers; the spaces, dots, dashes and brackets that people put between digits don't count."""
    tidy = re.sub(r"[\s().-]", "", value)
    if not _PHONE.match(tidy):
        raise refuse("phone", value=value)
    return tidy


_key = _like(_KEY, "key")
_slack_channel = _like(_SLACK_CHANNEL, "slack_channel")
_telegram_chat = _like(_TELEGRAM_CHAT, "telegram_chat")


def _room(value: str) -> str:
    try:
        place = Place.parse(value)
    except ValueError:
        raise refuse("room", value=value) from None
    if place.platform not in PLATFORMS:
        near = nearest(place.platform, PLATFORMS)
        raise refuse(
            "platform_near" if near else "platform", value=place.platform, known=", ".join(PLATFORMS), near=near
        )
    if place.platform == "slack":
        _slack_channel(place.room)
    if place.platform == "telegram":
        _telegram_chat(value.partition(":")[2])
    return str(place)


def _hour(value: str) -> str:
    match = _HOUR.match(value)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise refuse("hour", value=value)
    return value


def _digest(value: str) -> str:
    return value if value in ("opening", "off") else _hour(value)


def _recipient(value: str) -> str:
    if value in RECIPIENTS or value.startswith("person:"):
        return value
    if ":" in value:
        return _room(value)
    near = nearest(value, RECIPIENTS)
    raise refuse("choice_near" if near else "recipient", value=value, known=", ".join(RECIPIENTS), near=near)


def _target(value: str) -> str:
    try:
        duration = Duration.parse(value)
    except ValueError:
        raise refuse("duration", value=value) from None
    if not duration.amount:
        raise refuse("target_zero", value=value)
    return str(duration)


def _length(value: str) -> str:
    length = _target(value)
    if length.endswith(" biz"):
        raise refuse("length_business", value=value)
    return length


def _step_time(value: str) -> str:
    try:
        return str(Moment.parse(value))
    except ValueError:
        raise refuse("step_time", value=value) from None


def _gateway(value: str) -> str:
    """An Apprise URL, or the name of the environment's variable that has it; told without it, for it has secrets."""
    if not (_VARIABLE.match(value) or _ADDRESSED.match(value)):
        raise refuse("gateway")
    return value


def _personal_gateway(value: str) -> str:
    if not value.startswith("$") and ADDRESS not in value:
        raise refuse("gateway_address", hole=ADDRESS)
    return value


SEVERAL = BeforeValidator(_several)

Key = Annotated[str, AfterValidator(_key)]
Locale = Annotated[str, AfterValidator(_locale)]
Zone = Annotated[str, AfterValidator(_zone)]
Emoji = Annotated[str, AfterValidator(lambda value: value.strip(":")), AfterValidator(_like(_EMOJI, "emoji"))]
Size = Annotated[int, BeforeValidator(_size)]
FileEnding = Annotated[str, AfterValidator(lambda value: f".{value.strip().lstrip('.').casefold()}")]
Country = Annotated[str, _or_empty(_country)]
Date = Annotated[str, BeforeValidator(_date)]
Intervals = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_intervals)]
Rest = Annotated[tuple[str, ...], AfterValidator(_intervals)]
Phone = Annotated[str, _or_empty(_phone)]
SlackChannel = Annotated[str, _or_empty(_slack_channel)]
TelegramChat = Annotated[str, BeforeValidator(_text_from_number), _or_empty(_telegram_chat)]
SlackUser = Annotated[str, AfterValidator(_like(_SLACK_USER, "slack_user"))]
TelegramUser = Annotated[
    str, BeforeValidator(_text_from_number), AfterValidator(_like(_TELEGRAM_USER, "telegram_user"))
]
WebName = Annotated[str, _or_empty(_key)]
Room = Annotated[str, AfterValidator(_room)]
Hour = Annotated[str, _or_empty(_hour)]
DigestTime = Annotated[str, AfterValidator(_digest)]
Domain = Annotated[str, AfterValidator(lambda value: value.strip().lstrip("@").casefold())]
Gateway = Annotated[str, AfterValidator(_gateway)]
PersonalGateway = Annotated[Gateway, AfterValidator(_personal_gateway)]
Email = Annotated[str, AfterValidator(_like(_EMAIL, "email"))]
Recipient = Annotated[str, AfterValidator(_recipient)]
Target = Annotated[str, AfterValidator(_target)]
Length = Annotated[str, AfterValidator(_length)]
StepTime = Annotated[str, AfterValidator(_step_time)]
