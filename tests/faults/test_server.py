"""What a database server can do to Baton: cut connections, keep answers back, refuse new ones, hold rows, swallow a
commit's answer. Nothing is lost or doubled, and who is not concerned is not kept waiting.

Covers C4, W6, G2. The gate stands between Baton and a real PostgreSQL.
"""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.fakes.slack import Delivery, Message
from tests.faults.gate import gate
from tests.faults.stage import Stage, stage
from tests.postgres import PostgresServer, database_name


class Room:
    """Customers who ask in the room for questions, each of his own."""

    def __init__(self, here: Stage) -> None:
        self.here = here
        self.room = here.slack.workspace.channels["C0HELP"]
        here.slack.retry_schedule = ()

    async def asks(self, number: int) -> Message:
        """One more customer asks."""
        customer = self.here.slack.user(f"U1C{number:04d}", name=f"Customer {number}")
        self.room.members.append(customer.id)
        return await self.here.slack.says(customer, self.room, f"question {number}")

    def delivery(self, message: Message) -> Delivery:
        """How Slack told Baton of it."""
        return next(each for each in self.here.slack.deliveries
                    if (each.payload.get("event") or {}).get("ts") == message.ts)  # fmt: skip

    async def settled(self, *asked: Message) -> list[int]:
        """Deliver again what was refused; how many cards each question has when all is quiet."""
        async with asyncio.timeout(30):
            for message in asked:
                while not self.delivery(message).ok:
                    await asyncio.sleep(0.05)
                    self.here.baton.clock.advance(1)
                    await self.here.slack.redeliver(self.delivery(message))
        await let_work(self.here, 0.5)  # until nobody waits for the database any more
        await self.here.settle()
        shown = [self.here.slack.visible_text(each) for each in self.here.slack.sent(self.here.room)
                 if not each.thread_ts]  # fmt: skip
        return [sum(message.text in card for card in shown) for message in asked]


async def let_work(here: Stage, seconds: float) -> None:
    """Real time passes, and Baton's some times faster: what waits for the database looks again soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        here.baton.clock.advance(0.2)
        await asyncio.sleep(0.02)


async def test_every_connection_is_cut_again_and_again(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Fault D2: `pg_terminate_backend` for all of them, the listening one too, while people write."""
    async with stage(tmp_path, database_url=postgres_url) as here:
        room = Room(here)
        asked = []
        for number in range(6):
            asked.append(await room.asks(number))
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                              "current_database() AND pid <> pg_backend_pid()")  # fmt: skip
            await here.to_slack(f"word {number}")
        assert await room.settled(*asked) == [1] * 6
        said = [words for words in here.on_slack() if words.startswith("word")]
        assert said == [f"word {number}" for number in range(6)]
    assert not [record for record in caplog.records if record.exc_info], "it is the server's doing, no fault of ours"


async def test_a_commit_whose_answer_is_lost_is_not_made_twice(postgres_url: str, tmp_path: Path) -> None:
    """Fault D3: the server has it, the answer to COMMIT is cut off; the delivery that comes again is a repeat."""
    async with gate(postgres_url, tmp_path) as door, stage(tmp_path, database_url=door.url) as here:
        room = Room(here)
        asked = [await room.asks(0)]
        await here.settle()
        for number in range(1, 4):
            door.cut_after = b"COMMIT"
            asked.append(await room.asks(number))
            await let_work(here, 0.3)
            door.cut_after = b""
        assert door.cuts >= 3
        assert await room.settled(*asked) == [1] * 4


async def test_a_silent_database_is_answered_for_within_three_seconds(postgres_url: str, tmp_path: Path) -> None:
    """Fault D4: nothing comes back from it and no connection breaks; Slack hears 503 in time, and nothing piles up."""
    async with gate(postgres_url, tmp_path) as door, stage(tmp_path, database_url=door.url) as here:
        room = Room(here)
        asked = [await room.asks(0)]
        await here.settle()
        door.hold()
        began = time.monotonic()
        asked += await asyncio.gather(*(room.asks(number) for number in range(1, 4)))
        assert time.monotonic() - began < 3.0
        assert [room.delivery(message).status for message in asked[1:]] == [503] * 3
        door.go_on()
        assert await room.settled(*asked) == [1] * 4


async def test_no_connection_is_left_for_us(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Fault D5: too many others are connected; 503 until there is room again, then everything goes on."""
    with postgres_server.database() as url, psycopg.connect(url, autocommit=True) as owner:
        role = f"baton_{database_name(url)[-12:]}"
        name = sql.Identifier(role)
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        owner.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database_name(url)), name))
        owner.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(name))
        try:
            async with stage(tmp_path, database_url=as_role(url, role)) as here:
                room = Room(here)
                asked = [await room.asks(0)]
                await here.settle()
                owner.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT 0").format(name))
                owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [role])
                asked.append(await room.asks(1))
                assert room.delivery(asked[1]).status == 503
                owner.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT -1").format(name))
                assert await room.settled(*asked) == [1, 1]
        finally:
            owner.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
            owner.execute(sql.SQL("DROP OWNED BY {}").format(name))
            owner.execute(sql.SQL("DROP ROLE {}").format(name))


async def test_a_row_that_a_stranger_holds_stops_its_own_ticket_only(postgres_url: str, tmp_path: Path) -> None:
    """Fault D6: `SELECT … FOR UPDATE` by somebody at the prompt; other customers are answered meanwhile."""
    async with stage(tmp_path, database_url=postgres_url) as here:
        room = Room(here)
        asked = [await room.asks(0)]
        await here.settle()
        with psycopg.connect(postgres_url) as stranger:
            stranger.execute("SELECT * FROM tickets WHERE id = 1 FOR UPDATE")
            held = asyncio.create_task(
                here.slack.says(here.slack.workspace.users["U1C0000"], room.room, "still broken", thread_ts=asked[0])
            )
            other = here.slack.user("U1OTHER", name="Other")
            await here.slack.says(other, here.slack.dm(other), "question 1")
            async with asyncio.timeout(8):
                while not any("question 1" in words for words in here.on_slack()):
                    await let_work(here, 0.1)
            stranger.rollback()
        said = await held
        await room.settled(said)
        thread = here.slack.messages(here.room, here.slack.sent(here.room)[0])
        assert sum("still broken" in here.slack.visible_text(each) for each in thread) == 1


def as_role(url: str, role: str) -> str:
    """The same database, as somebody else."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.hostname or ''}"))
