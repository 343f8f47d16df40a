"""The Telegram fake answers the real python-telegram-bot as Telegram would, and refuses what Telegram refuses."""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from tests.fakes.telegram import GENERAL, TOKEN, Chat, TelegramFake, User, spec
from tests.fakes.telegram.refusals import NOT_MODIFIED

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x10\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0 not much of a picture"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

needs_specification = pytest.mark.skipif(
    spec.load() is None, reason="the Bot API specification is not beside this checkout (BATON_SHARED or ../shared)"
)

raw_requests = pytest.mark.filterwarnings("ignore:Please use 'Bot:telegram.warnings.PTBUserWarning")


class HandMovedClock:
    """Time stands still until the test moves it."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, **units: float) -> None:
        self.instant += timedelta(**units)


@pytest.fixture
def clock() -> HandMovedClock:
    return HandMovedClock()


@pytest.fixture
async def fake(clock: HandMovedClock) -> AsyncIterator[TelegramFake]:
    async with TelegramFake(clock=clock) as running:
        yield running


@pytest.fixture
async def bot(fake: TelegramFake) -> AsyncIterator[Bot]:
    async with Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url) as connected:
        yield connected


@pytest.fixture
async def ann(fake: TelegramFake) -> User:
    """A customer who has started the bot."""
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


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


async def test_a_message_comes_back_as_people_see_it(fake: TelegramFake, bot: Bot, ann: User) -> None:
    sent = await bot.send_message(
        ann.id, "<b>T-12</b> 😀 &lt;b&gt; <a href='https://example.com/1'>more</a>", parse_mode=ParseMode.HTML,
        reply_markup=keyboard(InlineKeyboardButton("Take", callback_data="take:12")),
    )  # fmt: skip
    assert sent.text == "T-12 😀 <b> more"
    assert sent.parse_entities() == {sent.entities[0]: "T-12", sent.entities[1]: "more"}
    card = fake.message(ann, sent.message_id)
    assert (fake.visible_text(card), fake.buttons(card), card.from_bot) == ("T-12 😀 <b> more", ["Take"], True)
    assert sent.date == NOON
    assert fake.violations == []


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("客<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
    ],
)
async def test_broken_markup_is_refused(fake: TelegramFake, bot: Bot, ann: User, html: str, reason: str) -> None:
    with refuses(f"can't parse entities: {reason}"):
        await bot.send_message(ann.id, html, parse_mode=ParseMode.HTML)
    assert len(fake.violations) == 1
    assert fake.sent(ann) == []


async def test_only_four_named_references_exist(bot: Bot, ann: User) -> None:
    sent = await bot.send_message(ann.id, "&lt;&gt;&amp;&quot;&nbsp;&#128512;&#x41;", parse_mode=ParseMode.HTML)
    assert sent.text == '<>&"&nbsp;😀A'


@needs_specification
@raw_requests
async def test_the_list_of_bad_calls(fake: TelegramFake, bot: Bot, ann: User) -> None:
    """Every bad call of wire_validation.md is refused and named."""
    await fake.says(ann, text="hi")
    long_data = keyboard(InlineKeyboardButton("x", callback_data="d" * 65))
    bad: list[tuple[str, dict[str, Any], str]] = [
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "length 201 not in 0-200 characters"),
        ("sendMessage", {"chat_id": 1001, "text": "x" * 4097}, "sendMessage.text: length 4097 not in 1-4096 char"),
        ("sendMessage", {"chat_id": 1001, "text": "x", "reply_markup": long_data}, "length 65 not in 1-64 bytes"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": keyboard(InlineKeyboardButton("only a label"))},
            "InlineKeyboardButton needs exactly one action, has []",
        ),
        ("sendMessage", {"chat_id": 1001, "text": "x", "bogus": 1}, "unknown parameter sendMessage.bogus"),
        ("setWebhook", {"url": "https://a.example", "secret_token": "s" * 257}, "length 257 not in 1-256 characters"),
        ("sendMessage", {"text": "x"}, "sendMessage.chat_id missing"),
        ("sendMessage", {"chat_id": 1001, "text": "x", "message_thread_id": "T-1"}, "'T-1' is not Integer"),
        ("getUpdates", {"limit": 101}, "getUpdates.limit: 101 not in 1-100"),
        ("getUpdates", {"allowed_updates": ["massage"]}, "no update is called 'massage'"),
        ("setMyCommands", {"commands": [{"command": "x"}]}, "BotCommand.description missing"),
        ("setMessageReaction", {"chat_id": 1001, "message_id": 1, "reaction": [{"type": "emoji"}]}, "emoji missing"),
        ("sendMediaGroup", {"chat_id": 1001, "media": [InputMediaPhoto("x")]}, "1 items not in 2-10"),
    ]
    for method, parameters, violation in bad:
        fake.violations.clear()
        with pytest.raises(BadRequest):
            await bot.do_api_request(method, parameters)
        assert any(violation in found for found in fake.violations), (method, violation, fake.violations)


async def test_an_unknown_method_and_a_wrong_token(fake: TelegramFake) -> None:
    async with Bot(fake.token, base_url=fake.base_url) as known:
        with pytest.raises(Exception, match="not found"):
            await known.do_api_request("sendMesage", {"chat_id": 1})
    assert fake.violations == ["unknown method sendMesage"]
    wrong = Bot(TOKEN.replace("Fake", "Real"), base_url=fake.base_url)
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await wrong.get_me()
    with pytest.raises(InvalidToken, match="Not Found"):
        await Bot("1:short", base_url=fake.base_url).get_me()


@pytest.mark.parametrize(
    ("text", "mode", "refusal"),
    [
        ("x" * 4096, None, None),
        ("<b>" + "x" * 4096 + "</b>", ParseMode.HTML, None),
        ("😀" * 2048, None, None),
        ("😀" * 2049, None, "Message is too long"),
        ("", None, "Message text is empty"),
        (" <b> </b> ", ParseMode.HTML, "Text must be non-empty"),
    ],
)
async def test_text_is_counted_after_its_markup(
    bot: Bot, ann: User, text: str, mode: str | None, refusal: str | None
) -> None:
    with refuses(refusal) if refusal else contextlib.nullcontext():
        await bot.send_message(ann.id, text, parse_mode=mode)


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([[("x", {"callback_data": "客" * 21})]], None),
        ([[("x", {"callback_data": "客" * 22})]], "Button_data_invalid"),
        (
            [[("x", {"url": "http://localhost:8300/"})]],
            "Inline keyboard button URL 'http://localhost:8300/' is invalid: Wrong HTTP URL",
        ),
        (
            [[("x", {"callback_data": "1", "url": "https://a.example"})]],
            "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ([[(str(n), {"callback_data": "1"}) for n in range(9)]], "Reply markup is too long"),
        ([[(str(n), {"callback_data": "1"})] for n in range(101)], "Reply markup is too long"),
    ],
)
@raw_requests
async def test_keyboards(bot: Bot, ann: User, rows: list[list[tuple[str, Any]]], refusal: str | None) -> None:
    markup = {"inline_keyboard": [[{"text": label, **action} for label, action in row] for row in rows]}
    parameters = {"chat_id": ann.id, "text": "x", "reply_markup": markup}
    with refuses(refusal) if refusal else contextlib.nullcontext():
        await bot.do_api_request("sendMessage", parameters)


async def test_private_chats_need_a_start_and_no_block(fake: TelegramFake, bot: Bot) -> None:
    ben = fake.user(1003, "Ben")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ben.id, "hello")
    await fake.starts(ben, "T12")
    assert fake.updates[-1]["message"]["text"] == "/start T12"
    await bot.send_message(ben.id, "hello")
    await fake.blocks(ben)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ben.id, "hello?")
    await fake.unblocks(ben)
    await bot.send_message(ben.id, "hello again")
    ben.deactivated = True
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ben.id, "hello")
    with refuses("Chat not found"):
        await bot.send_message(424242, "hello")
    assert [fake.visible_text(m) for m in fake.sent(ben)] == ["hello", "hello again"]
    assert fake.violations == []


async def test_a_group_that_became_a_supergroup(fake: TelegramFake, bot: Bot, lin: User) -> None:
    old = fake.group("售后", members=[lin], supergroup=False)
    await bot.send_message(old.id, "before")
    new = await fake.migrates(old)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "after")
    assert moved.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "after")).message_id < 5  # ids begin again
    updates = await bot.get_updates(timeout=0)
    assert [(u.message.migrate_to_chat_id, u.message.migrate_from_chat_id) for u in updates if u.message] == [
        (new.id, None), (None, old.id),
    ]  # fmt: skip


async def test_groups_that_threw_the_bot_out(fake: TelegramFake, bot: Bot, lin: User) -> None:
    group = fake.group("仓储部", members=[lin], id=-1007777)
    await fake.kicks_bot(lin, group)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "hello")
    await fake.adds_bot(lin, group)
    await fake.restricts_bot(lin, group, "can_send_photos")
    with refuses("Not enough rights to send text messages to the chat"):
        await bot.send_message(group.id, "hello")
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "hello")
    await fake.deletes_group(group)
    with pytest.raises(Forbidden, match="the group chat was deleted"):
        await bot.send_message(group.id, "hello")


async def test_topics(fake: TelegramFake, bot: Bot, team: Chat, lin: User) -> None:
    made = await bot.create_forum_topic(team.id, "T-12")
    posted = await bot.send_message(team.id, "card", message_thread_id=made.message_thread_id)
    assert posted.is_topic_message
    assert posted.message_thread_id == made.message_thread_id
    general = await bot.send_message(team.id, "hello all")
    assert general.message_thread_id is None
    topic = team.topics[made.message_thread_id]
    assert [m.text for m in fake.sent(team, topic)][1:] == ["card"]
    assert [m.text for m in fake.sent(team, GENERAL)] == ["hello all"]
    await bot.edit_forum_topic(team.id, topic.thread_id, name="T-12 solved")
    assert topic.name == "T-12 solved"
    await bot.close_forum_topic(team.id, topic.thread_id)
    with refuses("Topic_not_modified"):
        await bot.close_forum_topic(team.id, topic.thread_id)
    await fake.demotes_bot(lin, team)
    with refuses("Topic_closed"):
        await bot.send_message(team.id, "x", message_thread_id=topic.thread_id)
    with refuses("Not enough rights to create a topic"):
        await bot.create_forum_topic(team.id, "T-13")
    await fake.deletes_topic(topic)
    for thread_id in (topic.thread_id, 1, 999):
        with refuses("Message thread not found"):
            await bot.send_message(team.id, "x", message_thread_id=thread_id)
    assert fake.violations == []


async def test_replies(fake: TelegramFake, bot: Bot, ann: User, team: Chat, lin: User) -> None:
    question = await fake.says(ann, text="Where is parcel 7?")
    quoted = ReplyParameters(question.message_id, quote="parcel 7")
    answer = await bot.send_message(ann.id, "Here", reply_parameters=quoted)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == question.message_id
    with refuses("Quote_text_invalid"):
        await bot.send_message(ann.id, "x", reply_parameters=ReplyParameters(question.message_id, quote="parcel 8"))
    await fake.deletes(ann, question)
    with refuses("Message to be replied not found"):
        await bot.send_message(ann.id, "x", reply_parameters=ReplyParameters(question.message_id))
    lenient = ReplyParameters(question.message_id, allow_sending_without_reply=True)
    assert (await bot.send_message(ann.id, "x", reply_parameters=lenient)).reply_to_message is None
    said = await fake.says(lin, fake.topic(team, "T-9"), "in the topic")
    reply = await bot.send_message(team.id, "there too", reply_parameters=ReplyParameters(said.message_id))
    assert reply.message_thread_id == said.thread_id


async def test_edits(fake: TelegramFake, bot: Bot, ann: User) -> None:
    buttons = keyboard(InlineKeyboardButton("Take", callback_data="t"))
    card = await bot.send_message(ann.id, "T-12 new", reply_markup=buttons)
    with refuses(NOT_MODIFIED):
        await bot.edit_message_text("T-12 new", ann.id, card.message_id, reply_markup=buttons)
    edited = await bot.edit_message_text("T-12 open", ann.id, card.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date == NOON
    stored = fake.message(ann, card.message_id)
    assert (stored.text, fake.buttons(stored), stored.versions) == ("T-12 open", [], [{"text": "T-12 new"}])
    await bot.edit_message_reply_markup(ann.id, card.message_id, reply_markup=buttons)
    assert fake.buttons(stored) == ["Take"]
    with refuses("There is no caption in the message to edit"):
        await bot.edit_message_caption(ann.id, card.message_id, caption="x")
    theirs = await fake.says(ann, text="mine")
    with refuses("Message can't be edited"):
        await bot.edit_message_text("x", ann.id, theirs.message_id)
    await bot.delete_message(ann.id, card.message_id)
    with refuses("Message to edit not found"):
        await bot.edit_message_text("x", ann.id, card.message_id)
    assert fake.violations == []


async def test_deleting(fake: TelegramFake, bot: Bot, clock: HandMovedClock, ann: User, lin: User, team: Chat) -> None:
    own, theirs = await bot.send_message(ann.id, "own"), await fake.says(ann, text="theirs")
    clock.advance(hours=47)
    assert await bot.delete_message(ann.id, theirs.message_id)
    clock.advance(hours=1)
    with refuses("Message can't be deleted for everyone"):
        await bot.delete_message(ann.id, own.message_id)
    with refuses("Message to delete not found"):
        await bot.delete_message(ann.id, theirs.message_id)
    topic, said = fake.topic(team, "T-1"), await fake.says(lin, team, "in the group")
    with refuses("Message can't be deleted"):
        await bot.delete_message(team.id, topic.thread_id)
    await fake.promotes_bot(lin, team, "can_manage_topics")
    with refuses("Message can't be deleted"):
        await bot.delete_message(team.id, said.message_id)
    await fake.promotes_bot(lin, team, "can_delete_messages")
    assert await bot.delete_messages(team.id, [said.message_id, 999])
    assert said.deleted


async def test_files(fake: TelegramFake, bot: Bot, ann: User) -> None:
    sent = await bot.send_document(
        ann.id, "发票".encode(), filename="发票 7.pdf", caption="<i>invoice</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.caption) == (
        "发票 7.pdf",
        "application/pdf",
        "invoice",
    )
    loaded = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(loaded) == "发票".encode() == fake.file(fake.sent(ann)[-1])
    photo = await bot.send_photo(ann.id, PNG)
    assert (photo.photo[-1].width, photo.photo[-1].height) == (32, 16)
    assert (await bot.send_photo(ann.id, photo.photo[-1].file_id)).photo[-1].file_id == photo.photo[-1].file_id
    assert (await bot.send_voice(ann.id, b"OggS", duration=7)).voice
    assert (await bot.send_audio(ann.id, b"ID3", title="Hold music")).audio
    assert (await bot.send_video(ann.id, b"....ftyp", width=64, height=48)).video
    with refuses("Image_process_failed"):
        await bot.send_photo(ann.id, b"text")
    with refuses("File must be non-empty"):
        await bot.send_document(ann.id, b"", filename="empty.txt")
    with refuses("Message caption is too long"):
        await bot.send_document(ann.id, b"x", caption="x" * 1025)
    with refuses("Wrong file identifier/HTTP URL specified"):
        await bot.get_file("never given out")
    big = await fake.says(ann, document=("film.mkv", b"x"), pretend_size=20 * 1024 * 1024 + 1)
    with refuses("File is too big"):
        await bot.get_file(big.content["document"]["file_id"])


async def test_albums(fake: TelegramFake, bot: Bot, ann: User) -> None:
    sent = await bot.send_media_group(ann.id, [InputMediaPhoto(PNG, caption="two"), InputMediaPhoto(JPEG)])
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["two", None]
    mixed: list[InputMediaPhoto | InputMediaDocument] = [
        InputMediaPhoto(PNG),
        InputMediaDocument(b"x", filename="x.txt"),
    ]
    with refuses("Can't use the media of the specified type in the album"):
        await bot.send_media_group(ann.id, mixed)
    assert fake.violations == []
