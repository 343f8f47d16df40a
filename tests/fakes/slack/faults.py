"""What can go wrong between an app and Slack, planned one line at a time."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["answer", "garbage", "break_after_accept", "break_before_accept", "hang", "slow"]


@dataclass
class Fault:
    """One planned fault for the next `times` calls of `method` ("*" is any)."""

    method: str
    kind: Kind
    times: int = 1
    error: str = ""
    status: int = 200
    retry_after: int | None = None
    seconds: float = 0.0
    accept: bool = True
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as a call has run into it."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let a hanging call be answered."""
        self.released.set()


class Faults:
    """The planned faults, first planned first served."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> Fault:
        """Add a fault."""
        self._planned.append(fault)
        return fault

    def next_for(self, method: str) -> Fault | None:
        """The fault that hits this call, if one does; it is counted."""
        for fault in self._planned:
            if fault.method in (method, "*") and fault.times > 0:
                fault.times -= 1
                fault.begun.set()
                return fault
        return None

    def clear(self) -> None:
        """Forget what has not happened yet, and let everything that hangs go on."""
        for fault in self._planned:
            fault.release()
        self._planned.clear()
