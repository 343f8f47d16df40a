"""Old and new programs side by side, and backups that are made of a busy house.

Covers C4, W6, G2.
"""

import asyncio
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from storage import schema
from storage.backups import backup, restore
from tests.fakes.slack import Message
from tests.faults.forms import long_form
from tests.faults.stage import stage
from tests.faults.test_slack_deliveries import Asker
from tests.replicas.desk import Desk, desk


async def test_the_old_program_works_on_while_a_new_one_has_changed_the_tables(
    postgres_url: str, tmp_path: Path
) -> None:
    """Fault T8: a rolling upgrade; columns and tables that it does not know are none of its business."""
    async with stage(tmp_path, database_url=postgres_url) as here:
        asker = Asker(here)
        await here.slack.says(asker.bo, asker.room, "打印机坏了")
        await here.settle()
        with psycopg.connect(postgres_url, autocommit=True) as newer:
            for table in ("tickets", "messages", "outbox", "lanes", "inbox", "clocks", "timers", "alerts", "persons"):
                newer.execute(f"ALTER TABLE {table} ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT ''".encode())
            newer.execute("CREATE TABLE of_tomorrow (id BIGINT PRIMARY KEY)")
            newer.execute("UPDATE alembic_version SET version_num = '9999'")
        await here.pass_minutes(3)
        await here.slack.says(asker.bo, asker.room, "登录不了")
        await here.settle()
        assert [("打印机坏了" in card, "登录不了" in card) for card in asker.cards()] == [(True, False), (False, True)]


async def test_what_a_newer_program_queued_is_left_to_it(postgres_url: str, tmp_path: Path) -> None:
    """Faults T7, T8: timers and orders of a kind that is unknown here; nothing of ours waits behind them for long."""
    async with stage(tmp_path, database_url=postgres_url) as here:
        await here.baton.baton.database.write(lambda unit: unit.timers.set("of-tomorrow", 1, unit.now))
        asker = Asker(here)
        await here.slack.says(asker.bo, asker.room, "打印机坏了")
        await here.slack.until(lambda: bool(asker.cards()))
        found = await here.baton.read(lambda unit: unit.timers.get("of-tomorrow", 1))
        assert found is not None


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=long_form)])
async def test_a_backup_made_under_load_is_restored_and_the_world_goes_on(
    tmp_path: Path, postgres_url: str, kind: str
) -> None:
    """Fault D12: a state of some moments ago comes back; what was said since is delivered again or read again.

    Nothing that Slack still knows is lost. What was sent after the backup may be sent again: it is not known any more.
    """
    url = f"sqlite:///{tmp_path}/baton.db" if kind == "sqlite" else postgres_url
    async with desk(tmp_path, url) as here:
        process = await here.start(hurried=True)
        asked = {number: await here.asks(number) for number in range(4)}
        writing = asyncio.create_task(_ask_on(here, asked))
        await asyncio.to_thread(backup, url, tmp_path / "backup.zip")
        await writing
        for message in asked.values():
            await here.insist(message)
        await here.until(lambda: all(here.cards(number) for number in asked))
        await process.kill()
        await asyncio.to_thread(restore, tmp_path / "backup.zip", url, overwrite=True)
        assert schema.current(url) == schema.revisions()[-1]
        await here.start(hurried=True)
        for message in asked.values():
            await here.slack.redeliver(here.delivery_of(message))
        last = await here.asks(99)
        await here.until(lambda: bool(here.cards(99) and here.answers(last)))
        shown = Counter({number: len(here.cards(number)) for number in asked})
        assert all(1 <= count <= 2 for count in shown.values()), shown


async def _ask_on(here: Desk, asked: dict[int, Message]) -> None:
    for number in range(4, 10):
        asked[number] = await here.asks(number)
