"""The sweeper: what is due is done once, in order, whoever fails, dies, sleeps too long or sets the clock."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.escalation.ports import Timer
from bot.facts import Fact
from bot.unit import Database, Unit
from bot.workers import sweeper as module
from bot.workers.sweeper import BATCH, Sweeper, backoff
from bot.workers.vitals import STALE, Figures, Vitals
from storage import open_database
from storage.engine import TOPICS
from tests.clock import START, ManualClock
from tests.databases import Opener


@dataclass(frozen=True, slots=True)
class Done(Fact):
    """Something that only this test records, so that what was done can be counted in the database."""

    subject: int = 0


class Broken(Exception):
    """What a timer's work fails with."""


@dataclass
class Desk:
    """One database, a clock, and what was done by whom: `fails` are subjects whose work fails."""

    database: Database
    clock: ManualClock
    fails: set[int] = field(default_factory=set)
    order: list[int] = field(default_factory=list)

    def sweeper(self, database: Database | None = None, figures: Figures | None = None) -> Sweeper:
        """One that does the work `once`."""
        work = {"once": self._once}
        return Sweeper(database or self.database, work, self.clock, figures or Figures())

    def _once(self, unit: Unit, timer: Timer) -> None:
        unit.record(Done(0, subject=timer.subject))
        self.order.append(timer.subject)
        if timer.subject in self.fails:
            raise Broken(str(timer.subject))
        unit.timers.clear(timer.kind, timer.subject)

    async def arm(self, *subjects: int, after: float = 0.0, kind: str = "once") -> None:
        """Set timers that are due so many seconds from now."""

        def work(unit: Unit) -> None:
            for subject in subjects:
                unit.timers.set(kind, subject, unit.now + timedelta(seconds=after))

        await self.database.write(work)

    async def timer(self, subject: int) -> Timer | None:
        """As it is stored."""
        return await self.database.read(lambda unit: unit.timers.get("once", subject))

    async def done(self) -> list[int]:
        """What was done for good, by the database's own account."""
        records = await self.database.read(lambda unit: unit.facts.of_ticket(0, limit=10_000))
        return [record.fact.subject for record in records if isinstance(record.fact, Done)]


@pytest.fixture
def desk(database: Database, clock: ManualClock) -> Desk:
    """On SQLite and on PostgreSQL."""
    return Desk(database, clock)


@contextlib.asynccontextmanager
async def running(sweeper: Sweeper) -> AsyncIterator[asyncio.Task[None]]:
    """A sweeper at work."""
    task = asyncio.create_task(sweeper.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the sweeper's task has come so far."""
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it did not happen")


async def test_what_is_due_is_done_in_order_and_nothing_else(desk: Desk) -> None:
    """Covers G5: earliest first, and what is not due waits."""
    await desk.arm(3, after=30)
    await desk.arm(1, after=10)
    await desk.arm(2, after=20)
    desk.clock.advance(25)
    swept = await desk.sweeper().sweep()
    assert desk.order == [1, 2]
    assert swept.taken == 2
    assert swept.lateness == (15.0, 5.0)
    assert swept.next_due == START + timedelta(seconds=30)


async def test_one_that_fails_keeps_no_other_from_being_done(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Covers G5: it is put back with a growing pause, and nothing of what it did is stored."""
    desk.fails = {2}
    await desk.arm(1, 2, 3)
    figures = Figures()
    sweeper = desk.sweeper(figures=figures)
    for attempts in range(3):
        await sweeper.sweep()
        timer = await desk.timer(2)
        assert timer is not None
        assert timer.attempts == attempts + 1
        assert timer.due_at == desk.clock.now() + backoff(attempts)
        desk.clock.advance(backoff(attempts).total_seconds())
    assert sorted(await desk.done()) == [1, 3]
    assert figures.registry.get_sample_value("baton_timer_failures_total", {"kind": "once"}) == 3
    assert "once:2" in caplog.text
    desk.fails.clear()
    await sweeper.sweep()
    assert sorted(await desk.done()) == [1, 2, 3]


def test_the_pause_after_failures_grows_and_ends_somewhere() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (0, 1, 2, 30)] == [2, 4, 8, 600]


async def test_timers_of_a_kind_that_is_not_known_here_are_left_to_those_who_know(desk: Desk) -> None:
    """Fault T7. Covers G5: a replica of an older version neither does nor loses what a newer one set."""
    await desk.arm(1, kind="newer")
    swept = await desk.sweeper().sweep()
    assert swept.taken == 0
    kept = await desk.database.read(lambda unit: unit.timers.get("newer", 1))
    assert kept == Timer("newer", 1, START)


async def test_two_replicas_at_once_do_everything_once(
    migrated_postgres_url: str, opened: Opener, desk: Desk, request: pytest.FixtureRequest
) -> None:
    """Covers G5: on PostgreSQL what one has in hand the other passes over; five hundred, no one twice."""
    if request.node.callspec.params.get("database_url") == "sqlite":
        pytest.skip("SQLite has one process")
    await desk.arm(*range(500))
    one, two = desk.sweeper(), desk.sweeper(await opened())

    async def all_of_it(sweeper: Sweeper) -> int:
        taken = 0
        while (swept := await sweeper.sweep()).taken or swept.next_due is not None:
            taken += swept.taken
        return taken

    shares = await asyncio.gather(all_of_it(one), all_of_it(two))
    assert sum(shares) == 500
    assert sorted(await desk.done()) == list(range(500))


async def test_a_death_before_the_commit_is_as_if_nobody_had_looked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers G1: nothing was done, nothing is leased, the next look does it once."""
    await desk.arm(*range(BATCH // 2))

    def dies(name: str) -> None:
        if name == "timers.before_commit":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "hit", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.sweeper().sweep()
    assert await desk.done() == []
    await desk.sweeper().sweep()
    assert sorted(await desk.done()) == list(range(BATCH // 2))


async def test_after_two_hours_of_downtime_five_hundred_are_done_once_in_the_order_of_their_moments(
    desk: Desk,
) -> None:
    """Fault T1. Covers G1: reliability T1 and T6."""
    for subject in range(20):
        await desk.arm(subject, after=60 + (subject * 7919) % 7000)
    await desk.arm(*range(20, 500), after=3600)
    desk.clock.advance(7200)
    async with running(desk.sweeper()):
        await until(lambda: len(desk.order) >= 500)
    async with asyncio.timeout(10):
        while len(await desk.done()) < 500:  # what was still in hand when the other one was stopped
            await desk.sweeper().look()
    assert sorted(await desk.done()) == list(range(500))
    early = [subject for subject in desk.order if subject < 20]
    assert early == sorted(early, key=lambda subject: 60 + (subject * 7919) % 7000)


async def test_it_wakes_for_what_is_set_to_fall_due_before_it_would_look(desk: Desk) -> None:
    """Covers G5: far deadlines wake nobody, near ones at once."""
    sweeper = desk.sweeper()
    topics: list[str] = []

    def wake(touched: Sequence[str]) -> None:
        if tuple(touched) != TOPICS:  # that is another replica's: something may have happened there
            topics.extend(topic for topic in touched if topic == "timers")
        sweeper.wake()

    desk.database.on_commit(wake)
    async with running(sweeper):
        await until(lambda: sweeper.last_progress == desk.clock.monotonic())
        await desk.arm(1, after=3600)
        assert topics == []
        await desk.arm(2)
        await until(lambda: desk.order == [2])
    assert topics == ["timers"]


class SteppedClock(ManualClock):
    """A clock that can be set, as an operator or NTP sets a machine's."""

    def set(self, at: datetime) -> None:
        """The wall shows another time; nothing else moves."""
        self._now = at


@pytest.mark.parametrize("hours", [6, -6])
async def test_a_clock_that_is_set_makes_nothing_happen_twice_and_loses_nothing(
    hours: int, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Fault T2. Covers G1: forward it comes early, back it comes when that time is reached again; once."""
    clock = SteppedClock()
    database = open_database(database_url, clock=clock)
    await database.start()
    try:
        desk = Desk(database, clock)
        figures = Figures()
        sweeper = desk.sweeper(figures=figures)
        await desk.arm(1)
        await desk.arm(2, after=3 * 3600)
        await sweeper.look()
        assert desk.order == [1]
        with caplog.at_level(logging.WARNING):
            clock.set(clock.now() + timedelta(hours=hours))
            await sweeper.look()
        assert "clock_jump" in caplog.text
        assert figures.registry.get_sample_value("baton_clock_jumps_total") == 1
        assert desk.order == ([1, 2] if hours > 0 else [1])
        clock.set(START)
        await sweeper.look()
        clock.advance(3 * 3600)
        await sweeper.look()
        assert desk.order == [1, 2]
        assert sorted(await desk.done()) == [1, 2]
    finally:
        await database.close()


async def test_a_fault_in_the_sweeper_itself_ends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault K6. Covers G1: reliability K6: it goes on a second later."""
    broken = [True]

    def hit(name: str) -> None:
        if broken:
            broken.pop()
            raise Broken(name)

    monkeypatch.setattr(module, "hit", hit)
    await desk.arm(1)
    async with running(desk.sweeper()) as task:
        await until(lambda: not broken)
        await asyncio.sleep(0.01)
        desk.clock.advance(1.1)
        await until(lambda: desk.order == [1])
        assert not task.done()


async def test_a_sweeper_that_died_makes_the_process_unhealthy(desk: Desk) -> None:
    """Fault K6. Covers G1: reliability K6: in a process that otherwise lives, who watches it restarts it."""
    sweeper = desk.sweeper()
    vitals = Vitals(desk.database, desk.clock, Figures(), {"sweeper": lambda: sweeper.last_progress})
    async with running(sweeper):
        await until(lambda: sweeper.last_progress == desk.clock.monotonic())
    desk.clock.advance(STALE + 1)
    with pytest.raises(RuntimeError, match="sweeper"):
        await vitals.live()
    ready, reasons = await vitals.ready()
    assert not ready
    assert reasons["scheduler"] == "stuck"


async def test_the_lag_is_told(desk: Desk) -> None:
    """Covers G5: how many should have been done, and since when the oldest, in `/readyz` and in `/metrics`."""
    await desk.arm(1, 2)
    await desk.arm(3, after=600)
    desk.clock.advance(90)
    figures = Figures()
    vitals = Vitals(desk.database, desk.clock, figures, {})
    _, reasons = await vitals.ready()
    assert reasons["timers"] == {"waiting": 2, "oldest_seconds": 90.0, "moving": False}
    await desk.sweeper(figures=figures).sweep()
    told = (await vitals.metrics()).decode()
    assert 'baton_waiting{queue="timers"} 0.0' in told
    assert "baton_timer_lateness_seconds_count 2.0" in told
