"""What is done with one stored delivery, to its end: handled, tried again later, or given up where all see it."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.contract import Adapter, Arrival
from bot.chat.events import Event, Place
from bot.chat.pipeline import Pipeline
from bot.chat.ports import InboxRow
from bot.chat.views import Reply
from bot.clock import Clock
from bot.errors import IN_TURN, OutOfTurn, StaleWrite, TooEarly, UserError
from bot.failpoints import hit
from bot.unit import Unit
from bot.workers.steady import Steady
from bot.workers.vitals import Figures

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
COMPLETE_WITHIN = 4.0  # seconds; what the platform does not tell by then is done without

# What an event hangs on may still be on its way: tried again this often, and for this long.
EARLY_WAIT = timedelta(milliseconds=250)
EARLY_PATIENCE = timedelta(seconds=20)

# Somebody else changed the same rows again and again: there is no hurry to be the next.
CONTENDED_WAIT = timedelta(milliseconds=100)


@dataclass(slots=True, eq=False)
class Hand:
    """A delivery in hand. `awaited`: somebody is there to be given the reply; `problem`: it could not be read."""

    row: InboxRow
    awaited: bool
    events: Sequence[Event] = ()
    problem: Exception | None = None

    @property
    def name(self) -> str:
        """How the log calls it: platform, the platform's own id, and the number by which `baton dlq` knows it."""
        return f"{self.row.platform}:{self.row.key} (in-{self.row.id})"

    @property
    def place(self) -> Place:
        """The conversation that it belongs to; one of its own if it can't be read."""
        return self.events[0].place if self.events else Place(self.row.platform, "", str(self.row.id))


class Handling:
    """Handles deliveries, one unit of work each."""

    def __init__(
        self, steady: Steady, pipeline: Pipeline, adapters: Mapping[str, Adapter], clock: Clock, figures: Figures
    ) -> None:
        self._steady = steady
        self._pipeline = pipeline
        self._adapters = adapters
        self._clock = clock
        self._figures = figures

    def open(self, row: InboxRow, *, awaited: bool, events: Sequence[Event] | None = None) -> Hand:
        """Read the delivery, unless its events are known. One that can't be read is given up by `finish`."""
        hand = Hand(row, awaited, events or ())
        if events is not None:
            return hand
        try:
            adapter = self._adapters.get(row.platform)
            if adapter is None:
                raise LookupError(f"platform {row.platform} is off")
            hand.events = adapter.read(row.payload)
        except Exception as error:
            hand.problem = error
        return hand

    def at_hand(self, arrival: Arrival) -> Hand | None:
        """A delivery that is not stored yet, if it has been read and nobody has to be asked for more."""
        adapter = self._adapters.get(arrival.platform)
        if adapter is None or not arrival.events:
            return None
        events = [known for event in arrival.events if (known := adapter.known(event)) is not None]
        if len(events) < len(arrival.events):
            return None
        row = InboxRow(0, arrival.platform, arrival.key, arrival.payload, self._clock.now(), 0)
        return Hand(row, awaited=False, events=events)

    def placed(self, arrival: Arrival) -> Arrival:
        """The same, with what it says, so that it is stored with its conversation."""
        said = None if arrival.events else self.first_said(arrival)
        return replace(arrival, events=[said]) if said is not None else arrival

    def first_said(self, arrival: Arrival) -> Event | None:
        """What a delivery says first; None if it says nothing that can be read."""
        adapter = self._adapters.get(arrival.platform)
        try:
            events = arrival.events or (adapter.read(arrival.payload) if adapter else ())
        except Exception:  # whatever it is: it is told when the delivery is handled
            return None
        return events[0] if events else None

    async def reassure(self, event: Event) -> None:
        """Tell a person who sends very much at once that it arrives. Nothing depends on it."""
        try:
            await self._steady.write(lambda unit: self._pipeline.reassure(unit, event))
        except Exception as problem:
            log.warning("nobody could be told that he sends much at once: %s", _said(problem))

    async def foresee(self, hand: Hand) -> None:
        """Work out, outside of any unit, what its handler will ask for. Nothing depends on it but speed."""
        try:
            for work in self._pipeline.ahead(hand.events):
                await asyncio.to_thread(work)
        except Exception as problem:
            log.warning("delivery %s is handled without what could be known ahead: %s", hand.name, _said(problem))

    def whole(self, unit: Unit, hand: Hand, arrival: Arrival) -> bool:
        """In a unit: store a delivery `at_hand` and handle it; False if it is a repeat."""
        self._pipeline.begin(unit, hand.events[0])
        new = unit.inbox.add_handled(arrival, hand.row.received_at)
        if new:
            self._work(unit, hand, patient=True, stored=False)
        return new

    async def finish(self, hand: Hand) -> Reply | None:
        """Handle it, whatever that takes; gives the reply, if there is one and somebody waits for it."""
        if hand.problem is not None:
            log.error("delivery %s can't be read and is passed over", hand.name, exc_info=hand.problem)
            await self._give_up(hand, hand.problem)
            return None
        if hand.row.attempts > MAX_ATTEMPTS:
            log.error("delivery %s is given up: nobody survived handling it", hand.name)
            await self._give_up(hand, RuntimeError(f"whoever handled it did not come back, {MAX_ATTEMPTS} times"))
            return None
        await self._complete(hand)
        await self.foresee(hand)
        patient = self._clock.now() - hand.row.received_at < EARLY_PATIENCE
        try:
            reply = await self._handle(hand, patient=patient)
        except TooEarly as error:
            if patient:
                await self._put_back(hand, EARLY_WAIT, "too early", counts=False)
            else:
                await self._failed(hand, error)
            return None
        except (OutOfTurn, StaleWrite) as error:  # handled or held by another replica, or contended: the row knows
            log.info("delivery %s: %s", hand.name, error)
            await self._put_back(hand, CONTENDED_WAIT, IN_TURN, counts=False)
            return None
        except Exception as error:
            await self._failed(hand, error)
            return None
        self._figures.handled.labels(hand.row.platform).inc()
        if reply is not None and not hand.awaited:
            await self._steady.write(lambda unit: self._pipeline.late(unit, hand.events, reply))
            return None
        return reply

    async def _complete(self, hand: Hand) -> None:
        """Add what the platform has to be asked for; if it can't be asked, the event is taken as it came."""
        adapter = self._adapters[hand.row.platform]
        try:
            async with asyncio.timeout(COMPLETE_WITHIN):
                hand.events = [await adapter.complete(event) for event in hand.events]
        except Exception as error:
            log.warning("delivery %s is handled as it came: %s: %s", hand.name, type(error).__name__, error)

    async def _handle(self, hand: Hand, *, patient: bool) -> Reply | None:
        try:
            reply = await self._steady.write(lambda unit: self._work(unit, hand, patient=patient, stored=True))
        except UserError as error:
            refusal = error
            reply = await self._steady.write(lambda unit: self._refuse(unit, hand, refusal))
        hit("work.committed")
        return reply

    def _work(self, unit: Unit, hand: Hand, *, patient: bool, stored: bool) -> Reply | None:
        """Handle the delivery, and mark its row as handled if it was `stored` before this unit.

        Raises `OutOfTurn` where another replica has yet to handle what came before; patience ends this.
        """
        if patient and hand.events:
            self._pipeline.begin(unit, hand.events[0])
            if not unit.inbox.is_next(hand.row.id, hand.place, hand.events[0].user):
                raise OutOfTurn(f"delivery {hand.name} waits for those before it")
        return self._end(unit, hand, self._pipeline.handle(unit, hand.events, patient=patient), stored=stored)

    def _refuse(self, unit: Unit, hand: Hand, error: UserError) -> Reply | None:
        return self._end(unit, hand, self._pipeline.apologise(unit, hand.events, error), stored=True)

    def _end(self, unit: Unit, hand: Hand, reply: Reply | None, *, stored: bool) -> Reply | None:
        """A reply that nobody waits for is sent after him."""
        if reply is not None and not hand.awaited:
            self._pipeline.late(unit, hand.events, reply)
            reply = None
        if stored:
            unit.inbox.done(hand.row.id, unit.now)
        hit("work.before_commit")
        return reply

    async def _failed(self, hand: Hand, error: Exception) -> None:
        attempt = hand.row.attempts
        if attempt >= MAX_ATTEMPTS:
            log.error("delivery %s is given up after %d attempts: %s", hand.name, attempt, _said(error))
            await self._give_up(hand, error)
            return
        wait = timedelta(seconds=2.0**attempt)
        again = f"tried again in {wait.total_seconds():.0f} s"
        if attempt == 1:
            log.error("delivery %s failed, %s", hand.name, again, exc_info=error)
        else:
            log.warning("delivery %s failed again, %s: %s", hand.name, again, _said(error))
        await self._put_back(hand, wait, _said(error))

    async def _put_back(self, hand: Hand, wait: timedelta, error: str, *, counts: bool = True) -> None:
        due = self._clock.now() + wait
        await self._steady.write(lambda unit: unit.inbox.put_back(hand.row.id, due, error, counts=counts))

    async def _give_up(self, hand: Hand, error: Exception) -> None:
        """Keep it as a dead letter, and tell the person who acted under which number."""

        def bury(unit: Unit) -> None:
            unit.inbox.bury(hand.row.id, unit.now, _said(error))
            if hand.events:
                self._report(unit, hand)

        self._figures.dead.labels(hand.row.platform).inc()
        await self._steady.write(bury)

    def _report(self, unit: Unit, hand: Hand) -> None:
        try:
            unit.attempt(lambda: self._pipeline.report_fault(unit, hand.events, f"in-{hand.row.id}"))
        except Exception as problem:
            log.warning("nobody could be told of delivery %s: %s", hand.name, _said(problem))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]
