"""Policies: what must happen by when, for which tickets, and who hears of it when it does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.durations import Duration, Moment

SNAPSHOT_VERSION = 1
SELECTORS = ("teams", "types", "priorities", "tiers")

_ACK, _PROOF = "30m", "5m"
_PAUSES = ("customer",)


class Measure(StrEnum):
    """What is waited for."""

    FIRST_RESPONSE = "ticket.first_response"
    NEXT_RESPONSE = "ticket.next_response"
    RESOLUTION = "ticket.resolution"
    COLLAB_RESPONSE = "collab.response"
    COLLAB_COMPLETION = "collab.completion"

    @property
    def of_request(self) -> bool:
        """Whether it belongs to a collaboration request, not to the ticket itself."""
        return self in (Measure.COLLAB_RESPONSE, Measure.COLLAB_COMPLETION)

    @property
    def is_response(self) -> bool:
        """Whether an answer to the customer is what ends it."""
        return self in (Measure.FIRST_RESPONSE, Measure.NEXT_RESPONSE)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a policy: when, who hears of it, and how, as the team file has it."""

    at: Moment
    notify: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Step":
        """From a row. A moment that this version can't read counts as the target: nothing is ever left out."""
        try:
            at = Moment.parse(str(row.get("at", "target")))
        except ValueError:
            at = Moment()
        return cls(at, tuple(row.get("notify", ())), tuple(row.get("via", ())))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a policy is chosen by: key of the team, type, priority, and the tier of the customer ("" none)."""

    team: str = ""
    type: str = ""
    priority: str = ""
    tier: str = ""

    def value(self, selector: str) -> str:
        """The side of it that a selector looks at."""
        return {"teams": self.team, "types": self.type, "priorities": self.priority, "tiers": self.tier}[selector]


@dataclass(frozen=True, slots=True)
class Policy:
    """What must happen (`on`) by when (`target`, from the start), and the steps that lead there.

    An empty selector fits everything. `pauses` names what the clock waits for without running: `customer`, `colleague`.
    `ack` is how long an acknowledgement holds, `proof` how long an alert may stay unproved. `at_night`: urgent, never,
    always. `row` is the snapshot as it was written, by whatever version: it is kept and given on word for word.
    """

    key: str
    on: str
    target: Duration
    steps: tuple[Step, ...] = ()
    teams: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    pauses: tuple[str, ...] = _PAUSES
    ack: Duration = field(default_factory=lambda: Duration.parse(_ACK))
    proof: Duration = field(default_factory=lambda: Duration.parse(_PROOF))
    at_night: str = "never"
    row: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, key: str, row: Mapping[str, Any]) -> "Policy":
        """From a row of the team file or a snapshot; what this version does not know is kept and not understood.

        Raises ValueError or KeyError for a row without a measure or a target that can be read.
        """
        return cls(
            key,
            str(row["on"]),
            Duration.parse(row["target"]),
            tuple(Step.read(step) for step in row.get("steps", ())),
            **{name: tuple(row.get(name, ())) for name in SELECTORS},
            pauses=tuple(row.get("pauses", _PAUSES)),
            ack=_duration(row.get("ack"), _ACK),
            proof=_duration(row.get("proof"), _PROOF),
            at_night=str(row.get("at_night", "never")),
            row={"version": SNAPSHOT_VERSION, **row, "key": key},
        )

    @property
    def selected_by(self) -> tuple[str, ...]:
        """The selectors that it has."""
        return tuple(name for name in SELECTORS if getattr(self, name))

    def fits(self, subject: Subject) -> bool:
        """Whether every selector has the subject in it."""
        return all(_has(getattr(self, name), subject.value(name)) for name in self.selected_by)


@dataclass(frozen=True, slots=True)
class Choice:
    """A policy and why it was chosen: the selectors that fitted (none: it is for all), and how many others fitted."""

    policy: Policy
    because: tuple[str, ...]
    others: int = 0


def chosen(policies: Sequence[Policy], measure: str, subject: Subject) -> Choice | None:
    """The most specific policy for this (the one with most selectors), the first of the file among equals."""
    fitting = [policy for policy in policies if policy.on == measure and policy.fits(subject)]
    if not fitting:
        return None
    best = max(fitting, key=lambda policy: len(policy.selected_by))
    return Choice(best, best.selected_by, len(fitting) - 1)


def never_chosen(policies: Sequence[Policy]) -> list[tuple[Policy, Policy]]:
    """Policies that can never be chosen, each with an earlier one that always comes before it.

    That one has the same measure and at least as many selectors, and fits whatever the later one fits.
    """
    found = []
    for at, later in enumerate(policies):
        hiding = (other for place, other in enumerate(policies) if place != at and _hides(other, later, place < at))
        if (first := next(hiding, None)) is not None:
            found.append((later, first))
    return found


def _hides(other: Policy, policy: Policy, earlier: bool) -> bool:
    more = len(other.selected_by) - len(policy.selected_by)
    if other.on != policy.on or more < 0 or (more == 0 and not earlier):
        return False
    return all(_covers(getattr(other, name), getattr(policy, name)) for name in SELECTORS)


def _covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    if not wide:
        return True
    return bool(narrow) and all(_has(wide, value) for value in narrow)


def _has(values: Iterable[str], wanted: str) -> bool:
    return wanted.casefold() in {value.casefold() for value in values}


def _duration(written: Any, otherwise: str) -> Duration:
    try:
        return Duration.parse(str(written or otherwise))
    except ValueError:
        return Duration.parse(otherwise)
