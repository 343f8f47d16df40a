"""What is stored of alerts comes back as it was, on both databases."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.chat.events import Place
from bot.errors import NotFound
from bot.escalation.rules import Alert, Remark, Sending, Stage, State
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import START
from tests.contracts.storage import samples

LATER = START + timedelta(minutes=30)


def _whole(unit: Unit, effect: str = "step:1:0:2:person:1", **more: object) -> Alert:
    """An alert with something in every field."""
    ticket = samples.ticket(unit)
    values: dict[str, object] = {
        "request": 7, "clock": 3, "round": 1, "step": 2, "measure": "collab.response", "person": ticket.requester,
        "naming": (4, 5), "via": ("dm", "sms"), "tried": ("dm:slack",), "lost": "王芳\x00",
        "remarks": (Remark("instead", (("name", "林晓"), ("other", "陈曦"))), Remark("nobody_else")),
        "target": LATER, "started_at": START, "skipped": 2, "through": True,
        "acknowledged_for": timedelta(seconds=90), "proof_within": timedelta(seconds=3), "stage": Stage.TOLD,
        "not_before": LATER, "told_at": LATER, "batch": 6, "answered_by": 9, "answered_at": START, "answer": "ack",
        "until": LATER, "over": "met", **more,
    }  # fmt: skip
    return Alert(0, effect, ticket.id, START, START, **values)  # type: ignore[arg-type]


async def test_every_field_comes_back(database: SqlDatabase) -> None:
    """As it was, but for what no text column takes."""

    def store(unit: Unit) -> Alert:
        alert = unit.alerts.add(_whole(unit))
        assert alert is not None
        return alert

    stored = await database.write(store)
    found = await database.read(lambda unit: unit.alerts.get(stored.id))
    different = {field.name for field in fields(Alert) if getattr(found, field.name) != getattr(stored, field.name)}
    assert different <= {"lost"}
    placed = replace(stored, person=0, place=Place("slack", "C1", "1.2"), under="ticket:1@slack:C1")
    await database.write(lambda unit: unit.alerts.save(placed))
    again = await database.read(lambda unit: unit.alerts.get(stored.id))
    assert (again.person, again.place, again.under) == (0, placed.place, placed.under)


async def test_an_effect_is_there_once(database: SqlDatabase) -> None:
    """Covers U12: the second finds it taken, and nothing of the first changes."""
    first = await database.write(lambda unit: unit.alerts.add(_whole(unit)))
    assert first is not None
    assert await database.write(lambda unit: unit.alerts.add(_whole(unit, step=9))) is None
    assert (await database.read(lambda unit: unit.alerts.get(first.id))).step == 2


async def test_what_waits_is_found_by_whom_it_waits_for(database: SqlDatabase) -> None:
    """Persons and places, and only while it waits."""
    here = Place("slack", "C1")

    def store(unit: Unit) -> int:
        one = unit.alerts.add(_whole(unit, "a", stage=Stage.WAITING))
        assert one is not None
        unit.alerts.add(_whole(unit, "b", stage=Stage.SPARED, person=one.person))
        unit.alerts.add(_whole(unit, "c", stage=Stage.WAITING, person=0, place=here, under="k"))
        return one.person

    person = await database.write(store)
    assert [alert.effect for alert in await database.write(lambda unit: unit.alerts.waiting_for(person))] == ["a"]
    assert [alert.effect for alert in await database.write(lambda unit: unit.alerts.waiting_at(here, "k"))] == ["c"]
    assert await database.write(lambda unit: unit.alerts.waiting_at(here, "")) == []


async def test_interruptions_count_messages_not_alerts(database: SqlDatabase) -> None:
    """Covers U15: what was told together interrupted once."""

    def store(unit: Unit) -> int:
        one = unit.alerts.add(_whole(unit, "a", told_at=START, batch=1))
        assert one is not None
        unit.alerts.add(_whole(unit, "b", told_at=START, batch=1, person=one.person))
        unit.alerts.add(_whole(unit, "c", told_at=LATER, batch=3, person=one.person))
        unit.alerts.add(_whole(unit, "d", told_at=None, batch=4, person=one.person))
        return one.person

    person = await database.write(store)
    last = await database.read(lambda unit: unit.alerts.last_told(person))
    assert [alert.effect for alert in last] == ["c"]
    assert await database.read(lambda unit: unit.alerts.last_told(person + 1)) == []
    moments = await database.read(lambda unit: unit.alerts.interruptions(person, START - timedelta(seconds=1)))
    assert sorted(moments) == [START, LATER]
    assert await database.read(lambda unit: unit.alerts.interruptions(person, START)) == [LATER]


async def test_the_ledger_is_found_by_alert_and_by_order(database: SqlDatabase) -> None:
    """Covers U18: an order carries several alerts; entries without an order belong to none."""

    def store(unit: Unit) -> list[int]:
        alerts = [unit.alerts.add(_whole(unit, effect)) for effect in ("a", "b")]
        place = Place("sms", "+8613800001234")
        numbers = [alert.id for alert in alerts if alert]
        for number in numbers:
            unit.alerts.enter(Sending(0, number, "sms", place, "alert:1:sms", State.QUEUED, START))
        entry = unit.alerts.enter(Sending(0, numbers[0], "mail", place, "", State.REFUSED, START, "off"))
        unit.alerts.mark(replace(entry, repeat=True, proved_at=LATER, state=State.SEEN, reason="x"))
        return numbers

    numbers = await database.write(store)
    carried = await database.read(lambda unit: unit.alerts.carried_by("alert:1:sms"))
    assert [entry.alert for entry in carried] == numbers
    assert await database.read(lambda unit: unit.alerts.carried_by("")) == []
    entries = await database.read(lambda unit: unit.alerts.sendings(numbers[:1]))
    assert [(each.state, each.repeat, each.proved_at) for each in entries] == [
        (State.QUEUED, False, None), (State.SEEN, True, LATER),
    ]  # fmt: skip


async def test_alerts_of_requests_go_along_when_tickets_are_merged(database: SqlDatabase) -> None:
    """Those of the ticket itself stay: its clocks ended with it."""

    def store(unit: Unit) -> tuple[int, int]:
        kept = samples.ticket(unit).id
        one = unit.alerts.add(_whole(unit, "a"))
        assert one is not None
        unit.alerts.add(replace(_whole(unit, "b", request=0), ticket=one.ticket))
        unit.alerts.move(one.ticket, kept)
        return kept, one.ticket

    kept, gone = await database.write(store)
    assert [alert.effect for alert in await database.read(lambda unit: unit.alerts.of_ticket(kept))] == ["a"]
    assert [alert.effect for alert in await database.read(lambda unit: unit.alerts.of_ticket(gone))] == ["b"]


@pytest.mark.parametrize("number", [0, -1, 4711, 2**70])
async def test_an_alert_that_is_not_there(database: SqlDatabase, number: int) -> None:
    """Whatever a press says."""
    with pytest.raises(NotFound):
        await database.read(lambda unit: unit.alerts.get(number))
