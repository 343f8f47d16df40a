"""An alert is marked as delivered while somebody settles what it is about: neither waits for the other in a circle."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from bot.app import build_router
from bot.chat.contract import Capabilities, Delivery, Order
from bot.chat.ports import Lane, OutboxRow
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.escalation.rules import Alert, Sending, Stage, State
from bot.unit import Unit
from bot.workers.fates import Fates, Outcome
from bot.workspace import House
from storage import open_database
from tests.contracts.storage import samples

KEY = "alert:1:dm"


def _told(unit: Unit) -> int:
    """One alert that is being sent; its number."""
    ticket, lin = samples.ticket(unit), samples.person(unit, "林晓")
    alert = unit.alerts.add(Alert(0, "step:1:0:0:person:1", ticket.id, unit.now, unit.now, person=lin.id))
    assert alert is not None
    unit.alerts.save(replace(alert, stage=Stage.TOLD))
    unit.alerts.enter(Sending(0, alert.id, "dm", samples.ROOM, KEY, State.QUEUED, unit.now))
    unit.outbox.put(Order("show", samples.ROOM, Post(spans("⏰")), key=KEY), effect=KEY)
    return alert.id


def _taken(unit: Unit) -> tuple[Lane, OutboxRow]:
    [lane] = unit.outbox.claim_lanes(unit.now, "one", unit.now + timedelta(minutes=1), 1)
    row = unit.outbox.next_row(lane, "one", unit.now)
    assert row is not None
    return lane, row


@pytest.mark.parametrize("lanes_are", ["marked", "queued into"])
async def test_alerts_are_locked_before_lanes(migrated_postgres_url: str, lanes_are: str) -> None:
    """Covers G5: PostgreSQL would find the circle after a second, in which nobody's message is taken."""
    router = build_router(frozenset())
    router.house = House({"slack": Capabilities()})
    database = open_database(migrated_postgres_url)
    await database.start()
    marking, settling, runs = Event(), Event(), Counter[str]()

    def lingers(unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        marking.set()  # its lane is locked
        settling.wait(0.5)

    fates = Fates({}, Outcome(lingers, lingers, router.delivered, router.marking))
    try:
        number = await database.write(_told)
        lane, row = await database.write(_taken)

        def mark(unit: Unit) -> None:
            runs["mark"] += 1
            fates.mark(unit, lane, row, Delivery("sent", ref="1"), unit.now)

        def settle(unit: Unit) -> None:
            runs["settle"] += 1
            marking.wait(5)
            unit.alerts.held([number])
            settling.set()
            if lanes_are == "marked":
                unit.outbox.cancel(KEY)
            unit.outbox.put(Order("show", samples.ROOM, Post(spans("✅")), key=KEY))

        await asyncio.gather(database.write(mark), database.write(settle))
        [entry] = await database.read(lambda unit: unit.alerts.sendings([number]))
    finally:
        await database.close()
    assert entry.state is State.ACCEPTED
    assert runs == {"mark": 1, "settle": 1}
