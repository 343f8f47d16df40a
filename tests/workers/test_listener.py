"""Where a platform allows one listener only, one replica listens; when it is gone, another takes over."""

import asyncio

from bot.chat.contract import Capabilities, Inlet
from bot.unit import Database
from bot.workers.listener import TERM, Listener
from tests.clock import ManualClock
from tests.databases import Opener


class Ear:
    """An adapter that listens until it is told to stop, and counts how often it began."""

    platform = "telegram"
    can = Capabilities(single_listener=True)

    def __init__(self) -> None:
        self.began = 0
        self.listening = False

    async def run(self, inlet: Inlet) -> None:
        """Listen."""
        self.began += 1
        self.listening = True
        try:
            await asyncio.Event().wait()
        finally:
            self.listening = False


async def until(condition: object, clock: ManualClock, step: float) -> None:
    """Let time pass until it is so."""
    for _ in range(2000):
        if condition():  # type: ignore[operator]
            return
        clock.advance(step)
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


async def test_one_replica_listens_and_another_takes_over(
    database: Database, opened: Opener, clock: ManualClock
) -> None:
    """Fault I6. Covers C4: a lease names the listener; given back it passes at once, lost it passes after its term."""
    other = await opened(mode="visit")
    ears = [Ear(), Ear()]
    first = asyncio.create_task(Listener(ears[0], None, database, clock).run())  # type: ignore[arg-type]
    await until(lambda: ears[0].listening, clock, 0.0)
    second = asyncio.create_task(Listener(ears[1], None, other, clock).run())  # type: ignore[arg-type]
    for _ in range(20):
        await until(lambda: clock.waited_by == 2, clock, 0.0)  # both have asked, and rest
        clock.advance(TERM.total_seconds() / 3)
    assert (ears[0].listening, ears[1].listening) == (True, False)
    first.cancel()
    await asyncio.wait({first})
    assert not ears[0].listening
    await until(lambda: ears[1].listening, clock, 1.0)
    assert (ears[0].began, ears[1].began) == (1, 1)
    second.cancel()
    await asyncio.wait({second})
