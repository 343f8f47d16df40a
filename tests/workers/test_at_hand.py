"""Deliveries of which all is known when they come: stored and handled in one unit, in their order all the same."""

import asyncio
import threading
from dataclasses import replace

import pytest

from bot.chat.context import Context
from bot.chat.contract import Arrival
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.unit import Database
from bot.workers import inbox
from tests.clock import ManualClock
from tests.workers.stage import Stage, echo, stage
from tests.workers.wire import Wire, said


def read(wire: Wire, key: str, room: str = "R1") -> Arrival:
    """A delivery together with what it says, as adapters hand it in."""
    arrival = said(key, room)
    return replace(arrival, events=wire.read(arrival.payload))


async def later(here: Stage) -> None:
    """The first minute, in which everything is stored before it is touched, is over."""
    await here.pass_time(inbox.CAREFUL + 1)


async def test_it_is_handled_when_it_is_acknowledged(database: Database, clock: ManualClock) -> None:
    """Covers C9: one unit stores it and all that follows from it; when it comes again, nothing happens."""
    wire = Wire(tells=True)
    async with stage(database, clock, wire) as here:
        await later(here)
        await here.inbox.take([read(wire, "1")])
        assert (await database.read(lambda unit: unit.inbox.waiting()))[0] == 0
        await here.inbox.take([read(wire, "1")])
        await here.settle()
        assert wire.shown() == ["1"]
        assert here.figures.repeats._value.get() == 1


async def test_what_waits_long_for_its_turn_is_stored_and_keeps_it(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers C10: whoever acknowledges does not wait for a slow handler, and nobody overtakes."""
    monkeypatch.setattr(inbox, "TURN_WITHIN", 0.02)
    wire = Wire(tells=True, silence={"slow": asyncio.Event()})
    async with stage(database, clock, wire) as here:
        await later(here)
        await here.inbox.take([read(wire, "slow")])
        await here.inbox.take([read(wire, "2")])
        assert (await database.read(lambda unit: unit.inbox.waiting()))[0] == 2, "stored, as it is acknowledged"
        third = asyncio.create_task(here.inbox.take([read(wire, "3")]))
        await here.inbox.take([read(wire, "elsewhere", "R2")])
        await here.until(lambda: wire.shown("R2") == ["elsewhere"])
        wire.silence["slow"].set()
        await third
        await here.settle()
        assert wire.shown("R1") == ["slow", "2", "3"]


async def test_one_that_fails_is_tried_again_before_those_behind_it(database: Database, clock: ManualClock) -> None:
    """Covers C10: the unit that failed left nothing; its second step keeps the turn."""
    failed: list[str] = []
    began, go = threading.Event(), threading.Event()

    def handle(context: Context, event: MessageReceived) -> Reply | None:
        if plain(event.text) == "1" and not failed:
            failed.append("1")
            began.set()
            assert go.wait(10)
            raise RuntimeError("a fault")
        return echo(context, event)

    wire = Wire(tells=True)
    async with stage(database, clock, wire, handler=handle) as here:
        await later(here)
        first = asyncio.create_task(here.inbox.take([read(wire, "1")]))
        await asyncio.to_thread(began.wait, 10)
        second = asyncio.create_task(here.inbox.take([read(wire, "2")]))
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(first, second)
        await here.settle()
        assert wire.shown() == ["1", "2"]
