"""Faults on order: refusals, lost answers, silence and rubbish, one line of a test each."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.telegram.refusals import Refusal

Kind = Literal["refuse", "cut before", "cut after", "hang before", "hang after", "garbage"]

GARBAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Fault:
    """One planned fault. `met` counts how often it struck; `release()` lets hanging calls go on."""

    method: str
    kind: Kind
    times: int
    refusal: Refusal | None = None
    status: int = 200
    body: bytes = GARBAGE
    met: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Lets the calls that hang on this fault go on, now and later."""
        self._released.set()

    async def wait(self) -> None:
        """Until released."""
        await self._released.wait()


class Faults:
    """The faults that are still to come, in the order they were planned."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def plan(self, fault: Fault) -> Fault:
        """Puts `fault` at the end of the queue."""
        self.planned.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """The next fault for a call of `method`, counted down; `*` strikes every method."""
        for fault in self.planned:
            if fault.method.lower() in {method.lower(), "*"}:
                fault.met += 1
                if fault.met >= fault.times:
                    self.planned.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forgets what is still planned and lets everything go on that hangs."""
        for fault in self.planned:
            fault.release()
        self.planned.clear()
