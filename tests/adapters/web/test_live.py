"""Open pages hear of every change once and in order, across connections, processes and long absences."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from adapters.web import WebAdapter
from bot.chat.builtin import BuiltinMessage
from bot.unit import Unit
from tests.adapters.web.house import SECRET, House, recorded, served
from tests.clock import ManualClock


async def test_a_message_appears_on_the_pages_of_everybody_in_the_room(chat: House) -> None:
    async with chat.browser("lin").live() as lin, chat.browser("root").live() as root:
        await chat.browser("lin").say("support", "团队可见")
        assert await lin.words() == ["团队可见"]
        assert await root.words() == ["团队可见"]


async def test_a_page_hears_nothing_of_rooms_it_may_not_see(chat: House) -> None:
    async with chat.browser("zhang").live() as zhang:
        await chat.browser("lin").say("support", "内部")
        await chat.browser("lin").say("lin", "只给机器人")
        await chat.browser("lin").say("lobby", "公开")
        assert await zhang.words() == ["公开"]


async def test_a_connection_that_broke_goes_on_where_it_was(chat: House) -> None:
    zhang = chat.browser("zhang")
    async with zhang.live() as before:
        await zhang.say("lobby", "一")
        assert await before.words() == ["一"]
        seen = before.last_id
    for words in ("二", "三"):
        await zhang.say("lobby", words)
    heard: list[str] = []
    async with zhang.live(after=0, last_event_id=seen) as again:
        while len(heard) < 2:
            heard += await again.words()
    assert heard == ["二", "三"]


async def test_a_hundred_messages_written_at_once_arrive_once_each(chat: House) -> None:
    writers = [chat.browser(user) for user in ("zhang", "emma", "lin", "zhao")]
    heard: dict[int, str] = {}
    numbers: list[int] = []
    async with chat.browser("root").live() as root:
        sending = [writers[n % 4].say("lobby", f"第 {n} 条") for n in range(100)]
        await asyncio.gather(*sending)
        while len(heard) < 100:
            for change in await root.changes():
                heard[change["message"]["id"]] = change["message"]["body"]["text"][0]["t"]
            numbers.append(int(root.last_id))
    assert sorted(heard.values()) == sorted(f"第 {n} 条" for n in range(100))
    assert numbers == sorted(set(numbers))


async def test_a_page_that_was_away_for_too_long_begins_anew(chat: House) -> None:
    zhang = chat.browser("zhang")
    for words in ("一", "二", "三"):
        await zhang.say("lobby", words)
    later = chat.clock.now() + timedelta(days=3)
    assert await chat.database.write(lambda unit: unit.builtin.forget(later)) > 0
    await zhang.say("lobby", "四")
    async with zhang.live(after=1) as stream:
        assert (await stream.event())[0] == "anew"
    async with zhang.live() as stream:
        await zhang.say("lobby", "五")
        assert await stream.words() == ["五"]


async def test_a_page_from_before_the_database_was_replaced_begins_anew(chat: House) -> None:
    async with chat.browser("zhang").live(after=9999) as stream:
        assert (await stream.event())[0] == "anew"


async def test_another_replica_sees_the_change_at_its_next_look(chat: House, clock: ManualClock) -> None:
    """The other process is not woken by our commit; it looks once a second."""

    class Deaf:
        """The same database, as it looks to a process that is told of no commit."""

        def __init__(self) -> None:
            self.read, self.write = chat.database.read, chat.database.write
            self.start, self.close = chat.database.start, chat.database.close

        def on_commit(self, wake: object) -> None:
            """Nobody is told."""

    other = WebAdapter(Deaf(), clock, SECRET, demo=True)
    async with served(chat.database, clock, other, recorded(other)) as address:
        browser = chat.browser("zhang")
        browser.client.base_url = address
        async with browser.live() as stream:
            await chat.browser("emma").say("lobby", "隔壁写的")
            hearing = asyncio.create_task(stream.words())
            while not hearing.done():
                clock.advance(0.25)
                await asyncio.sleep(0.01)
            assert await hearing == ["隔壁写的"]


async def test_an_edit_and_a_deletion_are_heard_as_the_message_now_stands(chat: House) -> None:
    zhang = chat.browser("zhang")
    said = await zhang.say("lobby", "旧")
    async with chat.browser("emma").live() as emma:
        await zhang.post(f"/chat/api/messages/{said['id']}/edit", {"text": "新"})
        (edited,) = await emma.changes()
        assert (edited["message"]["body"]["text"][0]["t"], bool(edited["message"]["edited"])) == ("新", True)
        await zhang.post(f"/chat/api/messages/{said['id']}/remove")
        (removed,) = await emma.changes()
        assert removed["message"]["removed"]


async def test_the_head_of_a_thread_counts_its_answers_live(chat: House) -> None:
    lin = chat.browser("lin")
    root = await lin.say("support", "开头")
    async with lin.live() as stream:
        await lin.say("support", "回复", thread=str(root["id"]))
        by_id = {change["message"]["id"]: change["message"] for change in await stream.changes() if "message" in change}
        assert by_id[root["id"]]["replies"] == 1


async def test_unread_marks_come_with_the_changes_and_go_when_read(chat: House) -> None:
    zhang, emma = chat.browser("zhang"), chat.browser("emma")
    async with emma.live() as stream:
        said = await zhang.say("lobby", "@Emma Clark 请看")
        _, data = await stream.event()
        assert data["unread"] == [{"room": "lobby", "thread": "", "count": 1, "mentioned": True}]
        await emma.post("/chat/api/read", {"room": "lobby", "upto": said["id"]})
        _, data = await stream.event()
        assert data["changes"] == [{"kind": "read", "room": "lobby", "thread": ""}]
        assert data["unread"] == []
    assert (await zhang.state())["unread"] == [], "nobody's own words are news to him"


async def test_a_stream_ends_when_its_reader_leaves(chat: House) -> None:
    async with chat.browser("zhang").live():
        assert chat.adapter.live._pages == 1
    for _ in range(200):
        if not chat.adapter.live._pages:
            break
        await asyncio.sleep(0.01)
    assert chat.adapter.live._pages == 0


@pytest.mark.parametrize("fault", ["rolled back"])
async def test_a_change_that_was_rolled_back_is_never_heard(chat: House, fault: str) -> None:
    def post_and_fail(unit: Unit) -> None:
        unit.builtin.post(BuiltinMessage("lobby", "baton", unit.now, {"kind": "post", "text": [{"t": fault}]}))
        raise LookupError(fault)

    async with chat.browser("zhang").live() as stream:
        with contextlib.suppress(LookupError):
            await chat.database.write(post_and_fail)
        await chat.browser("emma").say("lobby", "之后")
        assert await stream.words() == ["之后"]
