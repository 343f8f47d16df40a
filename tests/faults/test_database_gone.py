"""The database goes away and comes back: nothing is acknowledged meanwhile, and nothing is lost or doubled."""

import asyncio
import logging
from pathlib import Path

import aiohttp
import pytest

from tests.faults.gate import gate
from tests.faults.stage import Stage, stage


async def asked(here: Stage, path: str) -> tuple[int, dict[str, object]]:
    """What a health route says."""
    async with aiohttp.ClientSession() as session, session.get(here.baton.url + path) as answer:
        return answer.status, await answer.json()


async def test_while_the_database_is_gone_nothing_is_acknowledged(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Faults D1 and D4: 503 to Slack, the offset of Telegram stays, ready says why not, alive says yes."""
    async with gate(postgres_url, tmp_path) as door, stage(tmp_path, database_url=door.url) as here:
        questions = here.slack.workspace.channels["C0HELP"]
        bo = here.slack.user("U0BO", name="Bo")
        questions.members.append(bo.id)
        await here.to_slack("before")
        await here.settle()
        assert (await asked(here, "/readyz"))[0] == 200

        await door.shut()
        said = await here.slack.says(bo, questions, "打印机坏了")
        delivery = next(
            each for each in here.slack.deliveries if (each.payload.get("event") or {}).get("ts") == said.ts
        )
        assert delivery.status == 503
        await here.telegram.says(here.ann, text="在吗？发票还没到")
        await here.telegram.until(lambda: bool(here.telegram.pending))
        for _ in range(60):
            here.baton.clock.advance(0.5)
            await asyncio.sleep(0.005)
        assert here.telegram.pending, "Telegram keeps it for us"
        ready, reasons = await asked(here, "/readyz")
        assert (ready, reasons["ready"]) == (503, False)
        assert "no answer" in str(reasons["database"])
        assert (await asked(here, "/healthz"))[0] == 200, "a restart would not bring the database back"

        await door.open()
        here.baton.clock.advance(90)
        await here.slack.redeliver(delivery)
        assert delivery.ok
        await here.telegram.settled()
        await here.settle()
        cards = [words for words in here.on_slack() if "T-1" in words or "T-2" in words]
        assert len(cards) == 2
        assert (await asked(here, "/readyz"))[0] == 200
    away = [record for record in caplog.records if "is away" in record.getMessage()]
    assert 1 <= len(away) <= 3, "an outage is a line for each worker, not one for each try"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR and record.exc_info]


async def test_what_was_sent_but_not_marked_is_looked_for_when_the_database_is_back(
    postgres_url: str, tmp_path: Path
) -> None:
    """Fault D1: Slack took the message, and there was nowhere to write that down."""
    async with gate(postgres_url, tmp_path) as door, stage(tmp_path, database_url=door.url, send_within=10) as here:
        slow = here.slack.hang("chat.postMessage", accept=True)
        await here.to_slack("once", key="card")
        await slow.begun.wait()
        await door.shut()
        slow.release()
        for _ in range(20):
            here.baton.clock.advance(0.5)
            await asyncio.sleep(0.005)
        await door.open()
        here.baton.clock.advance(5)
        for _ in range(400):
            if not (await here.pending())[0]:
                break
            here.baton.clock.advance(0.2)
            await asyncio.sleep(0.01)
        assert here.on_slack() == ["once"]
        await here.to_slack("its newer state", key="card")
        await here.settle()
        assert here.on_slack() == ["its newer state"]
