"""The built-in chat: an agent is offered an article in the ticket's thread, and ticks off a script. Covers U7, U19."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.knowledge.rules import Article, Content, Kind
from bot.unit import Unit
from tests.adapters.web.house import Browser
from tests.factories import team_file
from tests.harness import World, world
from tests.knowledge.stage import PEOPLE_FIRST

CUSTOMER = f'[[people]]\nkey = "ann"\nname = "Ann"\nrole = "customer"\n{PEOPLE_FIRST}'
ROOMS = 'web_room = "support"\nintake = ["web:help"]'
SCRIPT = Content("客户要退款时的话术", "1. 先道歉\n2. 问订单号\n", kind=Kind.SCRIPT)
REFUND = Content("怎么申请退款", "打开订单，点退款，三天到账")


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Baton with nothing but its own chat."""
    async with world(sqlite_url, team_file(tmp_path, support=ROOMS, more=CUSTOMER)) as baton:
        yield baton


@pytest.fixture
async def client(chat: World) -> AsyncIterator[httpx.AsyncClient]:
    """What browsers speak with."""
    async with httpx.AsyncClient(base_url=chat.url, headers={"x-baton": "chat"}, timeout=10) as opened:
        yield opened


async def store(chat: World, content: Content) -> None:
    """An article stands there."""

    def add(unit: Unit) -> None:
        unit.knowledge.add([Article(0, content, unit.now, unit.now)], 0)

    await chat.baton.database.write(add)
    await chat.baton.librarian.look()


async def press(chat: World, browser: Browser, card: dict[str, Any], button: dict[str, Any]) -> None:
    """Somebody presses a button of a card."""
    body = {"message": str(card["id"]), **{name: button[name] for name in ("action", "subject", "value")}}
    assert (await browser.post("/chat/api/press", body)).status_code == 200
    await chat.settle()


def buttons(node: Any) -> list[dict[str, Any]]:
    """All buttons of a card, wherever they stand."""
    if isinstance(node, list):
        return [button for each in node for button in buttons(each)]
    if not isinstance(node, dict):
        return []
    return [node] if "action" in node else buttons(list(node.values()))


async def test_a_script_is_ticked_off(chat: World, client: httpx.AsyncClient) -> None:
    lin = Browser(client, "lin")
    await store(chat, SCRIPT)
    await lin.post("/chat/api/command", {"room": "lin", "word": "kb", "text": "K-1"})
    await chat.settle()
    card = (await lin.timeline("lin"))[-1]
    first = next(button for button in buttons(card) if "先道歉" in button["label"])
    await press(chat, lin, card, first)
    (now,) = [message for message in await lin.timeline("lin") if message["id"] == card["id"]]
    assert "☑ 先道歉" in str(now["body"])
    assert "☐ 问订单号" in str(now["body"])


async def test_a_line_is_offered_and_sent(chat: World, client: httpx.AsyncClient) -> None:
    lin, ann = Browser(client, "lin"), Browser(client, "ann")
    await store(chat, REFUND)
    await ann.say("help", "怎么申请退款？")
    await chat.settle()
    line: dict[str, Any] = {}
    for _ in range(30):
        await chat.pass_time(1)
        posts = await lin.timeline("support") + await thread(lin)
        line = next((post for post in posts if "💡" in str(post["body"])), {})
        if line:
            break
    assert "K-1 · 怎么申请退款" in str(line["body"])
    await press(chat, lin, line, next(button for button in buttons(line) if button["action"] == "kb.send"))
    await chat.pass_time(11)
    assert not [post for post in await thread(lin) if "💡" in str(post["body"])]


async def thread(browser: Browser) -> list[dict[str, Any]]:
    """What stands under the ticket's card."""
    card = (await browser.timeline("support"))[0]
    return await browser.timeline("support", str(card["id"]))
