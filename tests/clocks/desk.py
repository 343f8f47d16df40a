"""Clocks without a chat: a database with the reactions of all capabilities, a ticket, and the sweeper's work."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.app import build_router
from bot.chat.router import Router
from bot.chat.text import text
from bot.clocks import running
from bot.clocks.facts import StepFired
from bot.clocks.rules import Clock
from bot.collab.rules import CollabRequest
from bot.facts import Fact
from bot.people.rules import Person, Role, Team
from bot.tickets.facts import TicketOpened
from bot.tickets.rules import Priority, Ticket
from bot.unit import Unit
from bot.workers.sweeper import Sweeper, Swept
from bot.workers.vitals import Figures
from bot.workspace import CALENDARS_KEY, POLICIES_KEY
from storage import open_database
from storage.unit import SqlDatabase
from tests.clock import START, ManualClock

Rows = dict[str, dict[str, Any]]

OFFICE: Rows = {
    "office": {
        "timezone": "Asia/Shanghai",
        "hours": {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
}


def policy(on: str = "ticket.resolution", target: str = "2h", steps: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """A row of a policy whose steps are given by their moments."""
    told = [{"at": at, "notify": ["assignee"], "via": ["dm"]} for at in steps]
    return {"on": on, "target": target, "steps": told, **more}


@dataclass
class Desk:
    """A ticket T-1 of 客服部, whose tech colleagues are team 2; `fired` is what fell due, by the database."""

    database: SqlDatabase
    clock: ManualClock
    router: Router
    figures: Figures = field(default_factory=Figures)

    async def configure(self, policies: Rows, calendars: Rows | None = None, *, changed: bool = True) -> None:
        """As `baton config apply` leaves it."""

        def work(unit: Unit) -> None:
            unit.keys.put(POLICIES_KEY, policies)
            unit.keys.put(CALENDARS_KEY, calendars or {})
            if changed:
                unit.record(Fact.kinds["ConfigurationChanged"](0))

        await self.database.write(work)

    async def open(self, priority: Priority = Priority.NORMAL) -> int:
        """A new ticket; its number."""

        def work(unit: Unit) -> int:
            now = unit.now
            ticket = unit.tickets.add(Ticket(0, "坏了", text("坏了"), 1, 1, now, now, priority=priority))
            unit.record(TicketOpened(ticket.id))
            return ticket.id

        return await self.database.write(work)

    async def request(self, ticket: int = 1, kind: str = "") -> int:
        """A request to team 2; its number."""

        def work(unit: Unit) -> int:
            now = unit.now
            asked = CollabRequest(0, ticket, 2, 1, 2, text("看一下"), now, now, type=kind, started_at=now)
            return unit.collab.add(asked).id

        return await self.database.write(work)

    async def record(self, fact: Fact) -> None:
        """Something happened."""
        await self.database.write(lambda unit: unit.record(fact))

    def sweeper(self, database: SqlDatabase | None = None) -> Sweeper:
        """One that does what the program's timers say."""
        return Sweeper(database or self.database, self.router.timers, self.clock, self.figures, self.router.gathering)

    async def sweep(self) -> Swept:
        """Do what is due until nothing is."""
        sweeper = self.sweeper()
        while (swept := await sweeper.sweep()).taken:
            pass
        return swept

    async def pass_time(self, **length: float) -> None:
        """Let time pass, then do what is due."""
        self.clock.advance(timedelta(**length).total_seconds())
        await self.sweep()

    async def clocks(self, ticket: int = 1) -> list[Clock]:
        """All clocks of a ticket."""
        return await self.database.read(lambda unit: unit.clocks.of_ticket(ticket))

    async def only(self, ticket: int = 1) -> Clock:
        """The latest clock of a ticket."""
        return (await self.clocks(ticket))[-1]

    async def change(self, work: Any) -> Any:
        """Run `work(unit, clock)` on the latest clock of T-1."""
        return await self.database.write(lambda unit: work(unit, unit.clocks.of_ticket(1)[-1]))

    async def fired(self, ticket: int = 1) -> list[tuple[int, int, int]]:
        """What fell due: step, how many were told in it, round."""
        records = await self.database.read(lambda unit: unit.facts.of_ticket(ticket))
        facts = [record.fact for record in records if isinstance(record.fact, StepFired)]
        return [(fact.step, fact.skipped, fact.round) for fact in facts]

    async def due(self, clock: int = 1) -> datetime | None:
        """When the clock's timer is set to."""
        timer = await self.database.read(lambda unit: unit.timers.get(running.TIMER, clock))
        return timer.due_at if timer else None


@contextlib.asynccontextmanager
async def desk(url: str, clock: ManualClock | None = None) -> AsyncIterator[Desk]:
    """A desk on this database, until the block ends."""
    clock = clock or ManualClock()
    router = build_router(frozenset())
    database = open_database(url, clock=clock, reactions=router.reactions)
    await database.start()
    try:
        await database.write(_furnish)
        yield Desk(database, clock, router)
    finally:
        await database.close()


def _furnish(unit: Unit) -> None:
    unit.people.add_team(Team(0, "support", "客服部", calendar="office"))
    unit.people.add_team(Team(0, "tech", "技术部"))
    unit.people.add_person(Person(0, "Ann", Role.CUSTOMER, tier="gold"))
    unit.people.add_person(Person(0, "林晓", Role.AGENT, teams=frozenset({1})))
    unit.people.add_person(Person(0, "赵磊", Role.TECHNICIAN, teams=frozenset({2})))


def since_start(**length: float) -> datetime:
    """An instant so long after the beginning: Tuesday, ten o'clock in Shanghai."""
    return START + timedelta(**length)
