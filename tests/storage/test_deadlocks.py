"""Two units that wait for each other: one of them is run again, and nobody takes it for a fault of what it did."""

import asyncio
from collections.abc import Callable
from threading import Event

import psycopg

from bot.errors import StaleWrite
from bot.unit import Unit
from storage import open_database


async def test_a_deadlock_within_a_part_of_a_unit_runs_the_unit_again(migrated_postgres_url: str) -> None:
    """Covers G1: the sweeper counts failures of a timer's work, and leaves out a step after three."""
    database = open_database(migrated_postgres_url)
    await database.start()
    faults: list[Exception] = []
    runs: list[str] = []
    holding = {"a": Event(), "b": Event()}

    def crossing(first: str, second: str) -> Callable[[Unit], None]:
        def part(unit: Unit) -> None:
            runs.append(first)
            unit.timers.set(first, 1, unit.now)
            unit.timers.get(first, 1)
            holding[first].set()
            holding[second].wait(5)
            unit.timers.set(second, 1, unit.now)
            unit.timers.get(second, 1)

        def work(unit: Unit) -> None:
            try:
                unit.attempt(lambda: part(unit))
            except StaleWrite:
                raise
            except Exception as problem:
                faults.append(problem)

        return work

    try:
        await asyncio.gather(database.write(crossing("a", "b")), database.write(crossing("b", "a")))
    finally:
        await database.close()
    assert faults == []
    assert len(runs) > 2, "one of them was run again"


async def test_a_connection_that_breaks_within_a_part_says_so_and_the_unit_is_run_again(
    migrated_postgres_url: str,
) -> None:
    """Covers D2: whoever survives the failures of a part does not take the loss of the database for one of them."""
    database = open_database(migrated_postgres_url)
    await database.start()
    seen: list[type[Exception]] = []

    def work(unit: Unit) -> str:
        def part() -> None:
            if not seen:
                cut_off(migrated_postgres_url)
            unit.keys.get("anything")

        try:
            unit.attempt(part)
        except Exception as problem:
            seen.append(type(problem))
            raise
        return "done"

    try:
        assert await database.write(work) == "done"
    finally:
        await database.close()
    assert [issubclass(kind, ConnectionError) for kind in seen] == [True]


def cut_off(url: str) -> None:
    """End every other session of this database."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
