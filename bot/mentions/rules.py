"""A person who was called by name in a conversation, and what became of it. Pure: no clock, no storage."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """`told` by direct message; `held` until his next duty; `spared`, as his platform tells him by itself;
    `unreachable`; `answered` from his direct conversation."""

    TOLD = "told"
    HELD = "held"
    SPARED = "spared"
    UNREACHABLE = "unreachable"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody was called in a message of a ticket; once a message and person, however often it is edited."""

    id: int
    ticket: int
    message: int
    person: int
    at: datetime
    state: State = State.TOLD
