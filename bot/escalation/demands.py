"""What a step of a clock's policy asks for, as the clock keeps it."""

from datetime import datetime

from bot.clocks.facts import StepFired
from bot.clocks.rules import Step
from bot.durations import Moment
from bot.escalation.rules import Demand
from bot.unit import Unit

# A step that its policy no longer has still wants somebody to know.
_UNKNOWN = Step(Moment(), ("team-lead",), ("dm",))


def demanded(unit: Unit, fact: StepFired) -> Demand:
    """From the policy that the clock keeps. Raises `NotFound` for a clock that there is not."""
    clock = unit.clocks.get(fact.clock)
    policy = clock.policy
    step = policy.steps[fact.step] if 0 <= fact.step < len(policy.steps) else _UNKNOWN
    return Demand(
        notify=step.notify or _UNKNOWN.notify,
        via=step.via or _UNKNOWN.via,
        due_at=datetime.fromisoformat(fact.due) if fact.due else unit.now,
        started_at=clock.started_at,
        target=clock.target,
        at_night=policy.at_night,
        acknowledged_for=policy.ack.length,
        proof_within=policy.proof.length,
    )
