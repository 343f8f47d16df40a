"""Replicas on PostgreSQL wake each other; nothing depends on it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.unit import Unit
from storage import open_database
from storage.unit import SqlDatabase
from storage.wakeups import CHANNEL, RETRY_SECONDS
from tests.clock import ManualClock


class Replica:
    """A database, and what its `on_commit` was told."""

    def __init__(self, database: SqlDatabase) -> None:
        self.database = database
        self.told = 0
        self.heard = asyncio.Event()
        database.on_commit(self._hear)

    def _hear(self, topics: Sequence[str]) -> None:
        self.told += 1
        self.heard.set()

    async def hears(self, clock: ManualClock) -> None:
        """Wait until it is told something, while time passes."""
        self.heard.clear()
        for _ in range(500):
            clock.advance(0.05)
            try:
                await asyncio.wait_for(self.heard.wait(), 0.02)
            except TimeoutError:
                continue
            return
        raise AssertionError("nobody said anything")


@pytest.fixture
async def replicas(migrated_postgres_url: str, clock: ManualClock) -> AsyncIterator[tuple[Replica, Replica]]:
    """Two replicas that listen."""
    both = tuple(Replica(open_database(migrated_postgres_url, clock=clock)) for _ in (1, 2))
    for replica in both:
        await replica.database.start()
        await replica.hears(clock)
    yield both[0], both[1]
    for replica in both:
        await replica.database.close()


def queue(unit: Unit) -> None:
    """Something to do for whoever is awake."""
    unit.outbox.put(Order("show", Place("slack", "C1")))


async def test_what_one_queues_the_other_hears_of(replicas: tuple[Replica, Replica], clock: ManualClock) -> None:
    one, other = replicas
    before = one.told
    await one.database.write(queue)
    await other.hears(clock)
    assert one.told == before + 1, "its own commit, not its own notification"
    await other.database.write(queue)
    await one.hears(clock)


async def test_many_commits_share_a_notification(
    replicas: tuple[Replica, Replica], clock: ManualClock, migrated_postgres_url: str
) -> None:
    one, other = replicas
    with psycopg.connect(migrated_postgres_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        await asyncio.gather(*(one.database.write(queue) for _ in range(40)))
        await other.hears(clock)
        notices = list(listener.notifies(timeout=0.2))
    assert [notice.payload for notice in notices] == [""]


async def test_after_a_cut_it_looks_for_what_it_missed(
    replicas: tuple[Replica, Replica], clock: ManualClock, migrated_postgres_url: str
) -> None:
    """Fault D2: a listener that was cut off comes back, and sweeps."""
    one, other = replicas
    await other.database.write(lambda unit: unit.keys.put("k", 1))
    with psycopg.connect(migrated_postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'baton wake-ups'"
        )
    clock.advance(RETRY_SECONDS)
    await asyncio.gather(one.hears(clock), other.hears(clock))
    await one.database.write(queue)
    await other.hears(clock)
