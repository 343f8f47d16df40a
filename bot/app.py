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
from bot.chat.contract import Adapter, Capabilities
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
from bot.gateways import GATEWAYS_KEY, Gateways
from bot.knowledge import registration as knowledge_registration
from bot.knowledge.handlers import BOOKS
from bot.knowledge.library import Library
from bot.knowledge.live import Librarian
from bot.language.catalogue import LOCALES, table
from bot.mentions import registration as mention_registration
from bot.people import registration as people_registration
from bot.people.identity import identify
from bot.people.rules import Team
from bot.settings import Settings, environment, operator_words
from bot.signing import signing_key
from bot.teamfile.applying import apply, ever_applied
from bot.teamfile.changes import ConfigurationChanged
from bot.teamfile.reading import read
from bot.tickets import registration as ticket_registration
from bot.tickets import speech
from bot.tickets.emoji import MOVES
from bot.tickets.outcomes import Outcomes
from bot.unit import Database
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
# Which commands a platform's own menu offers to whom.
_MENU = {
    "private": "ticket mine show help lang link",
    "groups": "ticket help",
    "team": "ticket show take assign priority status reply note solve close reopen merge collab accept return done ask "
    "kb eta where why ack snooze delivery queue board mine duty rest help",
}


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


def homes_of(settings: Settings) -> frozenset[str]:
    """The platforms that are on and have a page for each person."""
    return frozenset({"slack", "web"} & set(settings.platforms))


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
        try:
            await configure(settings, database)
            await database.write(reconsidering.ask)
            baton = await cls._wire(settings, clock, database, router, librarian)
        except BaseException:
            await database.close()
            raise
        baton._begin()
        return baton

    @classmethod
    async def _wire(
        cls, settings: Settings, clock: Clock, database: Database, router: Router, librarian: Librarian
    ) -> "Baton":
        key = await signing_key(settings, database)
        workspace, teams = await database.read(
            lambda unit: (Workspace.read(unit.keys.get(CONFIG_KEY)), unit.people.teams())
        )
        built = build_adapters(settings, clock, database, key, workspace, teams)
        built |= await build_gateways(clock, database)
        house = router.house = _house(settings, built, router)
        figures = Figures()
        pipeline = Pipeline(router, house, identify, _spoken)
        outcomes = Outcomes(house)
        inbox = InboxWorker(database, pipeline, built, clock, figures)
        outbox = OutboxWorker(
            database, built, clock, Outcome(outcomes.sent, outcomes.refused, router.delivered, router.marking), figures
        )
        sweeper = Sweeper(database, router.timers, clock, figures, router.gathering)
        calendar = Calendar(database, clock)
        auditor = Auditor(house, router.audits, _heartbeat(settings))
        calendar.add("auditor", EVERY_MINUTE, auditor.round)
        calendar.add("digests", EVERY_MINUTE, Mornings(router, version("baton-chat")).send)
        await database.write(began)
        progress = {
            "inbox": lambda: inbox.last_progress,
            "outbox": lambda: outbox.last_progress,
            "sweeper": lambda: sweeper.last_progress,
            "calendar": lambda: calendar.last_tick,
        }
        vitals = Vitals(database, clock, figures, progress, version("baton-chat"))
        http = adapters.load("http")(_routers(settings, built, database, key), vitals)
        return cls(settings, clock, database, router, built, house, inbox, outbox, sweeper, librarian, calendar,
                   vitals, http, [])  # fmt: skip

    def _begin(self) -> None:
        self.database.on_commit(self._wake)
        self.calendar.start()
        self.tasks = [
            asyncio.create_task(self.inbox.run(), name="inbox"),
            asyncio.create_task(self.outbox.run(), name="outbox"),
            asyncio.create_task(self.sweeper.run(), name="sweeper"),
            asyncio.create_task(self.librarian.run(), name="librarian"),
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


def _heartbeat(settings: Settings) -> Callable[[], None] | None:
    """What is called after each round that found all well."""
    url = settings.heartbeat_url
    return adapters.load("heartbeat")(url.get_secret_value()).give if url else None


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


def build_adapters(
    settings: Settings, clock: Clock, database: Database, key: str, workspace: Workspace, teams: Sequence[Team]
) -> dict[str, Adapter]:
    """An adapter for each platform that is on."""
    built: dict[str, Adapter] = {}
    if settings.slack_on:
        built["slack"] = adapters.load("slack")(
            bot_token=_secret(settings.slack_bot_token),
            signing_secret=_secret(settings.slack_signing_secret),
            app_token=_secret(settings.slack_app_token),
            api_url=settings.slack_api_url,
            clock=clock,
            watched_emoji=frozenset({workspace.reaction, *MOVES, *BOOKS}),
            rooms=_rooms(teams, "slack"),
        )
    if settings.telegram_on:
        built["telegram"] = adapters.load("telegram")(
            _secret(settings.telegram_bot_token),
            mode=settings.telegram_mode,
            webhook_secret=settings.webhook_secret(key),
            public_url=settings.public_url,
            api_url=settings.telegram_api_url,
            clock=clock,
            commands=_command_hints(),
            rooms=_rooms(teams, "telegram"),
        )
    if settings.local_chat_on:
        built["web"] = adapters.load("web")(database, clock, key, base_url=settings.address(), demo=is_demo(settings))
    return built


def is_demo(settings: Settings) -> bool:
    """Whether everybody at this machine may be anybody: the built-in chat alone, served to this machine alone."""
    only_chat = settings.platforms == ("web",)
    return only_chat and settings.host in ("127.0.0.1", "::1", "localhost") and not settings.public_url


async def build_gateways(clock: Clock, database: Database) -> dict[str, Adapter]:
    """An adapter for each channel outside chat that the team file names; Apprise is loaded for them alone."""
    gateways = await database.read(lambda unit: Gateways.read(unit.keys.get(GATEWAYS_KEY)))
    return adapters.load("notify")(gateways, clock, environment()) if gateways else {}


def _secret(value: Any) -> str:
    return value.get_secret_value() if value else ""


def _rooms(teams: Sequence[Team], platform: str) -> tuple[str, ...]:
    places = [place for team in teams for place in (*team.rooms, *team.intake) if place.platform == platform]
    return tuple(dict.fromkeys(f"{place.room}/{place.thread}" if place.thread else place.room for place in places))


def _command_hints() -> list[Any]:
    hint = adapters.load("telegram.command")
    audiences: dict[str, list[str]] = {}
    for audience, names in _MENU.items():
        for name in names.split():
            audiences.setdefault(name, []).append(audience)
    return [
        hint(name, tuple(who), {locale: table(locale)[f"help.{name}"] for locale in LOCALES})
        for name, who in audiences.items()
    ]


def _house(settings: Settings, built: dict[str, Adapter], router: Router) -> House:
    can: dict[str, Capabilities] = {name: adapter.can for name, adapter in built.items()}
    invitations = {name: adapter.start_link for name, adapter in built.items() if hasattr(adapter, "start_link")}
    links = {name: adapter.link_to for name, adapter in built.items() if hasattr(adapter, "link_to")}
    return House(can, invitations, settings.public_url, availability=router.availability, links=links, due=router.due,
                 due_of_request=router.due_of_request)  # fmt: skip


def _routers(settings: Settings, built: dict[str, Adapter], database: Database, key: str) -> list[Any]:
    routers: list[Any] = []
    for name, adapter in built.items():
        if name == "web":
            routers += adapters.load("web.pages")(adapter)
        elif hasattr(adapter, "router"):
            route = adapter.router()
            routers += [route] if route is not None else []
    chat = built.get("web")
    routers += adapters.load("console")(chat or desk(settings, database, key), chat_is_on=chat is not None)
    return routers


def desk(settings: Settings, database: Database, key: str) -> Any:
    """Where the overview is looked at when the built-in chat is off."""
    clock = SystemClock()
    return adapters.load("console.desk")(database, clock, adapters.load("sessions")(key, clock), settings.address())


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
