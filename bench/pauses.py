"""The longest pauses of an event loop, beside those that the machine itself makes.

A task sleeps for a millisecond again and again; what it sleeps longer is a pause. A process of its own, which does
nothing else, does the same at the same time: what it sees are the others on this machine.

    python -m bench.pauses        # the other process: prints the pauses since the last line that it was sent
"""

import asyncio
import contextlib
import sys
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

TICK = 0.001


@dataclass
class Pauses:
    """Pauses of a loop in seconds, with the processor time that its own process spent in each; and the longest one, in
    milliseconds, that an idle process saw in the same time."""

    all: list[tuple[float, float]] = field(default_factory=list)
    machine: float = 0.0

    @property
    def longest(self) -> float:
        """The longest, in milliseconds."""
        return 1000 * max((pause for pause, _ in self.all), default=0.0)

    @property
    def own(self) -> float:
        """The longest that was this process's own doing, in milliseconds: it can't have held its loop up for longer
        than it was at work."""
        return 1000 * max((min(pair) for pair in self.all), default=0.0)

    def below(self, share: float) -> float:
        """The pause, in milliseconds, that this share of them did not exceed."""
        ordered = sorted(pause for pause, _ in self.all) or [0.0]
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


async def _watch(pauses: list[tuple[float, float]]) -> None:
    while True:
        began, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(TICK)
        pauses.append((time.perf_counter() - began - TICK, time.process_time() - worked))


class Watcher:
    """Watches the running loop; made by `watcher`."""

    def __init__(self, idle: asyncio.subprocess.Process) -> None:
        self._idle = idle

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[Pauses]:
        """The pauses while the block runs; complete when it has ended."""
        pauses = Pauses()
        await self._machine()
        task = asyncio.create_task(_watch(pauses.all))
        try:
            yield pauses
        finally:
            task.cancel()
            await asyncio.wait([task])
            pauses.machine = await self._machine()

    async def _machine(self) -> float:
        """The longest pause of the idle process since the last call, in milliseconds."""
        if self._idle.stdin is None or self._idle.stdout is None:
            raise RuntimeError("the idle process has no pipes")
        self._idle.stdin.write(b"\n")
        return float(await self._idle.stdout.readline())


@contextlib.asynccontextmanager
async def watcher() -> AsyncIterator[Watcher]:
    """A watcher of the running loop, with its idle process."""
    pipe = asyncio.subprocess.PIPE
    idle = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.pauses", stdin=pipe, stdout=pipe)
    try:
        yield Watcher(idle)
    finally:
        if idle.stdin is not None:
            idle.stdin.close()
        await idle.wait()


async def _idle() -> None:
    """Do nothing but watch, and tell whenever a line comes."""
    pauses: list[tuple[float, float]] = []
    loop, asked = asyncio.get_running_loop(), asyncio.Queue[str]()

    def listen() -> None:
        for line in iter(sys.stdin.readline, ""):
            loop.call_soon_threadsafe(asked.put_nowait, line)
        loop.call_soon_threadsafe(asked.put_nowait, "")

    threading.Thread(target=listen, daemon=True).start()
    watching = asyncio.create_task(_watch(pauses))
    while await asked.get():
        sys.stdout.write(f"{Pauses(pauses).longest}\n")
        sys.stdout.flush()
        pauses.clear()
    watching.cancel()


if __name__ == "__main__":
    asyncio.run(_idle())
