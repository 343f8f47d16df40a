"""`python -m bench.rush` (`make rush`): a holiday rush, played through the wire, with a verdict.

    python -m bench.rush [--messages 50000] [--replicas 1,2,4] [--database sqlite,postgresql] [--write]

Slack and Telegram, with everybody on them, are processes of their own; replicas are real processes that take turns.
With `--write`, docs/benchmarks.md gets the figures. Ends with 1 if anything was lost, doubled or out of order.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import page
from bench.load.figures import Figures, figures
from bench.load.plan import AT_ONCE, conversations
from bench.load.sides import Orders
from bench.load.stage import durable, stage
from bench.load.verdict import Verdict, judged
from tests.postgres import PostgresServer, running_server

MESSAGES, RATE, SEED = 50_000, 12.0, 20261122

HEAD = """
**A holiday rush, played through the wire** on {day}: {messages:,} messages of customers and agents in {conversations:,}
conversations, up to {at_once} at a time, 40 teams, 300 agents; some in peace ({rate:g} messages a second), then as fast
as they come, then some in peace again. People ask on Slack (signed HTTP requests, and what Baton posts comes back as an
event, as on Slack) and on Telegram (webhook); agents take, answer, note, search the knowledge base and ask other teams.
Each platform with its people is a process of its own; replicas take turns; PostgreSQL waits for the disk. *All of them
share {cores} cores*, so more replicas soon have no core left: read what a message costs. The platforms' own limits (a
message a second and room) are lifted. Waits are counted from the moment in which a request leaves the platform: until
Baton has acknowledged it, until what follows from it is committed to the outbox, until it is shown where it belongs (an
answer to a customer without the ten seconds in which it can be taken back). p50 / p99 in milliseconds.

"""
WAITS = """\
| database | replicas | calm: acknowledged | in the outbox | shown | peak: acknowledged | in the outbox | shown |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
COSTS = """
| database | replicas | messages/s, peak | CPU ms a message: Baton | PostgreSQL | platforms | most waiting \
| recovered in | MB a replica: begin, most, end | bytes a ticket | of them for days | lost | doubled |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Play, print, perhaps write; the exit code is the verdict."""
    asked = _arguments()
    found: list[Figures] = []
    clean = True
    for name, replicas in _runs(asked.database.split(","), [int(each) for each in asked.replicas.split(",")]):
        sys.stderr.write(f"{name}, {replicas} replicas ...\n")
        orders = Orders("", asked.messages, asked.seed, asked.rate, asked.at_once, asked.telegram)
        measured, verdict = once(name, replicas, orders)
        found.append(measured)
        clean = clean and verdict.clean
        sys.stderr.write("".join(f"  {line}\n" for line in verdict.lines() or ["nothing lost, nothing doubled"]))
        sys.stderr.write(f"{measured.waits}\n{measured.costs}\n")
    text = section(asked, found)
    sys.stdout.write(text)
    if asked.write:
        page.write("rush", text)
    sys.exit(not clean)


def once(name: str, replicas: int, orders: Orders) -> tuple[Figures, Verdict]:
    """One rush on a new database (`sqlite` or `postgresql`)."""
    with database(name) as (url, folder):
        return asyncio.run(rushed(name, url, replicas, replace(orders, folder=str(folder))))


async def rushed(name: str, url: str, replicas: int, orders: Orders) -> tuple[Figures, Verdict]:
    """The same on the database at `url`, which is empty."""
    plan = conversations(orders.messages, orders.seed, telegram=orders.telegram)
    async with stage(orders, url, replicas) as here:
        room, began = here.database.bytes(), time.time()
        await here.rush()
        seen = await here.seen()
        verdict = judged(plan, seen, here.database)
        measured = figures(name, replicas, plan, seen, here, began, here.database.bytes() - room)
        codes = await here.shutdown()
        verdict.others += [f"a replica ended with {code}" for code in codes if code]
    measured.lost, measured.doubled = len(verdict.lost), len(verdict.doubled)
    return measured, verdict


@contextlib.contextmanager
def database(name: str) -> Iterator[tuple[str, Path]]:
    """An empty database that is gone afterwards, and a folder."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        if name == "sqlite":
            yield f"sqlite:///{folder}/baton.db", folder
            return
        with running_server(folder) as server:
            yield from _durable(server, folder)


def _durable(server: PostgresServer, folder: Path) -> Iterator[tuple[str, Path]]:
    durable(server.maintenance_url)
    with server.database() as url:
        yield url, folder


def section(asked: argparse.Namespace, found: Sequence[Figures]) -> str:
    """What goes into the page."""
    head = HEAD.format(
        day=datetime.now(UTC).date(), messages=asked.messages, at_once=asked.at_once, rate=asked.rate,
        cores=os.cpu_count(), conversations=len(conversations(asked.messages, asked.seed, telegram=asked.telegram)),
    )  # fmt: skip
    waits, costs = ("".join(f"{line}\n" for line in lines)
                    for lines in ([each.waits for each in found], [each.costs for each in found]))  # fmt: skip
    return head + WAITS + waits + COSTS + costs


def _runs(databases: Sequence[str], replicas: Sequence[int]) -> list[tuple[str, int]]:
    """A SQLite file has one process."""
    return [(name, count) for name in databases for count in (replicas if name != "sqlite" else [1])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench.rush", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--replicas", default="1,2,4")
    parser.add_argument("--database", default="sqlite,postgresql")
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second before and after the peak")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="conversations at a time in the peak")
    parser.add_argument("--telegram", type=float, default=0.2, help="the share of customers who write from there")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
