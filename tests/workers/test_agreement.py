"""Replicas whose machines' clocks are wrong go by the database's. Covers C4, G2, C12; faults of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.unit import Database
from bot.workers import agreement
from bot.workers.agreement import Agreement
from bot.workers.vitals import Figures, Vitals
from storage import open_database
from tests.clock import ManualClock

HOUR = timedelta(hours=1)


class Enough(Exception):
    """The test has seen what it wanted."""


class WrongClock(SystemClock):
    """The clock of a machine that is `wrong` by so much."""

    def __init__(self, wrong: timedelta) -> None:
        super().__init__()
        self.wrong = wrong

    def now(self) -> datetime:
        return super().now() + self.wrong


def off(clock: SystemClock) -> timedelta:
    """How far from the truth it is."""
    return abs(clock.now() - datetime.now(UTC))


@pytest.mark.parametrize("wrong", [HOUR, -HOUR, timedelta(seconds=20)])
async def test_a_wrong_clock_goes_by_the_database(migrated_postgres_url: str, wrong: timedelta) -> None:
    clock = WrongClock(wrong)
    database = open_database(migrated_postgres_url, clock=clock)
    await database.start()
    try:
        kept = Agreement(database, clock)
        await kept.look()
        assert off(clock) < timedelta(seconds=2)
        assert abs(kept.correction + wrong) < timedelta(seconds=2)
        assert abs(await database.read(lambda unit: unit.now) - datetime.now(UTC)) < timedelta(seconds=5)
        _, told = await Vitals(database, clock, Figures(), {}, correction=lambda: kept.correction).ready()
        assert told["clock"].startswith("corrected by ")

        clock.wrong = timedelta(0)  # somebody set the machine's clock right
        await kept.look()
        assert kept.correction == timedelta(0)
    finally:
        await database.close()


async def test_a_little_is_nobodys_concern(migrated_postgres_url: str) -> None:
    clock = WrongClock(timedelta(seconds=3))
    database = open_database(migrated_postgres_url, clock=clock)
    await database.start()
    try:
        kept = Agreement(database, clock)
        await kept.look()
        assert kept.correction == timedelta(0)
    finally:
        await database.close()


async def test_a_database_on_this_machine_has_this_machines_clock(sqlite_url: str) -> None:
    clock = WrongClock(HOUR)
    database = open_database(sqlite_url, clock=clock)
    await database.start()
    try:
        kept = Agreement(database, clock)
        await kept.look()
        assert kept.correction == timedelta(0)
    finally:
        await database.close()


async def test_a_database_that_is_away_is_asked_again() -> None:
    """The comparison waits for it like everything else."""

    class Away:
        asked = 0

        async def read(self, work: object) -> None:
            self.asked += 1
            if self.asked > 2:
                raise Enough
            raise ConnectionError("away")

    class Quick(SystemClock):
        async def sleep(self, seconds: float) -> None:
            assert seconds == agreement.EVERY

    away = Away()
    with pytest.raises(Enough):
        await Agreement(away, Quick()).run()  # type: ignore[arg-type]
    assert away.asked == 3


async def test_other_clocks_are_left_alone(database: Database) -> None:
    """Those of tests go as tests want them to."""
    kept = Agreement(database, ManualClock())
    await kept.look()
    assert kept.correction == timedelta(0)
