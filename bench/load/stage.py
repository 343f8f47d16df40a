"""Everything that a run needs, each in a process of its own: platforms, replicas, the database; and what it left."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.load import town
from bench.load.probes import Database, Watch
from bench.load.sides import Orders, Seen
from bench.load.telegram import PUBLIC
from tests.replicas.process import KEPT, ROOT, Process, processes, start

QUIET_WITHIN = 900.0
"""Seconds after the last word; an answer waits ten before it leaves."""

SHUTDOWN_WITHIN = 30.0


@dataclass
class Side:
    """A platform's process, from outside."""

    name: str
    running: asyncio.subprocess.Process
    hello: dict[str, Any] = field(default_factory=dict)
    processor: float = 0.0

    async def tell(self, **words: Any) -> None:
        """Say something to it."""
        if self.running.stdin is None:
            raise RuntimeError(f"{self.name} has no pipes")
        self.running.stdin.write(json.dumps(words).encode() + b"\n")
        await self.running.stdin.drain()

    async def hears(self, word: str) -> dict[str, Any]:
        """The next thing that it says, which must be this. Raises RuntimeError when it has died."""
        line = await self.running.stdout.readline() if self.running.stdout else b""
        said: dict[str, Any] = json.loads(line or b"{}")
        if word not in said:
            raise RuntimeError(f"{self.name} ended: see what it wrote above")
        return said

    async def ended(self) -> None:
        """Have it write what it saw."""
        await self.tell(end=True)
        self.processor = float((await self.hears("written"))["processor"]) - float(self.hello["processor"])


@contextlib.asynccontextmanager
async def side(name: str, orders: Orders) -> AsyncIterator[Side]:
    """Slack or Telegram, until the block ends."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"bench.load.{name}", json.dumps(asdict(orders)), cwd=ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, env=os.environ | {"BATON_SHARED": os.devnull}, limit=1 << 20,
    )  # fmt: skip
    made = Side(name, running)
    try:
        made.hello = await made.hears("hello")
        yield made
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@dataclass
class Stage:
    """What stands while people talk."""

    orders: Orders
    database: Database
    slack: Side
    telegram: Side
    replicas: list[Process]
    watch: Watch

    async def rush(self) -> None:
        """Play all of it, until nothing is left to be done."""
        addresses = [each.url for each in self.replicas]
        for side in (self.slack, self.telegram):
            await side.tell(begin=addresses)
        for side in (self.slack, self.telegram):
            await side.hears("over")
        await self.quiet()

    async def quiet(self) -> None:
        """Until nothing waits, neither to be handled nor to be sent. Raises TimeoutError."""
        async with asyncio.timeout(QUIET_WITHIN):
            while not self.watch.samples or self.watch.samples[-1].waits:  # noqa: ASYNC110 - a look is no event
                await asyncio.sleep(0.2)

    async def seen(self) -> list[Seen]:
        """What both sides saw."""
        for side in (self.slack, self.telegram):
            await side.ended()
        return [Seen.read(Path(self.orders.folder) / f"{name}.json") for name in ("slack", "telegram")]

    async def shutdown(self) -> list[int]:
        """Ask all replicas to end; their exit codes."""
        for each in self.replicas:
            each.send(signal.SIGTERM)
        return [await asyncio.wait_for(each.running.wait(), SHUTDOWN_WITHIN) for each in self.replicas]


@contextlib.asynccontextmanager
async def stage(orders: Orders, url: str, count: int) -> AsyncIterator[Stage]:
    """So many replicas at work on a database that is still empty, between both platforms."""
    folder = Path(orders.folder)
    database = Database(url)
    async with side("slack", orders) as slack, side("telegram", orders) as telegram, processes() as started:
        environment = _environment(url, folder, slack, telegram)
        await _baton(environment, folder, "migrate")
        await _baton(environment, folder, "kb", "import", str(town.articles(folder)))
        for _ in range(count):
            started.append(await start(folder, environment, module="bench.load.unpaced"))
        watch = Watch(database, lambda: [each.running.pid for each in started if each.running.returncode is None])
        watching = asyncio.create_task(watch.run())
        try:
            yield Stage(orders, database, slack, telegram, started, watch)
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            database.close()


def _environment(url: str, folder: Path, slack: Side, telegram: Side) -> dict[str, str]:
    return {
        "BATON_DATABASE_URL": url,
        "BATON_CONFIG": str(town.team_file(folder)),
        "BATON_SECRET_KEY": "k" * 40,
        "BATON_PUBLIC_URL": PUBLIC,
        "XDG_CACHE_HOME": str(folder / "cache"),
        "SLACK_BOT_TOKEN": slack.hello["token"],
        "SLACK_SIGNING_SECRET": slack.hello["secret"],
        "SLACK_API_URL": slack.hello["hello"],
        "TELEGRAM_BOT_TOKEN": telegram.hello["token"],
        "TELEGRAM_API_URL": telegram.hello["hello"],
        "TELEGRAM_MODE": "webhook",
    }


async def _baton(environment: dict[str, str], folder: Path, *command: str) -> None:
    """One of the operator's commands. Raises RuntimeError with what it said."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command, cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await running.communicate()
    if running.returncode:
        raise RuntimeError(f"baton {' '.join(command)}: {said.decode()}")


def durable(server: str) -> None:
    """Make the tests' PostgreSQL as careful as a real one: it waits for the disk from now on."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = on")
        connection.execute("ALTER SYSTEM SET full_page_writes = on")
        connection.execute("SELECT pg_reload_conf()")
