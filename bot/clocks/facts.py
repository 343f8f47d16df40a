"""What can happen to a clock."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class ClockStarted(Fact):
    """A deadline began to run; `request` is 0 where it is the ticket's own. `target` is ISO 8601."""

    request: int = 0
    clock: int = 0
    measure: str = ""
    policy: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class ClockChanged(Fact):
    """Its due time moved: `because` pause, resumed, policy, priority, calendar, extended.

    `target` is ISO 8601, "" while it stands still.
    """

    request: int = 0
    clock: int = 0
    because: str = ""
    target: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockStopped(Fact):
    """What was to happen happened (`met`, `late`), or is not needed any more (`cancelled`)."""

    request: int = 0
    clock: int = 0
    measure: str = ""
    outcome: str = ""
    late_by: int = 0


@dataclass(frozen=True, slots=True)
class StepFired(Fact):
    """A step of the policy fell due and was carried out, exactly once.

    `step` is its number in the policy (from 0), `due` when it fell due (ISO 8601), `skipped` how many earlier ones were
    missed together with it (Baton was down) and are told in one; `round` counts how often the chain has begun anew.
    """

    request: int = 0
    clock: int = 0
    measure: str = ""
    step: int = 0
    due: str = ""
    skipped: int = 0
    round: int = 0


@dataclass(frozen=True, slots=True)
class StepPassedOver(Fact):
    """A step fell due and could not be carried out, three times: it is left out, and the next one goes on."""

    request: int = 0
    clock: int = 0
    step: int = 0
    round: int = 0
