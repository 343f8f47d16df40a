"""One unit of work for one command, beside a Baton that may be running."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from bot.cli.terminal import words
from bot.errors import ConfigurationProblem
from bot.operations import open_storage, prepare
from bot.settings import Settings
from bot.unit import Database, Unit

T = TypeVar("T")

# Where facts come from that an operator caused at the terminal.
SOURCE = "terminal"


def read(work: Callable[[Unit], T]) -> T:
    """Run `work` in the configured database, where it can change nothing. Raises `ConfigurationProblem` without one."""
    return look(lambda database: database.read(work))


def _readable() -> Settings:
    settings = Settings()
    path = settings.sqlite_path
    if path and not path.exists():
        raise ConfigurationProblem(words()("cli.no_database", database=settings.database_shown))
    return settings


def look(use: Callable[[Database], Awaitable[T]]) -> T:
    """Let `use` read in the configured database, as often as it likes. Raises like `read`."""
    return asyncio.run(_visited(_readable(), "read", use))


def write(work: Callable[[Unit], T]) -> T:
    """Run `work` in the configured database, in one transaction; an empty one gets its tables first."""
    settings = Settings()
    prepare(settings)
    return asyncio.run(_visited(settings, "visit", lambda database: database.write(work, source=SOURCE)))


async def _visited(settings: Settings, mode: Literal["visit", "read"], use: Callable[[Database], Awaitable[T]]) -> T:
    database = open_storage(settings, mode=mode)
    await database.start()
    try:
        return await use(database)
    finally:
        await database.close()
