"""What the Telegram fake tells a bot, how it delivers it, and the faults it makes on order."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import Message as ReceivedMessage
from telegram.constants import UpdateType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from tests.fakes.telegram import Chat, TelegramFake, User, spec

EVERYTHING = [str(kind) for kind in UpdateType]
TAKE = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="take:12")]])
SAMPLES = sorted((spec.shared_folder() / "fixtures" / "telegram").glob("update.*.json"))


@pytest.fixture
async def fake() -> AsyncIterator[TelegramFake]:
    async with TelegramFake() as running:
        yield running


@pytest.fixture
async def bot(fake: TelegramFake) -> AsyncIterator[Bot]:
    async with Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url) as connected:
        yield connected


@pytest.fixture
def lin(fake: TelegramFake) -> User:
    return fake.user(1002, "林晓", username="linxiao", language_code="zh-hans")


@pytest.fixture
def group(fake: TelegramFake, lin: User) -> Chat:
    return fake.group("客服部", members=[lin])


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.effective_message.text for update in updates if update.effective_message]


async def everything_happens(fake: TelegramFake, bot: Bot, lin: User) -> None:
    """One of each thing that people do."""
    fake.queue.allowed = EVERYTHING
    await fake.starts(lin, "T12")
    album: list[bytes | tuple[str, bytes]] = [b"\xff\xd8\xff", ("notes.txt", b"x")]
    await fake.says(lin, text="an album", media_group=album)
    await fake.says(lin, html="<b>bold</b> <a href='tg://user?id=1002'>林晓</a> https://example.com", voice=b"OggS")
    await fake.says(lin, document=("报表.xlsx", b"x"), forwarded_from=fake.user(1009, "Zoe", last_name="Q"))
    await fake.edits(lin, await fake.says(lin, text="tpyo"), "typo")
    card = await bot.send_message(lin.id, "T-12", reply_markup=TAKE)
    await fake.presses(lin, fake.message(lin, card.message_id), "Take")
    await fake.presses(lin, fake.message(lin, card.message_id), "Take", inaccessible=True)
    await fake.reacts(lin, fake.message(lin, card.message_id), "👍")
    await fake.blocks(lin)
    await fake.unblocks(lin)
    forum = fake.group("论坛", members=[lin], forum=True, bot=None)
    await fake.adds_bot(lin, forum)
    await fake.promotes_bot(lin, forum)
    topic = fake.topic(forum, "T-12")
    said = await fake.says(lin, topic, "in the topic")
    await fake.says(lin, topic, "a reply", reply_to=said)
    await fake.says(lin, forum, "general", anonymous=True)
    await fake.reacts(lin, said, "👀", "🔥")
    await fake.reacts(lin, said, "👍", anonymous=True)
    await fake.joins(fake.user(1010, "Yan"), forum)
    await fake.leaves(fake.world.users[1010], forum)
    await fake.renames(lin, forum, "论坛 2")
    await fake.closes_topic(topic)
    await fake.demotes_bot(lin, forum)
    await fake.restricts_bot(lin, forum)
    await fake.kicks_bot(lin, forum)
    await fake.migrates(fake.group("小组", members=[lin], supergroup=False))


async def test_updates_are_whole(fake: TelegramFake, bot: Bot, lin: User) -> None:
    """Every update obeys the specification and is read by python-telegram-bot."""
    await everything_happens(fake, bot, lin)
    judge = spec.load()
    if judge is not None:
        assert [found for update in fake.updates for found in judge.object_violations("Update", update)] == []
        results = [(call.method, call.result) for call in fake.calls("sendMessage")]
        assert [found for _, result in results for found in judge.object_violations("Message", result)] == []
    received = await bot.get_updates(limit=100)
    assert len(received) == len(fake.updates) > 30
    assert not [update for update in received if update.effective_chat is None]
    kinds = {kind for update in fake.updates for kind in update} - {"update_id"}
    assert kinds == {
        "message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction",
        "message_reaction_count",
    }  # fmt: skip


async def test_privacy_mode(fake: TelegramFake, bot: Bot, lin: User, group: Chat) -> None:
    """Facts 2.2: what a bot with privacy on sees in a group, and what changes when it is off or administrator."""
    card = await bot.send_message(group.id, "T-12")
    seen = {
        "plain": (await fake.says(lin, group, "plain")).seen_by_bot,
        "mention": (await fake.says(lin, group, "hey @baton_bot")).seen_by_bot,
        "reply": (await fake.says(lin, group, "to the card", reply_to=card.message_id)).seen_by_bot,
        "named": (await fake.says(lin, group, "/take@Baton_Bot T-12")).seen_by_bot,
        "general": (await fake.says(lin, group, "/take T-12")).seen_by_bot,
        "of another": (await fake.says(lin, group, "/take@other_bot")).seen_by_bot,
    }
    assert seen == {
        "plain": False, "mention": False, "reply": True, "named": True, "general": True, "of another": False,
    }  # fmt: skip
    other = fake.user(77, "Other", username="other_bot", is_bot=True)
    await fake.joins(other, group)
    assert not (await fake.says(other, group, "/take@baton_bot")).seen_by_bot
    assert not (await fake.says(lin, group, "/take T-12")).seen_by_bot  # the other bot wrote last
    await fake.promotes_bot(lin, group)
    assert (await fake.says(lin, group, "plain")).seen_by_bot
    assert not (await fake.says(other, group, "plain")).seen_by_bot
    await fake.demotes_bot(lin, group)
    fake.world.sees_all = True
    assert (await fake.says(lin, group, "plain")).seen_by_bot
    assert (await bot.get_me()).can_read_all_group_messages


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/ticket@baton_bot 😀 help", [("bot_command", "/ticket@baton_bot")]),
        ("😀😀 @linxiao, a/b and x@example.com", [("mention", "@linxiao"), ("email", "x@example.com")]),
        ("看 https://example.com/a?b=1。 #退款", [("url", "https://example.com/a?b=1"), ("hashtag", "#退款")]),
        ("/工单 and path/nothing", []),
    ],
)
async def test_entities_of_what_people_type(
    fake: TelegramFake, bot: Bot, lin: User, typed: str, found: list[tuple[str, str]]
) -> None:
    await fake.says(lin, text=typed)
    (update,) = await bot.get_updates()
    assert update.message is not None
    parsed = update.message.parse_entities()
    assert [(entity.type, text) for entity, text in parsed.items()] == found


async def test_mentions_by_id_and_formatting(fake: TelegramFake, bot: Bot, lin: User) -> None:
    await fake.says(lin, html="  😀<b>a<i>b</i></b> <a href='tg://user?id=1002'>林</a> <a href='tg://user?id=5'>?</a>")
    (update,) = await bot.get_updates()
    assert update.message is not None
    entities = update.message.parse_entities()
    assert [(entity.type, text) for entity, text in entities.items()] == [
        ("bold", "ab"), ("italic", "b"), ("text_mention", "林"),
    ]  # fmt: skip
    assert [entity.user.id for entity in entities if entity.user] == [1002]


async def test_a_press_is_answered_once(fake: TelegramFake, bot: Bot, lin: User) -> None:
    lin.started = True
    card = fake.message(lin, (await bot.send_message(lin.id, "T-12", reply_markup=TAKE)).message_id)
    query = await fake.presses(lin, card, "Take")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "take:12"
    assert fake.toast(lin) is None
    await update.callback_query.answer("Yours", show_alert=True)
    assert (fake.toast(lin), query.alert) == ("Yours", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await update.callback_query.answer("again")
    late = await fake.presses(lin, card, "Take", data="forged:1")
    fake.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late.id)
    with pytest.raises(AssertionError, match=r"no button 'Solve' under message \d+; there are \['Take'\]"):
        await fake.presses(lin, card, "Solve")


async def test_reactions_reach_an_administrator_who_asked(fake: TelegramFake, lin: User, group: Chat) -> None:
    said = await fake.says(lin, group, "x")
    await fake.reacts(lin, said, "👍")
    fake.queue.allowed = ["message_reaction"]
    await fake.reacts(lin, said, "👀")
    assert fake.updates == []
    await fake.promotes_bot(lin, group)
    await fake.reacts(lin, said, "🔥")
    assert [update["message_reaction"]["old_reaction"][0]["emoji"] for update in fake.updates] == ["👀"]


async def test_offsets_confirm(fake: TelegramFake, bot: Bot, lin: User) -> None:
    for number in range(4):
        await fake.says(lin, text=str(number))
    first = await bot.get_updates(limit=2)
    assert texts(first) == ["0", "1"]
    assert texts(await bot.get_updates()) == ["0", "1", "2", "3"]  # nothing was confirmed
    assert fake.queue.repeats == 1
    assert texts(await bot.get_updates(offset=first[-1].update_id + 1)) == ["2", "3"]
    assert fake.offset == first[-1].update_id + 1
    assert texts(await bot.get_updates(offset=-1)) == ["3"]
    assert len(fake.pending) == 1


async def test_a_long_poll_returns_as_soon_as_something_comes(fake: TelegramFake, bot: Bot, lin: User) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await fake.connected()
    await fake.says(lin, text="now")
    assert texts(await poll) == ["now"]


async def test_two_pollers_conflict(fake: TelegramFake, bot: Bot, lin: User) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await fake.connected()
    async with Bot(fake.token, base_url=fake.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=50))
        with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
            await first
        await fake.says(lin, text="for the second")
        assert texts(await second) == ["for the second"]
    assert fake.queue.conflicts == 1


async def test_a_poller_that_went_away_is_no_conflict(fake: TelegramFake, bot: Bot, lin: User) -> None:
    """A restarted bot begins where the last confirmed update left it."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await fake.connected()
    poll.cancel()
    await fake.until(lambda: not fake.queue.polled)
    await fake.says(lin, text="meanwhile")
    assert texts(await bot.get_updates(timeout=50)) == ["meanwhile"]
    assert fake.queue.conflicts == 0


async def test_a_hot_loop_gets_one_update_at_a_time(lin: User) -> None:
    async with TelegramFake(guard_hot_loop=True) as guarded, Bot(guarded.token, base_url=guarded.base_url) as bot:
        ann = guarded.user(1001, "Ann")
        for number in range(3):
            await guarded.says(ann, text=str(number))
        assert texts(await bot.get_updates(timeout=5)) == ["0", "1", "2"]
        assert texts(await bot.get_updates(timeout=5)) == ["0"]


async def test_the_fake_stops_while_a_call_is_waiting() -> None:
    async with TelegramFake() as short_lived:
        bot = Bot(short_lived.token, base_url=short_lived.base_url)
        waiting = asyncio.create_task(bot.get_updates(timeout=50))
        await short_lived.connected()
    with pytest.raises(NetworkError):
        await waiting


async def test_a_webhook_ends_polling(fake: TelegramFake, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await fake.connected()
    await bot.set_webhook("https://baton.example/telegram/webhook", secret_token="s3cret")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://baton.example/telegram/webhook"
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    for refused in ("http://baton.example/", "https://baton.example:8300/"):
        with pytest.raises(BadRequest, match="Bad webhook"):
            await bot.set_webhook(refused)


async def test_the_webhook_gets_every_update_with_the_secret(fake: TelegramFake, bot: Bot, lin: User) -> None:
    """A refused update is tried again behind the others; an answer that was lost brings it twice."""
    seen: list[tuple[str, str | None]] = []

    async def receive(request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        seen.append((text, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return web.Response(status=500 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_post("/telegram/webhook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.reverse_proxy("https://baton.example", f"http://127.0.0.1:{runner.addresses[0][1]}")
    await fake.says(lin, text="one")
    await fake.says(lin, text="two")
    await bot.set_webhook("https://baton.example/telegram/webhook", secret_token="s3cret")
    await fake.settled()
    assert seen == [("one", "s3cret"), ("two", "s3cret"), ("one", "s3cret")]
    assert [delivery.status for delivery in fake.deliveries] == [500, 200, 200]
    await fake.redeliver(fake.updates[1]["update_id"], times=2)
    assert seen[3:] == [("two", "s3cret")] * 2
    await runner.cleanup()


async def test_a_webhook_that_is_not_there(fake: TelegramFake, lin: User) -> None:
    fake.deliver_to("https://nowhere.example/hook")
    await fake.says(lin, text="lost")
    await fake.settled()
    assert len(fake.webhook.abandoned) == 1
    assert "no route" in str(fake.deliveries[-1].error)


async def test_ordered_refusals(fake: TelegramFake, bot: Bot, lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    lin.started = True
    fake.fail_next("sendMessage", 429, "Too Many Requests: retry after 14", retry_after=14)
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(lin.id, "x")
    assert str(flooded.value).startswith("Flood control exceeded. Retry in 0:00:14")
    fault = fake.fail_next("*", 500, "Internal Server Error: restart", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Internal Server Error: restart"):
            await bot.get_me()
    fake.fail_next("sendMessage", 403, "Forbidden: bot was blocked by the user")
    with pytest.raises(Forbidden):
        await bot.send_message(lin.id, "x")
    await bot.send_message(lin.id, "at last")
    assert (fault.met, len(fake.sent(lin))) == (2, 1)


async def test_lost_answers_silence_and_rubbish(fake: TelegramFake, bot: Bot, lin: User) -> None:
    lin.started = True
    fake.break_connection_after_accept("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(lin.id, "out, and nobody knows")
    fake.break_connection("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(lin.id, "never out")
    fake.answer_garbage("sendMessage")
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.send_message(lin.id, "never out")
    fake.answer_garbage("sendMessage", status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(lin.id, "never out")
    fake.hang("sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(lin.id, "never out", read_timeout=0.05)
    silence = fake.hang("sendMessage", after_accept=True)
    patient = asyncio.create_task(bot.send_message(lin.id, "out, late"))
    await fake.until(lambda: len(fake.sent(lin)) == 2)
    silence.release()
    assert (await patient).text == "out, late"
    assert [m.text for m in fake.sent(lin)] == ["out, and nobody knows", "out, late"]
    said = await fake.says(lin, document=("a.txt", b"abc"))
    file = await bot.get_file(said.content["document"]["file_id"])
    fake.fail_next("file download", 404, "Not Found")
    with pytest.raises(TelegramError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == b"abc"


@pytest.mark.skipif(not SAMPLES, reason="the Telegram samples are not beside this checkout (BATON_SHARED or ../shared)")
async def test_any_update_at_all_can_be_queued(fake: TelegramFake, bot: Bot) -> None:
    """The hazard of facts 2.1: one update that python-telegram-bot cannot read blocks all that come after it."""
    for sample in SAMPLES:
        fake.queue_raw(json.loads(sample.read_text("utf-8")))
    identifiers = [update["update_id"] for update in fake.updates]
    assert identifiers == list(range(identifiers[0], identifiers[0] + len(SAMPLES)))
    for _ in range(2):
        with pytest.raises(TypeError, match="can_edit_tag"):
            await bot.get_updates()
    assert (fake.offset, fake.queue.repeats, len(fake.pending)) == (0, 1, len(SAMPLES))


async def test_a_whole_application(fake: TelegramFake, lin: User, group: Chat) -> None:
    """python-telegram-bot's own application polls, answers and stops."""

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if isinstance(update.message, ReceivedMessage):
            await update.message.reply_html(f"<b>{update.message.text}</b>")

    builder = ApplicationBuilder().token(fake.token).base_url(fake.base_url).base_file_url(fake.base_file_url)
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        await fake.connected()
        await fake.starts(lin)
        await fake.settled()
        reply = await fake.appears(lin, "start")
        assert (fake.visible_text(reply), reply.entities[0]["type"]) == ("/start", "bold")
        await application.updater.stop()
        await application.stop()
    assert fake.violations == []
    assert fake.queue.conflicts == 0
