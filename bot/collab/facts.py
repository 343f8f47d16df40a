"""What can happen to a collaboration request. Each names its ticket, so that the ticket's history tells of it too."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class CollabAsked(Fact):
    """A request came to be; with `blocked` it waits for others, else `CollabStarted` follows in the same unit."""

    request: int = 0
    team: int = 0
    asker: int = 0
    type: str = ""
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class CollabStarted(Fact):
    """It was put to its team now: at once, or because what it comes after is done. Its clocks start."""

    request: int = 0


@dataclass(frozen=True, slots=True)
class CollabAccepted(Fact):
    """Somebody has it; `eta` is when he expects to be done (ISO 8601, "" if he did not say)."""

    request: int = 0
    person: int = 0
    eta: str = ""


@dataclass(frozen=True, slots=True)
class CollabHanded(Fact):
    """It went to another owner (0: to nobody)."""

    request: int = 0
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class EtaChanged(Fact):
    """The expected finish moved (ISO 8601)."""

    request: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CollabAskedBack(Fact):
    """Its owner waits for an answer of the asker."""

    request: int = 0
    message: int = 0


@dataclass(frozen=True, slots=True)
class CollabAnswered(Fact):
    """The asker answered what he was asked back."""

    request: int = 0
    message: int = 0


@dataclass(frozen=True, slots=True)
class CollabReturned(Fact):
    """It came back undone: `reason` of the short list, `remark` in words; `returns` is how often by now."""

    request: int = 0
    reason: str = ""
    remark: str = ""
    returns: int = 0


@dataclass(frozen=True, slots=True)
class CollabResent(Fact):
    """It was repaired and put to the team again. Its clocks start anew."""

    request: int = 0


@dataclass(frozen=True, slots=True)
class CollabDone(Fact):
    """It is done; `result` in words."""

    request: int = 0
    result: str = ""


@dataclass(frozen=True, slots=True)
class CollabWithdrawn(Fact):
    """Its asker does not need it any more, or its ticket ended."""

    request: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CollabSkipped(Fact):
    """A step of a flow was left out, and why."""

    request: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CollabReopened(Fact):
    """What was thought done was not: it is with its owner again."""

    request: int = 0
