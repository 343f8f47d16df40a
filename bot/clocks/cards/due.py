"""A clock in one line: what is waited for, and by when."""

from datetime import datetime

from bot.clocks.rules import Clock
from bot.language.catalogue import Words


def measured(words: Words, measure: str) -> str:
    """What is waited for."""
    name = measure.partition(".")[2]
    return words(f"clock.measure.{name}") if words.has(f"clock.measure.{name}") else measure


def lasting(clock: Clock, words: Words, now: datetime) -> str:
    """When it is due, in words that stay true until something happens to the clock."""
    paused = clock.paused
    if clock.target is not None:
        return words("clock.overdue_since" if clock.target <= now else "clock.by", at=clock.target)
    if paused is None:
        return words("clock.undated")
    known = words.has(f"clock.waits.{paused.because}")
    return words(f"clock.waits.{paused.because}" if known else "clock.waits.other")
