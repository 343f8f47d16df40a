"""Opens a database by its address. psycopg costs 8 MB and a tenth of a second: only where it is needed is it loaded."""

from importlib import import_module
from typing import Any

from bot.clock import Clock, SystemClock
from bot.facts import Reactions
from storage import leftovers, schema
from storage.encoding import micros
from storage.engine import Desk, Engine
from storage.location import located
from storage.sqlite import Mode, SqliteEngine
from storage.unit import SqlDatabase


def open_database(
    url: str,
    *,
    clock: Clock | None = None,
    reactions: Reactions | None = None,
    mode: Mode = "serve",
) -> SqlDatabase:
    """The database at `sqlite:///PATH` or `postgresql://…`; `await start()` before use, `await close()` afterwards.

    `serve` is for a running Baton: it migrates, and on SQLite holds the file, so that a second one refuses to start.
    `visit` writes beside a running Baton, `read` only looks; both want the tables as this program knows them.
    Raises `ConfigurationProblem` for an address that can't be meant.
    """
    location = located(url)
    time = clock or SystemClock()

    def engine(desk: Desk) -> Engine:
        if location.path is not None:
            return SqliteEngine(location.path, desk, time, mode)
        made: Engine = _on_postgresql("postgres").PostgresEngine(location.conninfo, desk, time)
        return made

    database = SqlDatabase(engine, reactions or Reactions(), lambda: _prepare(url, mode, time))
    if location.conninfo and mode == "serve":
        database.hears(_on_postgresql("wakeups").Wakeups(location.conninfo, time))
    return database


def _on_postgresql(module: str) -> Any:
    return import_module(f"storage.{module}")


def _prepare(url: str, mode: Mode, clock: Clock) -> None:
    if mode != "serve":
        schema.check(url)
        return
    schema.migrate(url)
    if located(url).path is not None:
        with schema.rebuilding(url) as connection:
            leftovers.free(connection, micros(clock.now()))
