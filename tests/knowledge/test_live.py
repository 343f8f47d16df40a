"""The index in memory follows the database: at once, on every replica, across restarts and restored backups."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.events import Attachment
from bot.knowledge import live, stored
from bot.knowledge.rules import Article, Audience, Content, State
from bot.knowledge.search import storing
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.databases import Opener
from tests.knowledge.readers import Reader, add, save, until


async def test_what_is_written_is_found_and_what_is_gone_is_not(database: SqlDatabase, clock: ManualClock) -> None:
    """Covers G6, U7: an edit is found at the next look; nothing is built anew for it."""
    reader = Reader(database, clock)
    assert await reader.finds("打印机卡纸") == []
    printer, bill = await database.write(add("打印机卡纸", "开发票"))
    assert await reader.finds("打印机卡纸") == [printer.id]
    before = reader.library.shelf
    printer = await database.write(save(printer, content=Content("扫描仪没反应", "重启")))
    assert await reader.finds("扫描仪没反应") == [printer.id]
    assert reader.at_once("打印机卡纸") == []
    await database.write(save(printer, state=State.ARCHIVED))
    assert await reader.finds("扫描仪没反应") == []
    assert await reader.finds("开发票") == [bill.id]
    assert reader.library.shelf is before
    assert not await reader.librarian.look()


async def test_customers_find_what_is_for_them(database: SqlDatabase, clock: ManualClock) -> None:
    """Covers U7, T10: also after an article changed sides."""
    reader = Reader(database, clock)
    (article,) = await database.write(add("退款口径"))
    assert await reader.finds("退款口径", staff=False) == [article.id]
    inside = replace(article.content, audience=Audience.STAFF)
    article = await database.write(save(article, content=inside))
    assert await reader.finds("退款口径", staff=False) == []
    assert await reader.finds("退款口径") == [article.id]
    await database.write(save(article, content=replace(inside, audience=Audience.CUSTOMERS)))
    assert await reader.finds("退款口径", staff=False) == [article.id]


async def test_files_are_found_by_name(database: SqlDatabase, clock: ManualClock) -> None:
    """Covers C3: shared files of any format, with the article that has them."""

    def work(unit: Unit) -> Article:
        file = unit.files.add("slack", Attachment("F1", "双十一促销规则.xlsx"), unit.now)
        content = Content("活动资料", "见附件", files=(file.id,))
        return unit.knowledge.add([Article(0, content, unit.now, unit.now)], 0)[0]

    article = await database.write(work)
    assert await Reader(database, clock).finds("双十一促销规则") == [article.id]


async def test_a_restart_opens_what_was_stored(database: SqlDatabase, clock: ManualClock, tmp_path: Path) -> None:
    """Covers C9: the index is not made again, and what changed meanwhile is followed."""
    folder = tmp_path / "cache"
    first = Reader(database, clock, folder)
    printer, _ = await database.write(add("打印机卡纸", "开发票"))
    await first.librarian.look()
    await first.librarian.close()
    assert len(list(folder.iterdir())) == 1
    (later,) = await database.write(add("怎么退货"))
    await database.write(save(printer, state=State.ARCHIVED))

    second = Reader(database, clock, folder, keeps=False)
    assert await second.finds("怎么退货") == [later.id]
    assert second.at_once("打印机卡纸") == []
    assert second.at_once("开发票", staff=False) == [2]
    assert second.library.shelf.index.get(2) is not None


@pytest.mark.parametrize("harm", ["cut", "strange", "empty", "altered", "older", "unreadable"])
async def test_a_stored_index_that_is_of_no_use_is_made_anew(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """Covers C9: cut off by a full disk, of another program, a bit turned over, of an older version, or not there any
    more; nobody is told, as nobody has to do anything."""
    folder = tmp_path / "cache"
    first = Reader(database, clock, folder)
    (article,) = await database.write(add("开发票"))
    if harm == "older":
        monkeypatch.setattr(storing, "VERSION", storing.VERSION - 1)
    await first.librarian.look()
    await first.librarian.close()
    (path,) = folder.iterdir()
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    elif harm == "strange":
        path.write_text("Dear diary")
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "altered":
        path.write_bytes(path.read_bytes()[:-70] + b"\xff" * 70)
    elif harm == "older":
        monkeypatch.undo()
    else:
        path.unlink()
        path.mkdir()
    assert await Reader(database, clock, folder, keeps=False).finds("开发票") == [article.id]


async def test_an_index_of_another_history_is_not_believed(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path
) -> None:
    """Covers C9: a database restored from a backup counts its changes from there, and others follow."""
    folder = tmp_path / "cache"
    first = Reader(database, clock, folder)
    await database.write(add("只在备份之后"))
    await first.librarian.look()
    await first.librarian.close()
    (path,) = folder.iterdir()
    await database.write(lambda unit: unit.keys.take(f"{stored.STORED}{path.stem}", unit.now))  # as it was before
    second = Reader(database, clock, folder)
    assert await second.finds("只在备份之后") == [1]
    await second.librarian.close()
    assert [each.stem for each in folder.iterdir()] != [path.stem]


async def test_two_replicas_follow_each_other(opened: Opener, clock: ManualClock) -> None:
    """Covers G6: both see what either wrote."""
    one, two = await opened(), await opened(mode="visit")
    readers = Reader(one, clock), Reader(two, clock)
    (first,) = await one.write(add("打印机卡纸"))
    (second,) = await two.write(add("开发票"))
    for reader in readers:
        assert await reader.finds("打印机卡纸") == [first.id]
        assert reader.at_once("开发票") == [second.id]


async def test_it_is_found_within_a_second(database: SqlDatabase, clock: ManualClock, following: Reader) -> None:
    """Covers G6: the librarian is woken; on a replica that hears nothing, it looks each second."""
    (article,) = await database.write(add("开发票"))
    await until(clock, lambda: following.at_once("开发票") == [article.id], within=1.0)


async def test_many_at_once_are_read_in_a_process_of_its_own(
    database: SqlDatabase, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers G3: the event loop goes on; whoever asks meanwhile is answered by the old shelf."""
    monkeypatch.setattr(live, "MANY", 600)
    reader = Reader(database, clock, tmp_path / "cache")
    (old,) = await database.write(add("开发票"))
    assert await reader.finds("开发票") == [old.id]
    await database.write(add(*(f"打印机故障{number}号怎么处理" for number in range(800)), external_id=""))
    looking = asyncio.create_task(reader.librarian.look())
    asked = 0
    while not looking.done():
        await asyncio.sleep(0.001)
        assert reader.at_once("开发票") == [old.id]
        asked += 1
    assert await looking
    assert asked > 1
    assert len(reader.library.shelf.index) == 801
    assert reader.at_once("打印机故障77号怎么处理")[0] == 79
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert await Reader(database, clock, tmp_path / "cache", keeps=False).finds("开发票") == [old.id]
