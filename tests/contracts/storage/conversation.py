"""Threads and messages of tickets, and the facts about them."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.chat.events import Place
from bot.chat.text import text
from bot.errors import NotFound
from bot.facts import Fact
from bot.tickets.facts import StatusChanged, TagsChanged, TicketOpened
from bot.tickets.rules import Fate, Message, Side, Status, Thread
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import (
    DIRECT,
    NASTY,
    OTHER_ROOM,
    RICH,
    ROOM,
    message,
    moment,
    person,
    record,
    ticket,
)


class ThreadsContract:
    """Where a ticket is."""

    async def test_a_thread_is_joined_once(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            about = ticket(unit)
            first = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, ROOM, key="card:1", reply_to="9"))
            again = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, ROOM, key="other"))
            customer = unit.tickets.add_thread(Thread(0, about.id, Side.CUSTOMER, ROOM))
            assert again == first
            assert unit.tickets.threads(about.id) == [first, customer]
            assert unit.tickets.threads(about.id, Side.CUSTOMER) == [customer]
            moved = replace(first, place=OTHER_ROOM, key="k", reply_to="10")
            unit.tickets.save_thread(moved)
            assert unit.tickets.thread_at(OTHER_ROOM) == moved

        await database.write(work)

    async def test_of_several_at_a_place_the_live_and_latest_is_found(
        self, database: SqlDatabase, clock: ManualClock
    ) -> None:
        joined = {}
        for name, status in (("live", Status.OPEN), ("latest", Status.NEW), ("over", Status.SOLVED)):
            clock.advance(10)

            def join(unit: Unit, name: str = name, status: Status = status) -> Thread:
                about = ticket(unit, title=name, status=status)
                return unit.tickets.add_thread(Thread(0, about.id, Side.CUSTOMER, DIRECT))

            joined[name] = await database.write(join)

        def look(unit: Unit) -> None:
            assert unit.tickets.thread_at(DIRECT) == joined["latest"]
            assert unit.tickets.thread_at(DIRECT, Side.CUSTOMER) == joined["latest"]
            assert unit.tickets.thread_at(DIRECT, Side.TEAM) is None
            assert unit.tickets.thread_at(replace(DIRECT, thread="1")) is None

        await database.read(look)
        clock.advance(10)
        live = joined["live"]
        await database.write(lambda unit: unit.tickets.save(unit.tickets.get(live.ticket), unit.now))
        assert await database.read(lambda unit: unit.tickets.thread_at(DIRECT)) == live

    async def test_merging_moves_threads_and_messages(self, database: SqlDatabase) -> None:
        """Covers T8: merging keeps both conversations."""

        def work(unit: Unit) -> None:
            old, new = ticket(unit), ticket(unit)
            shared_old = unit.tickets.add_thread(Thread(0, old.id, Side.TEAM, ROOM))
            shared_new = unit.tickets.add_thread(Thread(0, new.id, Side.TEAM, ROOM))
            alone = unit.tickets.add_thread(Thread(0, old.id, Side.CUSTOMER, DIRECT))
            late = message(unit, new, "late", at=moment(20))
            early = message(unit, old, "early", at=moment(10), thread=shared_old.id)
            unit.tickets.move_threads(old.id, new.id)
            unit.tickets.move_messages(old.id, new.id)
            assert unit.tickets.threads(old.id) == []
            assert unit.tickets.threads(new.id) == [shared_new, replace(alone, ticket=new.id)]
            moved = replace(early, ticket=new.id, thread=shared_new.id)
            assert unit.tickets.conversation(new.id) == [moved, late]

        await database.write(work)


class MessagesContract:
    """What was said."""

    async def test_an_entry_comes_back_as_it_was_stored(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            about = ticket(unit)
            thread = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, OTHER_ROOM))
            stored = unit.tickets.add_message(
                Message(
                    0,
                    about.id,
                    about.requester,
                    Side.TEAM,
                    public=True,
                    text=RICH,
                    at=moment(1),
                    place=OTHER_ROOM,
                    ref="1.5",
                    thread=thread.id,
                    files=(3, 1),
                    fate=Fate.HELD,
                    edited_at=moment(2),
                    removed_at=moment(3),
                    request=7,
                )
            )
            assert not {field.name for field in fields(Message) if not getattr(stored, field.name)}
            assert unit.tickets.message(stored.id) == stored
            changed = replace(stored, text=text("new"), fate=Fate.TAKEN_BACK, edited_at=None, removed_at=None, files=())
            unit.tickets.save_message(changed)
            assert unit.tickets.message(stored.id) == changed

        await database.write(work)
        with pytest.raises(NotFound) as problem:
            await database.read(lambda unit: unit.tickets.message(404))
        assert problem.value.key == "message.unknown"

    async def test_the_same_message_of_a_platform_is_one_entry(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            about = ticket(unit)
            first = message(unit, about, "first", place=OTHER_ROOM, ref="9")
            again = message(unit, about, "again", place=replace(OTHER_ROOM, thread=""), ref="9")
            assert again == first
            assert unit.tickets.message_at(OTHER_ROOM.whole, "9") == first
            assert unit.tickets.message_at(ROOM, "9") is None
            forms = {message(unit, about, "a form").id for _ in range(2)}
            assert len(forms) == 2, "entries without a place never are the same"

        await database.write(work)

    async def test_the_last_entries_oldest_first(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            about = ticket(unit)
            for number in range(6):
                message(unit, about, str(number), public=number % 2 == 0, at=moment(number), removed_at=moment(9))
            said = [entry.text[0].text for entry in unit.tickets.conversation(about.id, limit=4)]
            assert said == ["2", "3", "4", "5"]
            public = unit.tickets.conversation(about.id, public_only=True)
            assert [entry.text[0].text for entry in public] == ["0", "2", "4"]

        await database.write(work)

    @pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
    async def test_nothing_said_is_poison(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> None:
            entry = message(unit, ticket(unit), words, place=replace(ROOM, room=f"C{words}"), ref=f"r{words}")
            assert unit.tickets.message_at(replace(ROOM, room=f"C{words}"), f"r{words}") is not None
            assert unit.tickets.message(entry.id).text[0].text.strip("\ufffd👍") or "\ud83d" in words

        await database.write(work)

    async def test_whom_somebody_wrote_to_last(self, database: SqlDatabase, clock: ManualClock) -> None:
        """Covers U20: consecutive messages of one person join one ticket."""
        channel = Place("slack", "C0HELP")

        def open_one(unit: Unit) -> int:
            about = ticket(unit)
            unit.tickets.add_thread(Thread(0, about.id, Side.CUSTOMER, replace(channel, thread="1.1")))
            return about.requester

        who = await database.write(open_one)
        clock.advance(100)

        def look(unit: Unit) -> None:
            since = unit.now - timedelta(minutes=2)
            found = unit.tickets.latest_from(who, channel, since)
            assert found is not None
            assert unit.tickets.latest_from(who, replace(channel, thread="1.1"), since) == found
            assert unit.tickets.latest_from(who, replace(channel, thread="2.2"), since) is None
            assert unit.tickets.latest_from(who, ROOM, since) is None
            assert unit.tickets.latest_from(person(unit).id, channel, since) is None
            assert unit.tickets.latest_from(who, channel, unit.now) is None
            message(unit, found, at=unit.now)
            assert unit.tickets.latest_from(who, channel, unit.now) == found

        await database.write(look)


class FactsContract:
    """Covers T2: the complete history: who, what, when, from where."""

    async def test_history_tells_who_what_when_and_from_where(self, database: SqlDatabase, clock: ManualClock) -> None:
        happened: list[Fact] = [
            TicketOpened(7, "message", 3),
            TagsChanged(7, before=(), after=("退款", "vip")),
            StatusChanged(7, "new", "open", "taken"),
        ]
        for fact in happened:
            await record(database, fact, actor=5, source="slack:C1")
            clock.advance(1)
        history = await database.read(lambda unit: unit.facts.of_ticket(7))
        assert [entry.fact for entry in history] == happened
        assert {(entry.actor, entry.source) for entry in history} == {(5, "slack:C1")}
        assert [(entry.at - history[0].at).seconds for entry in history] == [0, 1, 2]
        last_two = await database.read(lambda unit: unit.facts.of_ticket(7, limit=2))
        assert last_two == history[1:]

    async def test_the_number_of_the_newest_fact_grows(self, database: SqlDatabase) -> None:
        assert await database.read(lambda unit: unit.facts.latest()) == 0
        await database.write(lambda unit: unit.record(TicketOpened(1)))
        first = await database.read(lambda unit: unit.facts.latest())
        await database.write(lambda unit: unit.record(TicketOpened(2)))
        assert await database.read(lambda unit: unit.facts.latest()) > first > 0

    async def test_merging_copies_history_once_with_its_times(self, database: SqlDatabase, clock: ManualClock) -> None:
        for number in (1, 2, 1):
            await record(database, TicketOpened(number, str(clock.now())))
            clock.advance(1)
        await database.write(lambda unit: unit.facts.move(1, 2))
        await database.write(lambda unit: unit.facts.move(1, 2))
        of_one = await database.read(lambda unit: unit.facts.of_ticket(1))
        of_two = await database.read(lambda unit: unit.facts.of_ticket(2))
        assert [entry.at for entry in of_two] == sorted(entry.at for entry in of_two)
        assert len(of_one) == 2
        assert len(of_two) == 3
        assert {entry.fact.ticket for entry in of_two} == {2}

    @pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
    async def test_no_fact_is_poison(self, database: SqlDatabase, words: str) -> None:
        await database.write(lambda unit: unit.record(TicketOpened(1, words)), source=words)
        [entry] = await database.read(lambda unit: unit.facts.of_ticket(1))
        assert isinstance(entry.fact, TicketOpened)
