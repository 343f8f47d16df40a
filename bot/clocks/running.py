"""Starting, pausing, stopping clocks, and working out anew what was changed under them.

Each function makes one change, arms the timer first and then saves the clock (the lock order), and records the fact.
"""

from dataclasses import replace
from datetime import datetime

from bot.calendars.rules import BusinessCalendar
from bot.clocks.facts import ClockChanged, ClockStarted, ClockStopped
from bot.clocks.policies import calendar_of, choice, request_of, team_of
from bot.clocks.rules import Change, Choice, Clock, Measure, Outcome, Pause, next_due, overrun, settled
from bot.collab.rules import CollabRequest
from bot.duty.roster import team_calendar
from bot.tickets.rules import Ticket
from bot.unit import Unit

TIMER = "clock"
"""The kind of the clocks' timers; their subject is the clock's number."""

USED = "config/clocks"
"""Set once any clock has run: where none ever did, no fact has to look for one."""


def start(
    unit: Unit,
    ticket: Ticket,
    measure: Measure,
    request: CollabRequest | None = None,
    since: datetime | None = None,
    instead: str = "",
) -> Clock | None:
    """Begin to measure, from now or `since`; None where no policy asks for it. `instead` says in the trace why it does
    not begin where such clocks do."""
    found = choice(unit, measure, ticket, request)
    if found is None:
        return None
    calendar = team_calendar(unit, team_of(unit, ticket, request))
    clock = Clock(
        0,
        ticket.id,
        measure.value,
        found.policy,
        since or unit.now,
        request=request.id if request else 0,
        because=found.because,
    )
    first, table = settled(clock, calendar, unit.now)
    if instead:
        change = Change(unit.now, instead, was_due=first.target, due=first.target, person=unit.actor)
        first = first.changed(change)
    if not unit.keys.get(USED):
        unit.keys.put(USED, True)
    added = unit.clocks.add(first)
    due = next_due(added, table)
    if due is not None:
        unit.timers.set(TIMER, added.id, due)
    unit.record(
        ClockStarted(
            ticket.id,
            request=added.request,
            clock=added.id,
            measure=added.measure,
            policy=added.policy.key,
            target=_iso(added.target),
        )
    )
    return added


def keep(unit: Unit, clock: Clock, calendar: BusinessCalendar) -> Clock:
    """Work out its times, arm its timer, save it."""
    after, table = settled(clock, calendar, unit.now)
    due = next_due(after, table)
    if due is None:
        unit.timers.clear(TIMER, clock.id)
    else:
        unit.timers.set(TIMER, clock.id, due)
    return unit.clocks.save(after)


def pause(unit: Unit, clock: Clock, because: str) -> Clock:
    """Let it stand still, if its policy says so for this; an open pause goes on."""
    if because not in clock.policy.pauses or clock.paused or not clock.running:
        return clock
    return _moved(unit, clock, clock.pausing(unit.now, because), "pause")


def resume(unit: Unit, clock: Clock) -> Clock:
    """Let it run again."""
    return _moved(unit, clock, clock.resuming(unit.now), "resumed") if clock.paused else clock


def stop(unit: Unit, clock: Clock, *, message: int = 0) -> Clock:
    """What was waited for happened just now; `message` is the answer that did it."""
    late = overrun(clock, calendar_of(unit, clock), unit.now)
    return _ended(unit, replace(clock, late_by=late, by_message=message), Outcome.LATE if late else Outcome.MET)


def cancel(unit: Unit, clock: Clock) -> Clock:
    """Nobody waits for it any more."""
    return _ended(unit, clock, Outcome.CANCELLED)


def run_on(unit: Unit, clock: Clock, because: str, *, stood: str = "") -> Clock:
    """It was ended too soon: it runs on. The time since then counts unless `stood` says why it does not."""
    if clock.stopped_at is None:
        return clock
    since = Pause(clock.stopped_at, unit.now, stood)
    pauses = (*clock.pauses, since) if stood else clock.pauses
    again = replace(
        clock, stopped_at=None, outcome="", late_by=clock.late_by * 0, by_message=0, pauses=pauses, held_until=None
    )
    return _moved(unit, clock, again, because)


def reconsider(unit: Unit, clock: Clock, because: str) -> Clock:
    """Something that decides about it has changed: `because` priority, type, tier, team, policy, calendar.

    A policy that was taken out of the team file stays in force for the clocks that it began, unless another one fits.
    Where a ticket changed and none is left for it, nobody waits any more.
    """
    ticket, request = unit.tickets.get(clock.ticket), request_of(unit, clock)
    found = choice(unit, clock.measure, ticket, request)
    calendar = team_calendar(unit, team_of(unit, ticket, request))
    if found is None and because not in ("policy", "calendar"):
        return cancel(unit, clock)
    after = _under(clock, found)
    same_hours = (clock.calendar, clock.revision) == (calendar.key, calendar.revision)
    if after == clock and same_hours:
        return clock
    names = (clock.policy.key, after.policy.key) if after.policy.key != clock.policy.key else ("", "")
    if after.policy == clock.policy and not same_hours:
        names = (clock.calendar, calendar.key)
        because = "calendar" if because in ("policy", "calendar") else because
    return _moved(unit, clock, after, because, names, calendar=calendar)


def _under(clock: Clock, found: Choice | None) -> Clock:
    if found is None:
        return clock
    if found.policy == clock.policy:
        return replace(clock, because=found.because)
    return clock.under(found.policy, found.because)


def _moved(
    unit: Unit,
    before: Clock,
    after: Clock,
    because: str,
    names: tuple[str, str] = ("", ""),
    *,
    calendar: BusinessCalendar | None = None,
) -> Clock:
    """Keep it with a line in its trace that says from when to when it moved."""
    calendar = calendar or calendar_of(unit, after)
    planned, _ = settled(after, calendar, unit.now)
    change = Change(unit.now, because, *names, was_due=before.target, due=planned.target, person=unit.actor)
    return changed(unit, after.changed(change), calendar, because)


def changed(unit: Unit, after: Clock, calendar: BusinessCalendar, because: str, reason: str = "") -> Clock:
    """Keep it, and record that it moved."""
    saved = keep(unit, after, calendar)
    unit.record(
        ClockChanged(
            saved.ticket,
            request=saved.request,
            clock=saved.id,
            because=because,
            target=_iso(saved.target),
            reason=reason,
        )
    )
    return saved


def _ended(unit: Unit, clock: Clock, outcome: Outcome) -> Clock:
    unit.timers.clear(TIMER, clock.id)
    ended = replace(clock.resuming(unit.now), stopped_at=unit.now, outcome=outcome.value, held_until=None)
    saved = unit.clocks.save(ended)
    unit.record(
        ClockStopped(
            saved.ticket,
            request=saved.request,
            clock=saved.id,
            measure=saved.measure,
            outcome=saved.outcome,
            late_by=int(saved.late_by.total_seconds()),
        )
    )
    return saved


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
