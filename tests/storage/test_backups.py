"""Backups: made and put back while Baton runs, from either database to either, whole or not at all."""

import asyncio
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from bot.errors import ConfigurationProblem
from bot.tickets.facts import TicketOpened
from bot.tickets.rules import Side, Thread
from bot.unit import Unit
from storage import backup, migrate, open_database, restore, schema
from storage.archive import ArchiveReader, ArchiveWriter
from tests.contracts.storage.kept import FILE
from tests.contracts.storage.samples import NASTY, ROOM, message, person, show, team, ticket
from tests.databases import BOTH

Address = Callable[[str], str]


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """The address of a database without tables, `sqlite` or `postgresql`."""

    def of(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'restored.db'}"
        url: str = request.getfixturevalue("postgres_url")
        return url

    return of


def count_twice(unit: Unit) -> None:
    """Count on, under two names."""
    number = (unit.keys.get("a") or 0) + 1
    for key in ("a", "z"):
        unit.keys.put(key, number)


def fill(unit: Unit) -> None:
    """Something in most tables, with text that is trouble, and rows that point at each other."""
    home = team(unit, rooms=(ROOM,), lead=person(unit, "王芳", key="wang").id)
    kept, gone = person(unit, teams=frozenset({home.id})), person(unit, "gone")
    unit.people.merge_person(kept.id, gone.id)
    for words in NASTY:
        about = ticket(unit, title=words, requester=kept.id, team=home.id)
        unit.tickets.save(replace(about, merged_into=1, assignee=kept.id), unit.now)
        thread = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, ROOM, key=words))
        message(unit, about, words, author=kept.id, thread=thread.id)
        unit.outbox.put(show(f"k{words}", words))
        unit.record(TicketOpened(about.id, words))
    file = unit.files.add("slack", FILE, unit.now)
    unit.files.keep(file.id, bytes(range(256)) * 100, "image/png")
    unit.keys.put("k", {"文": [1, None, 2.5]})


async def filled(url: str) -> None:
    """Migrate and fill the database."""
    database = open_database(url)
    await database.start()
    await database.write(fill)
    await database.close()


def members(path: Path) -> dict[str, bytes]:
    """Everything in the archive but the manifest."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


class TestBackups:
    """Covers G2: `baton backup` and `restore` work on both databases while Baton runs."""

    @pytest.mark.parametrize("to", BOTH)
    async def test_everything_comes_back_on_either_database(
        self, empty_url: str, to: str, address: Address, tmp_path: Path
    ) -> None:
        await filled(empty_url)
        first, second = tmp_path / "a.zip", tmp_path / "b.zip"
        backup(empty_url, first)
        target = address(to) if to != "postgresql" or "sqlite" in empty_url else empty_url
        restore(first, target, overwrite=target == empty_url)
        backup(target, second)
        assert members(second) == members(first)

        database = open_database(target)
        await database.start()
        numbers = await database.read(lambda unit: [len(unit.facts.of_ticket(n)) for n in range(1, len(NASTY) + 1)])
        assert numbers == [1] * len(NASTY)
        assert await database.read(lambda unit: unit.keys.get("k")) == {"文": [1, None, 2.5]}
        following = await database.write(lambda unit: ticket(unit))
        assert following.id == len(NASTY) + 1, "numbers go on where they were"
        await database.close()

    async def test_it_is_one_state_while_baton_writes(self, database_url: str, tmp_path: Path) -> None:
        database = open_database(database_url)
        await database.start()
        stop = asyncio.Event()

        async def write() -> None:
            while not stop.is_set():
                await database.write(count_twice)

        writing = asyncio.create_task(write())
        pairs = []
        for attempt in range(5):
            path = tmp_path / f"{attempt}.zip"
            await asyncio.to_thread(backup, database_url, path)
            pairs.append([orjson.loads(line)[1] for line in members(path)["kept_values.jsonl"].splitlines()])
        stop.set()
        await writing
        await database.close()
        assert all(len(set(pair)) <= 1 for pair in pairs), "both keys are of the same unit"
        assert len({str(pair) for pair in pairs}) > 1, "it was writing meanwhile"

    async def test_it_can_be_put_back_while_baton_runs(self, database_url: str, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        database = open_database(database_url)
        await database.start()
        await database.write(lambda unit: unit.keys.put("k", "before"))
        await asyncio.to_thread(backup, database_url, path)
        await database.write(lambda unit: unit.keys.put("k", "after"))
        await asyncio.to_thread(restore, path, database_url, overwrite=True)
        assert await database.read(lambda unit: unit.keys.get("k")) == "before"
        await database.write(lambda unit: unit.keys.put("k", "on"))
        assert await database.read(lambda unit: unit.keys.get("k")) == "on"
        await database.close()

    async def test_a_database_that_holds_anything_is_not_overwritten_by_mistake(
        self, empty_url: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.zip"
        await filled(empty_url)
        backup(empty_url, path)
        with pytest.raises(ConfigurationProblem, match="not empty"):
            restore(path, empty_url)
        restore(path, empty_url, overwrite=True)
        backup(empty_url, tmp_path / "b.zip")
        assert members(tmp_path / "b.zip") == members(path)

    def test_only_its_owner_may_read_it(self, sqlite_url: str, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        backup(sqlite_url, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [each.name for each in tmp_path.glob(".*")] == [], "nothing unfinished is left"

    def test_a_backup_of_an_older_schema_is_brought_up_to_date(self, empty_url: str, tmp_path: Path) -> None:
        older, path = schema.revisions()[1], tmp_path / "older.zip"
        new_tables = tables_after(older, f"sqlite:///{tmp_path / 'older.db'}")
        columns = [("key", "plain"), ("data", "bytes"), ("expires_at", "plain")]
        with ArchiveWriter(path) as archive:
            archive.add("kept_values", columns, [["k", b"1", None]])
            archive.finish(older, "0.0.1", "2026-01-01T00:00:00+00:00")
        restore(path, empty_url)
        assert schema.current(empty_url) == schema.revisions()[-1]
        with schema.snapshot(empty_url) as (connection, _):
            assert new_tables <= schema.tables_in(connection)


def tables_after(revision: str, url: str) -> set[str]:
    """The tables that came after a revision."""
    with schema.rebuilding(url) as connection:
        schema.upgrade(connection, revision)
        before = schema.tables_in(connection)
        schema.upgrade(connection)
        return schema.tables_in(connection) - before


class TestDamage:
    """A file that can't be trusted changes nothing."""

    @pytest.fixture
    def saved(self, sqlite_url: str, tmp_path: Path) -> Path:
        """A backup with something in it."""
        asyncio.run(filled(sqlite_url))
        path = tmp_path / "a.zip"
        backup(sqlite_url, path)
        return path

    def refused(self, path: Path, url: str, match: str) -> None:
        """The file is refused in one line, and the database is as it was."""
        migrate(url)
        with pytest.raises(ConfigurationProblem, match=match) as problem:
            restore(path, url, overwrite=True)
        assert "\n" not in str(problem.value)
        with schema.snapshot(url) as (connection, revision):
            assert revision == schema.revisions()[-1]
            assert "tickets" in schema.tables_in(connection)

    def test_no_archive(self, empty_url: str, tmp_path: Path) -> None:
        path = tmp_path / "letter"
        path.write_text("Dear diary")
        self.refused(path, empty_url, "no backup")
        self.refused(tmp_path / "none", empty_url, "no backup")

    def test_an_archive_of_something_else(self, empty_url: str, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", "{}")
        self.refused(path, empty_url, "no backup")

    def test_one_that_was_not_finished(self, saved: Path, empty_url: str) -> None:
        saved.write_bytes(saved.read_bytes()[:-200])
        self.refused(saved, empty_url, "no backup")

    def test_rows_that_were_changed(self, saved: Path, empty_url: str) -> None:
        rewrite(saved, "persons.jsonl", lambda data: data.replace("王芳".encode(), "王芬".encode()))
        self.refused(saved, empty_url, "persons")

    def test_rows_that_are_missing(self, saved: Path, empty_url: str) -> None:
        rewrite(saved, "tickets.jsonl", lambda data: data[: data.index(b"\n") + 1])
        self.refused(saved, empty_url, "tickets")

    def test_a_newer_format_or_schema(self, saved: Path, empty_url: str) -> None:
        rewrite(saved, "manifest.json", lambda data: data.replace(b'"version":1', b'"version":2'))
        self.refused(saved, empty_url, "newer Baton")
        last = schema.revisions()[-1].encode()
        rewrite(saved, "manifest.json", lambda data: data.replace(b'"version":2', b'"version":1'))
        rewrite(saved, "manifest.json", lambda data: data.replace(last, b"9999"))
        self.refused(saved, empty_url, "newer Baton")

    def test_the_manifest_tells_what_it_is(self, saved: Path) -> None:
        with ArchiveReader(saved) as archive:
            rows = {member.table: member.rows for member in archive.manifest.members}
            assert archive.manifest.revision == schema.revisions()[-1]
        assert rows["tickets"] == len(NASTY)
        assert rows["contents"] == 1


def rewrite(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change one member of the archive."""
    with ZipFile(path) as archive:
        content = {each: archive.read(each) for each in archive.namelist()}
    content[name] = change(content[name])
    with ZipFile(path, "w") as archive:
        for each, data in content.items():
            archive.writestr(each, data)
