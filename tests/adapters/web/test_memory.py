"""The chat's memory keeps its promises on SQLite and on PostgreSQL (`bot.chat.builtin.BuiltinStore`)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.chat.builtin import BuiltinChange, BuiltinDelivery, BuiltinDirect, BuiltinMessage, BuiltinUser, NewFile, Unread
from bot.unit import Database, Unit
from tests.clock import START, ManualClock

HOUR = timedelta(hours=1)


def draft(words: str = "你好", room: str = "lobby", author: str = "zhang", **rest: Any) -> BuiltinMessage:
    """A message that is not stored yet."""
    return BuiltinMessage(room, author, START, {"kind": "words", "text": [{"t": words}]}, **rest)


async def post(database: Database, message: BuiltinMessage, *mentions: str) -> BuiltinMessage:
    """Store it."""
    return await database.write(lambda unit: unit.builtin.post(message, mentions=mentions))


def words(messages: list[BuiltinMessage]) -> list[str]:
    """Their words."""
    return [message.body["text"][0]["t"] for message in messages]


async def test_a_message_comes_back_as_it_was_stored(database: Database) -> None:
    stored = await post(
        database, draft("\u4f60\x00\ud800", thread="", reply_to="7", title="话题", only_for="lin", key="k")
    )
    found = await database.read(lambda unit: unit.builtin.message(stored.id))
    assert found is not None
    assert replace(found, body={}) == replace(stored, body={})
    assert await database.read(lambda unit: unit.builtin.by_key("k")) == found
    assert await database.read(lambda unit: unit.builtin.message(stored.id + 1)) is None


async def test_a_key_stands_for_one_message_even_if_many_post_it_at_once(database: Database) -> None:
    posted = await asyncio.gather(*(post(database, draft(f"{n}", key="same" * 200)) for n in range(8)))
    assert len({message.id for message in posted}) == 1
    timeline = await database.read(lambda unit: unit.builtin.timeline("lobby", "", "x"))
    assert len(timeline) == 1


async def test_a_timeline_is_read_page_by_page_from_its_end(database: Database) -> None:
    stored = [await post(database, draft(str(n))) for n in range(7)]
    await post(database, draft("anderswo", room="help"))
    await post(database, draft("geheim", only_for="lin"))

    def page(before: int) -> Any:
        return lambda unit: unit.builtin.timeline("lobby", "", "emma", before=before, limit=3)

    assert words(await database.read(page(0))) == ["4", "5", "6"]
    assert words(await database.read(page(stored[4].id))) == ["1", "2", "3"]
    assert words(await database.read(lambda unit: unit.builtin.timeline("lobby", "", "lin", limit=1))) == ["geheim"]


async def test_the_head_of_a_thread_counts_what_everybody_sees(database: Database) -> None:
    root = await post(database, draft("Kopf"))
    for message in (
        draft("a", thread=root.ref),
        draft("b", thread=root.ref, only_for="lin"),
        draft("c", thread=root.ref),
    ):
        last = await post(database, message)
    await database.write(lambda unit: unit.builtin.save(replace(last, removed_at=START)))
    found = await database.read(lambda unit: unit.builtin.message(root.id))
    assert found is not None
    assert (found.replies, found.last_reply_at) == (1, START)
    assert words(await database.read(lambda unit: unit.builtin.timeline("lobby", root.ref, "zhang"))) == ["a", "c"]


async def test_topics_are_listed_newest_first_until_they_are_removed(database: Database) -> None:
    stored = [await post(database, draft("x", room=room, title=room)) for room in ("a", "b", "c")]
    await post(database, draft("kein Thema", room="a"))
    await database.write(lambda unit: unit.builtin.save(replace(stored[1], removed_at=START)))
    assert [topic.title for topic in await database.read(lambda unit: unit.builtin.topics(["a", "b", "c"]))] == [
        "c",
        "a",
    ]
    assert await database.read(lambda unit: unit.builtin.topics([])) == []


async def test_an_edit_keeps_what_it_does_not_name(database: Database) -> None:
    stored = await post(database, draft("alt", key="k"))
    changed = replace(stored, body={"kind": "words", "text": [{"t": "neu"}]}, edited_at=START + HOUR)
    await database.write(lambda unit: unit.builtin.save(changed))
    assert await database.read(lambda unit: unit.builtin.message(stored.id)) == changed


def reacted(unit: Unit, *, message: int, user: str, emoji: str, on: bool) -> bool:
    """Put a reaction on or take it off."""
    return unit.builtin.react(message, user, emoji, on, unit.now)


async def test_reactions_are_kept_in_order_and_once(database: Database, clock: ManualClock) -> None:
    stored = await post(database, draft())
    answers = []
    acts = [("a", "eyes", True), ("b", "+1", True), ("b", "eyes", True), ("b", "eyes", True), ("a", "eyes", False)]
    for user, emoji, on in acts:
        clock.advance(1)
        react = partial(reacted, message=stored.id, user=user, emoji=emoji, on=on)
        answers.append(await database.write(react))
    assert answers == [True, True, True, False, True]
    found = await database.read(lambda unit: unit.builtin.message(stored.id))
    assert found is not None
    assert found.reactions == (("+1", ("b",)), ("eyes", ("b",)))


async def test_a_file_belongs_to_its_owner_until_it_is_sent(database: Database) -> None:
    stored = await post(database, draft())

    def work(unit: Unit) -> None:
        for ref, owner in (("r1", "zhang"), ("r2", "emma"), ("r3", "zhang")):
            unit.builtin.add_file(NewFile(ref, f"{ref}.txt", "text/plain", b"\x00" + ref.encode(), owner, START))
        unit.builtin.attach(["r1", "r2"], "zhang", stored.id)
        unit.builtin.attach(["r1"], "zhang", 999)

    await database.write(work)
    found = await database.read(lambda unit: unit.builtin.message(stored.id))
    assert found is not None
    assert [(file.ref, file.size, file.message) for file in found.files] == [("r1", 3, stored.id)]
    assert await database.read(lambda unit: unit.builtin.content("r1")) == b"\x00r1"
    assert await database.read(lambda unit: (unit.builtin.content("r9"), unit.builtin.file("r9"))) == (None, None)


async def test_what_is_remembered_of_a_user_comes_back(database: Database) -> None:
    user = BuiltinUser("zhang", blocked=True, locale="zh-TW", hints=frozenset({"guide", "b"}))
    assert await database.read(lambda unit: unit.builtin.user("zhang")) == BuiltinUser("zhang")
    await database.write(lambda unit: unit.builtin.save_user(user))
    assert await database.read(lambda unit: unit.builtin.user("zhang")) == user
    await database.write(lambda unit: unit.builtin.save_home("zhang", {"kind": "card"}, unit.now))
    assert await database.read(lambda unit: unit.builtin.home("zhang")) == {"kind": "card"}
    assert await database.read(lambda unit: unit.builtin.home("emma")) is None


async def test_a_conversation_of_two_is_known_to_both(database: Database) -> None:
    direct = BuiltinDirect("a~b", frozenset({"a", "b"}))
    for _ in range(2):
        await database.write(lambda unit: unit.builtin.open_direct(direct))
    for user in ("a", "b"):
        assert await database.read(lambda unit, u=user: unit.builtin.directs(u)) == [direct]  # type: ignore[misc]
    assert await database.read(lambda unit: unit.builtin.direct("a~b")) == direct
    assert await database.read(lambda unit: (unit.builtin.direct("c"), unit.builtin.directs("c"))) == (None, [])


async def test_unread_is_what_others_wrote_since(database: Database) -> None:
    first = await post(database, draft("1"), "emma")
    await post(database, draft("2", thread=first.ref))
    await post(database, draft("eigen", author="emma"))
    await post(database, draft("geheim", only_for="lin"))
    gone = await post(database, draft("weg"))
    await database.write(lambda unit: unit.builtin.save(replace(gone, removed_at=START)))

    async def unread() -> list[Unread]:
        return await database.read(lambda unit: unit.builtin.unread("emma", ["lobby", "help"]))

    async def mark(thread: str, upto: int) -> bool:
        return await database.write(lambda unit: unit.builtin.mark_read("emma", "lobby", thread, upto))

    assert await unread() == [Unread("lobby", "", 1, True), Unread("lobby", first.ref, 1)]
    assert await mark("", first.id)
    assert not await mark("", first.id - 1), "a mark never goes back"
    assert await unread() == [Unread("lobby", first.ref, 1)]
    assert await mark(first.ref, gone.id)
    assert await unread() == []
    assert await database.read(lambda unit: unit.builtin.unread("emma", [])) == []


async def test_what_is_owed_stays_until_it_is_settled(database: Database) -> None:
    def owe(unit: Unit) -> None:
        for n in range(3):
            unit.builtin.owe(BuiltinDelivery(f"k{n}", b"\xff%d" % n, START + n * HOUR))
        unit.builtin.owe(BuiltinDelivery("k0", b"other", START))

    await database.write(owe)
    owed = await database.read(lambda unit: unit.builtin.owed(START + 2 * HOUR))
    assert [(delivery.key, delivery.payload) for delivery in owed] == [("k0", b"\xff0"), ("k1", b"\xff1")]
    await database.write(lambda unit: unit.builtin.settled(["k0", "k9"]))
    assert [d.key for d in await database.read(lambda unit: unit.builtin.owed(START + 9 * HOUR))] == ["k1", "k2"]


def changes_after(unit: Unit, *, number: int) -> list[BuiltinChange]:
    """The next few changes."""
    return unit.builtin.changes(number, 7)


async def test_changes_are_numbered_in_the_order_of_their_commits(database: Database) -> None:
    """Whoever has seen a number has seen everything before it, however many write at once."""
    seen: list[int] = []

    async def follow() -> None:
        while len(seen) < 40:
            after = seen[-1] if seen else 0
            changes = await database.read(partial(changes_after, number=after))
            numbers = [change.number for change in changes]
            assert numbers == list(range(after + 1, after + 1 + len(numbers))), "a number was not there in time"
            seen.extend(numbers)

    await asyncio.gather(follow(), *(post(database, draft(str(n))) for n in range(40)))
    assert seen == list(range(1, 41))


async def test_old_changes_and_uploads_are_forgotten_and_messages_are_not(
    database: Database, clock: ManualClock
) -> None:
    stored = await post(database, draft())
    await database.write(lambda unit: unit.builtin.add_file(NewFile("r", "a", "x/y", b"1", "zhang", unit.now)))
    clock.advance(7200)
    await post(database, draft("später"))
    assert await database.read(lambda unit: unit.builtin.span()) == (1, 2)
    assert await database.write(lambda unit: unit.builtin.forget(START + HOUR)) == 2
    assert await database.read(lambda unit: unit.builtin.span()) == (2, 2)
    assert await database.read(lambda unit: unit.builtin.file("r")) is None
    assert await database.read(lambda unit: unit.builtin.message(stored.id)) == stored
    assert await database.write(lambda unit: unit.builtin.forget(START + 9 * HOUR)) == 1
    assert await database.read(lambda unit: unit.builtin.span()) == (0, 2), "numbers are never given out twice"


async def test_pages_are_woken_by_a_change(database: Database) -> None:
    heard: list[str] = []
    database.on_commit(heard.extend)
    await post(database, draft())
    await asyncio.sleep(0)
    assert "builtin" in heard
