"""What can happen to somebody's duty. None of it belongs to a ticket."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class AwaySet(Fact):
    """Somebody said when he is not to be had (`kind` rest, leave, busy); instants are ISO 8601, in UTC."""

    person: int = 0
    kind: str = ""
    starts_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, slots=True)
class AwayEnded(Fact):
    """Somebody took back the rest of what he had said."""

    person: int = 0
    kind: str = ""
