"""Lanes: who sends what, in which order, and what becomes of it."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.chat.contract import Order, Pace
from bot.chat.events import Place
from bot.chat.ports import Lane, OutboxRow, Posted
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.outbox import claim, drained, shown, words
from tests.contracts.storage.samples import DIRECT, LATER, OTHER_ROOM, ROOM, moment, put, show
from tests.databases import Opener


def begin(unit: Unit, holder: str = "me") -> tuple[Lane, OutboxRow]:
    """Take the one lane that is due, and its head."""
    [lane] = claim(unit, holder)
    row = unit.outbox.next_row(lane, holder, unit.now)
    assert row is not None
    return lane, row


async def queued(database: SqlDatabase, *said: str, **more: Any) -> None:
    """Queue messages for the room."""
    await put(database, *(show(name, name, **more) for name in said))


async def mark(database: SqlDatabase, lane: Lane, row: OutboxRow) -> None:
    """The order was sent."""
    assert await database.write(lambda unit: unit.outbox.sent(lane, row, unit.now, "1", None))


class LanesContract:
    """Covers C12 and C13: in order per place, one at a time over all replicas, a refusal holds up nobody."""

    async def test_a_lane_is_held_by_one(self, database: SqlDatabase, clock: ManualClock) -> None:
        await queued(database, "a")
        lane, _ = await database.write(begin)
        assert await database.write(lambda unit: claim(unit, "other")) == []
        assert await database.read(lambda unit: unit.outbox.next_due(unit.now)) == clock.now() + LATER
        clock.advance(29)
        assert await database.write(lambda unit: unit.outbox.extend_lane(lane, unit.now + LATER))
        clock.advance(29)
        assert await database.write(lambda unit: claim(unit, "other")) == []
        clock.advance(1)
        [taken] = await database.write(lambda unit: claim(unit, "other"))
        assert taken.fence > lane.fence
        assert not await database.write(lambda unit: unit.outbox.extend_lane(lane, unit.now + LATER))

    async def test_the_most_patient_first_and_none_of_a_busy_platform(
        self, database: SqlDatabase, clock: ManualClock
    ) -> None:
        for place in (ROOM, OTHER_ROOM, DIRECT):
            await put(database, show(place=place))
            clock.advance(1)

        def look(unit: Unit) -> None:
            busy = unit.outbox.claim_lanes(unit.now, "me", unit.now + LATER, 9, ("telegram",))
            assert [lane.name for lane in busy] == [str(ROOM)]
            assert [lane.name for lane in claim(unit, limit=1)] == [str(OTHER_ROOM)]
            assert [lane.name for lane in claim(unit)] == [str(DIRECT)]

        await database.write(look)

    async def test_one_who_lost_the_lane_can_not_write(self, opened: Opener, clock: ManualClock) -> None:
        """A process that is stopped past its lease and goes on must find out (fault K4)."""
        one, other = await opened(), await opened("visit")
        await queued(one, "a")
        lane, row = await one.write(begin)
        clock.advance(31)
        theirs, same = await other.write(lambda unit: begin(unit, "other"))
        assert (same.id, same.uncertain, same.attempts) == (row.id, True, 2)

        def late(unit: Unit) -> None:
            assert not unit.outbox.sent(lane, row, unit.now, "1", None)
            assert not unit.outbox.again(lane, row, unit.now, "E")
            assert not unit.outbox.ended(lane, row, unit.now, "refused", "E")
            assert unit.outbox.next_row(lane, "me", unit.now) is None
            unit.outbox.free_lane(lane, unit.now)
            assert unit.posted.by_key("a") is None

        await one.write(late)
        assert await one.write(claim) == [], "it is still theirs"
        assert await other.write(lambda unit: unit.outbox.sent(theirs, same, unit.now, "2", None))

    async def test_a_new_lane_of_the_same_name_is_not_the_old_one(self, database: SqlDatabase) -> None:
        await queued(database, "a")
        lane, row = await database.write(begin)
        await database.write(lambda unit: unit.outbox.sent(lane, row, unit.now, "1", None))
        await database.write(lambda unit: unit.outbox.free_lane(lane, unit.now))
        await queued(database, "b")
        again, head = await database.write(begin)
        assert again.name == lane.name
        assert not await database.write(lambda unit: unit.outbox.sent(lane, head, unit.now, "2", None))

    async def test_a_head_in_the_future_holds_its_lane_and_no_other(
        self, database: SqlDatabase, clock: ManualClock
    ) -> None:
        await database.write(lambda unit: unit.outbox.put(show("a", "a"), not_before=unit.now + timedelta(seconds=10)))
        await queued(database, "b")
        await queued(database, "c", place=OTHER_ROOM)
        assert await shown(database) == ["c"]
        assert await database.read(lambda unit: unit.outbox.next_due(unit.now)) == clock.now() + timedelta(seconds=10)
        clock.advance(10)
        assert await shown(database) == ["a", "b"]
        assert await database.read(lambda unit: unit.outbox.next_due(unit.now)) is None

    async def test_a_row_is_tried_again_when_its_time_has_come(self, database: SqlDatabase, clock: ManualClock) -> None:
        await queued(database, "a", "b")
        lane, row = await database.write(begin)
        due = clock.now() + timedelta(seconds=5)

        def wait(unit: Unit) -> None:
            assert unit.outbox.again(lane, row, due, "429", counts=False)
            assert unit.outbox.next_row(lane, "me", unit.now) is None
            assert unit.outbox.free_lane(lane, unit.now) == due

        await database.write(wait)
        assert await database.write(claim) == []
        clock.advance(5)
        lane, again = await database.write(begin)
        assert (again.id, again.attempts, again.uncertain) == (row.id, 1, False)
        assert again.first_tried == row.first_tried
        await database.write(lambda unit: unit.outbox.again(lane, again, unit.now, "reset", uncertain=True))
        third = await database.write(lambda unit: unit.outbox.next_row(lane, "me", unit.now))
        assert third is not None
        assert (third.attempts, third.uncertain) == (2, True)
        await database.write(lambda unit: unit.outbox.again(lane, third, unit.now, "429"))
        fourth = await database.write(lambda unit: unit.outbox.next_row(lane, "me", unit.now))
        assert fourth is not None
        assert fourth.uncertain, "a later refusal says nothing of the earlier try"

    async def test_what_may_have_been_sent_is_not_replaced(self, database: SqlDatabase) -> None:
        await queued(database, "k")
        lane, row = await database.write(begin)
        await database.write(lambda unit: unit.outbox.again(lane, row, unit.now, "reset", uncertain=True))
        await put(database, show("k", "newer"))
        await database.write(lambda unit: unit.outbox.free_lane(lane, unit.now))
        assert await shown(database) == ["k", "newer"]

    async def test_what_may_have_been_sent_is_not_taken_back(self, database: SqlDatabase) -> None:
        """Covers T9: nobody is told that what perhaps stands before the customer was taken back."""
        await queued(database, "k")
        lane, row = await database.write(begin)
        await database.write(lambda unit: unit.outbox.again(lane, row, unit.now, "reset", uncertain=True))
        assert not await database.write(lambda unit: unit.outbox.cancel("k"))
        await database.write(lambda unit: unit.outbox.free_lane(lane, unit.now))
        assert await shown(database) == ["k"]

    async def test_a_refusal_does_not_hold_up_the_lane(self, database: SqlDatabase) -> None:
        await queued(database, "refused", "unknown", "dead", "sent")

        def work(unit: Unit) -> None:
            lane, row = begin(unit)
            for state in ("refused", "unknown", "dead"):
                assert words(row) == state
                assert unit.outbox.ended(lane, row, unit.now, state, f"why {state}")
                following = unit.outbox.next_row(lane, "me", unit.now)
                assert following is not None
                row = following
            assert words(row) == "sent"

        await database.write(work)
        failures = await database.read(lambda unit: unit.outbox.failures())
        assert [(words(row), state, error) for row, state, error in failures] == [
            (state, state, f"why {state}") for state in ("dead", "unknown", "refused")
        ]

    async def test_a_failure_can_be_tried_once_more_or_put_aside(self, database: SqlDatabase) -> None:
        await queued(database, "a", "b")

        def fail(unit: Unit) -> None:
            [lane] = claim(unit)
            while row := unit.outbox.next_row(lane, "me", unit.now):
                unit.outbox.ended(lane, row, unit.now, "refused", "gone")
            unit.outbox.free_lane(lane, unit.now)
            (second, *_), (first, *_) = unit.outbox.failures()
            assert unit.outbox.revive(first.id)
            assert not unit.outbox.revive(first.id)
            assert unit.outbox.drop(second.id)
            assert not unit.outbox.drop(second.id)
            assert unit.outbox.failures() == []

        await database.write(fail)
        assert await shown(database) == ["a"]

    async def test_what_was_being_sent_at_shutdown_is_uncertain(self, database: SqlDatabase) -> None:
        await queued(database, "a", "b")
        await queued(database, "c", place=OTHER_ROOM)
        await database.write(lambda unit: begin_all(unit))
        await database.write(lambda unit: unit.outbox.release("me"))
        rows = await database.write(drained)
        assert {words(row): row.uncertain for row in rows} == {"a": True, "b": False, "c": True}

    async def test_the_backlog_says_since_when(self, database: SqlDatabase, clock: ManualClock) -> None:
        await queued(database, "a")
        began = clock.now()
        clock.advance(5)
        await queued(database, "b", place=OTHER_ROOM)
        held = clock.now() + timedelta(hours=1)
        await put(database, show(place=DIRECT), not_before=held)
        assert await database.read(lambda unit: unit.outbox.backlog()) == (3, began)
        await database.write(drained)
        assert await database.read(lambda unit: unit.outbox.backlog()) == (1, None), "what is held is not late"

    async def test_what_ended_is_forgotten_in_batches(self, database: SqlDatabase, clock: ManualClock) -> None:
        await queued(database, *"abcde")
        await database.write(drained)
        await queued(database, "waiting")
        clock.advance(60)

        def forget(unit: Unit) -> list[int]:
            assert unit.outbox.forget(moment(0)) == 0
            return [unit.outbox.forget(unit.now, limit=3) for _ in range(3)]

        assert await database.write(forget) == [3, 2, 0]
        assert await shown(database) == ["waiting"]

    async def test_replicas_share_the_lanes_and_keep_each_in_order(self, opened: Opener) -> None:
        """Two replicas, four workers, new orders while they send: each sent once, each lane in order."""
        one, other = await opened(), await opened("visit")
        places = [Place("slack", f"C{number}") for number in range(5)]
        sent: dict[str, list[str]] = {str(place): [] for place in places}
        total = 0

        async def queue(database: SqlDatabase, name: str) -> None:
            for number in range(10):
                for place in places:
                    said = f"{name}{number:02}"
                    await put(database, show("", said, place))

        async def send_all(database: SqlDatabase, lane: Lane, holder: str) -> None:
            nonlocal total
            while row := await database.write(lambda unit: unit.outbox.next_row(lane, holder, unit.now)):
                sent[lane.name].append(words(row))
                total += 1
                await mark(database, lane, row)
            await database.write(lambda unit: unit.outbox.free_lane(lane, unit.now))

        async def work(database: SqlDatabase, holder: str) -> None:
            while total < 100:
                for lane in await database.write(lambda unit: claim(unit, holder, 2)):
                    await send_all(database, lane, holder)

        await asyncio.gather(
            queue(one, "a"), queue(other, "b"), *(work(db, f"w{n}") for n, db in enumerate((one, other, one, other)))
        )
        for said in sent.values():
            by_queue = [[each for each in said if each.startswith(name)] for name in "ab"]
            assert by_queue == [sorted(each) for each in by_queue]
            assert len(set(said)) == len(said) == 20
        assert await one.read(lambda unit: unit.outbox.backlog()) == (0, None)


def begin_all(unit: Unit) -> None:
    """Take every lane that is due, and its head."""
    for lane in claim(unit):
        assert unit.outbox.next_row(lane, "me", unit.now) is not None


class PacesContract:
    """Covers C13: the platforms' published limits, counted over all replicas; 429 and its wait are honoured."""

    async def test_a_burst_then_the_average(self, database: SqlDatabase, clock: ManualClock) -> None:
        pace = [Pace("chat", per_second=2, burst=3)]
        tries = await database.write(lambda unit: [unit.outbox.wait_for(pace, unit.now) for _ in range(4)])
        assert tries == [None, None, None, clock.now() + timedelta(seconds=0.5)]
        clock.advance(0.5)
        tries = await database.write(lambda unit: [unit.outbox.wait_for(pace, unit.now) for _ in range(2)])
        assert tries == [None, clock.now() + timedelta(seconds=0.5)]
        clock.advance(3600)
        tries = await database.write(lambda unit: [unit.outbox.wait_for(pace, unit.now) for _ in range(4)])
        assert tries.count(None) == 3, "a long silence saves up one burst, not more"

    async def test_all_let_it_pass_or_nothing_is_taken(self, database: SqlDatabase, clock: ManualClock) -> None:
        def work(unit: Unit) -> None:
            both = [Pace("room", 1, 1), Pace("bot", 30, 30)]
            assert unit.outbox.wait_for(both, unit.now) is None
            for _ in range(50):
                assert unit.outbox.wait_for(both, unit.now) == unit.now + timedelta(seconds=1)
            for _ in range(29):
                assert unit.outbox.wait_for([Pace("bot", 30, 30)], unit.now) is None
            assert unit.outbox.wait_for([Pace("bot", 30, 30)], unit.now) is not None
            assert unit.outbox.wait_for([], unit.now) is None

        await database.write(work)

    async def test_a_pace_that_was_refused_is_held(self, database: SqlDatabase, clock: ManualClock) -> None:
        pace = [Pace("chat", 100, 100)]
        until = clock.now() + timedelta(seconds=30)
        await database.write(lambda unit: unit.outbox.hold_pace("chat", until))
        await database.write(lambda unit: unit.outbox.hold_pace("chat", until - timedelta(seconds=20)))
        assert await database.write(lambda unit: unit.outbox.wait_for(pace, unit.now)) == until
        clock.advance(30)
        assert await database.write(lambda unit: unit.outbox.wait_for(pace, unit.now)) is None

    async def test_replicas_share_a_pace(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")
        pace = [Pace("bot", 1, 10), Pace("method", 1, 20)]

        async def take(database: SqlDatabase) -> int:
            return [await database.write(lambda unit: unit.outbox.wait_for(pace, unit.now)) for _ in range(10)].count(
                None
            )

        taken = await asyncio.gather(*(take(database) for database in (one, other, one, other)))
        assert sum(taken) == 10


class PostedContract:
    """Which messages of Baton's stand where."""

    async def test_what_was_sent_is_found_by_key_and_by_place(self, database: SqlDatabase) -> None:
        real = Place("telegram", "-1009", "3")

        def work(unit: Unit) -> None:
            unit.outbox.put(show("m:1", place=OTHER_ROOM), ticket=6, message=7)
            unit.attempt(lambda: None)  # writes what was put off
            lane, row = begin(unit)
            unit.outbox.sent(lane, row, unit.now, "55", real)
            there = Posted("m:1", real, "55", 6, 7, topic=False)
            assert unit.posted.by_key("m:1") == there
            assert unit.posted.at(real.whole, "55") == there
            assert unit.posted.at(OTHER_ROOM, "55") is None

        await database.write(work)

    async def test_each_piece_of_a_long_message_leads_to_the_whole(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            unit.outbox.put(show("long", place=OTHER_ROOM), ticket=6, message=7)
            unit.attempt(lambda: None)  # writes what was put off
            lane, row = begin(unit)
            unit.outbox.sent(lane, row, unit.now, "101,102", None)
            whole = unit.posted.by_key("long")
            assert whole is not None
            assert whole.ref == "101,102"
            for piece in ("101", "102"):
                found = unit.posted.at(OTHER_ROOM, piece)
                assert found is not None
                assert (found.key, found.ticket, found.message) == ("long", 6, 7)

        await database.write(work)

    async def test_an_edit_keeps_what_it_does_not_say(self, database: SqlDatabase) -> None:
        await put(database, show("card"), ticket=6, message=7)
        lane, row = await database.write(begin)
        await database.write(lambda unit: unit.outbox.sent(lane, row, unit.now, "55", None))
        await put(database, show("card", "edited"))

        def edit(unit: Unit) -> Posted | None:
            again = unit.outbox.next_row(lane, "me", unit.now)
            assert again is not None
            unit.outbox.sent(lane, again, unit.now, "", None)
            return unit.posted.by_key("card")

        assert await database.write(edit) == Posted("card", ROOM, "55", 6, 7)

    async def test_a_topic_is_remembered_as_one_and_a_removed_message_forgotten(self, database: SqlDatabase) -> None:
        await put(database, Order("topic", ROOM, key="topic:1", title="T-1"))
        await database.write(drained)
        posted = await database.read(lambda unit: unit.posted.by_key("topic:1"))
        assert posted is not None
        assert posted.topic
        await put(database, Order("remove", ROOM, key="topic:1"))
        await database.write(drained)
        assert await database.read(lambda unit: unit.posted.by_key("topic:1")) is None

    async def test_what_is_on_its_way_to_a_room_is_known(self, database: SqlDatabase) -> None:
        await put(database, show("card", under="x"))
        assert not await database.read(lambda unit: unit.posted.in_flight(ROOM)), "it waits"
        lane, row = await database.write(begin)
        assert await database.read(lambda unit: unit.posted.in_flight(ROOM))
        assert not await database.read(lambda unit: unit.posted.in_flight(OTHER_ROOM))
        await database.write(lambda unit: unit.outbox.sent(lane, row, unit.now, "1", None))
        assert not await database.read(lambda unit: unit.posted.in_flight(ROOM))

    async def test_references_follow_a_room_that_moved(self, database: SqlDatabase) -> None:
        await put(database, show("card", place=OTHER_ROOM))
        await database.write(drained)
        await database.write(lambda unit: unit.people.move_room(OTHER_ROOM, "-100999"))
        posted = await database.read(lambda unit: unit.posted.by_key("card"))
        assert posted is not None
        assert posted.place == Place("telegram", "-100999", OTHER_ROOM.thread)
