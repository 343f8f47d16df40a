"""The auditor finds what was forgotten, tells administrators once, and again when it is over."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from adapters.heartbeat import Heartbeat
from bot.chat.contract import Arrival, Capabilities
from bot.chat.text import plain
from bot.chat.views import Post
from bot.findings import Finding
from bot.people.rules import Account, Person, Role
from bot.unit import Database, Unit
from bot.workers.auditor import Auditor
from bot.workspace import House
from tests.clock import ManualClock

HOUSE = House({"wire": Capabilities()})


async def staffed(database: Database) -> None:
    """An administrator whom the bot can reach."""

    def hire(unit: Unit) -> None:
        root = unit.people.add_person(Person(0, "Root", Role.ADMIN, locale="en"))
        unit.people.save_account(Account("wire", "U0ROOT", root.id, room="D0ROOT"))

    await database.write(hire)


def told(unit: Unit) -> list[str]:
    """What waits to be sent to the administrator."""
    lanes = unit.outbox.claim_lanes(unit.now, "me", unit.now + timedelta(minutes=1), 10)
    words = []
    for lane in lanes:
        while row := unit.outbox.next_row(lane, "me", unit.now):
            assert isinstance(row.order.view, Post)
            words.append(plain(row.order.view.body))
            unit.outbox.sent(lane, row, unit.now, "ref", None)
        unit.outbox.free_lane(lane, unit.now)
    return words


async def test_a_condition_is_told_when_it_begins_and_when_it_is_over(database: Database, clock: ManualClock) -> None:
    """Fault A1. Covers A1 of the faults, G5: a deadline whose work nobody did, found within a round, told once."""
    await staffed(database)
    auditor = Auditor(HOUSE, [])
    await database.write(lambda unit: unit.timers.set("clock", 7, unit.now))
    await database.write(auditor.round)
    assert await database.write(told) == []
    clock.advance(31)
    for _ in range(3):
        await database.write(auditor.round)
    [sentence] = await database.write(told)
    assert "1 deadlines have passed" in sentence
    clock.advance(600)
    await database.write(lambda unit: unit.timers.clear("clock", 7))
    await database.write(auditor.round)
    await database.write(auditor.round)
    [over] = await database.write(told)
    assert over == "🩺 Well again after 10 minutes: deadlines."


async def test_what_came_in_and_was_not_handled(database: Database, clock: ManualClock) -> None:
    await staffed(database)
    arrival = Arrival("wire", "1", b"{}")
    await database.write(lambda unit: unit.inbox.add([arrival], unit.now, "", unit.now))
    clock.advance(61)
    await database.write(Auditor(HOUSE, []).round)
    [sentence] = await database.write(told)
    assert "not handled yet" in sentence


async def test_letters_that_were_given_up(database: Database, clock: ManualClock) -> None:
    await staffed(database)
    arrival = Arrival("wire", "1", b"{}")
    [row] = await database.write(lambda unit: unit.inbox.add([arrival], unit.now, "me", unit.now))
    await database.write(lambda unit: unit.inbox.bury(row.id, unit.now, "poison"))
    await database.write(Auditor(HOUSE, []).round)
    [sentence] = await database.write(told)
    assert "baton dlq list" in sentence


async def test_a_check_that_fails_stops_no_other_and_what_was_mended_is_told(database: Database) -> None:
    """Fault A2."""
    await staffed(database)

    def broken(unit: Unit) -> Sequence[Finding]:
        unit.keys.put("half", "done")
        raise ZeroDivisionError

    def mending(unit: Unit) -> Sequence[Finding]:
        return [Finding("check_failed", (("check", "mended"),), about="mended", mended=True)]

    await database.write(Auditor(HOUSE, [broken, mending]).round)
    assert await database.write(told) == [
        "🩺 The auditor could not check “broken”; the log says why.",
        "🩺 The auditor could not check “mended”; the log says why.",
    ]
    assert await database.read(lambda unit: unit.keys.get("half")) is None


async def test_the_heartbeat_is_given_only_while_all_is_well(database: Database, clock: ManualClock) -> None:
    """Fault A2. A watcher that hangs delays nobody; while it is asked, it is not asked again."""
    asked: list[str] = []
    answer = asyncio.Event()

    async def watch(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        await answer.wait()
        return web.Response()

    server = web.Application()
    server.router.add_get("/ping", watch)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        auditor = Auditor(HOUSE, [], Heartbeat(f"http://127.0.0.1:{port}/ping?id=7").give)
        for _ in range(3):
            await database.write(auditor.round)
        await until(lambda: asked == ["/ping?id=7"])
        answer.set()
        await database.write(lambda unit: unit.timers.set("clock", 7, unit.now))
        clock.advance(31)
        await database.write(auditor.round)
        await asyncio.sleep(0.05)
        assert asked == ["/ping?id=7"]
        await database.write(lambda unit: unit.timers.clear("clock", 7))
        await database.write(auditor.round)  # tells that it is over
        await database.write(auditor.round)
        await until(lambda: len(asked) >= 2)
    finally:
        await runner.cleanup()


async def until(condition: object) -> None:
    """Wait a little for something that happens in another task."""
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
