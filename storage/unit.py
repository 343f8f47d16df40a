"""The unit of work on a database: one transaction, its repositories, and the facts that are dispatched in it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.chat.builtin import BuiltinStore
from bot.chat.events import Place
from bot.chat.ports import DialogStore, FileStore, InboxStore, KeyStore, OutboxStore, PostedStore
from bot.clocks.ports import ClockStore
from bot.collab.ports import CollabStore
from bot.digests.ports import DigestStore
from bot.duty.ports import DutyStore
from bot.escalation.ports import AlertStore, TimerStore
from bot.facts import MAX_HOPS, Fact, Reactions
from bot.knowledge.ports import KnowledgeFigures, KnowledgeStore
from bot.mentions.ports import MentionStore
from bot.people.ports import PeopleStore
from bot.tickets.ports import TicketStore
from bot.unit import FactStore, Unit
from storage.alerts import Alerts
from storage.builtin import Builtin
from storage.clocks import Clocks
from storage.collab import CollabRequests
from storage.dialogs import Dialogs
from storage.duty import Duty
from storage.engine import Desk, Engine, Job
from storage.facts import Facts
from storage.files import Files
from storage.inbox import Inbox
from storage.keystore import Keys
from storage.knowledge import Knowledge
from storage.mentions import Mentions
from storage.outbox import Outbox
from storage.people import People
from storage.posted import PostedMessages
from storage.queries.digest import Digests
from storage.queries.knowledge_report import KnowledgeReport
from storage.statements import Link
from storage.tickets import Tickets
from storage.timers import Timers

T = TypeVar("T")


class Others(Protocol):
    """The other replicas on the same database, as far as they wake one another up."""

    def start(self, wake: Callable[[Sequence[str]], None]) -> None:
        """Call `wake` with what may have been queued elsewhere, until `close`."""
        ...

    async def close(self) -> None:
        """Say and hear nothing more."""
        ...

    def tell(self) -> None:
        """Let them know that something was queued here."""
        ...


class SqlUnit:
    """See `bot.unit.Unit`. Made for one transaction; nothing of it may be kept beyond."""

    def __init__(self, link: Link, reactions: Reactions, actor: int, source: str) -> None:
        self._link = link
        self._reactions = reactions
        self._hops = 0
        self._foresaw = False
        self._facts = Facts(link)
        self._outbox = Outbox(link)
        self.now: datetime = link.now
        self.actor = actor
        self.source = source
        self.inbox: InboxStore = Inbox(link)
        self.outbox: OutboxStore = self._outbox
        self._posted = PostedMessages(link)
        self.posted: PostedStore = self._posted
        self.dialogs: DialogStore = Dialogs(link)
        self.files: FileStore = Files(link)
        self.keys: KeyStore = Keys(link)
        self._people = People(link)
        self.people: PeopleStore = self._people
        self._tickets = Tickets(link)
        self.tickets: TicketStore = self._tickets
        self.facts: FactStore = self._facts
        self.timers: TimerStore = Timers(link)
        self.clocks: ClockStore = Clocks(link)
        self.builtin: BuiltinStore = Builtin(link)
        self.collab: CollabStore = CollabRequests(link)
        self.duty: DutyStore = Duty(link)
        self.mentions: MentionStore = Mentions(link)
        self.alerts: AlertStore = Alerts(link)
        self.digests: DigestStore = Digests(link)
        self.knowledge: KnowledgeStore = Knowledge(link)
        self.knowledge_figures: KnowledgeFigures = KnowledgeReport(link)

    def record(self, fact: Fact) -> None:
        """Store what happened and run the reactions to it, in this unit.

        Raises RuntimeError when a chain of reactions would get longer than `MAX_HOPS`.
        """
        self._facts.add(fact, self.actor, self.source)
        if not self._reactions.to(type(fact)):
            return
        if self._hops >= MAX_HOPS:
            raise RuntimeError(
                f"{fact.kind} would start hop {self._hops + 1} of a chain of reactions; {MAX_HOPS} are allowed"
            )
        self._hops += 1
        try:
            self._reactions.run(self, fact)
        finally:
            self._hops -= 1

    def serialize(self, name: str, *, within: str = "") -> None:
        """Let nobody else who names the same go on until this unit ends (another replica included).

        Whoever names something `within` another keeps out those who name the other by itself, and they keep him out.
        """
        self._link.serialize(name, within=within)

    def foresee(self, place: Place, user: str, message: str = "") -> None:
        """Read what handling something that this person did here begins with, all at once; once in a unit.

        With `message`, he wrote it here. Nothing depends on this but speed.
        """
        if self._foresaw:
            return
        self._foresaw = True
        self._people.foresee(place, user)
        if message:
            self._tickets.foresee(place, message)
            self._posted.foresee(place, place.thread or message)

    def attempt(self, work: Callable[[], T]) -> T:
        """Run `work` so that an exception from it undoes only what it did (a savepoint); it is raised on."""
        self._outbox.flush()
        try:
            with self._link.savepoint():
                result = work()
                self._outbox.flush()
        except BaseException:
            self._outbox.discard()
            raise
        return result

    def finish(self) -> None:
        """Write what was put off until the end, before the transaction is committed."""
        self._outbox.flush()


class SqlDatabase:
    """See `bot.unit.Database`; made by `storage.open_database`."""

    def __init__(
        self, make_engine: Callable[[Desk], Engine], reactions: Reactions, prepare: Callable[[], None]
    ) -> None:
        self._engine = make_engine(Desk(self._committed))
        self._reactions = reactions
        self._prepare = prepare
        self._wakes: list[Callable[[Sequence[str]], None]] = []
        self._others: Others | None = None

    def hears(self, others: Others) -> None:
        """Wake up, and be woken by, other replicas; before `start`."""
        self._others = others

    async def start(self) -> None:
        """Connect, bring the tables up to date and start the threads.

        Raises `ConfigurationProblem` (in use, newer than this program) or `storage.engine.DatabaseDown`.
        """
        await asyncio.to_thread(self._open)
        if self._others is not None:
            self._others.start(self._wake)

    async def close(self) -> None:
        """Finish what was handed in, then let go of every connection and lock."""
        if self._others is not None:
            await self._others.close()
        await asyncio.to_thread(self._engine.close)

    async def write(self, work: Callable[[Unit], T], *, actor: int = 0, source: str = "") -> T:
        """Run `work` in one transaction. A `StaleWrite` runs it again (three times at most).

        Raises what `work` raises (then nothing is stored), and `storage.engine.DatabaseDown`, a `ConnectionError`.
        """

        def run(link: Link) -> T:
            unit = SqlUnit(link, self._reactions, actor, source)
            result = work(unit)
            unit.finish()
            return result

        return await self._answer(self._engine.write, run)

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction that can't change anything. Raises like `write`."""
        return await self._answer(self._engine.read, lambda link: work(SqlUnit(link, self._reactions, 0, "")))

    def on_commit(self, wake: Callable[[Sequence[str]], None]) -> None:
        """Call `wake` in the event loop after each commit that queued something, with what: `inbox`, `outbox`, `facts`.

        On PostgreSQL it is also called when another replica committed, soon after and perhaps for nothing.
        """
        self._wakes.append(wake)

    def _committed(self, topics: Sequence[str]) -> None:
        if self._others is not None:
            self._others.tell()
        self._wake(topics)

    def _wake(self, topics: Sequence[str]) -> None:
        for wake in self._wakes:
            wake(topics)

    def _open(self) -> None:
        self._engine.open()
        try:
            self._prepare()
        except BaseException:
            self._engine.close()
            raise

    async def _answer(self, hand_in: Callable[[Job], None], work: Callable[[Link], T]) -> T:
        job = Job(work, asyncio.get_running_loop().create_future())
        hand_in(job)
        result: T = await job.future
        return result
