"""A clock: one thing that must happen by a moment, everything that has moved that moment, and what fell due."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.calendars.rules import BusinessCalendar
from bot.clocks.rules.policy import Policy, Step
from bot.clocks.rules.time import Pause, before, reach, running_time
from bot.durations import Duration


class Outcome(StrEnum):
    """How a clock ended."""

    MET = "met"
    LATE = "late"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Extension:
    """More time was given at `at`: counted from the due time or, if that had passed by then, from `at`."""

    at: datetime
    by: Duration
    reason: str = ""
    person: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """Something was changed at `at`: `before` and `after` are keys of policies or calendars ("" where neither changed),
    `was_due` and `due` the due times (None: it stood still). `person` is who did it (0: Baton), `reason` what he said.
    """

    at: datetime
    because: str
    before: str = ""
    after: str = ""
    was_due: datetime | None = None
    due: datetime | None = None
    person: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that fell due (`due`) and was carried out at `at`; `passed`: it failed three times and was left out."""

    step: int
    due: datetime
    at: datetime
    round: int = 0
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of a ticket or, with `request`, of a collaboration request.

    `policy` is the one that was in force, kept with it. `calendar` and `revision` name what its times were worked out
    with; `because` are the selectors by which the policy was chosen. `target` is the due time as last worked out, None
    while it stands still. `told` are the numbers of the steps that need not be told any more in this `round`; `fired`
    all that ever was. `held_until`: somebody is on it, and the chain stands until then. `by_message` is the answer that
    stopped it. `overdue`: the target has passed and the cards show it.
    """

    id: int
    ticket: int
    measure: str
    policy: Policy
    started_at: datetime
    request: int = 0
    calendar: str = ""
    revision: str = ""
    because: tuple[str, ...] = ()
    target: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    changes: tuple[Change, ...] = ()
    told: tuple[int, ...] = ()
    fired: tuple[Fired, ...] = ()
    round: int = 0
    held_until: datetime | None = None
    overdue: bool = False
    stopped_at: datetime | None = None
    outcome: str = ""
    late_by: timedelta = field(default_factory=timedelta)
    by_message: int = 0
    version: int = 1

    @property
    def running(self) -> bool:
        """Whether it is still waited for (a pause is part of that)."""
        return self.stopped_at is None

    @property
    def paused(self) -> Pause | None:
        """The pause in which it stands now."""
        return next((pause for pause in self.pauses if pause.until is None), None)

    def pausing(self, now: datetime, because: str) -> "Clock":
        """Standing still from now on; whatever somebody had taken on is answered with it."""
        if self.paused or not self.running:
            return self
        return replace(self, pauses=(*self.pauses, Pause(now, None, because)), held_until=None)

    def resuming(self, now: datetime) -> "Clock":
        """Running again from now on."""
        return replace(self, pauses=tuple(_ended(pause, now) for pause in self.pauses))

    def changed(self, change: Change) -> "Clock":
        """With one more line in its trace."""
        return replace(self, changes=(*self.changes, change))

    def step_told(self, fired: Fired, told: Sequence[int]) -> "Clock":
        """After a step fell due; it and those that it speaks for are told."""
        known = dict.fromkeys((*self.told, *told, fired.step))
        return replace(self, fired=(*self.fired, fired), told=tuple(known), round=fired.round, held_until=None)

    def under(self, policy: Policy, because: tuple[str, ...]) -> "Clock":
        """Under another policy: a new round, in which steps that say what was told already are not told again."""
        said = [self.policy.steps[number] for number in self.told if number < len(self.policy.steps)]
        told = tuple(number for number, step in enumerate(policy.steps) if step in said)
        return replace(self, policy=policy, because=because, told=told, round=self.round + 1)

    def extended(self, extension: Extension, calendar: BusinessCalendar) -> "Clock":
        """With more time: a new round, in which every step whose moment has moved ahead again may be told again."""
        after = replace(self, extensions=(*self.extensions, extension), round=self.round + 1, held_until=None)
        table = timetable(after, calendar)
        past = [number for number in after.told if (due := table.steps[number]) is not None and due <= extension.at]
        late = table.target is not None and table.target <= extension.at
        return replace(after, told=tuple(past), overdue=late)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When everything about a clock is due: the target and, in the order of the policy, each step. None: not while it
    stands still."""

    target: datetime | None
    steps: tuple[datetime | None, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """What falls due now: the highest step, the earlier ones that are told in it, and the round it belongs to."""

    step: int
    due: datetime
    told: tuple[int, ...]
    round: int

    @property
    def skipped(self) -> int:
        """How many earlier steps are told with it."""
        return len(self.told)


def timetable(clock: Clock, calendar: BusinessCalendar) -> Timetable:
    """Worked out anew from the start, the policy, the pauses and the extensions; the same whenever it is asked."""
    target = target_of(clock, calendar)
    return Timetable(target, tuple(_step_due(clock, step, target, calendar) for step in clock.policy.steps))


def target_of(clock: Clock, calendar: BusinessCalendar) -> datetime | None:
    """The due time; None while it can't be said because the clock stands still (or its calendar never opens)."""
    due = reach(calendar, clock.started_at, clock.policy.target, clock.pauses)
    for extension in clock.extensions:
        if due is None:
            return None
        due = reach(calendar, max(due, extension.at), extension.by, clock.pauses)
    return due


def settled(clock: Clock, calendar: BusinessCalendar, now: datetime) -> tuple[Clock, Timetable]:
    """The clock with its due time worked out anew, and the whole timetable."""
    table = timetable(clock, calendar)
    still_late = clock.overdue and table.target is not None and table.target <= now
    after = replace(clock, target=table.target, calendar=calendar.key, revision=calendar.revision, overdue=still_late)
    return after, table


def _step_due(clock: Clock, step: Step, target: datetime | None, calendar: BusinessCalendar) -> datetime | None:
    offset = step.at.offset
    if offset is not None and step.at.from_start:
        return reach(calendar, clock.started_at, offset, clock.pauses)
    if target is None or offset is None:
        return target
    if step.at.sign > 0:
        return reach(calendar, target, offset, clock.pauses)
    return before(calendar, target, offset, clock.started_at, clock.pauses)


def next_due(clock: Clock, table: Timetable) -> datetime | None:
    """When the clock wants attention: its next step, the target (so that the cards show it), or the end of a hold.

    None if it has ended, stands still, or nothing can come any more.
    """
    if not clock.running or clock.paused:
        return None
    ahead = [due for number, due in enumerate(table.steps) if due is not None and number not in clock.told]
    if clock.held_until is not None:
        ahead = [clock.held_until] if clock.policy.steps else []
    if table.target is not None and not clock.overdue:
        ahead.append(table.target)
    return min(ahead, default=None)


def falling_due(clock: Clock, table: Timetable, now: datetime) -> Fall | None:
    """The one step that is to be carried out now, if any: the highest of all that are due.

    After a hold the highest step due is told again, in a new round, whether it was told before or not.
    """
    if not clock.running or clock.paused or (clock.held_until is not None and clock.held_until > now):
        return None
    due = [(at, number) for number, at in enumerate(table.steps) if at is not None and at <= now]
    fresh = [(at, number) for at, number in due if number not in clock.told]
    told_again = clock.held_until is not None
    if not (due if told_again else fresh):
        return None
    at, highest = max(due if told_again else fresh)
    earlier = tuple(number for _, number in sorted(fresh) if number != highest)
    return Fall(highest, at, earlier, clock.round + told_again)


def overrun(clock: Clock, calendar: BusinessCalendar, at: datetime) -> timedelta:
    """By how much running time (counted as the target is) it is past its due time then; nothing if it is not."""
    target = target_of(clock, calendar)
    if target is None or target >= at:
        return timedelta()
    return running_time(calendar, target, at, clock.policy.target, clock.pauses)


def _ended(pause: Pause, now: datetime) -> Pause:
    return replace(pause, until=max(now, pause.since)) if pause.until is None else pause
