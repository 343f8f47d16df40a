"""PostgreSQL: connections that break, races that are lost, settings that keep a stuck one from stopping the rest."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from bot.errors import Invalid
from bot.unit import Unit
from storage import DatabaseDown, open_database
from storage.postgres import CONNECTIONS, connect
from storage.unit import SqlDatabase


@pytest.fixture
async def database(migrated_postgres_url: str) -> AsyncIterator[SqlDatabase]:
    """An open database on PostgreSQL."""
    opened = open_database(migrated_postgres_url)
    await opened.start()
    yield opened
    await opened.close()


def cut_connections(url: str) -> int:
    """Break every connection of Baton's to the database, as a restart of the server does; how many there were."""
    with psycopg.connect(url, autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'baton'"
        )
        return len(cut.fetchall())


def connections(url: str) -> list[str]:
    """Which connections of Baton's the server counts."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'baton%'"
        )
        return [name for (name,) in rows]


class TestConnections:
    """Covers G2: the database may restart, and nothing stays open."""

    async def test_idle_connections_that_died_are_made_anew(
        self, database: SqlDatabase, migrated_postgres_url: str
    ) -> None:
        """Faults D1 and D2."""
        await asyncio.gather(*(database.write(lambda unit: unit.keys.put("k", 1)) for _ in range(20)))
        assert cut_connections(migrated_postgres_url) > 0
        await asyncio.gather(*(database.write(lambda unit: unit.keys.put("k", 2)) for _ in range(20)))
        assert cut_connections(migrated_postgres_url) > 0
        assert await database.read(lambda unit: unit.keys.get("k")) == 2

    async def test_a_connection_that_breaks_within_a_unit_loses_nothing(
        self, database: SqlDatabase, migrated_postgres_url: str
    ) -> None:
        tries: list[int] = []

        def work(unit: Unit) -> str:
            unit.keys.put(f"try {len(tries)}", 1)
            tries.append(1)
            if len(tries) == 1:
                cut_connections(migrated_postgres_url)
            return "done" if unit.keys.get(f"try {len(tries) - 1}") else "lost"

        assert await asyncio.gather(*(database.read(lambda unit: unit.keys.get("warm")) for _ in range(CONNECTIONS)))
        assert await database.write(work) == "done"
        kept = await database.read(lambda unit: [unit.keys.get(f"try {number}") for number in (0, 1)])
        assert kept == [None, 1], "the first try was undone, the second holds"

    async def test_a_server_that_is_away_is_named(self, migrated_postgres_url: str) -> None:
        parts = urlsplit(migrated_postgres_url)
        away = urlunsplit(parts._replace(netloc="postgres:s3cret@127.0.0.1:9", query=""))
        with pytest.raises(DatabaseDown) as problem:
            await open_database(away).start()
        assert isinstance(problem.value, ConnectionError)
        assert "s3cret" not in str(problem.value)
        assert "\n" not in str(problem.value)

    async def test_nothing_stays_open(self, migrated_postgres_url: str) -> None:
        database = open_database(migrated_postgres_url)
        await database.start()
        await asyncio.gather(*(database.write(lambda unit: unit.keys.put("k", 1)) for _ in range(50)))
        with pytest.raises(Invalid):
            await database.write(fail)
        open_now = connections(migrated_postgres_url)
        assert open_now.count("baton") <= CONNECTIONS <= 16
        await database.close()
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("baton")] == []
        for _ in range(500):  # the server ends a session a moment after it was closed
            if not connections(migrated_postgres_url):
                break
            await asyncio.sleep(0.01)
        assert connections(migrated_postgres_url) == []

    def test_no_session_waits_for_ever(self, migrated_postgres_url: str) -> None:
        with connect(migrated_postgres_url) as connection:
            names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit")
            settings = {name: connection.execute(f"SHOW {name}").fetchone() for name in names}
        assert settings == {
            "statement_timeout": ("15s",),
            "lock_timeout": ("10s",),
            "idle_in_transaction_session_timeout": ("30s",),
            "synchronous_commit": ("on",),
        }


def fail(unit: Unit) -> None:
    """Leave something behind and fail."""
    unit.keys.put("failed", True)
    raise Invalid("x")


class TestRaces:
    """Several replicas at once."""

    async def test_of_two_that_wait_for_each_other_one_goes_first_and_both_hold(self, database: SqlDatabase) -> None:
        both_hold_one = threading.Barrier(2, timeout=10)
        tries: list[str] = []

        def work(first: str, second: str) -> Callable[[Unit], None]:
            def run(unit: Unit) -> None:
                unit.serialize(first)
                unit.keys.get("settle")
                tries.append(first)
                if len(tries) <= 2:
                    both_hold_one.wait()
                unit.serialize(second)
                unit.keys.put(first, True)

            return run

        await asyncio.gather(database.write(work("a", "b")), database.write(work("b", "a")))
        assert len(tries) == 3, "the server found the deadlock, and one was run again"
        assert await database.read(lambda unit: (unit.keys.get("a"), unit.keys.get("b"))) == (True, True)

    async def test_a_reading_unit_sees_one_state_of_things(self, database: SqlDatabase) -> None:
        looked, changed = threading.Event(), threading.Event()

        def look(unit: Unit) -> tuple[object, object]:
            before = unit.keys.get("k")
            looked.set()
            assert changed.wait(10)
            return before, unit.keys.get("k")

        await database.write(lambda unit: unit.keys.put("k", "old"))
        reading = asyncio.create_task(database.read(look))
        await asyncio.to_thread(looked.wait, 10)
        await database.write(lambda unit: unit.keys.put("k", "new"))
        changed.set()
        assert await reading == ("old", "old")

    async def test_units_of_other_rooms_are_not_held_up(self, database: SqlDatabase) -> None:
        """Fault D6: one that is stuck stops nobody else."""
        stuck, free = threading.Event(), threading.Event()

        def wait(unit: Unit) -> None:
            unit.serialize("slack:C1")
            unit.keys.get("settle")
            stuck.set()
            assert free.wait(10)

        waiting = asyncio.create_task(database.write(wait))
        await asyncio.to_thread(stuck.wait, 10)

        def other(unit: Unit) -> None:
            unit.serialize("slack:C2")
            unit.keys.put("k", 1)

        await asyncio.wait_for(database.write(other), 5)
        free.set()
        await waiting

    async def test_threads_of_a_room_go_beside_one_another_and_the_room_goes_alone(self, database: SqlDatabase) -> None:
        """Covers C10 across replicas: what is said in a thread waits for what is being said in the room."""
        inside, free, went = threading.Event(), threading.Event(), list[str]()

        def hold(unit: Unit) -> None:
            unit.serialize("slack:C1#1", within="slack:C1")
            unit.keys.get("settle")
            inside.set()
            assert free.wait(10)
            went.append("thread")

        def other_thread(unit: Unit) -> None:
            unit.serialize("slack:C1#2", within="slack:C1")
            unit.keys.get("settle")

        def room(unit: Unit) -> None:
            unit.serialize("slack:C1")
            unit.keys.get("settle")
            went.append("room")

        holding = asyncio.create_task(database.write(hold))
        await asyncio.to_thread(inside.wait, 10)
        await asyncio.wait_for(database.write(other_thread), 5)
        going = asyncio.create_task(database.write(room))
        await asyncio.wait({going}, timeout=0.2)
        assert not going.done()
        free.set()
        await asyncio.gather(holding, going)
        assert went == ["thread", "room"]
