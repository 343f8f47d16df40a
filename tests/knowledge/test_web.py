"""The same in the built-in chat: an agent writes in a form, asks, and judges. Covers U7, U9, G6."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.adapters.web.house import Browser
from tests.factories import team_file
from tests.harness import World, world


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Baton with nothing but its own chat."""
    async with world(sqlite_url, team_file(tmp_path)) as baton:
        yield baton


async def last(browser: Browser, room: str) -> dict[str, Any]:
    """The newest message of a room."""
    return (await browser.timeline(room))[-1]


async def test_an_agent_writes_asks_and_judges(chat: World) -> None:
    async with httpx.AsyncClient(base_url=chat.url, headers={"x-baton": "chat"}, timeout=10) as client:
        lin = Browser(client, "lin")
        asked = await lin.post("/chat/api/command", {"room": "support", "word": "kb", "text": "new 怎么退款"})
        form = asked.json()["form"]
        values = {"title": "怎么退款", "body": "点**退款**，三天到账", "aliases": "退钱", "category": "",
                  "kind": "qa", "audience": "customers"}  # fmt: skip
        taken = await lin.post("/chat/api/submit", {"token": form["token"], "values": values})
        assert taken.status_code == 200
        assert "errors" not in taken.json()
        await chat.settle()
        await chat.baton.librarian.look()

        asked = await lin.post("/chat/api/command", {"room": "support", "word": "知识", "text": "退錢多久到帳"})
        assert asked.status_code == 200
        await chat.settle()
        card = await last(lin, "support")
        assert "K-1 · 怎么退款" in str(card["body"])
        pressed = {"message": str(card["id"]), "action": "kb.useful", "subject": 1, "value": "1"}
        assert "K-1" in (await lin.post("/chat/api/press", pressed)).json()["toast"]
        tallies = await chat.read(lambda unit: unit.knowledge.tallies([1]))
        assert tallies[1].helped == 1
