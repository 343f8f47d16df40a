"""What becomes of an order: before it is sent, and after; always in the unit of whoever holds its lane."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.contract import Adapter, Delivery, Target
from bot.chat.ports import Lane, OutboxRow
from bot.unit import Unit
from bot.workers.courier import Ready
from bot.workers.targets import Unready, resolve
from bot.workers.turns import Turns

log = logging.getLogger(__name__)

UNREADY_WAIT = timedelta(milliseconds=200)
OFF_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=5)

# Where a platform can't be asked whether it took an order, that many tries of unknown fate are made, and no more.
UNKNOWN_TRIES = 5

# How long an order is worth sending. What answers one person's click is stale sooner than what was written to him.
EXPIRES = {"whisper": timedelta(minutes=15), "home": timedelta(hours=1)}
OTHERS_EXPIRE = timedelta(hours=24)

Told = Callable[[Unit, OutboxRow, Delivery], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What capabilities want to do when an order was sent or will never be; run in the unit that marks it.

    `heard` are told of every end, unknown ones included, after `sent` or `refused`. `first` lock what those will read:
    everybody else locks lanes last, and so would wait in a circle with a unit that marks an order.
    """

    sent: Told
    refused: Told
    heard: Sequence[Told] = ()
    first: Sequence[Callable[[Unit, OutboxRow], None]] = ()

    def tell(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """All who want to know."""
        if delivery.outcome == "sent":
            self.sent(unit, row, delivery)
        elif delivery.outcome == "refused":
            self.refused(unit, row, delivery)
        for hear in self.heard:
            hear(unit, row, delivery)


class Fates:
    """Decides and writes down. What it returns says whether the lane goes on."""

    def __init__(self, adapters: Mapping[str, Adapter], outcome: Outcome) -> None:
        self._adapters = adapters
        self._outcome = outcome
        self._turns = Turns()

    def prepare(self, unit: Unit, lane: Lane, row: OutboxRow, now: datetime) -> Ready | bool:
        """The head of the lane as it is to be sent now; else whether the next one may be (False: the lane waits)."""
        if now - row.created_at > EXPIRES.get(row.order.kind, OTHERS_EXPIRE):
            return self._refuse(unit, lane, row, Delivery("refused", reason="expired", detail="waited too long"), now)
        adapter = self._adapters.get(row.order.place.platform)
        if adapter is None:  # another replica may have it, or this one after its next start
            return self._wait(unit, lane, row, now + OFF_WAIT, "the platform is off")
        target = resolve(unit, row, adapter)
        if isinstance(target, Unready):
            return self._wait(unit, lane, row, now + UNREADY_WAIT, "waits for what it hangs on")
        if isinstance(target, Delivery):
            return self.mark(unit, lane, row, target, now)
        return self._paced(unit, lane, row, target, adapter, now)

    def _paced(
        self, unit: Unit, lane: Lane, row: OutboxRow, target: Target, adapter: Adapter, now: datetime
    ) -> Ready | bool:
        paces = adapter.paces(row.order)
        free = unit.outbox.wait_for(paces, now)
        if free is None:
            return Ready(row, target, adapter)
        return self._wait(unit, lane, row, self._turns.after(paces, free), "")

    def _wait(self, unit: Unit, lane: Lane, row: OutboxRow, until: datetime, why: str) -> bool:
        unit.outbox.again(lane, row, until, why, counts=False)
        return False

    def mark(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        """Write down how it went; whether the lane may go on at once."""
        unit.source, unit.actor = lane.name, row.author
        for lock in self._outcome.first:
            lock(unit, row)
        if delivery.outcome == "sent":
            if unit.outbox.sent(lane, row, now, delivery.ref, delivery.place):
                self._outcome.tell(unit, row, delivery)
            return True
        if delivery.outcome == "refused":
            return self._refuse(unit, lane, row, delivery, now)
        if delivery.outcome == "unknown":
            return self._uncertain(unit, lane, row, delivery, now)
        return self._again(unit, lane, row, delivery, now)

    def mark_plainly(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> None:
        """The same without what capabilities want to do: they failed, and the order shall not be sent again for it."""
        if delivery.outcome == "sent":
            unit.outbox.sent(lane, row, now, delivery.ref, delivery.place)
        else:
            unit.outbox.ended(lane, row, now, "dead", f"{delivery.outcome} {delivery.reason}: {delivery.detail}")

    def _refuse(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        unit.source, unit.actor = lane.name, row.author
        if unit.outbox.ended(lane, row, now, "refused", f"{delivery.reason}: {delivery.detail}"):
            log.warning("order %d for %s refused: %s %s", row.id, row.lane, delivery.reason, delivery.detail)
            self._outcome.tell(unit, row, delivery)
        return True

    def _uncertain(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        """It may have been taken: looked for before the next try where the platform can tell, else sent again.

        Twice is better than never for what people wait for; five times is not.
        """
        log.warning("order %d for %s: fate unknown: %s", row.id, row.lane, delivery.detail)
        adapter = self._adapters[row.order.place.platform]
        if row.attempts >= UNKNOWN_TRIES and not adapter.can.lookup:
            if unit.outbox.ended(lane, row, now, "unknown", delivery.detail):
                self._outcome.tell(unit, row, delivery)
            return True
        wait = _wait(row, delivery)
        if delivery.pace:
            unit.outbox.hold_pace(delivery.pace, now + wait)
        unit.outbox.again(lane, row, now + wait, f"unknown: {delivery.detail}", uncertain=True)
        return False

    def _again(self, unit: Unit, lane: Lane, row: OutboxRow, delivery: Delivery, now: datetime) -> bool:
        if delivery.moved_to:
            old = row.order.place.whole
            log.warning("%s has a new id: %s", old, delivery.moved_to)
            unit.people.move_room(old, delivery.moved_to)
            unit.outbox.again(lane, row, now, delivery.detail, counts=False)
            unit.outbox.reroute(old, delivery.moved_to)
            return False
        wait = _wait(row, delivery)
        limited = bool(delivery.pace)
        if limited:
            unit.outbox.hold_pace(delivery.pace, now + wait)
        unit.outbox.again(lane, row, now + wait, delivery.detail, counts=not limited)
        log.info("order %d for %s waits %.1f s: %s", row.id, row.lane, wait.total_seconds(), delivery.detail)
        return False


def _wait(row: OutboxRow, delivery: Delivery) -> timedelta:
    """As long as the platform asks for; where it only fails, longer each time."""
    asked = timedelta(seconds=delivery.retry_after)
    return asked if delivery.pace else max(asked, backoff(row.attempts))


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes, with a little spread so that replicas part."""
    spread = 1.0 + secrets.randbelow(100) / 500
    return min(timedelta(seconds=2.0 ** min(attempts - 1, 9) * spread), LONGEST_WAIT)
