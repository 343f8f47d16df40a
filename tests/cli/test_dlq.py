"""`baton dlq`: what could not be handled or delivered stays visible until somebody decides."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

import storage
from bot.chat.contract import Arrival, Order
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post
from bot.unit import Unit
from tests.cli.conftest import Terminal
from tests.clock import ManualClock


def in_database(work: Callable[[Unit], object]) -> object:
    """Run `work` in the database that `baton` uses here."""

    async def run() -> object:
        database = storage.open_database("sqlite:///var/baton.db", clock=ManualClock(), mode="visit")
        await database.start()
        try:
            return await database.write(work)
        finally:
            await database.close()

    return asyncio.run(run())


def letters(unit: Unit) -> None:
    """One delivery that nobody could read, one order that was refused."""
    lease = unit.now + timedelta(seconds=30)
    (row,) = unit.inbox.add([Arrival("slack", "Ev1", '{"text": "你好"}'.encode())], unit.now, "me", lease)
    unit.inbox.bury(row.id, unit.now, "ValueError: broken\nin two lines")
    unit.outbox.put(Order("show", Place("telegram", "-1001"), Post(text("hello"))), ticket=12)


def refused(unit: Unit) -> None:
    """The order goes out, and is refused."""
    (lane,) = unit.outbox.claim_lanes(unit.now, "me", unit.now + timedelta(seconds=30), 1)
    row = unit.outbox.next_row(lane, "me", unit.now)
    assert row is not None
    unit.outbox.ended(lane, row, unit.now, "refused", "not_member")
    unit.outbox.free_lane(lane, unit.now)


@pytest.fixture
def dead(baton: Terminal) -> Terminal:
    """A database with two dead letters."""
    baton.well("migrate")
    in_database(letters)
    in_database(refused)
    return baton


def test_letters_are_listed_and_shown(dead: Terminal) -> None:
    inbox, outbox = dead.well("dlq", "list").splitlines()
    assert inbox.split("\t")[0] == "in-1"
    assert inbox.endswith("slack\t1\tValueError: broken in two lines")
    assert outbox.split("\t")[0] == "out-1"
    assert outbox.endswith("telegram:-1001\t1\trefused: not_member")
    assert '"text": "你好"' in dead.well("dlq", "show", "in-1")
    shown = dead.well("dlq", "show", "out-1")
    assert "ticket: T-12" in shown
    assert "hello" in shown


def test_letters_can_be_tried_again(dead: Terminal) -> None:
    assert dead.well("dlq", "retry", "in-1", "out-1") == "2 letters are tried again.\n"
    assert dead.well("dlq", "list") == ""
    assert in_database(lambda unit: (unit.inbox.waiting()[0], unit.outbox.backlog()[0])) == (1, 1)


def test_letters_can_be_dropped(dead: Terminal) -> None:
    assert dead.well("dlq", "drop", "out-1") == "1 letter dropped.\n"
    assert dead.well("dlq", "list").startswith("in-1")
    assert in_database(lambda unit: unit.outbox.backlog()[0]) == 0


def test_all_or_nothing(dead: Terminal) -> None:
    assert dead.refused("dlq", "drop", "in-1", "out-9") == [
        "There is no dead letter out-9; `baton dlq list` shows them."
    ]
    assert len(dead.well("dlq", "list").splitlines()) == 2
    assert dead.refused("dlq", "show", "in-7") == ["There is no dead letter in-7; `baton dlq list` shows them."]
