"""Dialogues, files, small values and leases: what must outlive a restart."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.chat.contract import Content
from bot.chat.events import Attachment
from bot.chat.ports import Dialog
from bot.chat.views import Choice, Field, Form
from bot.errors import NotFound
from bot.unit import Unit
from storage import schema
from storage.tables.files import contents
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import NASTY, OTHER_ROOM, ROOM, moment, person
from tests.databases import Opener

FORM = Form(
    "ticket.new",
    "新工单",
    "提交",
    (Field("title", "标题", limit=120), Field("kind", "类型", "choice", False, "b", (Choice("a", "A"),), "hint")),
    subject=7,
    state="{}",
    intro="…",
)
FILE = Attachment("F1", "截图 1.png", "image/png", 12)


class DialogsContract:
    """Covers T8: a dialogue goes on after a restart, or on another replica."""

    async def test_a_dialogue_goes_on_elsewhere(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")

        def begin(unit: Unit) -> Dialog:
            who = person(unit).id
            asked = Dialog(OTHER_ROOM, who, FORM, 1, {"title": "x"}, "5", (FILE,), "9", moment(1.5), "a")
            unit.dialogs.save(replace(asked, step=0), unit.now)
            unit.dialogs.save(asked, unit.now)
            return asked

        asked = await one.write(begin)
        assert await other.read(lambda unit: unit.dialogs.at(OTHER_ROOM, asked.person)) == asked

        def elsewhere(unit: Unit) -> list[Dialog | None]:
            stranger = person(unit).id
            return [unit.dialogs.at(OTHER_ROOM.whole, asked.person), unit.dialogs.at(OTHER_ROOM, stranger)]

        assert await other.write(elsewhere) == [None, None]
        await other.write(lambda unit: unit.dialogs.end(OTHER_ROOM, asked.person))
        assert await one.read(lambda unit: unit.dialogs.at(OTHER_ROOM, asked.person)) is None

    async def test_of_two_persons_that_are_one_the_one_who_stays_goes_on(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            kept, gone = person(unit).id, person(unit).id
            mine, his = Dialog(ROOM, kept, FORM, 0, {"of": "kept"}), Dialog(ROOM, gone, FORM, 0, {"of": "gone"})
            other = Dialog(OTHER_ROOM, gone, FORM, 0, {})
            for dialog in (mine, his, other):
                unit.dialogs.save(dialog, unit.now)
            unit.people.merge_person(kept, gone)
            assert unit.dialogs.at(ROOM, kept) == mine
            assert unit.dialogs.at(OTHER_ROOM, kept) == replace(other, person=kept)

        await database.write(work)


class FilesContract:
    """Covers T2 and C4: attachments, stored once."""

    async def test_a_file_is_announced_once(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            first = unit.files.add("slack", FILE, unit.now)
            assert first.state == "wanted"
            assert unit.files.add("slack", replace(FILE, name="other"), unit.now) == first
            other = unit.files.add("telegram", FILE, unit.now)
            long = unit.files.add("slack", replace(FILE, ref="https://" + "x" * 5000), unit.now)
            assert unit.files.many([other.id, 404, first.id]) == [other, first]
            assert unit.files.get(long.id) == long
            assert unit.files.many([]) == []
            assert unit.files.content(first.id) is None

        await database.write(work)
        with pytest.raises(NotFound) as problem:
            await database.read(lambda unit: unit.files.get(404))
        assert problem.value.key == "file.unknown"

    async def test_its_bytes_come_once_and_stay(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            file = unit.files.add("slack", FILE, unit.now)
            unit.files.lose(file.id)
            assert unit.files.get(file.id).state == "lost"
            unit.files.keep(file.id, b"\x89PNG\x00\xff", "image/x-png")
            unit.files.lose(file.id)
            kept = unit.files.get(file.id)
            assert (kept.state, kept.attachment.size, kept.attachment.media_type) == ("stored", 6, "image/x-png")
            assert unit.files.content(file.id) == Content("截图 1.png", "image/x-png", b"\x89PNG\x00\xff")

        await database.write(work)

    async def test_equal_bytes_are_stored_once(self, database: SqlDatabase, database_url: str) -> None:
        megabyte = bytes(range(256)) * 4096

        def work(unit: Unit) -> None:
            for number in range(3):
                file = unit.files.add("slack", Attachment(str(number), f"{number}.bin"), unit.now)
                unit.files.keep(file.id, megabyte, "application/octet-stream")

        await database.write(work)
        read = await database.read(lambda unit: [unit.files.content(number) for number in (1, 2, 3)])
        assert {content and content.data for content in read} == {megabyte}
        with schema.snapshot(database_url) as (connection, _):
            assert connection.execute(select(func.count()).select_from(contents)).scalar() == 1

    @pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
    async def test_no_file_name_is_poison(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> None:
            file = unit.files.add("slack", Attachment(f"r{words}", words, words), unit.now)
            assert unit.files.add("slack", Attachment(f"r{words}", words, words), unit.now).id == file.id

        await database.write(work)


class KeysContract:
    """Small values, leases, and runs of calendar jobs."""

    async def test_a_value_is_kept_replaced_and_taken_once(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            value = {"offset": 12, "list": [1, None, "文"], "deep": {"a": 1.5}}
            assert unit.keys.get("k") is None
            unit.keys.put("k", 1)
            unit.keys.put("k", value)
            assert unit.keys.get("k") == value
            assert unit.keys.take("k", unit.now) == value
            assert unit.keys.take("k", unit.now) is None
            unit.keys.put("null", None)
            assert unit.keys.get("null") is None

        await database.write(work)

    async def test_an_expired_value_is_as_good_as_none(self, database: SqlDatabase, clock: ManualClock) -> None:
        def keep(unit: Unit) -> None:
            for key in ("a", "b"):
                unit.keys.put(key, 1, unit.now + timedelta(seconds=10))

        await database.write(keep)
        clock.advance(9.9)
        assert await database.read(lambda unit: unit.keys.get("a")) == 1
        clock.advance(0.1)
        assert await database.read(lambda unit: unit.keys.get("a")) is None
        assert await database.write(lambda unit: unit.keys.take("b", unit.now)) is None

    async def test_of_two_takers_one_gets_it(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")
        await one.write(lambda unit: unit.keys.put("code", "x"))
        got = await asyncio.gather(
            *(database.write(lambda unit: unit.keys.take("code", unit.now)) for database in (one, other) * 3)
        )
        assert sorted(filter(None, got)) == ["x"]

    async def test_a_lease_is_one_holders_until_it_ends(self, database: SqlDatabase, clock: ManualClock) -> None:
        """Covers C13: one listener, and safe takeover (reliability 3.7)."""

        async def lease(holder: str) -> bool:
            return await database.write(
                lambda unit: unit.keys.lease("poll", holder, unit.now, unit.now + timedelta(seconds=10))
            )

        assert await lease("a")
        assert not await lease("b")
        clock.advance(9)
        assert await lease("a"), "renewed"
        clock.advance(9)
        assert not await lease("b")
        clock.advance(1)
        assert await lease("b"), "it ended"
        assert not await lease("a")
        await database.write(lambda unit: unit.keys.drop_lease("poll", "a"))
        assert not await lease("a"), "only the holder gives it back"
        await database.write(lambda unit: unit.keys.drop_lease("poll", "b"))
        assert await lease("a")

    async def test_a_lease_goes_to_one_of_many(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")

        async def lease(database: SqlDatabase, holder: str) -> bool:
            return await database.write(lambda unit: unit.keys.lease("poll", holder, unit.now, moment(3600)))

        got = await asyncio.gather(*(lease(db, str(number)) for number, db in enumerate((one, other) * 4)))
        assert sum(got) == 1

    async def test_a_run_of_a_job_belongs_to_one(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")

        async def fire(database: SqlDatabase, at: float) -> bool:
            return await database.write(lambda unit: unit.keys.fire("digest", moment(at)))

        got = await asyncio.gather(*(fire(database, at) for at in (0, 60) for database in (one, other) * 2))
        assert (sum(got[:4]), sum(got[4:])) == (1, 1)
