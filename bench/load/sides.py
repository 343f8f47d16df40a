"""A platform's side of the rush, as a process: what it is told and what it tells, and when conversations begin.

Each side is told in lines of JSON on standard input and answers in lines on standard output: where it is (`hello`),
then, told to `begin` with the addresses of the replicas, it plays its conversations and says `over` (with its CPU
seconds in between); told to `end`, it writes what it saw into a file.
"""

import asyncio
import contextlib
import itertools
import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.load.plan import CALM, CALM_AT_MOST, Conversation

PHASES = ("calm", "peak", "recovery")
PAUSE = {"calm": 1.5, "peak": 0.25, "recovery": 1.5}
"""Seconds between two messages of a conversation, on average."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What to play. `rate` is messages a second outside of the peak, `at_once` conversations during it; `steady` is
    a rush without a peak."""

    folder: str
    messages: int
    seed: int
    rate: float
    at_once: int
    telegram: float
    steady: bool = False


@dataclass
class Seen:
    """What one side saw. Times are seconds since the epoch; acts are named by their numbers."""

    arrived: dict[int, float] = field(default_factory=dict)
    """When the request with it was sent to Baton."""
    accepted: dict[int, float] = field(default_factory=dict)
    """When Baton had taken it."""
    keys: dict[str, int] = field(default_factory=dict)
    """The inbox's name of each delivery that brought an act."""
    shown: dict[int, list[tuple[str, float]]] = field(default_factory=dict)
    """Where and when what it says was shown."""
    phase: dict[int, str] = field(default_factory=dict)
    """In which part of the rush its conversation began, by the number of the conversation."""
    refused: int = 0
    """Deliveries that were not taken the first time."""
    given_up: int = 0
    """Deliveries that were never taken."""
    violations: list[str] = field(default_factory=list)
    peak: tuple[float, float] = (0.0, 0.0)
    """From when to when conversations came as fast as they could."""

    def write(self, path: Path) -> None:
        """For the process that judges."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, path: Path) -> "Seen":
        """What a side wrote."""
        written = json.loads(path.read_text("utf-8"))
        for name in ("arrived", "accepted", "shown", "phase"):
            written[name] = {int(number): value for number, value in written[name].items()}
        return cls(**written)


Play = Callable[[Conversation, float], Awaitable[None]]
"""Plays one conversation with so many seconds between its messages."""


async def played(orders: Orders, mine: Sequence[Conversation], share: float, seen: Seen, play: Play) -> None:
    """All of a side's conversations: some in peace, then as many at once as allowed, then some in peace again.

    `share` is this side's part of all conversations.
    """
    rate = orders.rate * share * len(mine) / max(1, sum(len(each.acts) for each in mine))
    slots = asyncio.Semaphore(max(1, round(orders.at_once * share)))
    running: set[asyncio.Task[None]] = set()

    async def one(conversation: Conversation, phase: str) -> None:
        seen.phase[conversation.number] = phase
        async with slots if phase == "peak" else contextlib.nullcontext():
            await play(conversation, PAUSE[phase])

    began = ended = 0.0
    for phase, group in _phases(orders, mine):
        if phase == "peak":
            began = time.time()
            await asyncio.gather(*(one(each, phase) for each in group))
            ended = time.time()
            continue
        for number, conversation in enumerate(group):
            if number:
                await asyncio.sleep(1 / rate)
            running.add(asyncio.create_task(one(conversation, phase)))
    await asyncio.gather(*running)
    seen.peak = began, ended


def _phases(orders: Orders, mine: Sequence[Conversation]) -> list[tuple[str, Sequence[Conversation]]]:
    if orders.steady:
        return [("calm", mine)]
    calm = min(int(len(mine) * CALM), CALM_AT_MOST)
    return list(zip(PHASES, (mine[:calm], mine[calm : len(mine) - calm], mine[len(mine) - calm :]), strict=True))


def said(**words: Any) -> None:
    """Tell the process that listens."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def told() -> AsyncIterator[dict[str, Any]]:
    """What that process says, until it goes away."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield json.loads(line)


def processor() -> float:
    """Seconds for which this process has worked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Round:
    """Addresses, each in its turn."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._turn = itertools.cycle(addresses)

    def next(self) -> str:
        """Whose turn it is."""
        return next(self._turn)
