"""The one wiring point: builds everything from the settings, starts it in order and stops it in the reverse order."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import adapters
import storage
from bot.chat import dialogs
from bot.chat.context import Context
from bot.chat.contract import Adapter
from bot.chat.events import MessageReceived
from bot.chat.pipeline import Pipeline
from bot.chat.router import Router
from bot.chat.words import Spoken
from bot.clock import Clock, SystemClock
from bot.clocks import reconsidering
from bot.clocks import registration as clock_registration
from bot.collab import registration as collab_registration
from bot.collab import rooms as joint_rooms
from bot.collab import speech as collab_speech
from bot.digests.mornings import Mornings, began
from bot.duty import registration as duty_registration
from bot.errors import ConfigurationProblem
from bot.escalation import registration as escalation_registration
from bot.knowledge import registration as knowledge_registration
from bot.knowledge.library import Library
from bot.knowledge.live import Librarian
from bot.mentions import registration as mention_registration
from bot.outside import (
    build_adapters,
    build_gateways,
    build_heartbeat,
    build_house,
    build_routers,
    build_vault,
    homes_of,
)
from bot.people import registration as people_registration
from bot.people.identity import identify
from bot.settings import Settings, operator_words
from bot.signing import signing_key
from bot.teamfile.applying import apply, ever_applied
from bot.teamfile.changes import ConfigurationChanged
from bot.teamfile.reading import read
from bot.tickets import registration as ticket_registration
from bot.tickets import speech
from bot.tickets.outcomes import Outcomes
from bot.unit import Database
from bot.workers.agreement import Agreement
from bot.workers.auditor import Auditor
from bot.workers.calendar import EVERY_MINUTE, Calendar
from bot.workers.heap import freeze_after
from bot.workers.inbox import InboxWorker
from bot.workers.listener import Listener
from bot.workers.outbox import OutboxWorker, Outcome
from bot.workers.sweeper import Sweeper
from bot.workers.vitals import Figures, Vitals
from bot.workspace import CONFIG_KEY, House, Workspace

log = logging.getLogger(__name__)

DEMO_TEAM = Path(__file__).parents[1] / "manifests" / "baton.toml"
GRACE = 10.0


def build_router(homes: frozenset[str], library: Library | None = None) -> Router:
    """All capabilities, registered; `homes` are the platforms on which persons have a page, `library` answers."""
    router = Router()
    people_registration.register(router)
    ticket_registration.register(router, homes)
    duty_registration.register(router)
    collab_registration.register(router)
    joint_rooms.register(router)
    mention_registration.register(router)
    escalation_registration.register(router)
    clock_registration.register(router)
    knowledge_registration.register(router, library or Library())
    router.reactions.on(ConfigurationChanged, reconsidering.configuration_changed)
    router.command("cancel", dialogs.cancel)
    return router


def _spoken(context: Context, event: MessageReceived) -> Spoken | None:
    """The command in a message: as tickets understand it, else as their requests do."""
    return speech.spoken(context, event) or collab_speech.spoken(context, event)


def open_storage(
    settings: Settings,
    clock: Clock | None = None,
    router: Router | None = None,
    mode: Literal["serve", "visit", "read"] = "serve",
) -> Database:
    """The database of these settings, still to be started. Commands `visit` or `read` it beside a running Baton."""
    router = router or build_router(homes_of(settings))
    clock = clock or SystemClock()
    return storage.open_database(settings.database_url, clock=clock, reactions=router.reactions, mode=mode)


@dataclass
class Baton:
    """The program, wired. Use `async with running(settings)`, or `start` and `stop`."""

    settings: Settings
    clock: Clock
    database: Database
    router: Router
    adapters: dict[str, Adapter]
    house: House
    inbox: InboxWorker
    outbox: OutboxWorker
    sweeper: Sweeper
    librarian: Librarian
    calendar: Calendar
    agreement: Agreement
    vitals: Vitals
    http: Any
    tasks: list[asyncio.Task[None]]

    @classmethod
    async def start(cls, settings: Settings, clock: Clock | None = None) -> "Baton":
        """Connect, migrate, apply the team file, and begin to work; HTTP is served by `serve`."""
        clock = clock or SystemClock()
        library = Library()
        router = build_router(homes_of(settings), library)
        database = open_storage(settings, clock, router)
        librarian = Librarian(database, library, clock, settings.cache_folder)
        await database.start()
        agreement = Agreement(database, clock)
        try:
            await agreement.look()
            await configure(settings, database)
            await database.write(reconsidering.ask)
            baton = await cls._wire(settings, clock, database, router, librarian, agreement)
        except BaseException:
            await database.close()
            raise
        baton._begin()
        return baton

    @classmethod
    async def _wire(
        cls,
        settings: Settings,
        clock: Clock,
        database: Database,
        router: Router,
        librarian: Librarian,
        agreement: Agreement,
    ) -> "Baton":
        key = await signing_key(settings, database)
        workspace, teams = await database.read(
            lambda unit: (Workspace.read(unit.keys.get(CONFIG_KEY)), unit.people.teams())
        )
        built = build_adapters(settings, clock, database, key, workspace, teams)
        built |= await build_gateways(clock, database)
        house = router.house = build_house(settings, built, router)
        figures = Figures()
        pipeline = Pipeline(router, house, identify, _spoken)
        outcomes = Outcomes(house)
        inbox = InboxWorker(database, pipeline, built, clock, figures)
        outbox = OutboxWorker(
            database,
            built,
            clock,
            Outcome(outcomes.sent, outcomes.refused, router.delivered, router.marking),
            figures,
            build_vault(settings),
        )
        sweeper = Sweeper(database, router.timers, clock, figures, router.gathering)
        calendar = Calendar(database, clock)
        auditor = Auditor(house, router.audits, build_heartbeat(settings))
        calendar.add("auditor", EVERY_MINUTE, auditor.round)
        calendar.add("digests", EVERY_MINUTE, Mornings(router, version("baton-chat")).send)
        knowledge_registration.schedule(calendar.add, router, librarian.library)
        await database.write(began)
        progress = {
            "inbox": lambda: inbox.last_progress,
            "outbox": lambda: outbox.last_progress,
            "sweeper": lambda: sweeper.last_progress,
            "calendar": lambda: calendar.last_tick,
        }
        vitals = Vitals(database, clock, figures, progress, version("baton-chat"), lambda: agreement.correction)
        http = adapters.load("http")(build_routers(settings, built, database, key, router), vitals)
        return cls(settings, clock, database, router, built, house, inbox, outbox, sweeper, librarian, calendar,
                   agreement, vitals, http, [])  # fmt: skip

    def _begin(self) -> None:
        self.database.on_commit(self._wake)
        self.calendar.start()
        self.tasks = [
            asyncio.create_task(self.inbox.run(), name="inbox"),
            asyncio.create_task(self.outbox.run(), name="outbox"),
            asyncio.create_task(self.sweeper.run(), name="sweeper"),
            asyncio.create_task(self.librarian.run(), name="librarian"),
            asyncio.create_task(self.agreement.run(), name="agreement"),
            *(
                asyncio.create_task(Listener(adapter, self.inbox, self.database, self.clock).run(), name=name)
                for name, adapter in self.adapters.items()
            ),
            *(
                asyncio.create_task(_introduced(adapter), name=f"introduce {name}")
                for name, adapter in self.adapters.items()
                if hasattr(adapter, "identify")
            ),
        ]

    def _wake(self, topics: Sequence[str]) -> None:
        if "inbox" in topics:
            self.inbox.wake()
        if "outbox" in topics:
            self.outbox.wake()
        if "facts" in topics:
            self.librarian.wake()
        if "timers" in topics:
            self.sweeper.wake()

    async def stop(self) -> None:
        """Stop listening, finish what is in hand within its grace, give back what is leased, let go of everything."""
        self.vitals.stopping.set()
        listeners = [task for task in self.tasks if task.get_name() in self.adapters]
        await _cancelled(listeners)
        await self.inbox.drain(GRACE)
        await self.outbox.drain(GRACE)
        await _cancelled(self.tasks)
        await self.librarian.close()
        self.calendar.stop()
        for adapter in self.adapters.values():
            with contextlib.suppress(Exception):
                await adapter.close()
        await self.database.close()


async def _introduced(adapter: Any) -> None:
    """Learn under which name the bot is known, for links to it; a replica that does not listen needs it as well."""
    try:
        await adapter.identify()
    except Exception as error:
        log.warning("%s does not say who the bot is: %s", adapter.platform, error)


async def _cancelled(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Baton]:
    """Baton at work, without its HTTP server."""
    baton = await Baton.start(settings, clock)
    try:
        yield baton
    finally:
        await baton.stop()


async def configure(settings: Settings, database: Database) -> None:
    """Apply the team file; without one, and with nothing but the built-in chat, load the demo team once."""
    path = settings.team_file
    if path is None:
        known = await database.read(ever_applied)
        if known or not settings.local_chat_on:
            return
        path = DEMO_TEAM
    file = read(path, operator_words())
    changes = await database.write(lambda unit: apply(unit, file), source="start")
    if changes:
        log.info("applied %s: %d changes", path, len(changes))


async def serve(settings: Settings, bound: Callable[[int], None]) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends at once. `bound` is told the port that is served.

    Raises `ConfigurationProblem`.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked_to_stop() -> None:
        if stop.is_set():
            os._exit(1)  # at once, as whoever asks twice wants it; what was in hand is as safe as after a crash
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop)
    async with running(settings) as baton:
        baton.vitals.stopping = stop
        baton.tasks.append(asyncio.create_task(freeze_after(baton.librarian.look()), name="freeze"))
        await _serve_http(baton, stop, bound)


async def _serve_http(baton: Baton, stop: asyncio.Event, bound: Callable[[int], None]) -> None:
    settings = baton.settings
    try:
        await adapters.load("http.serve")(baton.http, settings.host, settings.port, stop, bound=bound)
    except OSError as error:
        words = operator_words()
        where = f"{settings.host}:{settings.port}"
        raise ConfigurationProblem(words("run.address_taken", address=where, error=error.strerror or "")) from error
