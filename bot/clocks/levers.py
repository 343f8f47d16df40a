"""What people do about a clock that runs: say that they are on it, put its alarm off, give it more time.

Permissions are the caller's business.
"""

from dataclasses import replace
from datetime import datetime

from bot.clocks.policies import calendar_of
from bot.clocks.rules import Change, Clock, Extension, settled
from bot.clocks.running import changed
from bot.durations import Duration
from bot.errors import Conflict, Invalid
from bot.unit import Unit


def acknowledge(unit: Unit, clock: Clock, person: int, until: datetime) -> Clock:
    """Somebody is on it: the chain stands until then. If nothing has followed by then, its highest step fires again.

    Raises `Conflict` when the clock has ended.
    """
    return _held(unit, clock, person, until, "acknowledged")


def snooze(unit: Unit, clock: Clock, person: int, until: datetime) -> Clock:
    """Not now: the chain stands until then. Raises `Conflict` when the clock has ended."""
    return _held(unit, clock, person, until, "snoozed")


def extend(unit: Unit, clock: Clock, by: Duration, reason: str, who: int) -> Clock:
    """More time, counted from the due time or, where that has passed, from now.

    Raises `Conflict` when the clock has ended, `Invalid` without a reason or without any time.
    """
    _demand_running(clock)
    said = reason.strip()
    if not said:
        raise Invalid("clock.reason_missing", field="reason")
    if not by.amount:
        raise Invalid("clock.no_time", field="by")
    calendar = calendar_of(unit, clock)
    after = clock.extended(Extension(unit.now, by, said, who), calendar)
    planned, _ = settled(after, calendar, unit.now)
    change = Change(
        unit.now, "extended", after=str(by), was_due=clock.target, due=planned.target, person=who, reason=said
    )
    return changed(unit, after.changed(change), calendar, "extended", said)


def _held(unit: Unit, clock: Clock, person: int, until: datetime, because: str) -> Clock:
    _demand_running(clock)
    change = Change(unit.now, because, was_due=clock.target, due=until, person=person)
    after = replace(clock, held_until=until).changed(change)
    return changed(unit, after, calendar_of(unit, clock), because)


def _demand_running(clock: Clock) -> None:
    if not clock.running:
        raise Conflict("clock.ended")
