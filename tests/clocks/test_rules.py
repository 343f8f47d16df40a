"""The laws of clocks, over random histories: what was worked out once holds, and what is told adds up."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars.rules import BusinessCalendar, advance
from bot.clocks.rules import (
    Clock,
    Extension,
    Fired,
    Pause,
    falling_due,
    next_due,
    overrun,
    reach,
    running_time,
    timetable,
    trace,
    whole_seconds,
)
from bot.durations import Duration
from tests.clocks.histories import calendars, clocks, instants, lengths

Call = tuple[int, datetime, int, int]

law = settings(deadline=None, max_examples=60)


@law
@given(calendars, instants, lengths)
def test_without_a_pause_a_due_time_is_what_the_calendar_says(
    calendar: BusinessCalendar, since: datetime, length: Duration
) -> None:
    assert reach(calendar, since, length) == advance(calendar, since, length)


@law
@given(calendars, clocks(open_end=False))
def test_exactly_the_allowed_time_runs_until_the_due_time(calendar: BusinessCalendar, clock: Clock) -> None:
    """Covers U25: pauses shift what is left, and neither a second more nor less is counted."""
    bare = replace(clock, extensions=())
    due = timetable(bare, calendar).target
    assert due is not None
    kind = clock.policy.target
    straight = advance(calendar, clock.started_at, kind)
    allowed = calendar.between(clock.started_at, straight) if kind.business else straight - clock.started_at
    assert running_time(calendar, clock.started_at, due, kind, clock.pauses) == allowed


@law
@given(calendars, clocks(), st.data())
def test_a_pause_moves_nothing_that_lies_before_it(
    calendar: BusinessCalendar, clock: Clock, data: st.DataObject
) -> None:
    """What has fallen due stays where it was, whatever comes later."""
    ended = tuple(pause for pause in clock.pauses if pause.until is not None)
    before = replace(clock, pauses=ended)
    last = max((pause.until for pause in ended if pause.until), default=clock.started_at)
    since = last + timedelta(seconds=data.draw(st.integers(0, 5 * 86_400)))
    after = replace(before, pauses=(*ended, Pause(since, None, "customer")))
    old, new = timetable(before, calendar), timetable(after, calendar)
    if old.target is not None and old.target <= since:
        for was, now in zip((old.target, *old.steps), (new.target, *new.steps), strict=True):
            assert was is None or was > since or was == now
    else:
        assert new.target is None


@law
@given(calendars, clocks(open_end=False), st.integers(0, 86_400))
def test_a_longer_pause_never_makes_anything_due_earlier(calendar: BusinessCalendar, clock: Clock, more: int) -> None:
    if not clock.pauses:
        return
    last = clock.pauses[-1]
    assert last.until is not None
    longer = replace(clock, pauses=(*clock.pauses[:-1], replace(last, until=last.until + timedelta(seconds=more))))
    was, now = timetable(clock, calendar).target, timetable(longer, calendar).target
    assert was is not None
    assert now is not None
    assert now >= was


@law
@given(calendars, clocks(), st.data())
def test_more_time_is_never_less(calendar: BusinessCalendar, clock: Clock, data: st.DataObject) -> None:
    """Covers U15: an extension counts from the due time or, if that has passed, from when it was given."""
    before = timetable(clock, calendar).target
    latest = max((one.at for one in clock.extensions), default=clock.started_at)
    at = latest + timedelta(seconds=data.draw(st.integers(0, 5 * 86_400)))
    after = clock.extended(Extension(at, data.draw(lengths), "more"), calendar)
    target = timetable(after, calendar).target
    if before is None:
        assert target is None
    elif target is not None:
        assert target >= max(before, at)
    assert after.round == clock.round + 1


@law
@given(calendars, clocks(), instants)
def test_the_figures_of_why_add_up(calendar: BusinessCalendar, clock: Clock, now: datetime) -> None:
    """Covers U25: each allowance is the sum of its stretches and of what is left, and ends where it says."""
    told = trace(clock, calendar, max(now, clock.started_at))
    assert told.due == timetable(clock, calendar).target
    for leg in told.legs:
        measured = [running_time(calendar, one.since, one.until, leg.length) for one in leg.stretches]
        assert [one.length for one in leg.stretches] == measured
        assert sum(measured, timedelta()) + leg.left == leg.allowed
        if leg.due is not None:
            assert leg.left == timedelta()
            assert not leg.stretches or leg.stretches[-1].until == leg.due
        covered = sorted([(one.since, one.until) for one in leg.stretches])
        assert all(first[1] <= second[0] for first, second in pairwise(covered))


@law
@given(st.lists(st.timedeltas(timedelta(), timedelta(hours=50)), max_size=9))
def test_seconds_that_are_shown_add_up_as_well(pieces: list[timedelta]) -> None:
    shown = whole_seconds(pieces)
    whole = sum(pieces, timedelta())
    assert sum(shown, timedelta()) == timedelta(seconds=round(whole.total_seconds()))


def played(clock: Clock, calendar: BusinessCalendar, looks: list[datetime]) -> list[Call]:
    """What is told when somebody looks at these moments, as the sweeper does: step, when due, how many in it, round."""
    calls: list[Call] = []
    for now in sorted(looks):
        table = timetable(clock, calendar)
        fall = falling_due(clock, table, now)
        if fall is not None:
            clock = clock.step_told(Fired(fall.step, fall.due, now, fall.round), fall.told)
            calls.append((fall.step, fall.due, fall.skipped, fall.round))
    return calls


@law
@given(calendars, clocks(open_end=False), st.lists(instants, max_size=12))
def test_each_step_is_told_once_however_seldom_somebody_looks(
    calendar: BusinessCalendar, clock: Clock, looks: list[datetime]
) -> None:
    """Covers G5: told by itself or within a later one, and never twice; after the last look nothing due is untold."""
    calls = played(clock, calendar, looks)
    steps = [step for step, *_ in calls]
    assert len(set(steps)) == len(steps)
    due = [at for at in timetable(clock, calendar).steps if at is not None and at <= max(looks, default=at)]
    assert len(calls) + sum(skipped for _, _, skipped, _ in calls) == (len(due) if looks else 0)


@law
@given(calendars, clocks(open_end=False))
def test_who_looks_always_tells_every_step_in_order(calendar: BusinessCalendar, clock: Clock) -> None:
    """Looked at whenever the timer says, every moment is told by itself, in the order in which they fall due."""
    calls: list[Call] = []
    for _ in range(20):
        table = timetable(clock, calendar)
        at = next_due(clock, table)
        if at is None:
            break
        fall = falling_due(clock, table, at)
        if fall is not None:
            clock = clock.step_told(Fired(fall.step, fall.due, at, fall.round), fall.told)
            calls.append((fall.step, fall.due, fall.skipped, fall.round))
        clock = replace(clock, overdue=clock.overdue or (table.target is not None and table.target <= at))
    assert [due for _, due, _, _ in calls] == sorted({due for due in timetable(clock, calendar).steps if due})
    assert next_due(clock, timetable(clock, calendar)) is None


@law
@given(calendars, clocks(open_end=False), instants, st.integers(1, 86_400))
def test_a_hold_keeps_everything_and_loses_nothing(
    calendar: BusinessCalendar, clock: Clock, now: datetime, seconds: int
) -> None:
    """Covers U15: while somebody is on it nothing is told; when that runs out the highest step due is told again."""
    for step, at, skipped, turn in played(clock, calendar, [now]):
        steps = timetable(clock, calendar).steps
        earlier = [number for number, moment in enumerate(steps) if moment is not None and moment <= now]
        assert len(earlier) == skipped + 1
        clock = clock.step_told(Fired(step, at, now, turn), earlier)
    until = now + timedelta(seconds=seconds)
    held = replace(clock, held_until=until)
    table = timetable(held, calendar)
    assert falling_due(held, table, until - timedelta(microseconds=1)) is None
    due = [at for at in table.steps if at is not None and at <= until]
    fall = falling_due(held, table, until)
    assert (fall is None) == (not due)
    if fall is not None:
        assert fall.due == max(due)
        assert fall.round == clock.round + 1


@law
@given(calendars, clocks(), instants)
def test_late_is_what_ran_after_the_due_time(calendar: BusinessCalendar, clock: Clock, now: datetime) -> None:
    """Covers U25: actual against goal."""
    target = timetable(clock, calendar).target
    late = overrun(clock, calendar, now)
    if target is None or target >= now:
        assert late == timedelta()
    else:
        assert late == running_time(calendar, target, now, clock.policy.target, clock.pauses)
