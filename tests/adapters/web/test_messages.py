"""Writing, editing, deleting, reacting: the chat keeps it, the bot hears of it once, everybody in the room sees it."""

import pytest

from bot.chat.events import MessageEdited, MessageReceived, MessageRemoved, Place, ReachChanged, ReactionAdded
from bot.chat.text import CODE, Span, plain
from tests.adapters.web.house import House, new_act, words_of
from tests.clock import START, ManualClock


async def test_a_message_reaches_the_bot_as_it_was_meant(chat: House) -> None:
    said = await chat.browser("zhang").say("help", "@Baton `E-203` 怎么办")
    (event,) = await chat.events()
    assert isinstance(event, MessageReceived)
    assert event.place == Place("web", "help")
    assert (event.user, event.message, event.at) == ("zhang", str(said["id"]), START)
    assert event.addressed
    assert event.text == (Span("E-203", frozenset({CODE})), Span(" 怎么办"))
    assert (event.profile.name, event.profile.locale) == ("张伟", "en")
    assert event.link == f"{chat.url}/chat/message/{said['id']}"
    assert not event.direct


async def test_the_room_with_the_bot_is_direct(chat: House) -> None:
    await chat.browser("zhang").say("zhang", "你好")
    (event,) = await chat.events()
    assert event.direct
    assert event.place == Place("web", "zhang")


async def test_the_same_act_sent_twice_is_one_message_and_one_delivery(chat: House) -> None:
    browser, act = chat.browser("zhang"), new_act()
    first = await browser.say("help", "一次", id=act)
    second = await browser.say("help", "一次", id=act)
    assert first["id"] == second["id"]
    assert [words_of(message) for message in await browser.timeline("help")] == ["一次"]
    assert len(await chat.events()) == 1


async def test_acts_of_two_users_with_the_same_id_are_two(chat: House) -> None:
    act = new_act()
    await chat.browser("zhang").say("lobby", "甲", id=act)
    await chat.browser("emma").say("lobby", "乙", id=act)
    assert [event.user for event in await chat.events()] == ["zhang", "emma"]


async def test_while_the_bot_cannot_store_it_the_page_is_told_to_try_again(chat: House) -> None:
    """Covers W6: nothing is acknowledged that was not stored, and trying again makes no second message."""
    browser, act = chat.browser("zhang"), new_act()
    chat.inlet.down = True  # type: ignore[attr-defined]
    refused = await browser.post("/chat/api/messages", {"id": act, "room": "help", "text": "别丢"})
    assert refused.status_code == 503
    assert refused.json()["problem"] == "That did not get through. Please try again in a moment."
    chat.inlet.down = False  # type: ignore[attr-defined]
    await browser.say("help", "别丢", id=act)
    assert [words_of(message) for message in await browser.timeline("help")] == ["别丢"]
    assert len(await chat.events()) == 1


async def test_what_was_written_but_not_handed_over_is_handed_over_later(chat: House, clock: ManualClock) -> None:
    """The process may die between the two, and the browser with it."""
    chat.inlet.down = True  # type: ignore[attr-defined]
    await chat.browser("zhang").post("/chat/api/messages", {"room": "help", "text": "别丢"})
    chat.inlet.down = False  # type: ignore[attr-defined]
    assert await chat.adapter.hand_over_owed() == 0, "it is given a moment first"
    clock._now = clock.now().replace(minute=1)  # the wall clock alone, so that the adapter's own rounds sleep on
    assert await chat.adapter.hand_over_owed() == 1
    assert await chat.adapter.hand_over_owed() == 0
    assert [plain(event.text) for event in await chat.events() if isinstance(event, MessageReceived)] == ["别丢"]


async def test_an_answer_in_a_thread_belongs_to_it(chat: House) -> None:
    lin = chat.browser("lin")
    root = await lin.say("support", "开头")
    await lin.say("support", "回复", thread=str(root["id"]))
    assert (await chat.events())[1].place == Place("web", "support", str(root["id"]))
    (top,) = await lin.timeline("support")
    assert (top["replies"], top["id"]) == (1, root["id"])
    assert [words_of(message) for message in await lin.timeline("support", str(root["id"]))] == ["回复"]


async def test_a_thread_hangs_under_the_top_of_its_own_room_only(chat: House) -> None:
    lin = chat.browser("lin")
    root = await lin.say("support", "开头")
    reply = await lin.say("support", "回复", thread=str(root["id"]))
    for room, thread in (("lobby", str(root["id"])), ("support", str(reply["id"])), ("support", "99999")):
        response = await lin.post("/chat/api/messages", {"room": room, "text": "x", "thread": thread})
        assert response.status_code == 404, (room, thread)


async def test_an_edit_is_shown_and_told(chat: House) -> None:
    zhang = chat.browser("zhang")
    said = await zhang.say("zhang", "订单 8812")
    changed = (await zhang.post(f"/chat/api/messages/{said['id']}/edit", {"text": "订单 *8821*"})).json()["message"]
    assert words_of(changed) == "订单 8821"
    assert changed["edited"]
    edit = (await chat.events())[1]
    assert isinstance(edit, MessageEdited)
    assert plain(edit.text) == "订单 8821"


async def test_an_edit_that_changes_nothing_is_nothing(chat: House) -> None:
    zhang = chat.browser("zhang")
    said = await zhang.say("zhang", "订单")
    same = (await zhang.post(f"/chat/api/messages/{said['id']}/edit", {"text": "订单"})).json()["message"]
    assert same["edited"] is None
    assert len(await chat.events()) == 1


async def test_a_deleted_message_leaves_its_place_and_nothing_else(chat: House) -> None:
    zhang = chat.browser("zhang")
    said = await zhang.say("lobby", "密码是 123")
    gone = (await zhang.post(f"/chat/api/messages/{said['id']}/remove")).json()["message"]
    assert gone["removed"]
    assert "123" not in (await chat.browser("emma").get("/chat/api/timeline", room="lobby")).text
    assert isinstance((await chat.events())[1], MessageRemoved)
    again = await zhang.post(f"/chat/api/messages/{said['id']}/edit", {"text": "x"})
    assert again.status_code == 404


@pytest.mark.parametrize("act", ["edit", "remove"])
async def test_only_its_author_changes_a_message(chat: House, act: str) -> None:
    said = await chat.browser("zhang").say("lobby", "我的")
    response = await chat.browser("emma").post(f"/chat/api/messages/{said['id']}/{act}", {"text": "x"})
    assert response.status_code == 403
    assert response.json()["problem"] == "Only its author can change a message."


async def test_a_reaction_is_put_on_and_taken_off(chat: House) -> None:
    said = await chat.browser("zhang").say("lobby", "看这里")
    emma, path = chat.browser("emma"), f"/chat/api/messages/{said['id']}/react"
    on = (await emma.post(path, {"emoji": "ticket", "on": True})).json()["message"]
    assert on["reactions"] == [{"emoji": "ticket", "users": ["emma"]}]
    off = (await emma.post(path, {"emoji": "ticket", "on": False})).json()["message"]
    assert off["reactions"] == []
    (reaction,) = [event for event in await chat.events() if isinstance(event, ReactionAdded)]
    assert (reaction.emoji, reaction.author, reaction.user) == ("ticket", "zhang", "emma")
    assert reaction.quoted is not None
    assert plain(reaction.quoted.text) == "看这里"


async def test_a_reply_brings_what_it_answers(chat: House) -> None:
    said = await chat.browser("zhang").say("lobby", "问题")
    await chat.browser("emma").say("lobby", "答", reply_to=str(said["id"]))
    reply = (await chat.events())[1]
    assert isinstance(reply, MessageReceived)
    assert reply.quoted is not None
    assert (plain(reply.quoted.text), reply.quoted.user) == ("问题", "zhang")


async def test_the_bot_hears_nothing_of_what_two_persons_say_to_each_other(chat: House) -> None:
    lin = chat.browser("lin")
    room = (await lin.post("/chat/api/directs", {"user": "zhao"})).json()["room"]
    await lin.say(room, "中午吃什么")
    assert [words_of(message) for message in await chat.browser("zhao").timeline(room)] == ["中午吃什么"]
    assert await chat.events() == []
    outsider = await chat.browser("root").get("/chat/api/timeline", room=room)
    assert outsider.status_code == 404


async def test_a_customer_begins_no_conversation_with_the_staff(chat: House) -> None:
    response = await chat.browser("zhang").post("/chat/api/directs", {"user": "lin"})
    assert response.status_code == 403


async def test_shutting_the_bot_out_is_told_once(chat: House) -> None:
    zhang = chat.browser("zhang")
    for blocked in (True, True, False):
        assert (await zhang.post("/chat/api/me", {"blocked": blocked})).status_code == 200
    told = [event for event in await chat.events() if isinstance(event, ReachChanged)]
    assert [event.reachable for event in told] == [False, True]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("   \n", "There is nothing to send yet."),
        ("\u202e\u200b", "There is nothing to send yet."),
        ("长" * 40_001, "That is 40,001 characters; at most 40,000 fit. Please attach the rest as a file."),
    ],
)
async def test_bad_input_is_answered_kindly(chat: House, words: str, sentence: str) -> None:
    response = await chat.browser("zhang").post("/chat/api/messages", {"room": "zhang", "text": words})
    assert (response.status_code, response.json()["problem"]) == (422, sentence)
    assert await chat.events() == []


async def test_forty_thousand_characters_fit(chat: House) -> None:
    await chat.browser("zhang").say("zhang", "长" * 40_000)
    (event,) = await chat.events()
    assert isinstance(event, MessageReceived)
    assert len(plain(event.text)) == 40_000


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
async def test_half_a_surrogate_pair_and_zero_bytes_harm_nothing(chat: House, text: str) -> None:
    zhang = chat.browser("zhang")
    body = f'{{"id": "act-surrogate", "room": "zhang", "text": "{text}"}}'
    headers = {"content-type": "application/json"}
    sent = await zhang.client.post("/chat/api/messages", params={"as": "zhang"}, content=body, headers=headers)
    assert sent.status_code in (200, 422)
    assert len(await zhang.timeline("zhang")) == (1 if sent.status_code == 200 else 0)
