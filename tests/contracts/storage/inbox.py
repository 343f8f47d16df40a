"""Deliveries: stored once, handled once, given up visibly."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.contract import Arrival
from bot.chat.events import Event, Place
from bot.chat.ports import InboxRow
from bot.errors import IN_TURN, StaleWrite
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import LATER, NASTY, moment
from tests.databases import Opener


def arrival(key: str = "Ev1", payload: bytes = b"{}", platform: str = "slack") -> Arrival:
    """A delivery."""
    return Arrival(platform, key, payload)


def add(unit: Unit, *keys: str, holder: str = "me") -> list[InboxRow]:
    """Store deliveries, held for 30 seconds."""
    return unit.inbox.add([arrival(key) for key in keys], unit.now, holder, unit.now + LATER)


def claim(unit: Unit, holder: str = "me", limit: int = 10) -> list[InboxRow]:
    """Take what is due."""
    return unit.inbox.claim(unit.now, holder, unit.now + LATER, limit)


class InboxContract:
    """Covers C9 and C10: the same delivery five times, in two processes at once, or after a restart changes nothing."""

    async def test_what_is_new_is_given_back_in_hands(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> list[InboxRow]:
            first = unit.inbox.add(
                [arrival("1", b"\x00\xff"), arrival("2"), arrival("1"), arrival("1", platform="telegram")],
                unit.now,
                "me",
                unit.now + LATER,
            )
            assert add(unit, "1", "3", "2")[0].key == "3"
            assert claim(unit, "other") == []
            return first

        rows = await database.write(work)
        assert [(row.platform, row.key, row.payload) for row in rows] == [
            ("slack", "1", b"\x00\xff"),
            ("slack", "2", b"{}"),
            ("telegram", "1", b"{}"),
        ]
        assert {row.attempts for row in rows} == {1}

    async def test_what_waits_is_taken_by_its_marks(self, database: SqlDatabase) -> None:
        """Whose mark is earlier goes first, whatever came first; none has to be waited for."""

        def work(unit: Unit) -> list[str]:
            marks = [unit.now - timedelta(seconds=ago) for ago in (1, 3, 2)]
            unit.inbox.add([arrival("a"), arrival("b"), arrival("c")], unit.now, "", unit.now + LATER, marks)
            return [claim(unit, limit=1)[0].key for _ in range(3)]

        assert await database.write(work) == ["b", "c", "a"]

    async def test_a_handled_delivery_is_still_known(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            [row] = add(unit, "1")
            unit.inbox.done(row.id, unit.now)
            assert add(unit, "1") == []
            assert unit.inbox.waiting() == (0, None)
            assert unit.inbox.next_due() is None

        await database.write(work)

    async def test_the_same_delivery_at_two_replicas_is_stored_once(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")
        keys = [str(number) for number in range(20)]

        async def one_by_one(database: SqlDatabase, key: str) -> int:
            return len(await database.write(lambda unit: add(unit, key)))

        async def take(database: SqlDatabase) -> int:
            return sum([await one_by_one(database, key) for key in keys])

        counts = await asyncio.gather(*(take(database) for database in (one, other, one, other)))
        assert sum(counts) == len(keys)

    async def test_a_delivery_in_nobodys_hands_waits_to_be_claimed(
        self, database: SqlDatabase, clock: ManualClock
    ) -> None:
        def leave(unit: Unit) -> None:
            [row] = add(unit, "1", holder="")
            assert row.attempts == 0
            assert claim(unit) == []

        await database.write(leave)
        clock.advance(30)
        [row] = await database.write(claim)
        assert (row.key, row.attempts) == ("1", 1)

    async def test_what_was_put_back_is_claimed_when_its_time_has_come(
        self, database: SqlDatabase, clock: ManualClock
    ) -> None:
        def fail(unit: Unit) -> None:
            for row, seconds in zip(add(unit, "late", "early", "free"), (20, 10, 10), strict=True):
                unit.inbox.put_back(row.id, unit.now + timedelta(seconds=seconds), "E", counts=row.key != "free")
            assert unit.inbox.next_due() == unit.now + timedelta(seconds=10)
            assert claim(unit) == []

        await database.write(fail)
        clock.advance(10)
        early, free = await database.write(claim)
        assert (early.key, early.attempts, early.error) == ("early", 2, "E")
        assert (free.key, free.attempts) == ("free", 1), "that attempt was given back"
        clock.advance(10)
        assert [row.key for row in await database.write(claim)] == ["late"]

    async def test_what_a_dead_process_held_falls_to_another(self, database: SqlDatabase, clock: ManualClock) -> None:
        await database.write(lambda unit: add(unit, "1", "2", holder="dead"))
        clock.advance(29)
        await database.write(lambda unit: unit.inbox.renew("dead", unit.now + LATER))
        clock.advance(29)

        def take_over(unit: Unit) -> InboxRow | None:
            assert claim(unit) == [], "taken over one by one, not in a batch"
            return unit.inbox.take_over(unit.now, "me", unit.now + LATER)

        assert await database.write(take_over) is None, "the lease was renewed"
        clock.advance(1)
        taken = [await database.write(take_over) for _ in range(3)]
        assert [row and (row.key, row.attempts) for row in taken] == [("1", 2), ("2", 2), None]

    async def test_two_claimers_never_get_the_same(self, opened: Opener, clock: ManualClock) -> None:
        one, other = await opened(), await opened("visit")
        await one.write(lambda unit: add(unit, *map(str, range(60)), holder=""))
        clock.advance(30)

        async def drain(database: SqlDatabase, holder: str) -> list[str]:
            got: list[str] = []
            while rows := await database.write(lambda unit: claim(unit, holder, limit=3)):
                got += [row.key for row in rows]
            return got

        got = await asyncio.gather(*(drain(database, str(n)) for n, database in enumerate((one, other, one, other))))
        everything = sorted((key for keys in got for key in keys), key=int)
        assert everything == [str(number) for number in range(60)]

    async def test_of_two_who_handle_it_one_wins(self, opened: Opener, clock: ManualClock) -> None:
        """A process that was stopped past its lease goes on: what it did in that unit must not hold."""
        one, other = await opened(), await opened("visit")
        [row] = await one.write(lambda unit: add(unit, "1"))

        def handle(unit: Unit) -> None:
            unit.keys.put(f"by {unit.source}", True)
            unit.inbox.done(row.id, unit.now)

        await other.write(handle, source="winner")
        with pytest.raises(StaleWrite):
            await one.write(handle, source="loser")
        kept = await one.read(lambda unit: [unit.keys.get(f"by {who}") for who in ("winner", "loser")])
        assert kept == [True, None]
        await one.write(lambda unit: unit.inbox.put_back(row.id, unit.now, ""))
        await one.write(lambda unit: unit.inbox.bury(row.id, unit.now, ""))
        assert await one.write(claim) == []
        assert await one.read(lambda unit: unit.inbox.dead()) == []

    async def test_what_was_given_up_can_be_looked_at_retried_and_dropped(self, database: SqlDatabase) -> None:
        """Covers C11: poison stays visible and stalls nobody."""

        def work(unit: Unit) -> None:
            first, second = add(unit, "1", "2")
            unit.inbox.bury(first.id, unit.now, "ValueError: x")
            unit.inbox.bury(second.id, unit.now, "")
            assert [(row.key, row.error) for row in unit.inbox.dead()] == [("1", "ValueError: x"), ("2", "")]
            assert [row.key for row in unit.inbox.dead(limit=1)] == ["1"]
            assert unit.inbox.waiting() == (0, None)
            assert unit.inbox.revive(first.id, unit.now)
            assert not unit.inbox.revive(first.id, unit.now)
            assert not unit.inbox.drop(first.id)
            [again] = claim(unit)
            assert (again.id, again.attempts) == (first.id, 1), "it has all its attempts again"
            assert unit.inbox.drop(second.id)
            assert not unit.inbox.drop(second.id)
            assert add(unit, "2") == [], "a dropped delivery is not news"

        await database.write(work)

    async def test_shutdown_lets_go_of_what_is_held(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            add(unit, "mine", holder="me")
            add(unit, "theirs", holder="them")
            unit.inbox.release("me")
            [row] = claim(unit, "other")
            assert (row.key, row.attempts) == ("mine", 1)

        await database.write(work)

    async def test_the_backlog_is_counted(self, database: SqlDatabase, clock: ManualClock) -> None:
        await database.write(lambda unit: add(unit, "1"))
        began = clock.now()
        clock.advance(5)
        await database.write(lambda unit: add(unit, "2"))
        assert await database.read(lambda unit: unit.inbox.waiting()) == (2, began)

    async def test_handled_deliveries_are_forgotten_in_batches(self, database: SqlDatabase, clock: ManualClock) -> None:
        def work(unit: Unit) -> None:
            handled = add(unit, *"abcde")
            for row in handled[:3]:
                unit.inbox.done(row.id, unit.now)
            unit.inbox.bury(handled[3].id, unit.now, "")

        await database.write(work)
        clock.advance(60)

        def forget(unit: Unit) -> list[int]:
            assert unit.inbox.forget(moment(0)) == 0, "received later"
            return [unit.inbox.forget(unit.now, limit=2) for _ in range(3)]

        assert await database.write(forget) == [2, 1, 0]
        assert len(await database.read(lambda unit: unit.inbox.dead())) == 1

    @pytest.mark.parametrize("words", [*NASTY, "k" * 10_000], ids=range(len(NASTY) + 1))
    async def test_no_key_is_poison(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> None:
            [row] = add(unit, words)
            assert add(unit, words) == []
            unit.inbox.bury(row.id, unit.now, words)

        await database.write(work)
        assert len(await database.read(lambda unit: unit.inbox.dead())) == 1

    async def test_what_one_says_waits_for_what_he_said_before(self, database: SqlDatabase) -> None:
        """In the thread or in the room around it; of others only what is in hands. What failed keeps nobody waiting."""
        room, thread, other = Place("slack", "C0HELP"), Place("slack", "C0HELP", "1.1"), Place("slack", "C0HELP", "2.2")

        def said(key: str, place: Place, user: str) -> Arrival:
            return Arrival("slack", key, b"{}", [Event(key, place, user, moment())])

        def work(unit: Unit) -> None:
            inbox = unit.inbox
            [asked] = inbox.add([said("1", room, "ann")], unit.now, "", unit.now)
            assert [inbox.is_next(0, place, "ann") for place in (room, thread, other)] == [False] * 3
            assert inbox.is_next(0, thread, "bo")
            assert inbox.is_next(asked.id, room, "ann")
            [held] = inbox.claim(unit.now, "me", unit.now + LATER, 10)
            assert not inbox.is_next(0, thread, "bo")
            inbox.put_back(held.id, unit.now + LATER, IN_TURN, counts=False)
            assert not inbox.is_next(0, thread, "bo")
            inbox.put_back(held.id, unit.now + LATER, "it failed")
            assert inbox.is_next(0, thread, "ann")
            inbox.add([said("2", thread, "ann")], unit.now, "me", unit.now + LATER)
            assert [inbox.is_next(0, place, "ann") for place in (room, thread, other)] == [True, False, True]

        await database.write(work)
