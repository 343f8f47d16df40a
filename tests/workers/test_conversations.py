"""Turns in a conversation: whoever asks first goes first, whatever becomes of those in between."""

import asyncio
import contextlib

from bot.chat.events import Place
from bot.workers.conversations import Conversations, Turn

ROOM, THREAD, OTHER = Place("wire", "R"), Place("wire", "R", "1"), Place("wire", "R", "2")


def came(turn: Turn) -> "asyncio.Task[None]":
    """Waits for the turn."""
    return asyncio.create_task(turn.come())


async def rest() -> None:
    """Let everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_thread_goes_after_the_room_and_beside_other_threads() -> None:
    """Covers C10."""
    line = Conversations()
    room, thread, other = line.ask(ROOM), line.ask(THREAD), line.ask(OTHER)
    waiting = [came(turn) for turn in (room, thread, other)]
    await rest()
    assert [task.done() for task in waiting] == [True, False, False]
    room.end()
    await rest()
    assert [task.done() for task in waiting] == [True, True, True]
    thread.end()
    other.end()
    assert len(line) == 0


async def test_who_is_behind_somebody_that_gave_up_still_waits_for_those_before() -> None:
    """Covers C10: a request that was broken off lets nobody past those that it waited for."""
    line = Conversations()
    first, second, third = (line.ask(THREAD) for _ in range(3))
    waiting = came(third)
    second.end()
    await rest()
    assert not waiting.done()
    assert not third.has_come
    first.end()
    await rest()
    assert waiting.done()
    third.end()
    assert len(line) == 0


async def test_who_stops_waiting_keeps_his_place() -> None:
    """What takes too long to come is stored first; it is handled in the turn that it asked for, all the same."""
    line = Conversations()
    first, second, third = (line.ask(THREAD) for _ in range(3))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(second.come(), 0.001)
    first.end()
    waiting = came(third)
    await rest()
    assert not waiting.done()
    async with second:
        pass
    await rest()
    assert waiting.done()


def test_it_can_be_seen_without_waiting_whose_turn_it_is() -> None:
    """Whoever need not wait is spared what waiting costs; one who gave up lets nobody past those before him."""
    line = Conversations()
    first, second, third = (line.ask(THREAD) for _ in range(3))
    assert (first.has_come, second.has_come, third.has_come) == (True, False, False)
    second.end()
    assert (second.is_over, third.has_come) == (False, False)
    first.end()
    assert (second.is_over, third.has_come) == (True, True)
    third.end()
    assert len(line) == 0
