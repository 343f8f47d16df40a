"""Rooms that the bot opens for some users."""

from bot.chat.contract import Order, Target
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post
from tests.adapters.web.house import House, words_of

SUPPORT = Place("web", "support")


async def opened(chat: House, *users: str) -> Place:
    """A room for these users."""
    order = Order("room", SUPPORT, title="t-1-c-2-技术部", users=users)
    delivery = await chat.adapter.deliver(order, Target(SUPPORT, "e"))
    assert delivery.place is not None
    return delivery.place


async def listed(chat: House, user: str) -> dict[str, str]:
    """The rooms in somebody's list: titles by kind."""
    return {room["kind"]: room["title"] for room in (await chat.browser(user).state())["rooms"]}


async def test_those_who_were_named_see_it_and_nobody_else(chat: House) -> None:
    """Covers U26, P2."""
    room = await opened(chat, "lin", "zhao", "nobody")
    delivery = await chat.adapter.deliver(Order("show", room, Post(text("背景"))), Target(room, "m"))
    assert delivery.outcome == "sent"
    assert (await listed(chat, "lin"))["joint"] == "t-1-c-2-技术部"
    assert [words_of(message) for message in await chat.browser("lin").timeline(room.room)] == ["背景"]
    assert "joint" not in await listed(chat, "zhang")


async def test_the_bot_hears_what_is_said_there(chat: House) -> None:
    """Covers U26: otherwise nothing of it would be kept with the ticket."""
    room = await opened(chat, "lin")
    said = await chat.browser("lin").say(room.room, "我来看")
    [event] = [event for event in await chat.events() if getattr(event, "message", "") == str(said["id"])]
    assert event.place == room
    assert not event.direct
