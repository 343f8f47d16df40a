"""An edit is found within a second, whoever makes it and whatever goes on; nothing is shown that no longer may be."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge import live
from bot.knowledge.building import BuildFailed, build_apart, read_changes
from bot.knowledge.rules import Audience, Content, State
from storage.unit import SqlDatabase
from tests.cli.conftest import RealTerminal
from tests.clock import ManualClock
from tests.knowledge.readers import Reader, add, save, until
from tests.knowledge.stage import Reading

SECOND = 1.0
FEW = 60
"""So many changes at once are too many, in these tests."""


@pytest.fixture
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes thousands of articles elsewhere takes some dozens."""
    monkeypatch.setattr(live, "MANY", FEW)
    monkeypatch.setattr(live, "STORE_AFTER", FEW)


def printers(count: int, start: int = 0) -> list[str]:
    """Titles."""
    return [f"打印机故障{number}号怎么处理" for number in range(start, start + count)]


async def test_what_another_process_changes_is_found_within_a_second(
    database: SqlDatabase, database_url: str, clock: ManualClock, following: Reader, tmp_path: Path
) -> None:
    """Covers G6, C9: `baton kb import` beside us tells nobody; new, internal and archived articles."""
    terminal = RealTerminal(tmp_path)
    article = {"id": "a", "title": "咖啡机怎么除垢", "body": "倒入除垢剂"}

    async def brought(**more: str) -> None:
        line = "{" + ", ".join(f'"{name}": "{value}"' for name, value in (article | more).items()) + "}"
        file = terminal.write("kb.jsonl", line)
        done = await asyncio.to_thread(terminal, "kb", "import", file, BATON_DATABASE_URL=database_url)
        assert (done.code, done.err) == (0, "")

    def finds(staff: bool, *ids: int) -> Callable[[], bool]:
        return lambda: following.at_once("咖啡机除垢", staff=staff) == list(ids)

    assert following.at_once("咖啡机除垢") == []
    await brought()
    await until(clock, finds(False, 1), within=SECOND)
    await brought(visibility="staff")
    await until(clock, finds(False), within=SECOND)
    assert finds(True, 1)()
    await brought(state="archived")
    await until(clock, finds(True), within=SECOND)


class Held:
    """A process that makes an index and does not end before it may."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.made = asyncio.Event(), asyncio.Event(), 0

    async def __call__(self, changes: Path, index: Path, base: Path | None = None) -> None:
        """As `build_apart`."""
        self.made += 1
        self.begun.set()
        await self.may_end.wait()
        await build_apart(changes, index, base)


@pytest.mark.usefixtures("soon_many")
async def test_an_edit_is_found_while_a_large_import_is_read(
    database: SqlDatabase, clock: ManualClock, following: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers G6, G3: it does not wait for its turn behind thousands; nor is it lost when the new index comes."""
    held = Held()
    monkeypatch.setattr(live, "build_apart", held)
    kept, gone = await database.write(add("开发票", "退货地址"))
    await until(clock, lambda: following.at_once("退货地址") == [gone.id], within=SECOND)
    await database.write(add(*printers(3 * FEW)))
    await until(clock, held.begun.is_set, within=SECOND)
    (fresh,) = await database.write(add("Where is the canteen"))
    await database.write(save(gone, state=State.ARCHIVED))
    await database.write(save(kept, content=Content("开收据", "找前台", audience=Audience.STAFF)))
    expected: tuple[list[int], ...] = ([fresh.id], [], [kept.id], [])

    def found() -> tuple[list[int], ...]:
        return (
            following.at_once("canteen"),
            following.at_once("退货地址"),
            following.at_once("开收据"),
            following.at_once("开收据", staff=False),
        )

    await until(clock, lambda: found() == expected, within=SECOND)
    assert following.at_once("打印机故障7号") == []
    held.may_end.set()
    await until(clock, lambda: len(following.library.shelf.index) == 3 * FEW + 2, within=60)
    assert found() == expected
    assert following.at_once("打印机故障7号")[0] == 2 + 8


@pytest.mark.usefixtures("soon_many")
async def test_a_new_index_begins_with_the_stored_one(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers G6, C9: only what changed since is read; a start opens it, and makes nothing."""
    reader = Reader(database, clock, tmp_path / "cache")
    old = await database.write(add(*printers(2 * FEW)))
    await reader.librarian.look()
    written: list[int] = []

    async def counted(changes: Path, index: Path, base: Path | None = None) -> None:
        written.append(len(list(read_changes(changes))))
        assert base is not None
        await build_apart(changes, index, base)

    monkeypatch.setattr(live, "build_apart", counted)
    await database.write(save(old[5], state=State.ARCHIVED))
    await database.write(add(*printers(FEW, 2 * FEW)))
    await reader.librarian.look()
    assert written == [FEW + 1]
    assert reader.at_once(printers(1, 5)[0])[0] != old[5].id
    assert len(reader.library.shelf.index) == 3 * FEW - 1
    await reader.librarian.close()
    again = Reader(database, clock, tmp_path / "cache")
    assert (await again.finds(printers(1, 150)[0]))[0] == 151
    assert len(again.library.shelf.index) == 3 * FEW - 1
    assert written == [FEW + 1]


@pytest.mark.usefixtures("soon_many")
async def test_a_stored_index_that_went_bad_meanwhile_is_done_without(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path
) -> None:
    """Covers C9: everything is read anew."""
    reader = Reader(database, clock, tmp_path / "cache")
    await database.write(add(*printers(2 * FEW)))
    await reader.librarian.look()
    (path,) = (tmp_path / "cache").iterdir()
    path.unlink()
    path.write_text("Dear diary")
    await database.write(add(*printers(FEW, 2 * FEW)))
    await reader.librarian.look()
    assert len(reader.library.shelf.index) == 3 * FEW
    assert reader.at_once(printers(1, 7)[0])[0] == 8


@pytest.mark.usefixtures("soon_many")
async def test_a_full_disk_is_told_once_and_everything_is_found(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Covers C9: the process fails to write, small indexes as well; it works on without a file, and says so once."""

    async def full(changes: Path, index: Path, base: Path | None = None) -> None:
        raise BuildFailed("OSError: [Errno 28] No space left on device")

    monkeypatch.setattr(live, "build_apart", full)
    reader = Reader(database, clock, tmp_path / "cache")
    with caplog.at_level(logging.INFO):
        for start in range(0, 4 * FEW, 2 * FEW):
            await database.write(add(*printers(2 * FEW, start)))
            await reader.librarian.look()
    assert len(reader.library.shelf.index) == 4 * FEW
    assert reader.at_once(printers(1, 200)[0])[0] == 201
    assert list((tmp_path / "cache").iterdir()) == []
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in told] == [
        "the index of the knowledge base can't be stored: OSError: [Errno 28] No space left on device"
    ]


async def test_what_a_killed_program_left_is_cleared_away(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path
) -> None:
    """Covers C9: half-made files of yesterday; those of a replica that is at work now stay."""
    folder = tmp_path / "cache"
    for name, age in (("baton-kb-old", timedelta(days=2)), ("baton-kb-new", timedelta(minutes=1))):
        (folder / name).mkdir(parents=True)
        (folder / name / "changes").write_text("half")
        made = (clock.now() - age).timestamp()
        os.utime(folder / name, (made, made))
    reader = Reader(database, clock, folder)
    await database.write(add("开发票"))
    await reader.librarian.look()
    await reader.librarian.close()
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["baton-kb-new"]
    assert len(list(folder.glob("*.index"))) == 1


async def test_a_folder_that_can_not_be_made_is_told_once(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Covers C9: a read-only disk; the articles are found all the same."""
    (tmp_path / "file").write_text("in the way")
    for title in ("开发票", "退货地址"):
        reader = Reader(database, clock, tmp_path / "file" / "cache")
        await database.write(add(title))
        assert len(await reader.finds(title)) == 1
        await reader.librarian.close()
        told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
        assert len(told) == 1
        assert told[0].startswith("the index of the knowledge base can't be stored: ")
        caplog.clear()


async def test_what_became_internal_is_never_shown_however_late_the_index_is(reading: Reading) -> None:
    """Covers U7, T10: the customer's answer is read from the database before he sees it."""
    inside, gone, public = await reading.stored(
        Content("退款口径", "先道歉"), Content("退款口径旧版", "作废"), Content("怎么退款", "打开订单")
    )
    librarian = reading.baton.baton.librarian
    async with librarian._turn:  # nothing is followed meanwhile
        write = reading.baton.baton.database.write
        await write(save(inside, content=replace(inside.content, audience=Audience.STAFF)))
        await write(save(gone, state=State.ARCHIVED))
        stale = librarian.library.search("退款口径", limit=5, staff=False)
        assert {hit.id for hit in stale.hits} == {inside.id, gone.id, public.id}
        await reading.command("ann", None, "/kb", "退款口径")
        told = reading.direct("ann")[-1]
    assert "K-3 · 怎么退款" in told
    assert "K-1" not in told
    assert "K-2" not in told
    assert "先道歉" not in reading.shown_to_customer("ann")
