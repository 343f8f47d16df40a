"""The first answer on Telegram and in the built-in chat, on both databases, and searched for before the unit begins.

Covers U19, U20, P15, S1.
"""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.knowledge.library import Change, Library
from bot.knowledge.rules import Article, Content, Outcome
from bot.knowledge.search import Answer, Document, Index
from bot.tickets.rules import Status
from bot.unit import Unit
from tests.adapters.web.house import Browser
from tests.factories import team_file
from tests.fakes.telegram import Chat
from tests.harness import World, world
from tests.knowledge.stage import ANSWERS_FIRST, Reading, open_reading
from tests.telegram.stage import Stage, open_stage, telegram_team

HOURS = Content("营业时间", "每天 9:00 到 18:00", aliases=("几点开门", "opening hours"))


async def stock(baton: World) -> None:
    """Put the article on the shelf."""
    await baton.baton.database.write(lambda unit: unit.knowledge.add([Article(0, HOURS, unit.now, unit.now)], 0))
    await baton.baton.librarian.look()


async def opened(stage: Stage) -> tuple[Chat, Chat]:
    """Start it with a team's room and one where customers ask."""
    team, intake = stage.team_room(), stage.help_room()
    line = f'intake = ["telegram:{intake.id}"]'
    await stage.play(telegram_team(stage.folder, line, more=ANSWERS_FIRST))
    await stock(stage.baton)
    return team, intake


async def test_alone_with_the_bot_on_telegram(tmp_path: Path) -> None:
    """Solved by a button; what he asks after that is a case of its own, and goes on to a person by a word."""
    async with open_stage(tmp_path) as stage:
        room, _ = await opened(stage)
        await stage.say(stage.ann, text="营业时间几点到几点")
        answer = stage.last(stage.ann, "每天 9:00 到 18:00")
        await stage.press(stage.ann, answer, "已解决")
        assert "✓ 已解决" in stage.telegram.visible_text(stage.last(stage.ann, "每天 9:00"))
        assert (await stage.ticket()).status is Status.SOLVED
        await stage.say(stage.ann, text="几点开门？")
        await stage.say(stage.ann, text="转人工")
        assert "客户又发了消息" in stage.telegram.visible_text(stage.card(room, 2))
        assert len([shown for shown in stage.shown(room) if " T-1 ·" in shown]) == 0


async def test_in_a_group_of_telegram(tmp_path: Path) -> None:
    """The answer replies to his message; only he may press."""
    async with open_stage(tmp_path) as stage:
        team, room = await opened(stage)
        await stage.say(stage.bo, room, "opening hours?")
        answer = stage.last(room, "每天 9:00 到 18:00")
        assert "只有提问的人" in await stage.press(stage.ann, answer, "需要人工")
        assert (await stage.ticket()).status is Status.PENDING
        await stage.say(stage.bo, room, "and at Christmas?", reply_to=answer)
        assert stage.sees(team, "and at Christmas?")
        assert (await stage.ticket()).status is Status.NEW


async def test_in_the_built_in_chat(sqlite_url: str, tmp_path: Path) -> None:
    """A customer asks alone with the bot, presses, and the agents' room hears of it only then."""
    async with world(sqlite_url, team_file(tmp_path, more=WEB + ANSWERS_FIRST)) as chat:
        await stock(chat)
        async with httpx.AsyncClient(base_url=chat.url, headers={"x-baton": "chat"}, timeout=10) as client:
            mei, lin = Browser(client, "mei"), Browser(client, "lin")
            direct = next(room["id"] for room in (await mei.state())["rooms"] if room["kind"] == "bot")
            await mei.say(direct, "营业时间？")
            await chat.settle()
            answer = (await mei.timeline(direct))[-1]
            assert "每天" in str(answer["body"])
            assert await texts(lin, "support") == []
            pressed = {"message": str(answer["id"]), "action": "answer.person", "subject": 1, "value": ""}
            assert "T-1" in (await mei.post("/chat/api/press", pressed)).json()["toast"]
            await chat.settle()
            assert any("客户要求人工" in shown for shown in await texts(lin, "support"))
        question = await chat.read(lambda unit: unit.knowledge.question(1))
        assert question.outcome is Outcome.PERSON


WEB = """
[[people]]
key = "mei"
name = "张美"
role = "customer"
"""


async def texts(browser: Browser, room: str) -> list[str]:
    """What stands in a room."""
    return [str(message["body"]) for message in await browser.timeline(room)]


async def test_on_both_databases(database_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Answered, handed over, solved by silence: the same rows."""
    url = request.getfixturevalue(database_name)
    async with open_reading(tmp_path, database_url=url, more=ANSWERS_FIRST) as stage:
        await stage.stored(HOURS)
        await stage.say("ann", None, "营业时间？")
        await stage.say("bo", None, "opening hours")
        await stage.press("ann", stage.told("ann"), "需要人工")
        assert "客户要求人工" in stage.read(stage.card())
        await stage.later(25 * 3600)
        assert (await stage.ticket(2)).status is Status.SOLVED

        def outcomes(unit: Unit) -> list[Outcome]:
            return [unit.knowledge.question(number).outcome for number in (1, 2)]  # type: ignore[union-attr]

        assert await stage.baton.read(outcomes) == [Outcome.PERSON, Outcome.QUIET]


@pytest.fixture(params=["sqlite_url", "migrated_postgres_url"])
def database_name(request: pytest.FixtureRequest) -> str:
    """Where it is stored."""
    return str(request.param)


async def test_nobody_waits_for_the_search(open_to_all: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a customer may have asked is searched for before the unit in which he is answered, in no thread of the
    database's; the first question in a room that is not known yet aside."""
    await open_to_all.stored(HOURS)
    threads: list[str] = []
    search = Index.search

    def watched(self: Index, *asked: Any) -> Answer:
        threads.append(threading.current_thread().name)
        return search(self, *asked)

    monkeypatch.setattr(Index, "search", watched)
    await open_to_all.say("ann", None, "营业时间？")
    await open_to_all.say("bo", open_to_all.help, "opening hours")
    await open_to_all.later(300)
    threads.clear()
    await open_to_all.say("hua", open_to_all.help, "營業時間？")
    await open_to_all.say("hua", None, "營業時間？？")
    assert await open_to_all.count() == 4
    assert len(threads) == 2
    assert all(name.startswith("asyncio_") for name in threads), threads


def shelved(title: str) -> Library:
    """A library with one article for everybody."""
    library = Library()
    library.shelf.take([Change(1, Document(1, title, "每天"), public=True)])
    library.ready = True
    return library


def test_what_was_searched_ahead_is_forgotten_with_the_next_change() -> None:
    """An edit is found at once, whatever was asked before."""
    library = shelved("营业时间")
    library.foresee("营业时间", limit=3, staff=True)
    before = library.search("营业时间", limit=3, staff=True)
    assert library.search("营业时间", limit=3, staff=True) is before
    library.shelf.take([Change(1, None, public=False)])
    assert library.search("营业时间", limit=3, staff=True).hits == ()
