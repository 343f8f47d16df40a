"""The parts that stand at the outside, built from the settings: chat platforms, gateways, pages, the bucket of files.

Wiring like `bot.app`, which puts them together; nothing here runs yet.
"""

from collections.abc import Callable, Sequence
from typing import Any

import adapters
from bot.chat.contract import Adapter, Capabilities, Vault
from bot.chat.router import Router
from bot.clock import Clock, SystemClock
from bot.gateways import GATEWAYS_KEY, Gateways
from bot.knowledge.handlers import BOOKS
from bot.language.catalogue import LOCALES, table
from bot.people.rules import Team
from bot.settings import Settings, environment
from bot.tickets.emoji import MOVES
from bot.unit import Database
from bot.workspace import House, Workspace

# Which commands a platform's own menu offers to whom.
_MENU = {
    "private": "ticket mine show help lang link",
    "groups": "ticket help",
    "team": "ticket show take assign priority status reply note solve close reopen merge collab accept return done ask "
    "kb eta where why ack snooze delivery queue board mine duty rest help",
}


def homes_of(settings: Settings) -> frozenset[str]:
    """The platforms that are on and have a page for each person."""
    return frozenset({"slack", "web"} & set(settings.platforms))


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


def build_house(settings: Settings, built: dict[str, Adapter], router: Router) -> House:
    """What the running program knows: the platforms that are on, and what each can do."""
    can: dict[str, Capabilities] = {name: adapter.can for name, adapter in built.items()}
    invitations = {name: adapter.start_link for name, adapter in built.items() if hasattr(adapter, "start_link")}
    links = {name: adapter.link_to for name, adapter in built.items() if hasattr(adapter, "link_to")}
    return House(can, invitations, settings.public_url, availability=router.availability, links=links, due=router.due,
                 due_of_request=router.due_of_request, first=router.first)  # fmt: skip


def build_routers(
    settings: Settings, built: dict[str, Adapter], database: Database, key: str, router: Router
) -> list[Any]:
    """The pages and webhooks of everything that is on."""
    routers: list[Any] = []
    for name, adapter in built.items():
        if name == "web":
            routers += adapters.load("web.pages")(adapter, router.lookup)
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


def build_heartbeat(settings: Settings) -> Callable[[], None] | None:
    """What is called after each round that found all well."""
    url = settings.heartbeat_url
    return adapters.load("heartbeat")(url.get_secret_value()).give if url else None


def build_vault(settings: Settings) -> Vault | None:
    """Where files lie outside the database; None where they lie in it."""
    vault: Vault | None = adapters.load("objects")(settings.files_url, environment()) if settings.files_url else None
    return vault
