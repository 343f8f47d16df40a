"""Rounds, taken in turns so that all that is compared meets the same machine: rates and waits of each."""

import asyncio
import contextlib
import itertools
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.floors import Bare, bare, bolt
from bench.house import House, house
from bench.traffic import Request, day
from bot.chat.ports import InboxRow

AT_ONCE = (1, 8, 32)
ROUNDS, EVENTS, WARM = 9, 210, 210
CAREFUL = 120  # seconds skipped: what comes right after a start is taken in two steps

App = Callable[..., Awaitable[None]]
Work = Callable[[Request], Awaitable[None]]


@dataclass
class Series:
    """What rounds of one kind gave: rates (a second) and waits (seconds)."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.rates)

    def wait(self, share: float) -> float:
        """The wait, in milliseconds, that this share of the events did not exceed."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass
class Row:
    """One database at one number of events at a time."""

    database: str
    at_once: int
    baton: Series = field(default_factory=Series)
    handler: Series = field(default_factory=Series)
    bare: Series = field(default_factory=Series)

    @property
    def allowed(self) -> float:
        """What the two floors allow, one after the other: events a second."""
        return 1 / (1 / self.handler.rate + 1 / self.bare.rate)


async def measured(series: Series, requests: Sequence[Request], at_once: int, work: Work) -> None:
    """Do all the work, so many at a time; note the rate and each wait."""
    queue = iter(requests)

    async def one_after_the_other() -> None:
        for request in queue:
            began = time.perf_counter()
            await work(request)
            series.waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    series.rates.append(len(requests) / (time.perf_counter() - began))


async def figures(name: str, url: str, folder: Path) -> list[Row]:
    """All rows of one database."""
    rows = [Row(name, at_once) for at_once in AT_ONCE]
    async with house(url, folder) as home:
        await asyncio.sleep(0)
        baton, empty = through_baton(home), through_handler(bolt(home.fake.signing_secret))
        await measured(Series(), _some(home, WARM), 8, baton)
        home.clock.skip(CAREFUL)
        await measured(Series(), _some(home, WARM), 8, baton)
        sample = _some(home, 1)[0]
        with bare(_floor_url(url, folder), sample.body, ticket=1) as floor:
            for _, row in itertools.product(range(ROUNDS), rows):
                events = _some(home, EVENTS)
                await measured(row.baton, events, row.at_once, baton)
                await measured(row.handler, events, row.at_once, empty)
                await measured(row.bare, [sample] * EVENTS, row.at_once, through_bare(floor))
    return rows


def _some(home: House, count: int) -> list[Request]:
    return day(home.fake, home.tickets, home.strangers, count)


def _floor_url(url: str, folder: Path) -> str:
    """SQLite has one writer, so the floor writes to a copy of its own."""
    if not url.startswith("sqlite"):
        return url
    copy = folder / "floor.db"
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as link:
        link.execute("VACUUM INTO ?", (str(copy),))
    return f"sqlite:///{copy}"


async def post(app: App, request: Request) -> int:
    """Hand a request to an ASGI application, as its server would; the status of the answer."""
    status = 0
    incoming = iter(({"type": "http.request", "body": request.body, "more_body": False},))

    async def receive() -> dict[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = int(message.get("status", status))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/slack/events", "raw_path": b"/slack/events", "query_string": b"", "root_path": "",
        "headers": request.headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return status


def through_baton(home: House) -> Work:
    """From the request's arrival to the commit of everything that follows from it."""
    handled: dict[str, asyncio.Event] = {}

    def watch(row: InboxRow) -> None:
        handled.setdefault(row.key, asyncio.Event()).set()

    home.baton.inbox.watch = watch

    async def work(request: Request) -> None:
        done = handled.setdefault(request.key, asyncio.Event())
        if await post(home.baton.http, request) != 200:
            raise RuntimeError("Baton did not take an event")
        await done.wait()
        del handled[request.key]

    return work


def through_handler(app: App) -> Work:
    """The library with an empty handler."""

    async def work(request: Request) -> None:
        if await post(app, request) != 200:
            raise RuntimeError("the library did not take an event")

    return work


def through_bare(floor: Bare) -> Work:
    """Three rows in one transaction."""

    async def work(request: Request) -> None:
        await floor.write()

    return work
