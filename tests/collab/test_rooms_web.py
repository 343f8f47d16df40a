"""A joint room in the built-in chat, and a mention there: the whole program, served to browsers."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.adapters.web.house import Browser, words_of
from tests.factories import team_file
from tests.harness import World, world

ANN = """
[[people]]
key = "ann"
name = "Ann"
role = "customer"
locale = "zh-CN"
"""


class Chat:
    """Baton with the built-in chat alone; everybody of the team file may sit at it."""

    def __init__(self, baton: World) -> None:
        self.baton = baton
        self._client = httpx.AsyncClient(base_url=baton.url, headers={"x-baton": "chat"}, timeout=10)

    def __getitem__(self, user: str) -> Browser:
        return Browser(self._client, user)

    async def say(self, user: str, room: str, words: str, **more: str) -> None:
        """Somebody writes; Baton has handled it and shown what follows."""
        await self[user].say(room, words, **more)
        await self.baton.settle()

    async def read(self, user: str, room: str, thread: str = "") -> list[str]:
        """What somebody reads there."""
        return [words_of(message) for message in await self[user].timeline(room, thread)]

    async def card(self, user: str) -> str:
        """The reference of T-1's card in the room of 客服部."""
        cards = [one for one in await self[user].timeline("support") if "T-1" in one["body"].get("title", "")]
        return str(cards[0]["id"])

    async def joint(self, user: str) -> list[str]:
        """The joint rooms that somebody has in his list."""
        return [room["id"] for room in (await self[user].state())["rooms"] if room["kind"] == "joint"]

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Chat]:
    """客服部 and 技术部 in the built-in chat."""
    async with world(sqlite_url, team_file(tmp_path, more=ANN), BATON_LOCAL_CHAT="on") as baton:
        opened = Chat(baton)
        yield opened
        await opened.close()


async def test_both_departments_meet_in_a_room_of_the_built_in_chat(chat: Chat) -> None:
    """Covers U26, P2: only they have it in their list; what is said there stands in the ticket's thread."""
    await chat.say("ann", "ann", "打印机坏了")
    await chat.say("lin", "lin", "T-1 协作 技术部 请检查打印机日志")
    await chat.say("lin", "lin", "会诊 C-1")
    [room] = await chat.joint("lin")
    assert await chat.joint("zhao") == [room]
    assert await chat.joint("ann") == []
    context = "\n".join(await chat.read("zhao", room))
    assert "林晓" in context
    assert "请检查打印机日志" in context
    await chat.say("zhao", room, "是定影器，要换")
    assert any("是定影器，要换" in words for words in await chat.read("lin", "support", await chat.card("lin")))
    assert "定影器" not in "\n".join(await chat.read("ann", "ann"))


async def test_a_mention_in_the_built_in_chat_is_told_and_answered(chat: Chat) -> None:
    """Covers U4: in his conversation with Baton, by a reply to what he was told."""
    await chat.say("ann", "ann", "打印机坏了")
    await chat.say("lin", "support", "@赵磊 能看一下吗？", thread=await chat.card("lin"))
    [told] = [message for message in await chat["zhao"].timeline("zhao") if "能看一下吗" in words_of(message)]
    await chat.say("zhao", "zhao", "下午来看", reply_to=str(told["id"]))
    assert any("下午来看" in words for words in await chat.read("lin", "support", await chat.card("lin")))
    assert "下午来看" not in "\n".join(await chat.read("ann", "ann"))
