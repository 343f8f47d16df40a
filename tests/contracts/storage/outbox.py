"""Orders: queued with the change, coalesced, in order, taken back."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.ports import Lane, OutboxRow
from bot.chat.text import plain
from bot.chat.views import Card, Post
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import LATER, NASTY, OTHER_ROOM, ROOM, put, show
from tests.databases import Opener

HOME = Place("slack", "U1")


def claim(unit: Unit, holder: str = "me", limit: int = 10) -> list[Lane]:
    """Take lanes for 30 seconds."""
    return unit.outbox.claim_lanes(unit.now, holder, unit.now + LATER, limit)


def drained(unit: Unit, holder: str = "me") -> list[OutboxRow]:
    """Send everything that is due, and let go."""
    sent: list[OutboxRow] = []
    for lane in claim(unit, holder):
        while row := unit.outbox.next_row(lane, holder, unit.now):
            assert unit.outbox.sent(lane, row, unit.now, f"ref{row.id}", None)
            sent.append(row)
        unit.outbox.free_lane(lane, unit.now)
    return sorted(sent, key=lambda row: row.id)


def words(row: OutboxRow) -> str:
    """What an order shows."""
    assert isinstance(row.order.view, Post)
    return plain(row.order.view.body)


async def shown(database: SqlDatabase) -> list[str]:
    """Send everything that is due; what it showed, in order."""
    return [words(row) for row in await database.write(drained)]


class QueueContract:
    """Covers C12: a newer state replaces an unsent one, an effect happens once, what has not left is taken back."""

    async def test_an_order_comes_back_as_it_was_queued(self, database: SqlDatabase, clock: ManualClock) -> None:
        order = Order(
            "whisper", OTHER_ROOM, Card("T-1"), "k", "u", anchor=True, reply_to="1", reply_key="r", file=3, user="7",
            trigger="t", title="x",
        )  # fmt: skip
        await put(database, order, effect="e", author=5, ticket=6, message=7)
        clock.advance(2)
        [row] = await database.write(drained)
        assert row.order == order
        assert (row.effect, row.author, row.ticket, row.message) == ("e", 5, 6, 7)
        assert (row.lane, row.attempts, row.uncertain) == (order.lane, 1, False)
        assert (row.created_at, row.first_tried) == (clock.now() - timedelta(seconds=2), clock.now())

    async def test_a_lane_keeps_its_order_whatever_unit_queued(self, database: SqlDatabase) -> None:
        await put(database, show(words="a"), show(words="b"))
        await put(database, show(words="c"))
        assert await shown(database) == ["a", "b", "c"]

    async def test_a_newer_state_replaces_an_unsent_one_in_its_place(self, database: SqlDatabase) -> None:
        await put(database, show("card:1", "old", reply_to="9"), author=5)
        await put(database, show(words="between"))
        await put(database, show("card:1", "newer"), author=6)

        def twice(unit: Unit) -> None:
            unit.outbox.put(show("card:1", "newest but one"))
            unit.outbox.put(show("card:1", "newest"))

        await database.write(twice)
        first, second = await database.write(drained)
        assert [words(first), words(second)] == ["newest", "between"]
        assert (first.order.reply_to, first.author) == ("9", 5), "everything but the view stays"

    async def test_what_is_on_its_way_is_not_replaced(self, database: SqlDatabase) -> None:
        def begin(unit: Unit) -> tuple[Lane, OutboxRow]:
            unit.outbox.put(show("card:1", "sent"))
            [lane] = claim_after_flush(unit)
            row = unit.outbox.next_row(lane, "me", unit.now)
            assert row is not None
            unit.outbox.put(show("card:1", "newer"))
            return lane, row

        def claim_after_flush(unit: Unit) -> list[Lane]:
            assert unit.outbox.pending("card:1")
            unit.attempt(lambda: None)  # what was put off is written
            return claim(unit)

        lane, row = await database.write(begin)

        def finish(unit: Unit) -> None:
            assert words(row) == "sent"
            assert unit.outbox.sent(lane, row, unit.now, "1", None)
            behind = unit.outbox.next_row(lane, "me", unit.now)
            assert behind is not None
            assert words(behind) == "newer"

        await database.write(finish)

    async def test_what_stands_between_is_not_jumped(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            unit.outbox.put(show("k", "first"))
            unit.outbox.put(Order("remove", ROOM, key="k"))
            unit.outbox.put(show("k", "second"))

        await database.write(work)
        await put(database, show("k", "third"))
        kinds = [(row.order.kind, row.order.view and words(row)) for row in await database.write(drained)]
        assert kinds == [("show", "first"), ("remove", None), ("show", "third")]

    async def test_one_home_page_a_user(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            for user, title in (("U1", "old"), ("U2", "other"), ("U1", "new")):
                unit.outbox.put(Order("home", Place("slack", user), Card(title), user=user))

        await database.write(work)
        await put(database, Order("home", HOME, Card("newest"), user="U1"))
        rows = await database.write(drained)
        assert [(row.order.user, row.order.view) for row in rows] == [("U1", Card("newest")), ("U2", Card("other"))]

    async def test_one_effect_happens_once(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            unit.outbox.put(show(words="a"), effect="esc:1")
            unit.outbox.put(show(words="b"), effect="esc:1")
            unit.outbox.put(show(words="c"))
            unit.outbox.put(show(words="c"))

        await database.write(work)
        await put(database, show(words="d"), effect="esc:1")
        assert await shown(database) == ["a", "c", "c"]
        await put(database, show(words="e"), effect="esc:1")
        assert await shown(database) == [], "also after it was sent"

    async def test_an_effect_that_was_replaced_is_known_as_well(self, database: SqlDatabase) -> None:
        await put(database, show("k", "old"))
        for _ in range(2):
            await put(database, show("k", "new"), effect="e2")
        assert await shown(database) == ["new"]
        await put(database, show("k", "new again"), effect="e2")
        assert await shown(database) == []

    async def test_one_effect_at_two_replicas_happens_once(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")

        async def fire(database: SqlDatabase) -> None:
            for number in range(10):
                effect = f"esc:{number}"
                await put(database, show(words=effect), effect=effect)

        await asyncio.gather(fire(one), fire(other), fire(one), fire(other))
        assert sorted(await shown(one)) == [f"esc:{number}" for number in range(10)]

    async def test_what_has_not_left_is_taken_back(self, database: SqlDatabase, clock: ManualClock) -> None:
        """Covers T9: a reply can be taken back for ten seconds before it leaves."""
        hold = timedelta(seconds=10)
        await database.write(lambda unit: unit.outbox.put(show("m:1", "oops"), not_before=unit.now + hold))
        await put(database, show("m:2", "behind it"))
        assert await shown(database) == [], "the held one is the head of its lane"

        def take_back(unit: Unit) -> None:
            assert unit.outbox.pending("m:1")
            assert unit.outbox.cancel("m:1")
            assert not unit.outbox.cancel("m:1")
            assert not unit.outbox.pending("m:1")

        await database.write(take_back)
        assert await shown(database) == ["behind it"]
        clock.advance(20)
        assert await shown(database) == []

    async def test_what_is_on_its_way_or_gone_is_not_taken_back(self, database: SqlDatabase) -> None:
        def begin(unit: Unit) -> tuple[Lane, OutboxRow]:
            [lane] = claim(unit)
            row = unit.outbox.next_row(lane, "me", unit.now)
            assert row is not None
            return lane, row

        await put(database, show("m:1"))
        lane, row = await database.write(begin)
        assert not await database.write(lambda unit: unit.outbox.cancel("m:1"))
        assert await database.read(lambda unit: unit.outbox.pending("m:1"))
        await database.write(lambda unit: unit.outbox.sent(lane, row, unit.now, "1", None))
        assert not await database.write(lambda unit: unit.outbox.cancel("m:1"))
        assert not await database.read(lambda unit: unit.outbox.pending("m:1"))

    async def test_the_same_unit_sees_what_it_queued(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            assert not unit.outbox.cancel("k")
            unit.outbox.put(show("k"))
            assert unit.outbox.pending("k")
            assert unit.outbox.cancel("k")
            assert not unit.outbox.pending("k")

        await database.write(work)
        assert await shown(database) == []

    async def test_what_waits_follows_a_room_that_moved(self, database: SqlDatabase) -> None:
        old, new = Place("telegram", "-1"), Place("telegram", "-1001")

        def work(unit: Unit) -> None:
            unit.outbox.put(show("card", "anchor", old, anchor=True))
            unit.outbox.put(show("m", "below", old, under="card"))
            unit.outbox.put(show("t", "topic", Place("telegram", "-1", "7")))
            unit.outbox.put(show("x", "elsewhere", Place("telegram", "-11")))
            unit.outbox.reroute(old, new.room)

        await database.write(work)
        rows = await database.write(drained)
        assert {words(row): str(row.order.place) for row in rows} == {
            "anchor": "telegram:-1001",
            "below": "telegram:-1001",
            "topic": "telegram:-1001/7",
            "elsewhere": "telegram:-11",
        }
        assert {row.lane for row in rows} == {"telegram:-1001#card", "telegram:-1001/7", "telegram:-11"}

    @pytest.mark.parametrize("text", [*NASTY, "k" * 5_000], ids=range(len(NASTY) + 1))
    async def test_no_order_is_poison(self, database: SqlDatabase, text: str) -> None:
        place = Place("slack", f"C{text}")
        await put(database, show(f"k{text}", text, place, anchor=True), effect=text)
        await put(database, show(f"k{text}", text, place, anchor=True))
        [row] = await database.write(drained)
        posted = await database.read(lambda unit: unit.posted.by_key(f"k{text}"))
        assert posted is not None
        assert posted.ref == f"ref{row.id}"
