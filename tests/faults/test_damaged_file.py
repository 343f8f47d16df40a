"""A SQLite file that a disk or a hand has spoilt is refused at the start, in one line, and left as it is."""

import logging
from pathlib import Path

import pytest

from bot.errors import ConfigurationProblem
from bot.unit import Unit
from storage import open_database, soundness
from tests.replicas.process import start


async def filled(url: str) -> Path:
    """The database, with a few hundred rows in it."""
    database = open_database(url)
    await database.start()

    def fill(unit: Unit) -> None:
        for number in range(400):
            unit.keys.put(f"row {number}", "x" * 200)

    await database.write(fill)
    await database.close()
    return Path(url.removeprefix("sqlite:///"))


def spoil(path: Path) -> None:
    """Write rubbish over every other page of the second half; the tables' names stand at the beginning."""
    pages = path.stat().st_size // 4096
    with path.open("r+b") as file:
        for page in range(pages // 2, pages, 2):
            file.seek(page * 4096)
            file.write(b"\x5a" * 4096)


async def test_a_spoilt_file_is_refused_and_not_touched(sqlite_url: str) -> None:
    """Fault D9, afterwards: what a failing disk left is not worked on."""
    path = await filled(sqlite_url)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(ConfigurationProblem, match=r"is damaged .* baton restore"):
        await open_database(sqlite_url).start()
    assert path.read_bytes() == before


async def test_the_process_says_so_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    """Fault D9: and ends, instead of being started again and again over it by itself."""
    path = await filled(sqlite_url)
    spoil(path)
    process = await start(tmp_path, {"BATON_DATABASE_URL": sqlite_url}, ready=False)
    assert await process.ended() == 1
    assert "is damaged" in process.lines[-1]
    assert not [line for line in process.lines if "Traceback" in line]


async def test_a_sound_file_opens_and_an_old_sqlite_is_mentioned(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fault D9: nothing is in the way of a start; what is too large to be read through is said."""
    caplog.set_level(logging.INFO, logger="storage")  # commands run in this process may have set it
    monkeypatch.setattr(soundness, "SAFE_VERSION", (99, 0, 1))
    monkeypatch.setattr(soundness, "CHECKED_BYTES", 1000)
    path = await filled(sqlite_url)
    assert "99.0.1 or newer" in caplog.text
    assert "integrity_check" in caplog.text
    spoil(path)
    with pytest.raises(ConfigurationProblem, match="is damaged"):
        await open_database(sqlite_url).start()
