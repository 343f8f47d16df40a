"""What operators' commands do with the program's parts: wired as in `bot.app`, without the program running."""

import asyncio
from pathlib import Path

import adapters
import storage
from bot.app import open_storage
from bot.chat.contract import Problem
from bot.clock import SystemClock
from bot.errors import NotFound
from bot.knowledge.library import Library
from bot.knowledge.live import Librarian
from bot.outside import build_adapters, build_gateways, build_vault, desk
from bot.settings import Settings
from bot.signing import signing_key
from bot.unit import Database, Unit
from bot.workspace import CONFIG_KEY, Workspace
from storage import schema

__all__ = ["backup", "check_adapters", "filled_library", "is_empty", "migrate", "open_storage", "prepare", "restore",
           "sign_in_link"]  # fmt: skip


async def sign_in_link(settings: Settings, person: str) -> str:
    """A link that signs the person with this key in to the built-in chat, or else to the overview; good for a week."""
    database = open_storage(settings, mode="visit")
    await database.start()
    try:
        user = await database.read(lambda unit: _login(unit, person))
        key = await signing_key(settings, database)
        if settings.local_chat_on:
            chat = adapters.load("web")(database, SystemClock(), key, base_url=settings.address())
            return str(chat.sign_in_link(user))
        return str(desk(settings, database, key).sign_in_link(user))
    finally:
        await database.close()


def _login(unit: Unit, key: str) -> str:
    """By which name the pages know a person of the team file."""
    person = unit.people.by_key(key)
    if person is None:
        raise NotFound("person.who", said=key)
    return next((account.user for account in unit.people.accounts(person.id) if account.platform == "web"), key)


async def filled_library(settings: Settings, database: Database) -> Library:
    """All that can be found now; a stored index is used where there is one, and nothing is stored."""
    library = Library()
    await Librarian(database, library, SystemClock(), settings.cache_folder, keeps=False).look()
    return library


def migrate(settings: Settings) -> None:
    """Bring the database to this program's schema. Raises `ConfigurationProblem` for a newer one."""
    storage.migrate(settings.database_url)


def prepare(settings: Settings) -> None:
    """Give an empty database its tables, so that any command may be the first one; another one is left as it is."""
    if is_empty(settings):
        schema.migrate(settings.database_url)


def is_empty(settings: Settings) -> bool:
    """Whether the database has no tables yet."""
    return not schema.current(settings.database_url)


async def backup(settings: Settings, file: Path) -> None:
    """Write one consistent copy of everything to `file`, while Baton runs."""
    await asyncio.to_thread(storage.backup, settings.database_url, file)


async def restore(settings: Settings, file: Path, *, overwrite: bool = False) -> None:
    """Put the copy in `file` into the database; one that holds anything already only with `overwrite`."""
    await asyncio.to_thread(storage.restore, file, settings.database_url, overwrite=overwrite)


async def check_adapters(settings: Settings, database: Database) -> list[Problem]:
    """What the platforms themselves say is wrong with tokens, rights and rooms."""
    key = await signing_key(settings, database)
    workspace, teams = await database.read(
        lambda unit: (Workspace.read(unit.keys.get(CONFIG_KEY)), unit.people.teams())
    )
    built = build_adapters(settings, SystemClock(), database, key, workspace, teams)
    built |= await build_gateways(SystemClock(), database)
    vault = build_vault(settings)
    problems = await vault.check() if vault else []
    for adapter in built.values():
        try:
            problems += await adapter.check()
        finally:
            await adapter.close()
    return problems
