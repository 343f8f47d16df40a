"""What the sweeper does when a clock's timer falls due: one step is carried out, and the timer is armed for the next.

All in one unit whose only effect is rows: it happens whole or not at all, so a step fires once, whatever dies when.
After an outage everything that is due of one clock is told in one, the highest.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.calendars.rules import BusinessCalendar
from bot.chat.router import Router
from bot.clocks import running, showing
from bot.clocks.facts import StepFired, StepPassedOver
from bot.clocks.policies import calendar_of
from bot.clocks.rules import Clock, Fall, Fired, Timetable, falling_due, settled
from bot.errors import NotFound
from bot.escalation.ports import Timer
from bot.unit import Unit

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""After so many failures a step is passed over: an escalation must go up, not stand still."""


def gather(unit: Unit, clocks: Sequence[int]) -> None:
    """What firing these clocks will ask for, by a few questions for all of them."""
    unit.tickets.gather(sorted({clock.ticket for clock in unit.clocks.gather(clocks)}))


def firing(router: Router) -> Callable[[Unit, Timer], None]:
    """The work of timers of the kind `clock`."""

    def fire(unit: Unit, timer: Timer) -> None:
        found = _current(unit, timer)
        if found is None:
            return
        before, calendar = found
        clock, table = settled(before, calendar, unit.now)
        fall = falling_due(clock, table, unit.now)
        clock = _carried_out(unit, clock, table, fall, passed=timer.attempts >= MOST_ATTEMPTS)
        clock = running.keep(unit, clock, calendar)
        if fall is not None:
            _tell(unit, clock, fall)
        if clock.overdue and not before.overdue:
            showing.refresh(unit, router.house, clock.ticket, {clock.request})

    return fire


def _current(unit: Unit, timer: Timer) -> tuple[Clock, BusinessCalendar] | None:
    """The clock as it is, and what it goes by: looked at anew where that has changed. None if it has ended."""
    try:
        clock = unit.clocks.get(timer.subject)
    except NotFound:
        unit.timers.clear(timer.kind, timer.subject)
        return None
    if not clock.running:
        unit.timers.clear(timer.kind, timer.subject)
        return None
    calendar = calendar_of(unit, clock)
    if not _goes_by(clock, calendar):
        clock = running.reconsider(unit, clock, "calendar")
    return (clock, calendar) if clock.running else None


def _goes_by(clock: Clock, calendar: BusinessCalendar) -> bool:
    return (clock.calendar, clock.revision) == (calendar.key, calendar.revision)


def _carried_out(unit: Unit, clock: Clock, table: Timetable, fall: Fall | None, *, passed: bool) -> Clock:
    now = unit.now
    if fall is not None:
        clock = clock.step_told(Fired(fall.step, fall.due, now, fall.round, passed), fall.told)
    elif clock.held_until is not None and clock.held_until <= now:
        clock = replace(clock, held_until=None)
    late = table.target is not None and table.target <= now
    return replace(clock, overdue=clock.overdue or late)


def _tell(unit: Unit, clock: Clock, fall: Fall) -> None:
    due = fall.due.isoformat()
    if clock.fired[-1].passed:
        log.error("step %d of clock %d failed %d times and was passed over", fall.step, clock.id, MOST_ATTEMPTS)
        unit.record(
            StepPassedOver(clock.ticket, request=clock.request, clock=clock.id, step=fall.step, round=fall.round)
        )
        return
    unit.record(
        StepFired(
            clock.ticket,
            request=clock.request,
            clock=clock.id,
            measure=clock.measure,
            step=fall.step,
            due=due,
            skipped=fall.skipped,
            round=fall.round,
        )
    )
