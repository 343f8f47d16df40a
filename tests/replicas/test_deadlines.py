"""Deadlines while replicas die: each step fires once, and people saw what the ledger says they saw.

Covers G5 under K2, K4 and D1. Replicas are real processes in real time; the verdict waits for conditions, never for
times. What is left to chance follows from the seed that is printed, and `BATON_TEST_SEED` brings it back; how the two
replicas share the work is theirs to decide each time.
"""

import asyncio
import contextlib
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from bot.clock import SystemClock
from storage import open_database
from storage.unit import SqlDatabase
from tests.replicas import verdict
from tests.replicas.cluster import cluster
from tests.replicas.demanded import Replay
from tests.replicas.histories import histories
from tests.replicas.pair import PATIENCE, SNOOZE, SUN, Pair, pair, seed

DEATHS = 4
"""At least so many, however slow the machine is; chains go on for a while after the last act."""

SPARE = timedelta(seconds=3)
"""Beyond twice the greatest lateness of any step: by so much one may have been due that was overtaken by an answer."""


async def test_a_hundred_histories_while_replicas_are_killed(tmp_path: Path, postgres_url: str) -> None:
    """Fault K2. Covers G5: one of two is alive at any time, and no step is lost, fires twice, or is told in vain."""
    number = seed()
    async with pair(tmp_path, postgres_url, number) as here:
        torment = asyncio.create_task(here.torment())
        try:
            await asyncio.gather(*(each.live(15.0) for each in histories(here, 100, number)))
            await here.until(lambda: len(here.deaths) >= DEATHS or torment.done())
            assert not torment.done(), torment.exception()
        finally:
            torment.cancel()
            await asyncio.wait([torment])
        await here.recover()
        await judge(here, postgres_url, 100, f"BATON_TEST_SEED={number}")


async def test_ten_histories_while_a_replica_sleeps_and_the_database_restarts(tmp_path: Path) -> None:
    """Faults K4, D1. Covers G5: a replica that slept past its leases spoils nothing of what the other did meanwhile."""
    number = seed()
    async with cluster() as postgres, pair(tmp_path, postgres.url, number) as here:
        lives = asyncio.gather(*(each.live(6.0) for each in histories(here, 10, number)))
        try:
            for _ in range(2):
                await here.freeze()
                await postgres.restart()
            await lives
        finally:
            lives.cancel()
        await judge(here, postgres.url, 10, f"BATON_TEST_SEED={number}")


async def judge(here: Pair, url: str, count: int, hint: str) -> None:
    """Wait until all is quiet; then the facts, the ledger and the platforms must agree, and the auditor be content."""
    database = open_database(url, clock=SystemClock(), mode="visit")
    await database.start()
    try:
        await _quiet(database)
        tickets = await database.read(partial(verdict.stored, _column(url, "SELECT id FROM tickets ORDER BY id")))
        people = await database.read(verdict.people)
        found, noticed = await verdict.findings(database), await verdict.conditions(database)
    finally:
        await database.close()
    assert sorted(told.title for told in tickets) == sorted(f"question {n}" for n in range(1, count + 1)), hint
    replays = verdict.retold(here.folder / "baton.toml", tickets, SNOOZE)
    _each_step_once(replays, hint)
    assert [wrong for told, replay in zip(tickets, replays, strict=True)
            for wrong in verdict.ill_addressed(told, replay, people)] == [], hint  # fmt: skip
    assert verdict.ill_told(tickets, here.slack) == [], hint
    posted = dict(_rows(url, "SELECT key, ref FROM posted WHERE platform = 'telegram' AND key LIKE 'alert:%'"))
    tries = dict(_rows(url, "SELECT key, attempts FROM outbox WHERE key LIKE 'alert:%'"))
    wrong, repeats = verdict.repeated(tickets, posted, tries, here.telegram, SUN)
    assert wrong == [], hint
    assert verdict.unfounded(set(_column(url, "SELECT effect FROM outbox")), tickets, here.slack) == [], hint
    assert (found, noticed or {}) == ([], {}), hint
    _report(
        here,
        replays,
        repeats,
        _column(url, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"),
    )


def _each_step_once(replays: list[Replay], hint: str) -> None:
    """What fired was due (the replay would have stopped otherwise); and now: nothing that was due has not fired.

    Where somebody answered first, it must have been a matter of moments.
    """
    now = SystemClock().now()
    assert [replay.overdue(now) for replay in replays if replay.overdue(now)] == [], hint
    late = verdict.lateness(replays)
    assert [each for each in verdict.forgotten(replays) if each > late[-1] * 2 + SPARE] == [], hint


def _report(here: Pair, replays: list[Replay], repeats: int, deadlocks: list[int]) -> None:
    late = verdict.lateness(replays)
    sys.stderr.write(
        f"{len(late)} steps, late by {late[len(late) // 2]} (median) to {late[-1]}; deaths: {here.deaths}; "
        f"seen twice on Telegram: {repeats}; deadlocks: {deadlocks}\n"
    )


async def _quiet(database: SqlDatabase) -> None:
    left = "everything"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while left:
                await asyncio.sleep(0.25)
                left = await database.read(verdict.restless)
    assert not left, f"still to be done: {left}"


def _column(url: str, statement: LiteralString) -> list[Any]:
    return [value for (value,) in _rows(url, statement)]


def _rows(url: str, statement: LiteralString) -> list[Any]:
    """What the database answers."""
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()
