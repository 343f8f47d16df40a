"""The account of the bot on the Telegram fake: its menu, what it may ask, how fast it may write."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, ForceReply
from telegram.error import BadRequest, RetryAfter

from tests.fakes.telegram import Chat, TelegramFake, User

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class HandMovedClock:
    """Time stands still until the test moves it."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, **units: float) -> None:
        self.instant += timedelta(**units)


@pytest.fixture
async def fake() -> AsyncIterator[TelegramFake]:
    async with TelegramFake() as running:
        yield running


@pytest.fixture
async def bot(fake: TelegramFake) -> AsyncIterator[Bot]:
    async with Bot(fake.token, base_url=fake.base_url) as connected:
        yield connected


@pytest.fixture
async def ann(fake: TelegramFake) -> User:
    user = fake.user(1001, "Ann", language_code="en")
    await fake.starts(user)
    return user


@pytest.fixture
def lin(fake: TelegramFake) -> User:
    """An agent who owns the groups of these tests."""
    return fake.user(1002, "林晓", username="linxiao", language_code="zh-hans")


@pytest.fixture
def team(fake: TelegramFake, lin: User) -> Chat:
    return fake.group("客服部", members=[lin], forum=True, bot="administrator")


def refuses(text: str) -> pytest.RaisesExc[BadRequest]:
    """The block inside is answered 400 with exactly `text`; python-telegram-bot changes its case."""
    return pytest.raises(BadRequest, match=f"(?i)^{re.escape(text)}$")


async def test_commands_by_scope_and_language(fake: TelegramFake, bot: Bot, lin: User, team: Chat) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("ticket", "开工单")], scope=private, language_code="zh")
    await bot.set_my_commands([BotCommand("take", "Take it")], scope=BotCommandScopeChat(team.id))
    assert fake.commands("all_private_chats", "zh") == [("ticket", "开工单")]
    assert fake.menu(lin) == [("ticket", "开工单")]
    assert fake.menu(lin, team) == [("take", "Take it")]
    assert fake.menu(fake.user(5, "Eve", language_code="fr")) == [("help", "Help")]
    assert [c.command for c in await bot.get_my_commands(scope=private, language_code="zh")] == ["ticket"]
    await bot.delete_my_commands(scope=private, language_code="zh")
    assert fake.menu(lin) == [("help", "Help")]
    with refuses("Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("工单", "ticket")])
    with refuses("Bot_language_code_invalid"):
        await bot.set_my_commands([BotCommand("help", "x")], language_code="zh-TW")
    await bot.set_my_name("接力", language_code="zh")
    assert (await bot.get_my_name("zh")).name == "接力"
    assert (await bot.get_my_name()).name == "Baton"
    await bot.set_my_description("Tickets"), await bot.set_my_short_description("Tickets")
    assert (await bot.get_my_description()).description == "Tickets"


async def test_what_a_bot_may_ask(fake: TelegramFake, bot: Bot, ann: User, lin: User, team: Chat) -> None:
    assert not (await bot.get_me()).can_read_all_group_messages
    chat = await bot.get_chat(team.id)
    assert (chat.title, chat.is_forum, (await bot.get_chat(ann.id)).first_name) == ("客服部", True, "Ann")
    assert (await bot.get_chat_member(team.id, lin.id)).status == "creator"
    assert (await bot.get_chat_member(team.id, ann.id)).status == "left"
    assert {admin.user.id for admin in await bot.get_chat_administrators(team.id)} == {lin.id, fake.bot.id}
    assert await bot.get_chat_member_count(team.id) == 2
    said = await fake.says(lin, team, "look")
    assert await bot.set_message_reaction(team.id, said.message_id, "👀")
    assert said.bot_reaction == "👀"
    with refuses("Reaction_invalid"):
        await bot.set_message_reaction(team.id, said.message_id, "🎫")
    assert await bot.pin_chat_message(team.id, said.message_id)
    assert team.pinned == [said.message_id]
    assert await bot.send_chat_action(team.id, "typing")
    copied = await bot.copy_message(ann.id, team.id, said.message_id)
    assert fake.message(ann, copied.message_id).text == "look"
    forwarded = await bot.forward_message(ann.id, team.id, said.message_id)
    assert forwarded.forward_origin is not None
    assert await bot.send_message(ann.id, "How many?", reply_markup=ForceReply(input_field_placeholder="3"))
    assert fake.violations == []


async def test_flood_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 a second in a chat with short bursts, 20 a minute in a group, 30 a second overall."""
    clock = HandMovedClock()
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with TelegramFake(clock=clock, enforce_limits=True) as fake, Bot(fake.token, base_url=fake.base_url) as bot:
        people = [fake.user(n, f"P{n}") for n in range(1, 41)]
        for person in people:
            person.started = True
        for _ in range(3):
            await bot.send_message(people[0].id, "burst")
        with pytest.raises(RetryAfter) as wait:
            await bot.send_message(people[0].id, "too much")
        assert wait.value.retry_after == timedelta(seconds=1)
        clock.advance(seconds=1)
        await bot.send_message(people[0].id, "again")
        for person in people[1:30]:
            await bot.send_message(person.id, "thirty a second")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[30].id, "one too many")
        group = fake.group("g", members=[people[0]])
        for _ in range(20):
            clock.advance(seconds=2)
            await bot.send_message(group.id, "in the group")
        clock.advance(seconds=2)
        with pytest.raises(RetryAfter) as wait:
            await bot.send_message(group.id, "the 21st of this minute")
        assert wait.value.retry_after == timedelta(seconds=20)
