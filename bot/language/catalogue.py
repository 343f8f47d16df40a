"""The catalogue: code names a sentence and its values; the reader's language decides how it reads.

`<locale>/<capability>.toml` holds the sentences of a capability: tables and dotted keys (`[ticket] taken = "…"` is
`ticket.taken`). A sentence may have `{holes}`; every language has the same keys with the same holes (a test holds
that). Where a number changes the words, a key has the forms `key.one` and `key.other` and is named with `count=`.
"""

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

LOCALES = ("zh-CN", "zh-TW", "en")
DEFAULT = "en"

# Chinese is told apart by script and region (BCP 47); everything else falls back to English.
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def chosen(*wishes: str) -> str:
    """The first wish (an IETF tag such as `zh-Hans` or `en_GB`) that Baton speaks; English when none is."""
    for wish in wishes:
        known = matched(wish)
        if known:
            return known
    return DEFAULT


def matched(tag: str) -> str:
    """The locale of Baton's that serves this tag, "" if none does."""
    parts = tag.replace("_", "-").casefold().split("-")
    if parts[0] == "zh":
        return "zh-TW" if any(part in _TRADITIONAL for part in parts[1:]) else "zh-CN"
    return "en" if parts[0] == "en" else ""


@cache
def table(locale: str) -> Mapping[str, str]:
    """All sentences of a locale, by dotted key."""
    sentences: dict[str, str] = {}
    folder = files("bot.language").joinpath(locale)
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            _flatten("", tomllib.loads(entry.read_text("utf-8")), sentences)
    return sentences


def _flatten(prefix: str, branch: Mapping[str, Any], into: dict[str, str]) -> None:
    for name, value in branch.items():
        if isinstance(value, str):
            into[prefix + name] = value
        else:
            _flatten(f"{prefix}{name}.", value, into)


def holes(sentence: str) -> set[str]:
    """The names of the values that a sentence wants."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


class Words:
    """The catalogue in one language: `words("ticket.taken", name="林晓")`. Raises KeyError for an unknown sentence."""

    __slots__ = ("locale", "timezone")

    def __init__(self, locale: str, timezone: tzinfo | None = None) -> None:
        self.locale = chosen(locale)
        self.timezone = timezone

    def __call__(self, key: str, **values: Any) -> str:
        """The sentence with its values put in; with `count`, the form that fits the number."""
        return self._sentence(key, values).format(**{name: self._shown(value) for name, value in values.items()})

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in table(self.locale) or f"{key}.other" in table(self.locale)

    def _sentence(self, key: str, values: Mapping[str, Any]) -> str:
        sentences = table(self.locale)
        if "count" in values and f"{key}.other" in sentences:
            singular = values["count"] == 1 and f"{key}.one" in sentences
            return sentences[f"{key}.one" if singular else f"{key}.other"]
        return sentences[key]

    def _shown(self, value: Any) -> str:
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, timedelta):
            return self.span(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return format_decimal(value, locale=_babel(self.locale), group_separator=value >= 10_000)
        return str(value)

    def moment(self, at: datetime) -> str:
        """An instant in the reader's zone, short: day and minute."""
        return str(format_datetime(at, "short", tzinfo=self.timezone, locale=_babel(self.locale)))

    def day(self, at: date) -> str:
        """A day, with its weekday."""
        return str(format_date(at, "full" if self.locale != "en" else "EEE d MMM y", locale=_babel(self.locale)))

    def span(self, length: timedelta) -> str:
        """How long, in the largest unit that fits: 3 minutes, 2 hours."""
        return str(format_timedelta(length, granularity="minute", threshold=1.2, locale=_babel(self.locale)))

    def joined(self, items: list[str]) -> str:
        """An enumeration."""
        return (", " if self.locale == "en" else "、").join(items)


@cache
def _babel(locale: str) -> Locale:
    try:
        return Locale.parse({"zh-CN": "zh_Hans_CN", "zh-TW": "zh_Hant_TW"}.get(locale, locale))
    except UnknownLocaleError:  # pragma: no cover - the three locales are part of every Babel
        return Locale.parse("en")
