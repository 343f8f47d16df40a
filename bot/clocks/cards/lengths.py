"""Lengths of time as people read them: exact where they have to add up, as the team file's where a rule is told."""

from datetime import timedelta

from bot.durations import Duration
from bot.language.catalogue import Words


def exact(words: Words, length: timedelta) -> str:
    """To the second: `52 h 30 min`. Hours are never made days, as a day of business time has no fixed length."""
    seconds = round(abs(length).total_seconds())
    parts = (("h", seconds // 3600), ("m", seconds // 60 % 60), ("s", seconds % 60))
    told = [words(f"length.{unit}", count=count) for unit, count in parts if count]
    return " ".join(told) or words("length.s", count=0)


def written(words: Words, duration: Duration) -> str:
    """A length of a policy: `2 h of business time`."""
    length = words(f"length.{duration.unit}", count=duration.amount)
    return words("length.business", length=length) if duration.business else length
