"""Somebody says that he is on it in the very moment in which the next step falls due, on two replicas."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import build_router
from bot.chat.context import Context
from bot.chat.contract import Capabilities
from bot.chat.events import Place
from bot.chat.router import Router
from bot.clocks.rules import Clock, Fired, Policy
from bot.escalation import answering
from bot.escalation.rules import Alert, Stage
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.teamfile.applying import apply
from bot.teamfile.reading import read
from bot.unit import Unit
from bot.workers.sweeper import Sweeper
from bot.workers.vitals import Figures
from bot.workspace import House
from storage import open_database
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage import samples
from tests.factories import SLACK_ROOMS, team_file

TRIALS = 40
MEASURE = "ticket.first_response"
ROW = {
    "on": MEASURE,
    "target": "2h",
    "steps": [
        {"at": "10m", "notify": ["assignee"], "via": ["dm"]},
        {"at": "30m", "notify": ["team-lead"], "via": ["dm"]},
    ],
}


def _router() -> Router:
    router = build_router(frozenset())
    router.house = House({"slack": Capabilities()})
    return router


def _person(unit: Unit, key: str) -> Person:
    person = unit.people.by_key(key)
    assert person is not None
    return person


def _begun(unit: Unit) -> int:
    """A case of 林晓's who was told after ten minutes, and whose lead is due to be told now; the clock's number."""
    lin = _person(unit, "lin")
    ticket = samples.ticket(unit, assignee=lin.id)
    started = unit.now - timedelta(minutes=30)
    told = Fired(0, started + timedelta(minutes=10), started + timedelta(minutes=10))
    clock = Clock(0, ticket.id, MEASURE, Policy.read("first", ROW), started, told=(0,), fired=(told,))
    clock = unit.clocks.add(clock)
    unit.timers.set("clock", clock.id, unit.now)
    first = Alert(0, f"step:{clock.id}:0:0:person:{lin.id}", ticket.id, told.due, told.at, clock=clock.id,
                  person=lin.id, stage=Stage.TOLD, told_at=told.at)  # fmt: skip
    assert unit.alerts.add(first) is not None
    return clock.id


def _on_it(unit: Unit, router: Router, clock: int) -> None:
    """林晓 presses."""
    context = Context.background(unit, router.house, Place("slack", "D1"))
    alert = min(unit.alerts.of_clock(clock), key=lambda each: each.id)
    answering.acknowledge(replace(context, who=_person(unit, "lin")), alert)


async def _race(one: SqlDatabase, other: SqlDatabase, routers: tuple[Router, Router], clock: ManualClock) -> None:
    sweeper = Sweeper(one, routers[0].timers, clock, Figures(), routers[0].gathering)

    async def sweeping(pause: float) -> None:
        await asyncio.sleep(pause)
        while (await sweeper.sweep()).taken:
            pass

    async def pressing(number: int, pause: float) -> None:
        await asyncio.sleep(pause)
        await other.write(lambda unit: _on_it(unit, routers[1], number))

    first = set()
    for trial in range(TRIALS):
        number = await one.write(_begun)
        ahead = (trial % 9 - 4) / 1000  # from four milliseconds before the step to four after it
        await asyncio.gather(sweeping(max(-ahead, 0)), pressing(number, max(ahead, 0)))
        await sweeping(0)
        first.add(await one.read(functools.partial(_holds, number)))
    assert first == {"the press", "the step"}


def _holds(number: int, unit: Unit) -> str:
    """Which was first. Either way the chain stands, and the lead has no alert that nobody seems to be on."""
    clock = unit.clocks.get(number)
    assert clock.held_until is not None
    lin, wang = _person(unit, "lin"), _person(unit, "wang")
    leads = [alert for alert in unit.alerts.of_clock(number) if alert.person == wang.id]
    assert len(leads) <= 1
    for alert in leads:
        assert alert.stage in (Stage.SPARED, Stage.TOLD)
        if alert.stage is Stage.TOLD:
            assert alert.answered_by == lin.id
        else:
            assert unit.alerts.sendings([alert.id]) == []
    return "the step" if leads else "the press"


@pytest.fixture(params=["one database", "two replicas"])
def url(request: pytest.FixtureRequest) -> str:
    """SQLite has one process; PostgreSQL two."""
    name = "sqlite_url" if request.param == "one database" else "migrated_postgres_url"
    found: str = request.getfixturevalue(name)
    return found


@contextlib.asynccontextmanager
async def _replicas(url: str, folder: Path, clock: ManualClock) -> AsyncIterator[list[tuple[SqlDatabase, Router]]]:
    """Two of them on PostgreSQL; on SQLite one, twice."""
    routers = [_router(), _router()]
    databases = [open_database(url, clock=clock, reactions=router.reactions) for router in routers]
    used = databases if url.startswith("postgresql") else databases[:1]
    for database in used:
        await database.start()
    try:
        file = read(team_file(folder, support=SLACK_ROOMS["support"], tech=SLACK_ROOMS["tech"]), Words("en"))
        await used[0].write(lambda unit: apply(unit, file))
        yield [(used[0], routers[0]), (used[-1], routers[-1])]
    finally:
        for database in used:
            await database.close()


async def test_pressing_races_with_the_next_step(url: str, tmp_path: Path) -> None:
    """Fault T4. Covers T4 U16: forty times, in whatever order the two replicas come."""
    clock = ManualClock()
    async with _replicas(url, tmp_path, clock) as ((one, first), (other, second)):
        await _race(one, other, (first, second), clock)


async def test_two_replicas_tell_each_step_once(url: str, tmp_path: Path) -> None:
    """Covers T6 U12: three hundred due at once for three persons, both sweeping; nobody waits in a circle."""
    clock = ManualClock()
    async with _replicas(url, tmp_path, clock) as replicas:
        numbers = [await replicas[0][0].write(functools.partial(_due_for, place)) for place in range(300)]

        async def sweeping(database: SqlDatabase, router: Router) -> None:
            sweeper = Sweeper(database, router.timers, clock, Figures(), router.gathering)
            while await database.read(lambda unit: unit.timers.overdue(unit.now + timedelta(seconds=1))[0]):
                await sweeper.sweep()
                await database.read(lambda unit: None)

        await asyncio.wait_for(asyncio.gather(*(sweeping(*replica) for replica in replicas)), 60)
        told = await replicas[0][0].read(functools.partial(_told, numbers))
    assert told == dict.fromkeys(numbers, 1)


def _due_for(place: int, unit: Unit) -> int:
    """A clock whose first step is due for one of three."""
    owner = _person(unit, ("lin", "chen", "wang")[place % 3])
    ticket = samples.ticket(unit, assignee=owner.id)
    clock = unit.clocks.add(Clock(0, ticket.id, MEASURE, Policy.read("first", ROW), unit.now - timedelta(minutes=11)))
    unit.timers.set("clock", clock.id, unit.now)
    return clock.id


def _told(numbers: list[int], unit: Unit) -> dict[int, int]:
    """How many alerts of each clock were told."""
    return {number: len([each for each in unit.alerts.of_clock(number) if each.told_at]) for number in numbers}
