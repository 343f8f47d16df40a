"""Orders: in order within a lane, each sent once or for a reason, and nobody waits for somebody else's trouble."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.contract import Capabilities, Delivery, Order, Pace, Target
from bot.chat.events import Place
from bot.chat.ports import OutboxRow
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.unit import Database, Unit
from bot.workers import fates, outbox
from tests.clock import ManualClock
from tests.databases import Opener
from tests.workers.stage import show, stage
from tests.workers.wire import Wire

RATE = Pace("wire:R1", 1.0, 3)


def failures(unit: Unit) -> list[tuple[str, str, int]]:
    """What will never be sent: state, error, attempts."""
    return [(state, error, row.attempts) for row, state, error in unit.outbox.failures()]


async def test_a_lane_keeps_its_order(database: Database, clock: ManualClock) -> None:
    async with stage(database, clock) as here:
        here.wire.answers = [Delivery("retry", retry_after=3), Delivery("unknown"), Delivery("sent", ref="m")]
        await here.put(*(show(str(number)) for number in range(50)))
        await here.settle(patience=10)
        assert here.wire.shown() == ["0", "0", *(str(number) for number in range(50))]
        assert here.told == [("sent", str(number)) for number in range(50)]
        assert await database.read(lambda unit: unit.outbox.backlog()) == (0, None)


async def test_a_slow_room_and_a_refused_one_keep_nobody_waiting(database: Database, clock: ManualClock) -> None:
    """Covers O4, O5: the others have been served before the slow one answers; the refused one's author is told."""
    wire = Wire(gates={"slow": asyncio.Event()}, verdicts={"bad": Delivery("refused", reason="gone")})
    async with stage(database, clock, wire) as here:
        await here.put(show("1", "slow"))
        await here.until(lambda: len(wire.calls) == 1)
        await here.put(
            show("2", "slow"), show("bad", "R2"), show("good", "R2"), *(show(f"r{n}", f"R{n}") for n in range(9))
        )
        await here.until(lambda: len(here.told) == 11)
        assert ("gone", "bad") in here.told
        assert wire.shown("slow") == ["1"]
        wire.gates["slow"].set()
        await here.settle()
        assert wire.shown("slow") == ["1", "2"]
        assert [state for state, _, _ in await database.read(failures)] == ["refused"]


async def test_a_platform_that_hangs_keeps_no_other_one_waiting(database: Database, clock: ManualClock) -> None:
    """However many of its rooms wait."""
    hung = Wire("hung", gates={f"R{number}": asyncio.Event() for number in range(100)})
    quick = Wire("quick")
    async with stage(database, clock, hung, quick) as here:
        await here.put(*(show("?", f"R{number}", platform="hung") for number in range(100)))
        await here.until(lambda: len(hung.calls) >= outbox.AT_ONCE)
        await here.put(*(show(str(number), f"R{number}", platform="quick") for number in range(100)))
        await here.until(lambda: len(quick.calls) == 100)
        assert len(hung.calls) < 2 * outbox.AT_ONCE, "and what is being sent at once stays bounded"
        for gate in hung.gates.values():
            gate.set()
        await here.settle()
        assert len(hung.calls) == 100


async def test_ten_quick_changes_of_a_card_are_few_calls(database: Database, clock: ManualClock) -> None:
    """Covers 3.5: while one state is on its way, the newest of the others takes the place of those before it."""
    wire = Wire(gates={"R1": asyncio.Event()})
    async with stage(database, clock, wire) as here:
        await here.put(show("state 0", key="card"))
        await here.until(lambda: len(wire.calls) == 1)
        await here.put(*(show(f"state {number}", key="card") for number in range(1, 11)))
        wire.gates["R1"].set()
        await here.settle()
        assert wire.shown() == ["state 0", "state 10"]
        assert wire.calls[1][1].ref == "m1", "the same message"


async def test_a_pace_is_kept_and_each_waits_for_a_turn_of_his_own(database: Database, clock: ManualClock) -> None:
    """Covers O2: 40 orders for one room that takes one a second, from lanes of their own: nobody asks in vain."""
    asked: Counter[str] = Counter()

    class Paced(Wire):
        def paces(self, order: Order) -> list[Pace]:
            asked[order.key] += 1
            return [RATE]

    async with stage(database, clock, Paced()) as here:
        room = Place("wire", "R1")
        await here.put(
            *(Order("show", replace(room, thread=str(n)), Post(spans(str(n))), key=str(n)) for n in range(40))
        )
        times: list[float] = []
        while len(times) < 40:
            await here.settle()
            times += [clock.monotonic()] * (len(here.wire.calls) - len(times))
            clock.advance(0.25)
        assert times[:3] == [0.0] * 3
        assert all(later - earlier >= 0.99 for earlier, later in zip(times, times[3:], strict=False))
        assert times[-1] <= 42
        assert sum(asked.values()) < 40 * 4


async def test_429_holds_the_pace_and_costs_no_attempt(database: Database, clock: ManualClock) -> None:
    """Covers O2: whoever else counts against it waits as well; a room with another pace does not."""

    class Paced(Wire):
        def paces(self, order: Order) -> list[Pace]:
            return [Pace(f"wire:{order.place.room[0]}", 100.0, 100)]

    limited = Delivery("retry", retry_after=30, pace="wire:A", detail="429")
    attempts: list[int] = []
    async with stage(database, clock, Paced(answers=[limited])) as here:
        here._sent = lambda unit, row, delivery: attempts.append(row.attempts)  # type: ignore[method-assign]
        await here.put(show("first", "A1"))
        await here.settle()
        await here.put(show("second", "A2"), show("other", "B1"))
        await here.settle(patience=29)
        assert here.wire.shown() == ["first", "other"]
        await here.settle(patience=31)
        assert sorted(here.wire.shown()[2:]) == ["first", "second"]
        assert attempts == [1, 1, 1]


async def test_what_may_have_been_taken_is_looked_for_first(database: Database, clock: ManualClock) -> None:
    """Covers O1: taken, and the connection broke: one message, and it is known by its reference."""
    async with stage(database, clock) as here:
        here.wire.answers = [here.wire.accept_then_break]
        await here.put(show("card", key="card"), show("after"))
        await here.settle(patience=5)
        assert here.wire.shown() == ["card", "after"]
        assert (await database.read(lambda unit: unit.posted.by_key("card"))).ref == "m1"  # type: ignore[union-attr]


async def test_what_was_lost_is_sent_again_when_it_does_not_stand_there(database: Database, clock: ManualClock) -> None:
    async with stage(database, clock) as here:
        here.wire.answers = [Delivery("unknown", detail="reset")]
        await here.put(show("card"))
        await here.settle(patience=5)
        assert (here.wire.shown(), len(here.wire.looked)) == (["card", "card"], 1)
        assert here.wire.calls[0][1].effect == here.wire.calls[1][1].effect


async def test_where_nothing_can_be_looked_up_it_is_sent_again_but_not_for_ever(
    database: Database, clock: ManualClock
) -> None:
    """Covers P4: at least once, and in the end a letter that everybody can see."""
    async with stage(database, clock, Wire(can=Capabilities(lookup=False))) as here:
        here.wire.answers = [Delivery("unknown", detail="reset")] * 20
        await here.put(show("message"), show("after"))
        await here.settle(patience=100)
        assert len(here.wire.shown("R1")) > fates.UNKNOWN_TRIES
        assert ("unknown", "reset", fates.UNKNOWN_TRIES) in await database.read(failures)


async def test_a_fault_in_what_follows_does_not_send_it_twice(database: Database, clock: ManualClock) -> None:
    """A capability that fails on hearing that something was sent: it was sent all the same."""
    async with stage(database, clock) as here:

        def fail(unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
            raise ZeroDivisionError

        here._sent = fail  # type: ignore[method-assign]
        await here.put(show("1"), show("2"))
        await here.settle(patience=60)
        assert here.wire.shown() == ["1", "2"]
        assert await database.read(lambda unit: unit.outbox.backlog()) == (0, None)


async def test_an_order_that_makes_us_fail_is_put_aside(database: Database, clock: ManualClock) -> None:
    """Fault O5: the head of a lane is poison; those behind it flow."""

    class Picky(Wire):
        def paces(self, order: Order) -> list[Pace]:
            if order.key == "poison":
                raise ZeroDivisionError
            return []

    async with stage(database, clock, Picky()) as here:
        await here.put(show("poison", key="poison"), show("next"))
        here.wire.answers = [OSError("an adapter should not"), RuntimeError("nor this")]
        await here.settle(patience=5)
        assert here.wire.shown() == ["next", "next"]
        assert sorted(state for state, _, _ in await database.read(failures)) == ["dead", "refused"]


async def test_who_lost_his_lane_can_not_write(opened: Opener, clock: ManualClock) -> None:
    """Fault K4: a process stopped past its lease goes on; another has sent the order meanwhile."""
    one, other = await opened(), await opened("visit")
    zombie, heir = Wire(gates={"R1": asyncio.Event()}), Wire()
    async with stage(one, clock, zombie) as here:
        await here.put(show("order", key="order"))
        await here.until(lambda: len(zombie.calls) == 1)
        await here.stop_looking()
        async with stage(other, clock, heir) as there:
            clock.advance(outbox.LEASE.total_seconds() + 1)
            await there.until(lambda: len(heir.calls) == 1)
            heir_ref = await until_posted(there.database)
            zombie.gates["R1"].set()
            await here.settle()
            assert heir.looked, "it was being sent when its holder vanished, so it is looked for first"
            assert (await until_posted(other), len(zombie.calls)) == (heir_ref, 1)
            assert here.told == []


async def until_posted(database: Database) -> str:
    """The reference under which `order` is known, as soon as it is."""
    async with asyncio.timeout(5):
        while (posted := await database.read(lambda unit: unit.posted.by_key("order"))) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
    return posted.ref


async def test_a_held_reply_blocks_its_own_conversation_only(database: Database, clock: ManualClock) -> None:
    async with stage(database, clock) as here:
        held = clock.now() + timedelta(seconds=10)
        await database.write(lambda unit: unit.outbox.put(show("reply", "customer"), not_before=held))
        await here.put(show("behind it", "customer"), show("note", "team"))
        await here.settle()
        assert here.wire.shown() == ["note"]
        await here.pass_time(10)
        assert here.wire.shown() == ["note", "reply", "behind it"]


@pytest.mark.parametrize(("kind", "hours"), [("whisper", 0.3), ("home", 1.1), ("show", 24.1)])
async def test_what_nobody_needs_any_more_is_not_sent(
    database: Database, clock: ManualClock, kind: str, hours: float
) -> None:
    async with stage(database, clock) as here:
        here.wire.answers = [Delivery("retry", retry_after=hours * 3600)]
        await here.put(Order(kind, Place("wire", "R1"), Post(spans("x")), user="U1"))  # type: ignore[arg-type]
        await here.settle()
        await here.pass_time(hours * 3600 + 1)
        assert (len(here.wire.calls), here.told[0][0]) == (1, "expired")


async def test_orders_for_a_platform_that_is_off_wait_for_it(opened: Opener, clock: ManualClock) -> None:
    """Another replica may have it, or this one after its next start; a day later nobody needs them."""
    database = await opened()
    async with stage(database, clock, Wire("wire")) as here:
        await here.put(show("hello", platform="other"), show("too late", "R2", platform="other"))
        await here.settle(patience=60)
        assert here.told == []
    async with stage(database, clock, Wire("other")) as here:

        def by_words(order: Order, target: Target) -> Delivery:
            late = order.place.room == "R2"
            return Delivery("retry", retry_after=90_000) if late else Delivery("sent", ref="1")

        here.wire.answers = [by_words, by_words]
        await here.settle(patience=700)
        await here.pass_time(90_001)
        assert here.told == [("sent", "hello"), ("expired", "too late")]


async def test_a_room_with_a_new_id_takes_its_orders_along(database: Database, clock: ManualClock) -> None:
    async with stage(database, clock) as here:

        def moved(order: Order, target: Target) -> Delivery:
            return Delivery("retry", moved_to="NEW", detail="moved")

        here.wire.answers = [moved]
        await here.put(show("1", "OLD"), show("2", "OLD"))
        await here.settle(patience=2)
        assert (here.wire.shown("OLD"), here.wire.shown("NEW")) == (["1"], ["1", "2"])
        assert here.wire.looked == [], "it surely was not taken there"


async def test_at_the_end_a_send_is_finished_and_the_rest_left(opened: Opener, clock: ManualClock) -> None:
    """Covers K3: lanes are given back at once; what was cut off in mid-send is looked for by whoever goes on."""
    database = await opened()
    wire = Wire(gates={"stuck": asyncio.Event(), "slow": asyncio.Event()})
    async with stage(database, clock, wire) as here:
        await here.put(show("1", "slow"), show("2", "slow"), show("1", "stuck"))
        await here.until(lambda: len(wire.calls) == 2)
        asyncio.get_running_loop().call_later(0.1, wire.gates["slow"].set)
        await here.outbox.drain(0.3)
        assert wire.shown("slow") == ["1"]
    async with stage(database, clock) as after:
        await after.settle()
        assert sorted(after.wire.shown()) == ["1", "2"]
        assert len(after.wire.looked) == 1
