"""Silent damage: timers that are gone are found and set again within two rounds of the auditor."""

from collections.abc import AsyncIterator

import pytest

from bot.app import build_router
from bot.clocks import auditing
from bot.escalation.rules import Alert
from bot.unit import Unit
from bot.workers.auditor import Auditor
from bot.workspace import House
from tests.clocks.desk import Desk, desk, policy


@pytest.fixture
async def at(database_url: str) -> AsyncIterator[Desk]:
    """T-1 with a clock whose steps are due after an hour and after two."""
    async with desk(database_url) as opened:
        await opened.configure({"resolution": policy("ticket.resolution", "2h", ("1h", "target"))})
        await opened.open()
        yield opened


async def test_a_clock_that_lost_its_timer_is_armed_again(at: Desk) -> None:
    """Covers G5 and fault A1: nobody is told late for it if it is found in time."""
    clock = await at.only()
    await at.database.write(lambda unit: unit.timers.clear("clock", clock.id))
    auditor = Auditor(House(), at.router.audits)
    await at.database.write(auditor.round)
    await at.pass_time(hours=1)
    assert [step for step, _, _ in await at.fired()] == [0]


async def test_a_clock_that_stands_still_or_has_ended_is_left_alone(at: Desk) -> None:
    clock = await at.only()

    def look(unit: Unit) -> list[object]:
        return [*auditing.clocks_unarmed(unit)]

    assert await at.database.write(look) == []
    await at.pass_time(hours=3)
    assert await at.database.write(look) == [], "all of it has been told: it needs no timer"
    assert (await at.only()).id == clock.id


async def test_every_clock_is_looked_at_slice_by_slice(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a round does not grow with what is open."""
    monkeypatch.setattr(auditing, "SLICE", 2)
    for _ in range(4):
        await at.open()

    def lose(unit: Unit) -> None:
        for number in range(1, 6):
            unit.timers.clear("clock", number)

    def look(unit: Unit) -> list[int]:
        auditing.clocks_unarmed(unit)
        return [number for number in range(1, 6) if unit.timers.get("clock", number)]

    await at.database.write(lose)
    assert [await at.database.write(look) for _ in range(3)] == [[1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5]]


async def test_an_alert_that_nobody_would_tell_is_told(at: Desk) -> None:
    """Covers U12 and fault A1."""
    assert build_router(frozenset()).audits, "the program has the checks"

    def lose(unit: Unit) -> int:
        alert = unit.alerts.add(Alert(0, "effect", 1, unit.now, unit.now, clock=1, person=1))
        assert alert is not None
        return alert.id

    number = await at.database.write(lose)
    await at.database.write(Auditor(House(), at.router.audits).round)
    assert await at.database.read(lambda unit: unit.timers.get("alerts", number)) is not None
