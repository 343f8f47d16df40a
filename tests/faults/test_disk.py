"""The disk is slow, full, failing, or somebody else has its file: what was acknowledged is there, and nothing twice.

Covers C4, G2. Processes are real; what Slack believes delivered and what people see is the verdict.
"""

import asyncio
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.slack import Message
from tests.faults.forms import long_form
from tests.faults.sickdisk import Disk
from tests.replicas.desk import Desk, desk
from tests.replicas.process import Process


def file_of(here: Desk) -> Path:
    """The database's file."""
    return here.folder / "baton.db"


async def judge(here: Desk, asked: dict[int, Message]) -> None:
    """Each question is a ticket and was answered, once; what Slack was refused it delivers again."""
    for message in asked.values():
        await here.insist(message)
    await here.until(lambda: all(here.cards(number) and here.answers(asked[number]) for number in asked))
    assert {number: (len(here.cards(number)), len(here.answers(asked[number]))) for number in asked} == dict.fromkeys(
        asked, (1, 1)
    )
    assert here.slack.violations == []
    with sqlite3.connect(file_of(here)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def acknowledged(here: Desk, asked: dict[int, Message]) -> list[int]:
    """Which questions Slack believes delivered."""
    return [number for number, message in asked.items() if here.delivery_of(message).ok]


@pytest.mark.parametrize("milliseconds", [4, pytest.param(100, marks=long_form)])
async def test_on_a_slow_disk_everything_takes_longer_and_is_right(
    tmp_path: Path, disk: Disk, milliseconds: int
) -> None:
    """Fault D8: at 4 ms a sync twenty questions at once are acknowledged well within Slack's three seconds."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db", **disk.environment) as here:
        await here.start(hurried=True)
        disk.slow(milliseconds / 1000)
        said = await asyncio.gather(*(here.asks(number) for number in range(20)))
        asked = dict(enumerate(said))
        if milliseconds == 4:
            assert acknowledged(here, asked) == list(range(20))
        await judge(here, asked)


@pytest.mark.parametrize("illness", [pytest.param(Disk.full, marks=long_form), Disk.broken], ids=["full", "failing"])
async def test_a_disk_that_takes_nothing_acknowledges_nothing(
    tmp_path: Path, disk: Disk, illness: Callable[[Disk], None]
) -> None:
    """Faults D9, D10: nothing is acknowledged that is not on the disk; when it is well, all goes on by itself."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db", **disk.environment) as here:
        here.slack.retry_schedule = ()
        process = await here.start(hurried=True)
        asked = {0: await here.asks(0)}
        await here.until(lambda: bool(here.cards(0) and here.answers(asked[0])))
        illness(disk)
        asked |= {number: await here.asks(number) for number in (1, 2)}
        assert acknowledged(here, asked) == [0]
        assert (await process.asked("/healthz"))[0] == 200, "a restart would not mend the disk"
        disk.well()
        await judge(here, asked)


@long_form
async def test_killed_on_a_full_disk_it_starts_again_when_there_is_room(tmp_path: Path, disk: Disk) -> None:
    """Faults D10, K1."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db", **disk.environment) as here:
        here.slack.retry_schedule = ()
        process = await here.start(hurried=True)
        asked = {0: await here.asks(0)}
        disk.full()
        asked[1] = await here.asks(1)
        await process.kill()
        disk.well()
        await here.start(hurried=True)
        await judge(here, asked)


async def test_a_file_that_may_not_grow_is_waited_for(tmp_path: Path) -> None:
    """Fault D10, as a quota: `RLIMIT_FSIZE` of the running process is lowered below the log, and raised again."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        here.slack.retry_schedule = ()
        process = await here.start(hurried=True)
        asked = {0: await here.asks(0)}
        await here.until(lambda: bool(here.cards(0) and here.answers(asked[0])))
        unlimited = limit(process, 4096)
        asked[1] = await here.asks(1)
        assert acknowledged(here, asked) == [0]
        limit(process, unlimited)
        await judge(here, asked)


def limit(process: Process, size: int) -> int:
    """How large files of this process may grow; what it was."""
    before, hard = resource.prlimit(process.running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.running.pid, resource.RLIMIT_FSIZE, (size, hard))
    return before


@long_form
async def test_a_stranger_who_has_the_file_for_ten_seconds(tmp_path: Path) -> None:
    """Fault D7: Slack is told to come again, and nothing is lost when he lets go."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        here.slack.retry_schedule = ()
        process = await here.start(hurried=True)
        asked = {0: await here.asks(0)}
        await here.until(lambda: bool(here.cards(0) and here.answers(asked[0])))
        stranger = sqlite3.connect(file_of(here), isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        try:
            asked[1] = await here.asks(1)
            assert here.delivery_of(asked[1]).status in (0, 503)
            assert (await process.asked("/readyz"))[0] == 200, "reading goes on"
            await asyncio.sleep(6)
        finally:
            stranger.execute("ROLLBACK")
            stranger.close()
        await judge(here, asked)
