"""What Baton stands on, by itself: the platform's library with an empty handler, and a bare transaction."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Engine, Table, create_engine, event, insert

from storage.location import located
from storage.tables.inbox import inbox
from storage.tables.outbox import outbox
from storage.tables.tickets import messages

CONNECTIONS = 8
NOW = 1_764_554_400_000_000
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16000")

_number = itertools.count(1)


def bolt(signing_secret: str) -> FastAPI:
    """Bolt behind its own HTTP adapter, with a listener that does nothing."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token="xoxb-1",  # noqa: S106 - nobody asks for it
            bot_user_id="U0BATON",
        )

    app = AsyncApp(signing_secret=signing_secret, authorize=authorize, process_before_response=True)

    @app.event("message")
    async def nothing() -> None:
        pass

    handler = AsyncSlackRequestHandler(app)
    web = FastAPI()

    @web.post("/slack/events")
    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    return web


class Bare:
    """Three rows in one transaction, written as SQLAlchemy's tutorial does it, in as many threads as make sense."""

    def __init__(self, engine: Engine, threads: int, payload: bytes, ticket: int) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads)
        self._payload = payload
        self._ticket = ticket

    async def write(self) -> None:
        """One transaction, durable when this returns."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._transaction, next(_number))

    def close(self) -> None:
        """Let go of threads and connections."""
        self._pool.shutdown()
        self._engine.dispose()

    def _transaction(self, number: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(inbox), _delivery(number, self._payload))
            connection.execute(insert(messages), _entry(number, self._ticket))
            connection.execute(insert(outbox), _order(number, self._payload))


def _row(table: Table, **given: Any) -> dict[str, Any]:
    """A whole row: what is given, and of the rest as little as each column takes."""
    empty: dict[type, Any] = {str: "", int: 0, bool: False, bytes: b"{}"}
    rest = {
        column.name: None if column.nullable else empty[column.type.python_type]
        for column in table.columns
        if column.name != "id"
    }
    return rest | given


def _delivery(number: int, payload: bytes) -> dict[str, Any]:
    return _row(inbox, platform="floor", key=f"floor:{number}", payload=payload, received_at=NOW, ended_at=NOW)


def _entry(number: int, ticket: int) -> dict[str, Any]:
    words = orjson.dumps({"v": 1, "text": ["The printer is still jammed."]})
    return _row(
        messages, ticket=ticket, side="customer", text=words, at=NOW, platform="floor", room="R", ref=str(number)
    )


def _order(number: int, payload: bytes) -> dict[str, Any]:
    return _row(
        outbox, lane="floor:R", room="floor:R", kind="show", key=f"f{number}", effect=f"f{number}",
        payload=payload[:600], state="sent", ended_at=NOW,
    )  # fmt: skip


@contextmanager
def bare(url: str, payload: bytes, ticket: int = 1) -> Iterator[Bare]:
    """Bare transactions on the database at this address, with the settings under which Baton works."""
    location = located(url)
    if location.path is None:
        engine = create_engine(location.url, pool_size=CONNECTIONS, isolation_level="READ COMMITTED")
        threads = CONNECTIONS
    else:
        engine = create_engine(location.url, pool_size=1, connect_args={"isolation_level": None})
        threads = 1
        _prepare_sqlite(engine)
    floor = Bare(engine, threads, payload, ticket)
    try:
        yield floor
    finally:
        floor.close()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


Step = Callable[[], Any]
