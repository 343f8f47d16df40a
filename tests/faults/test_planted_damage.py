"""The auditor finds what was planted, and nothing else: each damage by itself, all together, and any of them at random.

Covers G2, U12. Damage is done with SQL, behind everybody's back; the findings are compared exactly.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, update

from bot.chat.contract import Arrival, Order
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post
from bot.escalation.rules import Alert
from bot.findings import Finding
from bot.unit import Unit
from bot.workers.auditor import CHECKS, INBOX_LATE, OUTBOX_LATE, TIMERS_LATE
from storage.encoding import micros
from storage.schema import core_engine
from storage.tables.clocks import timers
from storage.tables.inbox import inbox
from storage.tables.outbox import lanes, outbox
from tests.clock import ManualClock
from tests.clocks.desk import Desk, desk, policy
from tests.faults.forms import chance, rounds


@dataclass(frozen=True)
class Damage:
    """How it is done, and what must be found then. `mended`: it is put right at once, and gone in the next round."""

    spoil: Callable[[Connection, int], object]
    finding: str
    mended: bool = False


_ROW = {
    "platform": "slack",
    "payload": b"{}",
    "attempts": 1,
    "error": "",
    "holder": "",
    "ended_at": None,
    "dead": False,
}


def _delivery(connection: Connection, now: int, **more: object) -> None:
    row = _ROW | {"key": f"planted {sorted(more)}", "received_at": now, "due_at": now} | more
    connection.execute(insert(inbox).values(row))


LONG_AGO = 3600 * 1_000_000  # microseconds

DAMAGES = {
    "the timer of a clock is deleted": Damage(
        lambda connection, now: connection.execute(delete(timers).where(timers.c.kind == "clock")),
        "clocks_unarmed",
        mended=True,
    ),
    "the timer of an alert is deleted": Damage(
        lambda connection, now: connection.execute(delete(timers).where(timers.c.kind == "alerts")),
        "alerts_unarmed",
        mended=True,
    ),
    "a timer is of a kind that nobody knows": Damage(
        lambda connection, now: connection.execute(
            insert(timers).values(kind="renamed", subject=1, due_at=now - LONG_AGO, attempts=0)
        ),
        "timers_late",
    ),
    "a delivery is held by a process that is dead": Damage(
        lambda connection, now: _delivery(connection, now - LONG_AGO, holder="dead", due_at=now - LONG_AGO),
        "inbox_late",
    ),
    "a delivery is due in a hundred years": Damage(
        lambda connection, now: _delivery(connection, now - LONG_AGO, due_at=now + 876_000 * LONG_AGO), "inbox_late"
    ),
    "a lane is held by a process that is dead, for ever": Damage(
        lambda connection, now: connection.execute(
            update(lanes).values(holder="dead", ready_at=now + 876_000 * LONG_AGO)
        ),
        "outbox_late",
    ),
    "a lane is deleted": Damage(lambda connection, now: connection.execute(delete(lanes)), "lanes_lost", True),
    "an order failed": Damage(
        lambda connection, now: connection.execute(
            update(outbox).where(outbox.c.effect == "spare").values(state="dead", failed=True, ended_at=now)
        ),
        "dead_letters",
    ),
    "a delivery was given up": Damage(
        lambda connection, now: _delivery(connection, now, dead=True, ended_at=now), "dead_letters"
    ),
}  # fmt: skip


@pytest.fixture
async def at(database_url: str, clock: ManualClock) -> AsyncIterator[Desk]:
    """A ticket with a clock, an alert that waits, and two orders: one of long ago, which its platform asked to wait
    with, and one that is none of anybody's business.
    """
    async with desk(database_url, clock) as opened:
        await opened.configure({"resolution": policy("ticket.resolution", "9h", ("8h", "target"))})
        await opened.open()
        await opened.database.write(_work)
        yield opened


def _work(unit: Unit) -> None:
    alert = unit.alerts.add(Alert(0, "effect", 1, unit.now, unit.now, clock=1, person=1))
    assert alert is not None
    unit.timers.set("alerts", alert.id, unit.now + timedelta(hours=5))
    unit.outbox.put(Order("show", Place("slack", "C0SUPPORT"), Post(text("waits"))), effect="waits")
    unit.outbox.put(Order("show", Place("slack", "C0SUPPORT"), Post(text("spare"))), effect="spare")
    [row] = unit.inbox.add([Arrival("slack", "well", b"{}")], unit.now, "me", unit.now)
    unit.inbox.done(row.id, unit.now)


def do_damage(url: str, now: int, names: Iterable[str]) -> None:
    """Behind Baton's back, in this order."""
    engine = core_engine(url, write=True)
    with engine.connect() as connection, connection.begin():
        for name in names:
            DAMAGES[name].spoil(connection, now)
    engine.dispose()


async def findings(at: Desk) -> dict[str, bool]:
    """What a round of all checks finds, and whether it was mended."""

    def look(unit: Unit) -> list[Finding]:
        return [finding for check in (*CHECKS, *at.router.audits) for finding in check(unit)]

    return {finding.name: finding.mended for finding in await at.database.write(look)}


async def judge(at: Desk, url: str, names: list[str]) -> None:
    """Plant these, look, and look again: all that must be found is, at once; what was mended is not found twice."""
    now = micros(at.clock.now())
    do_damage(url, now, names)
    late = {"outbox_late"} if "a lane is held by a process that is dead, for ever" in names else set()
    if late:  # that has to last, before it is more than a platform that is slow
        assert "outbox_late" not in await findings(at)
        await at.pass_time(seconds=OUTBOX_LATE.total_seconds() + 1)
        again = await findings(at)
        assert set(again) == {each.finding for name in names if not (each := DAMAGES[name]).mended}
        return
    wanted = {DAMAGES[name].finding: DAMAGES[name].mended for name in names}
    assert await findings(at) == wanted
    assert await findings(at) == {name: mended for name, mended in wanted.items() if not mended}


async def test_nothing_is_found_where_nothing_is_wrong(at: Desk) -> None:
    """Fault A1, none of it: nothing is found, now or shortly before anything would be late."""
    assert await findings(at) == {}
    at.clock.advance(min(TIMERS_LATE, INBOX_LATE, OUTBOX_LATE).total_seconds() - 1)
    assert await findings(at) == {}


@pytest.mark.parametrize("name", DAMAGES)
async def test_each_damage_is_found_and_nothing_else(at: Desk, database_url: str, name: str) -> None:
    """Fault A1: in the first round already."""
    await judge(at, database_url, [name])


async def test_any_damages_together_are_found_and_nothing_else(at: Desk, database_url: str) -> None:
    """Fault A1: what comes together hides nothing."""
    names = [name for name in DAMAGES if name != "a lane is held by a process that is dead, for ever"]
    await judge(at, database_url, names)


@pytest.mark.parametrize("turn", range(rounds(2, 25)))
async def test_damages_at_random(at: Desk, database_url: str, turn: int) -> None:
    """Fault A1: some of them, as it comes."""
    luck = chance()
    for _ in range(turn):
        luck.random()
    lane = "a lane is deleted"
    some = [name for name in DAMAGES if name != lane and luck.random() < 0.5]
    await judge(at, database_url, some)
