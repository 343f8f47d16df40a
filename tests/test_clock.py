"""The machine's clock: who waits hears the signal, the end of his time, or that he is wanted no more."""

import asyncio

import pytest

from bot.clock import SystemClock


async def test_a_signal_ends_the_wait_and_so_does_time() -> None:
    clock, signal = SystemClock(), asyncio.Event()
    assert await clock.wait(signal, 0.001) is False
    signal.set()
    assert await clock.wait(signal, 0.0) is True


@pytest.mark.parametrize("turns", range(4))
async def test_whoever_is_cancelled_while_a_signal_arrives_ends(turns: int) -> None:
    """Covers G1: a worker that is stopped in the instant in which it is woken must not go on for ever."""
    clock, signal = SystemClock(), asyncio.Event()
    task = asyncio.create_task(clock.wait(signal, 60))
    await asyncio.sleep(0.01)
    signal.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    woken = task.done()
    task.cancel()
    await asyncio.wait([task])
    assert woken or task.cancelled()
