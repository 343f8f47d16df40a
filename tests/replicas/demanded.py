"""What policies demand of a ticket's history: told over again from its facts, with the pure rules and nothing else.

The facts that people cause say which clocks must begin, stand still, go on and end; the clocks' own facts must be just
these, in this order; and each step that fired must be the one that was due at that moment, in that round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.calendars.rules import ALWAYS
from bot.clocks.facts import ClockChanged, ClockStarted, ClockStopped, StepFired, StepPassedOver
from bot.clocks.rules import (
    Clock,
    Fall,
    Fired,
    Measure,
    Outcome,
    Pause,
    Policy,
    Subject,
    chosen,
    falling_due,
    overrun,
    timetable,
)
from bot.facts import Fact, Record
from bot.tickets.facts import CustomerWrote, PriorityChanged, ReplyWritten, StatusChanged, TicketAssigned, TicketOpened
from bot.tickets.rules import Status

_WAITS = {Status.PENDING: "customer", Status.ON_HOLD: "colleague"}
HELD = ("acknowledged", "snoozed")


class Owed(NamedTuple):
    """A fact of a clock that must follow from what just happened."""

    kind: str
    measure: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Firing:
    """A step that fired: under which policy, and who may have been responsible at that moment (0: nobody)."""

    fact: StepFired
    policy: Policy
    owners: frozenset[int]
    late: timedelta


@dataclass
class Replay:
    """A ticket of one team told over again. `snooze` is how long every snooze of this ticket was, `holds` until when a
    clock was held from some moment on: an acknowledgement lasts as long as the policy says that the alert was sent by,
    and facts do not say which alert that was.

    `forgotten`: by how much what was due had been due already when something else came before it.
    """

    policies: Sequence[Policy]
    team: str
    snooze: timedelta
    holds: Mapping[tuple[int, datetime], datetime]
    priority: str = "normal"
    status: Status = Status.NEW
    owners: list[int] = field(default_factory=lambda: [0])
    clocks: dict[int, Clock] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)
    forgotten: list[timedelta] = field(default_factory=list)

    def tell(self, records: Sequence[Record]) -> "Replay":
        """All of it. Raises AssertionError at the first fact that should not be, and for one that is missing."""
        told = [record.fact.after for record in records if isinstance(record.fact, TicketAssigned)]
        self.owners += told
        assigned = 0
        for record in records:
            fact = record.fact
            if isinstance(fact, TicketAssigned):
                assigned += 1
            elif isinstance(fact, StepFired):
                # Whoever is made responsible in the very moment in which a step fires may be told of it, or not.
                self._fired(fact, record.at, frozenset(self.owners[max(assigned - 1, 0) : assigned + 2]))
            else:
                self._happened(fact, record.at)
        assert not self.owed, f"{self.owed} did not follow"
        return self

    def overdue(self, now: datetime) -> list[tuple[int, Fall]]:
        """What should have fired by now and did not: clock and step."""
        found = ((clock.id, falling_due(clock, timetable(clock, ALWAYS), now)) for clock in self.clocks.values())
        return [(number, fall) for number, fall in found if fall is not None]

    # -- what clocks did --------------------------------------------------------------------------------------------

    def _happened(self, fact: Fact, at: datetime) -> None:
        if isinstance(fact, ClockStarted):
            self._pay(Owed("started", fact.measure))
            self._start(fact, at)
        elif isinstance(fact, ClockStopped):
            self._stop(fact, at)
        elif isinstance(fact, ClockChanged):
            self._change(fact, at)
        elif isinstance(fact, StepPassedOver):
            raise AssertionError(f"a step failed: {fact}")
        else:
            demanded = self._demanded(fact)
            assert not (demanded and self.owed), f"{self.owed} did not follow before {fact}"
            self.owed += demanded

    def _pay(self, paid: Owed) -> None:
        assert paid in self.owed, f"{paid} was not demanded; {self.owed} is"
        self.owed.remove(paid)

    def _start(self, fact: ClockStarted, at: datetime) -> None:
        policy, because = self._policy(fact.measure)
        assert fact.policy == policy.key, fact
        clock = Clock(fact.clock, fact.ticket, fact.measure, policy, at, because=because)
        assert fact.clock not in self.clocks
        self._set(clock, at)
        assert fact.target == _iso(timetable(clock, ALWAYS).target), fact

    def _stop(self, fact: ClockStopped, at: datetime) -> None:
        clock = self.clocks[fact.clock]
        self._pay(Owed("stopped", clock.measure, "cancelled" if fact.outcome == Outcome.CANCELLED else ""))
        self._left(clock, at)
        late = overrun(clock, ALWAYS, at)
        assert fact.outcome in (Outcome.CANCELLED, Outcome.LATE if late else Outcome.MET), fact
        ended = replace(clock.resuming(at), stopped_at=at, outcome=fact.outcome, held_until=None)
        self._set(ended, at)

    def _change(self, fact: ClockChanged, at: datetime) -> None:
        clock = self.clocks[fact.clock]
        self._left(clock, at)
        if fact.because in HELD:
            until = self.holds[clock.id, at]
            policies = [clock.policy, *(firing.policy for firing in self.firings if firing.fact.clock == clock.id)]
            acknowledged = fact.because == "acknowledged"
            assert until - at in ([policy.ack.length for policy in policies] if acknowledged else [self.snooze]), fact
            self._set(replace(clock, held_until=until), at)
            return
        self._pay(Owed("changed", clock.measure, fact.because))
        moved = self._moved(clock, fact.because, at)
        self._set(moved, at)
        assert fact.target == _iso(timetable(moved, ALWAYS).target), fact

    def _moved(self, clock: Clock, because: str, at: datetime) -> Clock:
        if because == "pause":
            return clock.pausing(at, _WAITS[self.status])
        if because == "resumed":
            return clock.resuming(at)
        if because == "reopened":
            assert clock.stopped_at is not None
            stood = Pause(clock.stopped_at, at, "solved")
            return replace(clock, stopped_at=None, outcome="", pauses=(*clock.pauses, stood))
        assert because == "priority", because
        return clock.under(*self._policy(clock.measure))

    def _set(self, clock: Clock, at: datetime) -> None:
        self.clocks[clock.id], self.since[clock.id] = clock, at

    def _left(self, clock: Clock, at: datetime) -> None:
        """Something else happens to the clock now: what was due before that and has not fired never will, perhaps."""
        fall = falling_due(clock, timetable(clock, ALWAYS), at)
        if fall is not None:
            self.forgotten.append(at - self._ripe(clock, fall))

    def _ripe(self, clock: Clock, fall: Fall) -> datetime:
        """From when on it could fire: a step may be due already when its clock begins or changes, or a hold ends."""
        return max(fall.due, self.since[clock.id], clock.held_until or fall.due)

    def _fired(self, fact: StepFired, at: datetime, owners: frozenset[int]) -> None:
        clock = self.clocks[fact.clock]
        table = timetable(clock, ALWAYS)
        states = [clock]
        if clock.held_until is not None and falling_due(clock, table, clock.held_until) is None:
            states.append(replace(clock, held_until=None))  # the hold ended while there was nothing to tell again
        for state in states:
            fall = falling_due(state, table, at)
            if fall and (fall.step, fall.round, _iso(fall.due), fall.skipped) == _said(fact):
                late = at - self._ripe(state, fall)
                after = state.step_told(Fired(fall.step, fall.due, at, fall.round), fall.told)
                self.firings.append(Firing(fact, clock.policy, owners, late))
                self._set(after, at)
                return
        raise AssertionError(f"{fact} at {at}, but due was {falling_due(clock, table, at)} of {clock}")

    # -- what people do ---------------------------------------------------------------------------------------------

    def _policy(self, measure: str) -> tuple[Policy, tuple[str, ...]]:
        choice = chosen(self.policies, measure, Subject(self.team, priority=self.priority))
        assert choice is not None
        return choice.policy, choice.because

    def _demanded(self, fact: Fact) -> list[Owed]:
        running = [clock for clock in self.clocks.values() if clock.running]
        waiting = [clock for clock in running if Measure(clock.measure).is_response]
        if isinstance(fact, TicketOpened):
            return [Owed("started", Measure.FIRST_RESPONSE), Owed("started", Measure.RESOLUTION)]
        if isinstance(fact, ReplyWritten):
            return [Owed("stopped", clock.measure) for clock in waiting]
        if isinstance(fact, CustomerWrote):
            return self._asked_again(waiting) if self.status.live else []
        if isinstance(fact, PriorityChanged):
            self.priority = fact.after
            moved = [clock for clock in running if self._policy(clock.measure)[0] != clock.policy]
            return [Owed("changed", clock.measure, "priority") for clock in moved]
        if isinstance(fact, StatusChanged):
            return self._stands(fact, running, waiting)
        return []

    def _asked_again(self, waiting: Sequence[Clock]) -> list[Owed]:
        answered = any(clock.outcome in (Outcome.MET, Outcome.LATE) and clock.measure == Measure.FIRST_RESPONSE
                       for clock in self.clocks.values())  # fmt: skip
        if waiting or not answered:
            return []
        begun = Owed("started", Measure.NEXT_RESPONSE)
        # Whoever waited for the customer does so no longer: he wrote just now.
        waits = self.status is Status.ON_HOLD
        pauses = waits and self._pauses(self._policy(Measure.NEXT_RESPONSE)[0])
        return [begun, Owed("changed", Measure.NEXT_RESPONSE, "pause")] if pauses else [begun]

    def _pauses(self, policy: Policy) -> bool:
        return _WAITS.get(self.status) in policy.pauses

    def _stands(self, fact: StatusChanged, running: Sequence[Clock], waiting: Sequence[Clock]) -> list[Owed]:
        before, self.status = Status(fact.before), Status(fact.after)
        if not self.status.live:
            solved = self.status is Status.SOLVED
            return [Owed("stopped", clock.measure, "" if solved or clock not in waiting else "cancelled")
                    for clock in running]  # fmt: skip
        owed = []
        if not before.live:
            owed.append(Owed("changed", Measure.RESOLUTION, "reopened"))
            owed += self._asked_again(waiting) if fact.because == "customer_wrote" else []
        for clock in running:
            stands = clock.paused is not None
            if clock.paused and clock.paused.because != _WAITS.get(self.status):
                owed.append(Owed("changed", clock.measure, "resumed"))
                stands = False
            if not stands and self._pauses(clock.policy):
                owed.append(Owed("changed", clock.measure, "pause"))
        return owed


def _said(fact: StepFired) -> tuple[int, int, str, int]:
    return fact.step, fact.round, fact.due, fact.skipped


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
