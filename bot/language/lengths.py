"""Lengths of time as people say them, where nothing has to add up to the second."""

from datetime import timedelta

from bot.language.catalogue import Words


def roughly(words: Words, length: timedelta) -> str:
    """To the minute, days included: `1 d 3 h 20 min`; what is shorter than a minute to the second."""
    seconds = round(abs(length).total_seconds())
    if seconds < 60:
        return words("length.s", count=seconds)
    minutes = round(seconds / 60)
    parts = (("d", minutes // 1440), ("h", minutes // 60 % 24), ("m", minutes % 60))
    return " ".join(words(f"length.{unit}", count=count) for unit, count in parts if count)
