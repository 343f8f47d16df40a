"""The unit of work: everything a handler may touch, in one transaction that commits whole or not at all.

Handlers are plain synchronous code. What must reach the outside is an order in `unit.outbox`; what happened is a fact
given to `unit.record`, which runs the reactions to it at once.
"""

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
from bot.facts import Fact, Record
from bot.knowledge.ports import KnowledgeFigures, KnowledgeStore
from bot.mentions.ports import MentionStore
from bot.people.ports import PeopleStore
from bot.tickets.ports import TicketStore

T = TypeVar("T")


class FactStore(Protocol):
    """The recorded facts."""

    def of_ticket(self, ticket: int, limit: int = 500) -> list[Record]:
        """The history of a ticket, oldest first."""
        ...

    def latest(self) -> int:
        """The number of the newest fact (0: none); live pages ask whether it grew."""
        ...

    def move(self, old: int, new: int) -> None:
        """The history of ticket `old` belongs to `new` as well from now on (merging copies it, with its times)."""
        ...


class Unit(Protocol):
    """One transaction. `now` is the same throughout; `actor` and `source` say who acts and from where."""

    now: datetime
    actor: int
    source: str
    inbox: InboxStore
    outbox: OutboxStore
    posted: PostedStore
    dialogs: DialogStore
    files: FileStore
    keys: KeyStore
    people: PeopleStore
    tickets: TicketStore
    facts: FactStore
    timers: TimerStore
    clocks: ClockStore
    builtin: BuiltinStore
    collab: CollabStore
    duty: DutyStore
    mentions: MentionStore
    alerts: AlertStore
    digests: DigestStore
    knowledge: KnowledgeStore
    knowledge_figures: KnowledgeFigures

    def record(self, fact: Fact) -> None:
        """Store what happened and run the reactions to it, in this unit."""
        ...

    def serialize(self, name: str, *, within: str = "") -> None:
        """Let nobody else who names the same go on until this unit ends (another replica included).

        Whoever names something `within` another keeps out those who name the other by itself, and they keep him out.
        """
        ...

    def foresee(self, place: Place, user: str, message: str = "") -> None:
        """Read what handling something that this person did here begins with, all at once; once in a unit.

        With `message`, he wrote it here. Nothing depends on this but speed.
        """
        ...

    def attempt(self, work: Callable[[], T]) -> T:
        """Run `work` so that an exception from it undoes only what it did (a savepoint); it is raised on."""
        ...


class Database(Protocol):
    """Runs units of work in a database thread; the asynchronous shell awaits them."""

    async def start(self) -> None:
        """Connect, bring the tables up to date, start the threads. Raises `ConfigurationProblem`."""
        ...

    async def close(self) -> None:
        """Finish what was handed in, then let go of every connection and lock."""
        ...

    async def write(self, work: Callable[[Unit], T], *, actor: int = 0, source: str = "") -> T:
        """Run `work` in one transaction. A `StaleWrite` runs it again (three times at most)."""
        ...

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction that can't change anything."""
        ...

    def on_commit(self, wake: Callable[[Sequence[str]], None]) -> None:
        """Call `wake` after each commit that queued something, with what: `inbox`, `outbox`, `facts`."""
        ...
