"""Whoever holds the event loop up is found out, and the machine's own doing is told apart."""

import asyncio
import time

from bench.pauses import Pauses, watcher

HELD = 0.06


def work(seconds: float) -> None:
    """Keep the processor busy for so long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


async def test_a_loop_that_is_held_up_is_seen() -> None:
    """Covers G3: by work of its own, and by somebody who only waits."""
    async with watcher() as watched:
        async with watched.watching() as busy:
            await asyncio.sleep(0.01)
            work(HELD)
            await asyncio.sleep(0.01)
        async with watched.watching() as idle:
            await asyncio.sleep(0.01)
            time.sleep(HELD)  # noqa: ASYNC251 - what must not be done
            await asyncio.sleep(0.01)
    assert busy.longest >= busy.own >= 1000 * HELD * 0.9
    assert idle.longest >= 1000 * HELD * 0.9
    assert idle.own < busy.own
    assert min(busy.machine, idle.machine) >= 0


def test_what_is_told_of_pauses() -> None:
    """In milliseconds; own is what the process worked in a pause, and no more than the pause."""
    pauses = Pauses([(0.001, 0.0)] * 98 + [(0.2, 0.003), (0.03, 0.9)])
    assert (pauses.longest, pauses.own) == (200, 30)
    assert pauses.below(0.5) == 1
    assert Pauses().longest == Pauses().own == Pauses().below(0.99) == 0
