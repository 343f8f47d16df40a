"""Orders of the bot: carried out once, refused for good where the chat can never do it."""

import asyncio

import pytest

from adapters.web import limits
from bot.chat.contract import Content, Delivery, Order, Target
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Button, Card, Post, View
from bot.people.rules import Person
from bot.unit import Unit
from tests.adapters.web.house import House, words_of

SUPPORT, ZHANG = Place("web", "support"), Place("web", "zhang")


async def send(chat: House, place: Place, words: str = "好", effect: str = "e1", **order: str) -> Delivery:
    """Let the bot say something."""
    kind = order.pop("kind", "show")
    made = Order(kind, place, Post(text(words)), **order)  # type: ignore[arg-type]
    return await chat.adapter.deliver(made, Target(place, effect))


async def test_the_same_effect_is_shown_once_however_often_it_is_tried(chat: House) -> None:
    tries = await asyncio.gather(*(send(chat, SUPPORT) for _ in range(5)))
    assert len({delivery.ref for delivery in tries}) == 1
    assert {delivery.outcome for delivery in tries} == {"sent"}
    assert len(await chat.browser("lin").timeline("support")) == 1


async def test_a_file_of_the_same_effect_is_kept_once(chat: House) -> None:
    target = Target(SUPPORT, "f1", content=Content("报告.txt", "text/plain", b"1"))
    for _ in range(2):
        assert (await chat.adapter.deliver(Order("file", SUPPORT, file=1), target)).outcome == "sent"
    (message,) = await chat.browser("lin").timeline("support")
    assert [file["name"] for file in message["files"]] == ["报告.txt"]
    assert (await chat.browser("lin").get(f"/chat/files/{message['files'][0]['ref']}")).content == b"1"


async def test_what_was_taken_can_be_looked_up(chat: House) -> None:
    sent = await send(chat, SUPPORT, effect="known")
    order = Order("show", SUPPORT, Post(text("好")))
    assert await chat.adapter.find(order, Target(SUPPORT, "known")) == sent
    missing = await chat.adapter.find(order, Target(SUPPORT, "unknown"))
    assert missing is not None
    assert missing.outcome == "retry"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Place("web", "nowhere"), "gone"),
        (Place("web", "support", "999"), "message_gone"),
        (Place("web", "support", "x"), "message_gone"),
    ],
)
async def test_a_place_that_is_not_there_is_refused(chat: House, place: Place, reason: str) -> None:
    delivery = await send(chat, place)
    assert (delivery.outcome, delivery.reason) == ("refused", reason)


async def test_between_two_persons_the_bot_does_not_speak(chat: House) -> None:
    room = (await chat.browser("lin").post("/chat/api/directs", {"user": "zhao"})).json()["room"]
    assert (await send(chat, Place("web", room))).reason == "not_member"


async def test_a_whisper_to_somebody_outside_the_room_is_refused(chat: House) -> None:
    assert (await send(chat, SUPPORT, kind="whisper", user="zhang")).reason == "not_member"
    assert await chat.browser("lin").timeline("support") == []


async def test_words_beyond_the_limit_are_refused_and_said_so(chat: House) -> None:
    assert (await send(chat, SUPPORT, "长" * limits.TEXT)).outcome == "sent"
    assert (await send(chat, SUPPORT, "长" * (limits.TEXT + 1), "e2")).reason == "too_long"


async def test_a_file_beyond_the_limit_is_refused(chat: House) -> None:
    content = Content("film.bin", "application/octet-stream", b"x" * (limits.FILE + 1))
    delivery = await chat.adapter.deliver(Order("file", SUPPORT, file=1), Target(SUPPORT, "f", content=content))
    assert (delivery.outcome, delivery.reason) == ("refused", "too_large")
    assert await chat.browser("lin").timeline("support") == [], "nothing half done is left"


async def test_somebody_out_of_service_can_not_be_reached(chat: House) -> None:
    def disable(unit: Unit) -> None:
        person = next(one for one in unit.people.all_persons() if one.key == "zhang")
        unit.people.save_person(Person(person.id, person.name, person.role, key="zhang", active=False))

    await chat.database.write(disable)
    assert (await send(chat, ZHANG)).reason == "unreachable"
    assert (await send(chat, ZHANG, kind="home", user="zhang", effect="h")).reason == "unreachable"


@pytest.mark.parametrize(
    ("old", "new", "edited"),
    [
        (Card("旧"), Card("新"), False),
        (Post(text("十秒后发出")), Post(text("客户已收到")), False),
        (Post(text("旧"), author="张伟"), Post(text("新"), author="张伟"), True),
    ],
)
async def test_only_words_that_somebody_changed_are_called_edited(
    chat: House, old: View, new: View, edited: bool
) -> None:
    first = await chat.adapter.deliver(Order("show", SUPPORT, old), Target(SUPPORT, "old"))
    await chat.adapter.deliver(Order("show", SUPPORT, new), Target(SUPPORT, "new", ref=first.ref))
    (message,) = await chat.browser("lin").timeline("support")
    assert bool(message["edited"]) is edited


async def test_a_button_that_goes_from_a_message_does_not_edit_it(chat: House) -> None:
    post = await send(chat, SUPPORT, "回复", "p")
    with_button = Post(text("回复"), controls=(Button("撤回", "reply.back", 1),))
    await chat.adapter.deliver(Order("show", SUPPORT, with_button), Target(SUPPORT, "p2", ref=post.ref))
    (message,) = await chat.browser("lin").timeline("support")
    assert message["edited"] is None
    assert message["body"]["controls"][0]["label"] == "撤回"


async def test_the_bot_changes_nothing_that_a_person_wrote(chat: House) -> None:
    said = await chat.browser("lin").say("support", "我写的")
    target = Target(SUPPORT, "x", ref=str(said["id"]))
    assert (
        await chat.adapter.deliver(Order("show", SUPPORT, Post(text("改")), ref_key := ""), target)
    ).reason == "message_gone"
    assert ref_key == ""
    assert (await chat.adapter.deliver(Order("remove", SUPPORT), target)).outcome == "sent"
    (message,) = await chat.browser("lin").timeline("support")
    assert words_of(message) == "我写的"


async def test_a_topic_is_a_thread_that_is_listed_with_its_room(chat: House) -> None:
    order = Order("topic", SUPPORT, title="T-7 打印机", key="topic")
    topic = await chat.adapter.deliver(order, Target(SUPPORT, "t"))
    assert topic.place == Place("web", "support", topic.ref)
    assert topic.place is not None
    assert (await send(chat, topic.place, "在话题里", "m")).outcome == "sent"
    rooms = {room["id"]: room for room in (await chat.browser("lin").state())["rooms"]}
    assert rooms["support"]["topics"] == [{"ref": topic.ref, "title": "T-7 打印机"}]
    assert [words_of(m) for m in await chat.browser("lin").timeline("support", topic.ref)] == ["在话题里"]
    said = await chat.browser("lin").say("support", "回话", thread=topic.ref)
    assert said["thread"] == topic.ref


async def test_a_room_named_like_a_person_is_found_by_the_check(chat: House) -> None:
    def clash(unit: Unit) -> None:
        team = next(team for team in unit.people.teams() if team.key == "tech")
        unit.people.save_team(type(team)(team.id, "tech", "技术部", rooms=(Place("web", "zhang"),)))

    assert await chat.adapter.check() == []
    await chat.database.write(clash)
    (problem,) = await chat.adapter.check()
    assert (problem.key, problem.values) == ("web.check.clash", (("room", "zhang"),))
