"""The outbox under any sequence of events: orders queued, replaced, taken back, sent, refused, holders that vanish.

A model of one page says what must come of it: within a lane orders leave in the order in which they were queued, each
leaves at least once or ends visibly, and none leaves after it was taken back or by one who lost the lane.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.chat.events import Place
from bot.chat.ports import Lane, OutboxRow
from bot.unit import Unit
from storage import open_database
from tests.clock import ManualClock
from tests.contracts.storage.outbox import words
from tests.contracts.storage.samples import show

T = TypeVar("T")

LEASE = timedelta(seconds=30)
PLACES = [Place("slack", room) for room in ("C1", "C2")]
HOLDERS = ("one", "other")


class Waiting:
    """An order that the model knows to wait."""

    def __init__(self, key: str, said: str, due: Any) -> None:
        self.key = key
        self.said = said
        self.due = due
        self.tried = False


class OutboxLaws(RuleBasedStateMachine):
    """Does to the outbox what handlers and replicas do, and compares with the model after each step."""

    template: Path

    @initialize()
    def begin(self) -> None:
        """An empty database, and nothing in the model."""
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "baton.db")
        self.clock = ManualClock()
        self.loop = asyncio.Runner()
        self.database = open_database(f"sqlite:///{self.folder / 'baton.db'}", clock=self.clock)
        self.loop.run(self.database.start())
        self.model: dict[str, list[Waiting]] = {str(place): [] for place in PLACES}
        self.held: dict[str, tuple[Lane, str, Any]] = {}
        self.lost: list[tuple[Lane, OutboxRow, str]] = []
        self.count = 0

    def teardown(self) -> None:
        """Close and remove the database."""
        if hasattr(self, "loop"):
            self.loop.run(self.database.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    def write(self, work: Callable[[Unit], T]) -> T:
        """Run a unit."""
        return self.loop.run(self.database.write(work))

    @rule(place=st.sampled_from(PLACES), key=st.sampled_from(["", "card", "m"]), wait=st.sampled_from([0, 0, 20]))
    def queue(self, place: Place, key: str, wait: int) -> None:
        """Queue an order, or a newer state of one that waits."""
        self.count += 1
        said, name = str(self.count), key and f"{key}@{place.room}"
        due = self.clock.now() + timedelta(seconds=wait)
        self.write(lambda unit: unit.outbox.put(show(name, said, place), not_before=due))
        same = [order for order in self.model[str(place)] if order.key == name and name]
        if same and not same[-1].tried:
            same[-1].said = said
        else:
            self.model[str(place)].append(Waiting(name, said, due))

    @rule(place=st.sampled_from(PLACES), key=st.sampled_from(["card", "m"]))
    def take_back(self, place: Place, key: str) -> None:
        """Take back what has surely not left; what was tried may have been seen, and stays."""
        name = f"{key}@{place.room}"
        waiting = self.model[str(place)]
        mine = [order for order in waiting if order.key == name and not order.tried]
        assert self.write(lambda unit: unit.outbox.cancel(name)) == bool(mine)
        self.model[str(place)] = [order for order in waiting if order not in mine]

    @rule(seconds=st.sampled_from([1, 20, 31]))
    def pass_time(self, seconds: int) -> None:
        """Time passes; leases run out."""
        self.clock.advance(seconds)

    @rule(holder=st.sampled_from(HOLDERS), outcome=st.sampled_from(["sent", "refused", "retry", "unknown", "vanish"]))
    def work(self, holder: str, outcome: Literal["sent", "refused", "retry", "unknown", "vanish"]) -> None:
        """A replica takes the lanes that are due and sends their heads, with this outcome."""
        now = self.clock.now()
        for lane in self.write(lambda unit: unit.outbox.claim_lanes(now, holder, now + LEASE, 5)):
            earlier = self.held.pop(lane.name, None)
            assert earlier is None or earlier[2] <= now, "nobody else held it"
            self.send_head(lane, holder, outcome)

    def send_head(self, lane: Lane, holder: str, outcome: str) -> None:
        """Send the head of a lane that was just claimed."""
        now = self.clock.now()
        row = self.write(lambda unit: unit.outbox.next_row(lane, holder, now))
        waiting = self.model[lane.name]
        if row is None:
            assert not waiting or waiting[0].due > now
            self.write(lambda unit: unit.outbox.free_lane(lane, now))
            return
        head = waiting[0]
        assert words(row) == head.said, "in order, and in its newest state"
        assert head.due <= now
        assert row.uncertain == head.tried
        if outcome == "vanish":
            head.tried = True
            self.held[lane.name] = (lane, holder, now + LEASE)
            self.lost.append((lane, row, holder))
            return
        self.settle(lane, row, outcome)
        self.write(lambda unit: unit.outbox.free_lane(lane, now))

    def settle(self, lane: Lane, row: OutboxRow, outcome: str) -> None:
        """Mark what became of the head."""
        now, waiting = self.clock.now(), self.model[lane.name]
        if outcome == "sent":
            assert self.write(lambda unit: unit.outbox.sent(lane, row, now, "ref", None))
            waiting.pop(0)
        elif outcome == "refused":
            assert self.write(lambda unit: unit.outbox.ended(lane, row, now, "refused", "gone"))
            waiting.pop(0)
        else:
            waiting[0].due = now + timedelta(seconds=5)
            waiting[0].tried = waiting[0].tried or outcome == "unknown"
            uncertain = outcome == "unknown"
            assert self.write(lambda unit: unit.outbox.again(lane, row, waiting[0].due, "", uncertain=uncertain))

    @precondition(lambda self: bool(self.lost))
    @rule(data=st.data())
    def come_back_late(self, data: st.DataObject) -> None:
        """One who vanished goes on. If the lane is another's meanwhile, it must not be able to write."""
        lane, row, _ = self.lost.pop(data.draw(st.integers(0, len(self.lost) - 1)))
        now = self.clock.now()
        still = self.held.get(lane.name, (None,))[0] == lane
        assert self.write(lambda unit: unit.outbox.sent(lane, row, now, "ref", None)) == still
        if still:
            self.model[lane.name].pop(0)
            self.write(lambda unit: unit.outbox.free_lane(lane, now))
            del self.held[lane.name]

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """The backlog is the model's, and somebody will be woken for it in time."""
        if not hasattr(self, "model"):
            return
        count, due = self.loop.run(
            self.database.read(lambda unit: (unit.outbox.backlog()[0], unit.outbox.next_due(self.clock.now())))
        )
        assert count == sum(map(len, self.model.values()))
        heads = [orders[0].due for name, orders in self.model.items() if orders and name not in self.held]
        assert not heads or (due is not None and due <= max(min(heads), self.clock.now()))


def test_the_laws_hold(migrated_file: Path) -> None:
    """Covers C12 and C13."""
    OutboxLaws.template = migrated_file
    run_state_machine_as_test(
        OutboxLaws,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


pytestmark = pytest.mark.timeout(300)
