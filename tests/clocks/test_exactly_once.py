"""Each step fires once: whoever fails, races, or dies; and an answer in time is followed by no alarm."""

import asyncio
import random
from collections import Counter
from functools import partial

import pytest

from bot.clocks import levers, running
from bot.clocks.facts import StepFired
from bot.clocks.firing import MOST_ATTEMPTS
from bot.durations import Duration
from bot.unit import Unit
from bot.workers.sweeper import BATCH, Sweeper
from storage import open_database
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.clocks.desk import Desk, desk, policy, since_start

STEPS = ("10m", "20m", "target")


class Deaf(Exception):
    """What somebody who hears of a step fails with."""


async def test_a_step_that_can_not_be_carried_out_is_passed_over_and_the_next_one_comes(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Covers G1: an escalation goes up, it does not stand still; what was left out is seen in `why`."""

    def deaf(unit: Unit, fact: StepFired) -> None:
        if fact.step == 0:
            raise Deaf

    async with desk(database_url) as at:
        at.router.reactions.on(StepFired, deaf)
        await at.configure({"p": policy(target="1h", steps=STEPS)})
        await at.open()
        await at.pass_time(minutes=10)
        for _ in range(MOST_ATTEMPTS):
            await at.pass_time(seconds=10)
        clock = await at.only()
        assert [(one.step, one.passed) for one in clock.fired] == [(0, True)]
        assert await at.fired() == []
        await at.pass_time(minutes=10)
        assert await at.fired() == [(1, 0, 0)]
        assert "passed over" in caplog.text


async def test_an_answer_in_the_same_instant_is_before_or_after_never_both(migrated_postgres_url: str) -> None:
    """Fault T4. Covers G1: reliability T4 and P6: two replicas sweep while forty people take their tickets on."""
    async with desk(migrated_postgres_url) as at:
        other = open_database(migrated_postgres_url, clock=at.clock, reactions=at.router.reactions)
        await other.start()
        try:
            await _race(at, other)
        finally:
            await other.close()


async def _race(at: Desk, other: SqlDatabase) -> None:
    chance = random.Random(7)
    await at.configure({"p": policy(target="1h", steps=("target",))})
    await at.sweep()
    tickets = [await at.open() for _ in range(40)]
    at.clock.advance(3600)

    async def stops(ticket: int) -> None:
        await asyncio.sleep(chance.random() / 20)
        await at.database.write(partial(_stopped, ticket=ticket))

    async def sweeps(sweeper: Sweeper) -> None:
        for _ in range(6):
            await sweeper.sweep()
            await asyncio.sleep(0.01)

    sweepers = [at.sweeper(), at.sweeper(other)]
    await asyncio.gather(*map(stops, tickets), *map(sweeps, sweepers))
    for ticket in tickets:
        kinds = await at.database.read(partial(_kinds, ticket=ticket))
        assert kinds.count("StepFired") <= 1
        assert kinds.count("ClockStopped") == 1
        assert "StepFired" not in kinds[kinds.index("ClockStopped") :], kinds


def _stopped(unit: Unit, ticket: int) -> None:
    for clock in unit.clocks.running(ticket):
        running.stop(unit, clock)


def _kinds(unit: Unit, ticket: int) -> list[str]:
    return [record.fact.kind for record in unit.facts.of_ticket(ticket)]


async def test_random_lives_fire_each_step_of_each_round_once(database_url: str) -> None:
    """Covers G1: a hundred clocks, moved at random, seen now by one replica and now by another."""
    chance = random.Random(11)
    async with desk(database_url) as at:
        await at.configure({"p": policy(target="1h", steps=(*STEPS, "target+30m"))})
        tickets = [await at.open() for _ in range(20)]
        for _ in range(30):
            ticket = chance.choice(tickets)
            await at.database.write(partial(_moved, ticket=ticket, chance=chance))
            await at.pass_time(minutes=chance.randrange(0, 25))
        for ticket in tickets:
            told = Counter((step, turn) for step, _, turn in await at.fired(ticket))
            assert set(told.values()) <= {1}, ticket


def _moved(unit: Unit, ticket: int, chance: random.Random) -> None:
    for clock in unit.clocks.running(ticket):
        move = chance.randrange(6)
        if move == 0:
            running.pause(unit, clock, "customer")
        elif move == 1:
            running.resume(unit, clock)
        elif move == 2:
            levers.acknowledge(unit, clock, 2, unit.now + (since_start(minutes=20) - since_start()))
        elif move == 3:
            levers.extend(unit, clock, Duration(chance.randrange(5, 60), "m"), "more", 2)
        elif move == 4:
            running.stop(unit, clock)


async def test_forty_that_fall_due_together_are_one_batch(database_url: str) -> None:
    """Fault T6. Covers G5: reliability T6: ten thousand would be a hundred of them, each a unit of its own."""
    clock = ManualClock()
    async with desk(database_url, clock) as at:
        await at.configure({"p": policy(target="1h", steps=("target",))})
        await at.sweep()
        for _ in range(40):
            await at.open()
        clock.advance(3600)
        swept = await at.sweeper().sweep()
        assert 40 <= swept.taken <= BATCH
        assert [await at.fired(ticket) for ticket in range(1, 41)] == [[(0, 0, 0)]] * 40
        assert [await at.due(number) for number in range(1, 41)] == [None] * 40
