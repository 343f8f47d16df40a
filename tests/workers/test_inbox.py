"""Deliveries: stored before they are acknowledged, handled once, in their order, and never lost or in the way."""

import asyncio
import itertools
import logging

import pytest

from bot.chat.context import Context
from bot.chat.contract import Arrival, Delivery, Unavailable
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.chat.views import Reply, Toast
from bot.errors import Invalid, TooEarly
from bot.unit import Database, Unit
from bot.workers import handling, inbox
from tests.clock import ManualClock
from tests.databases import Opener
from tests.workers.stage import echo, show, stage
from tests.workers.wire import Wire, pressed, said


def attempts_of(unit: Unit) -> list[tuple[str, int]]:
    """The dead letters: key and attempts."""
    return [(row.key, row.attempts) for row in unit.inbox.dead()]


async def test_the_same_delivery_five_times_is_handled_once(database: Database, clock: ManualClock) -> None:
    """Covers C9: whether it comes again at once, in one batch, while it is handled, or afterwards."""
    async with stage(database, clock) as here:
        await here.inbox.take([said("1"), said("1")])
        await here.inbox.take([said("1")])
        await here.settle()
        assert await here.inbox.ask(said("1")) is None
        await here.inbox.take([said("1"), said("2")])
        await here.settle()
        assert here.wire.shown() == ["1", "2"]
        assert here.figures.repeats._value.get() == 4


async def test_at_two_processes_at_once_it_is_handled_by_one(opened: Opener, clock: ManualClock) -> None:
    """Covers C9, C10: each delivery is brought to both at the same moment."""
    one, other, shared = await opened(), await opened("visit"), Wire()
    async with stage(one, clock, shared) as here, stage(other, clock, shared) as there:
        deliveries = [said(str(number), room=f"R{number % 5}") for number in range(30)]
        await asyncio.gather(
            *(stage.inbox.take([delivery]) for delivery in deliveries for stage in (here, there, there, here))
        )
        await here.settle(patience=5)  # what comes too soon is put back for a tenth of a second
        await there.settle(patience=5)
        assert sorted(shared.shown()) == sorted(str(number) for number in range(30))


async def test_after_a_restart_it_is_still_known(opened: Opener, clock: ManualClock) -> None:
    """Fault I1."""
    database = await opened()
    async with stage(database, clock) as before:
        await before.inbox.take([said("1")])
        await before.settle()
    async with stage(database, clock) as after:
        await after.inbox.take([said("1")])
        await after.settle()
        assert after.wire.shown() == []


async def test_what_one_person_may_not_have_is_told_to_him_and_handled(database: Database, clock: ManualClock) -> None:
    def refuse(context: Context, event: MessageReceived) -> Reply | None:
        raise Invalid("ticket.empty")

    async with stage(database, clock, handler=refuse) as here:
        await here.inbox.take([said("1")])
        await here.settle()
        assert len(here.wire.shown()) == 1
        assert await database.read(attempts_of) == []


async def test_poison_is_tried_five_times_then_kept_and_its_author_is_told(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Fault I8. Covers reliability 3.10: later and later; what comes behind it, in the same room too, does not wait."""
    tries: list[float] = []

    def fail(context: Context, event: MessageReceived) -> Reply | None:
        if plain(event.text) != "poison":
            return echo(context, event)
        tries.append(clock.monotonic())
        raise ZeroDivisionError("no such thing")

    async with stage(database, clock, handler=fail) as here:
        await here.inbox.take([said("poison"), said("next")])
        await here.settle()
        assert here.wire.shown() == ["next"]
        await here.settle(patience=60)
        assert [round(later - earlier) for earlier, later in itertools.pairwise(tries)] == [2, 4, 8, 16]
        [dead] = await database.read(lambda unit: unit.inbox.dead())
        assert (dead.key, dead.attempts, dead.error) == ("poison", 5, "ZeroDivisionError: no such thing")
        assert f"in-{dead.id}" in here.wire.shown()[-1], "the number by which `baton dlq` knows it"
        assert here.figures.dead.labels("wire")._value.get() == 1
    lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [bool(record.exc_info) for record in lines] == [True, False], "one traceback, one line that it is given up"
    assert all(f"wire:poison (in-{dead.id})" in record.getMessage() for record in lines)


async def test_what_cant_be_read_is_kept_and_passed_over(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Covers I8: one update that no library parses never stalls the others."""
    async with stage(database, clock) as here:
        await here.inbox.take([Arrival("wire", "odd", b"\x00\xff{"), Arrival("gone", "off", b"{}"), said("fine")])
        await here.settle()
        assert here.wire.shown() == ["fine"]
        assert await database.read(attempts_of) == [("odd", 1), ("off", 1)]
        assert await database.write(lambda unit: unit.inbox.drop(unit.inbox.dead()[0].id))
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 2


async def test_what_a_dead_process_held_is_taken_over_one_by_one(opened: Opener, clock: ManualClock) -> None:
    """Covers C10: nobody counts as dead before his lease is over; whoever killed him kills one at a time."""
    database = await opened()
    keys = [str(number) for number in range(6)]
    lease = clock.now() + inbox.LEASE
    await database.write(lambda unit: unit.inbox.add([said(key, room=key) for key in keys], unit.now, "dead", lease))
    async with stage(database, clock) as here:
        await here.settle()
        assert here.wire.shown() == []
        clock.advance(inbox.LEASE.total_seconds())
        await here.settle()
        assert sorted(here.wire.shown()) == keys
        assert here.wire.most_at_once == 1


async def test_nobody_survives_it_so_nobody_tries_it_for_ever(opened: Opener, clock: ManualClock) -> None:
    """Covers 3.10: attempts are counted when they begin, so that a crash counts as one."""
    database, touched = await opened(), Wire()
    lease = clock.now()
    await database.write(lambda unit: unit.inbox.add([said("killer")], unit.now, "dead", lease))
    for _ in range(handling.MAX_ATTEMPTS - 1):
        assert await database.write(lambda unit: unit.inbox.take_over(unit.now, "dead", unit.now))
    async with stage(database, clock, touched) as here:
        await here.settle(patience=1)
        assert await database.read(attempts_of) == [("killer", handling.MAX_ATTEMPTS + 1)]
        assert "in-1" in touched.shown()[0], "never handled again, but its author is told"


async def test_a_room_keeps_its_order_and_keeps_nobody_else_waiting(database: Database, clock: ManualClock) -> None:
    """Covers C10: the profile of who wrote first is slow to come; the second message of the room waits for it."""
    wire = Wire(silence={"a1": asyncio.Event()})
    async with stage(database, clock, wire) as here:
        await here.inbox.take([said("a1", "A"), said("a2", "A"), said("b1", "B")])
        await here.until(lambda: wire.shown() == ["b1"])
        wire.silence["a1"].set()
        await here.settle()
        assert wire.shown("A") == ["a1", "a2"]


async def test_a_platform_that_does_not_tell_more_is_not_waited_for(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "COMPLETE_WITHIN", 0.05)
    async with stage(database, clock, Wire(silence={"1": asyncio.Event()})) as here:
        await here.inbox.take([said("1")])
        await here.settle()
        assert here.wire.shown() == ["1"]


async def test_a_flood_is_stored_at_once_and_worked_off_in_order(database: Database, clock: ManualClock) -> None:
    """Fault I7: 1,000 deliveries in one second; what is in hand stays bounded, every room keeps its order."""
    wire, most = Wire(), 0

    async with stage(database, clock, wire) as here:

        async def chatter(room: int) -> None:
            nonlocal most
            for number in range(50):
                await here.inbox.take([said(f"{room}.{number}", room=f"R{room}", user=f"U{room}")])
                most = max(most, sum(task.get_name().startswith("inbox ") for task in asyncio.all_tasks()))

        loop = asyncio.get_running_loop()
        began = loop.time()
        batch = [said(f"x{number}") for number in range(80)]
        await asyncio.gather(*(chatter(room) for room in range(20)), here.inbox.take(batch))
        assert loop.time() - began < 10 * inbox.STORE_WITHIN
        await here.settle()
        assert 1 < most <= 2 * inbox.IN_HAND
        for room in range(20):
            shown = [words for words in wire.shown(f"R{room}") if words[0].isdecimal()]
            assert shown == [f"{room}.{number}" for number in range(50)]
        assert [words for words in wire.shown("R1") if words[0] == "x"] == [f"x{number}" for number in range(80)]


async def test_what_hangs_on_something_under_way_waits_for_it(database: Database, clock: ManualClock) -> None:
    """Fault I5: a card is being sent to the room; the wait is no attempt, and it has an end."""
    wire, tries = Wire(gates={"R1": asyncio.Event()}), 0

    def early(context: Context, event: MessageReceived) -> Reply | None:
        nonlocal tries
        tries += 1
        if context.unit.posted.in_flight(event.place):
            raise TooEarly("on its way")
        return echo(context, event)

    async with stage(database, clock, wire, handler=early) as here:
        await here.put(show("card", key="card"))
        await here.until(lambda: bool(wire.calls))
        await here.inbox.take([said("reply")])
        for number in range(1, handling.MAX_ATTEMPTS + 3):
            await here.until(lambda: tries == number and not here.inbox.busy)  # noqa: B023 - looked at now
            clock.advance(handling.EARLY_WAIT.total_seconds() + 0.01)
        wire.gates["R1"].set()
        await here.settle(patience=1)
        assert wire.shown() == ["card", "reply"]


async def test_what_hangs_on_something_that_never_comes_is_handled_as_it_stands(
    database: Database, clock: ManualClock
) -> None:
    patience: list[float] = []

    def early(context: Context, event: MessageReceived) -> Reply | None:
        patience.append(clock.monotonic())
        if context.unit.posted.in_flight(event.place):
            raise TooEarly("on its way")
        return echo(context, event)

    async with stage(database, clock, handler=early) as here:
        here.wire.answers = [Delivery("unknown", retry_after=600)]
        await here.put(show("card", key="card"))
        await here.settle()
        await here.inbox.take([said("reply")])
        await here.settle(patience=60)
        assert 20 <= patience[-1] < 21
        assert await database.read(lambda unit: unit.inbox.waiting()) == (0, None)
        assert await database.read(attempts_of) == []


async def test_who_presses_is_answered_at_once(database: Database, clock: ManualClock) -> None:
    async with stage(database, clock) as here:
        here.router.button("act", lambda context: Toast("done"))
        assert await here.inbox.ask(pressed("1", "act")) == Toast("done")
        assert await here.inbox.ask(pressed("1", "act")) is None, "a repeat has nothing more to say"
        await here.settle()
        assert here.wire.shown() == []


async def test_who_does_not_wait_any_more_is_sent_the_answer(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers reliability 3.3 (5): past two seconds the platform gets its acknowledgement, the person a message."""
    monkeypatch.setattr(inbox, "ANSWER_WITHIN", 0.2)
    async with stage(database, clock, Wire(silence={"slow": asyncio.Event()})) as here:
        here.router.button("act", lambda context: Toast("done"))
        await here.inbox.take([said("slow")])
        assert await here.inbox.ask(pressed("2", "act")) is None, "it waits for what was said before it in the room"
        here.wire.silence["slow"].set()
        await here.settle()
        assert here.wire.shown() == ["slow", "done"]


async def test_what_was_pressed_before_a_crash_is_answered_after_it(opened: Opener, clock: ManualClock) -> None:
    database = await opened()
    await database.write(lambda unit: unit.inbox.add([pressed("1", "act")], unit.now, "dead", unit.now))
    async with stage(database, clock) as here:
        here.router.button("act", lambda context: Toast("done"))
        await here.settle(patience=1)
        assert here.wire.shown() == ["done"]


async def test_at_the_end_everything_in_hand_is_finished_or_given_back(opened: Opener, clock: ManualClock) -> None:
    """Covers K3: nothing is taken any more; what can't be finished in time is free for others at once."""
    database = await opened()
    wire = Wire(silence={"stuck": asyncio.Event()})
    async with stage(database, clock, wire, running=False) as here:
        await here.inbox.take([said("quick", "A"), said("stuck", "B"), said("behind", "B")])
        await here.inbox.drain(0.3)
        with pytest.raises(Unavailable):
            await here.inbox.take([said("late")])
    rows = await database.write(lambda unit: unit.inbox.claim(unit.now, "other", unit.now + inbox.LEASE, 10))
    assert [(row.key, row.attempts) for row in rows] == [("stuck", 1), ("behind", 1)]
