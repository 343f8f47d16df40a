"""SQLite: one process, one writer, commits in groups, nothing lost when the process or the disk gives up."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from textwrap import indent

import pytest

from bot.errors import ConfigurationProblem, Invalid
from bot.unit import Unit
from storage import DatabaseDown, open_database
from storage.sqlite import connect
from storage.unit import SqlDatabase

ROOT = Path(__file__).parents[2]

# What other processes do with the database; each line they write is a thing that has happened.
PROGRAM = """
import asyncio, resource, signal
from storage import open_database

async def main():
    database = open_database({url!r})
    await database.start()
{work}

asyncio.run(main())
"""

HOLDS = """
await database.write(lambda unit: unit.keys.put("held", 1))
print("ready", flush=True)
await asyncio.Event().wait()
"""

WRITES_ON_AND_ON = """
def put(key):
    return database.write(lambda unit: unit.keys.put(key, 1))
for number in range(100_000):
    await asyncio.gather(put(f"{number}"), put(f"{number}b"))
    print(number, flush=True)
"""

FILLS_ITS_DISK = """
def put(key):
    return database.write(lambda unit: unit.keys.put(key, "x" * 100_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, limits[1]))
try:
    for number in range(100):
        await put(f"{number}")
        print(number, flush=True)
except ConnectionError:
    print("down", flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
await put("room again")
print("up", flush=True)
"""


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    """An open database on SQLite."""
    opened = open_database(sqlite_url)
    await opened.start()
    yield opened
    await opened.close()


def path_of(url: str) -> Path:
    """The file."""
    return Path(url.removeprefix("sqlite:///"))


def mark(key: str) -> Callable[[Unit], None]:
    """Leave something behind."""
    return lambda unit: unit.keys.put(key, True)


def seen(path: Path, key: str) -> bool:
    """Whether a connection of its own sees it: whether it is committed."""
    with sqlite3.connect(path) as connection:
        return bool(connection.execute("SELECT 1 FROM kept_values WHERE key = ?", (key,)).fetchone())


class TestOneProcess:
    """Covers G2: a second Baton on the same file refuses to start (fault D11)."""

    async def test_a_second_one_refuses_in_one_line(self, database: SqlDatabase, sqlite_url: str) -> None:
        second = open_database(sqlite_url)
        with pytest.raises(ConfigurationProblem) as problem:
            await second.start()
        line = str(problem.value)
        assert line.startswith("BATON_DATABASE_URL: ")
        assert f"process {os.getpid()}" in line
        assert "postgresql://" in line
        assert "\n" not in line

    async def test_the_lock_goes_with_its_process(self, sqlite_url: str) -> None:
        holder = start(sqlite_url, HOLDS)
        assert line_of(holder) == "ready"
        with pytest.raises(ConfigurationProblem):
            await open_database(sqlite_url).start()
        holder.kill()
        holder.wait()
        database = open_database(sqlite_url)
        await database.start()
        assert await database.read(lambda unit: unit.keys.get("held")) == 1
        await database.close()

    async def test_commands_read_and_write_beside_it(self, database: SqlDatabase, sqlite_url: str) -> None:
        visitor, reader = open_database(sqlite_url, mode="visit"), open_database(sqlite_url, mode="read")
        await visitor.start()
        await reader.start()
        await visitor.write(mark("visitor"))
        await database.write(mark("baton"))
        assert await reader.read(lambda unit: (unit.keys.get("visitor"), unit.keys.get("baton"))) == (True, True)
        with pytest.raises(DatabaseDown):
            await reader.write(mark("reader"))
        await visitor.close()
        await reader.close()

    async def test_a_command_wants_tables_that_are_up_to_date(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'new.db'}"
        with pytest.raises(ConfigurationProblem, match="baton migrate"):
            await open_database(url, mode="visit").start()
        with pytest.raises(DatabaseDown):
            await open_database(f"sqlite:///{tmp_path / 'none' / 'none.db'}", mode="read").start()
        assert not (tmp_path / "none").exists()

    async def test_nothing_stays_open(self, sqlite_url: str) -> None:
        """Covers G2: open files and threads return to where they were."""
        before = open_files(path_of(sqlite_url)), threading.active_count()
        database = open_database(sqlite_url)
        await database.start()
        await asyncio.gather(*(database.write(mark(str(number))) for number in range(20)))
        await asyncio.gather(*(database.read(lambda unit: unit.keys.get("1")) for _ in range(20)))
        with pytest.raises(Invalid):
            await database.write(fail)
        await database.close()
        assert open_files(path_of(sqlite_url)) == before[0] == 0
        leftover = [thread.name for thread in threading.enumerate() if thread.name.startswith("baton")]
        assert leftover == []
        assert not path_of(sqlite_url).with_name("baton.db-wal").exists(), "the log was moved into the file"


def fail(unit: Unit) -> None:
    """Leave something behind and fail."""
    unit.keys.put("failed", True)
    raise Invalid("x")


class TestGroupCommit:
    """Covers G3: units that wait together share one fsync, and nothing else."""

    async def test_units_that_wait_share_a_commit(self, database: SqlDatabase, sqlite_url: str) -> None:
        path = path_of(sqlite_url)
        others_wait = threading.Event()
        visible: list[list[str]] = []

        def first(unit: Unit) -> None:
            others_wait.wait()
            unit.keys.put("first", True)

        def look(unit: Unit) -> None:
            unit.keys.put("second", True)
            visible.append([key for key in ("first", "failed", "second") if seen(path, key)])

        units = [first, fail, look]
        working = [asyncio.create_task(database.write(unit)) for unit in units]
        await asyncio.sleep(0)
        others_wait.set()
        results = await asyncio.gather(*working, return_exceptions=True)
        assert visible == [[]], "the second ran before the first was committed"
        assert isinstance(results[1], Invalid)
        assert [seen(path, key) for key in ("first", "failed", "second")] == [True, False, True]

    async def test_a_result_is_given_only_when_it_is_committed(self, database: SqlDatabase, sqlite_url: str) -> None:
        async def write(key: str) -> bool:
            await database.write(mark(key))
            return seen(path_of(sqlite_url), key)

        assert all(await asyncio.gather(*(write(str(number)) for number in range(50))))

    async def test_a_failing_first_unit_takes_nobody_along(self, database: SqlDatabase, sqlite_url: str) -> None:
        for _ in range(20):
            results = await asyncio.gather(
                *(database.write(work) for work in (fail, mark("a"), fail, mark("b"))), return_exceptions=True
            )
            assert [type(result) for result in results] == [Invalid, type(None), Invalid, type(None)]
        assert not seen(path_of(sqlite_url), "failed")


class TestFaults:
    """What the machine may do to the file."""

    def test_it_is_set_up_to_lose_nothing(self, sqlite_url: str) -> None:
        connection = connect(path_of(sqlite_url))
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        connection.close()
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    async def test_a_stranger_who_locks_the_file_for_a_moment_is_waited_for(
        self, database: SqlDatabase, sqlite_url: str
    ) -> None:
        """Fault D7."""
        stranger = sqlite3.connect(path_of(sqlite_url), isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(database.write(mark("a")))
        reading = await database.read(lambda unit: unit.keys.get("a"))
        assert reading is None, "readers go on"
        assert not writing.done()
        stranger.execute("ROLLBACK")
        stranger.close()
        await writing
        assert seen(path_of(sqlite_url), "a")

    def test_what_was_reported_as_committed_survives_a_kill(self, sqlite_url: str) -> None:
        """Covers C9: whatever was acknowledged is on disk (promise P1)."""
        writer = start(sqlite_url, WRITES_ON_AND_ON)
        reported = [line_of(writer) for _ in range(50)]
        writer.send_signal(signal.SIGKILL)
        reported += writer.stdout.read().split() if writer.stdout else []
        writer.wait()
        assert all(seen(path_of(sqlite_url), key) and seen(path_of(sqlite_url), f"{key}b") for key in reported)
        with sqlite3.connect(path_of(sqlite_url)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def test_a_full_disk_is_reported_and_passes(self, sqlite_url: str) -> None:
        """Fault D10: the failing write raises, earlier ones stand, work goes on when there is room."""
        writer = start(sqlite_url, FILLS_ITS_DISK)
        said, _ = writer.communicate(timeout=60)
        *stored, down, up = said.split()
        assert (down, up) == ("down", "up")
        assert 0 < len(stored) < 100
        assert all(seen(path_of(sqlite_url), key) for key in [*stored, "room again"])
        assert not seen(path_of(sqlite_url), str(len(stored)))

    async def test_a_file_that_is_no_database_is_not_touched(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.db"
        path.write_text("Dear diary, " * 500)
        with pytest.raises((DatabaseDown, ConfigurationProblem)):
            await open_database(f"sqlite:///{path}").start()
        assert path.read_text().startswith("Dear diary")


def open_files(path: Path) -> int:
    """How many descriptors of this process lead to the file, its log or its lock."""
    links = Path("/proc/self/fd")
    if not links.exists():
        pytest.skip("this system does not list open files")
    targets = []
    for link in links.iterdir():
        try:
            targets.append(os.readlink(link))
        except OSError:
            continue
    return sum(target.startswith(str(path)) for target in targets)


def start(url: str, work: str) -> "subprocess.Popen[str]":
    """A process that opens the database and does `work`."""
    program = PROGRAM.format(url=url, work=indent(work, "    "))
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that the process writes."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
