"""`python -m bench` (`make bench`, `baton bench`): measures, prints the figures and writes docs/benchmarks.md.

    python -m bench [--large] [--only PART ...]

The knowledge base is measured on the public benchmark in `../shared/kbbench` if it is there. With `--only` what is
named (events, lateness, knowledge) is measured and printed, and the page stays as it is.
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import kb_batch, knowledge, knowledge_live, lateness, page
from bench.measuring import EVENTS, ROUNDS, Row, figures
from tests.postgres import running_server

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

Written by `make bench` on {day}, on {cores} cores, Python {python}. Read the ratios, not the rates: the machine decides
those.

"""

EVENTS_HEAD = """\
**An event, from its arrival to the commit of all that follows from it**, through Baton whole: HTTP, signature, inbox,
who and where, rules, ticket, history, outbox. A piece of a working day: a ticket opened in an intake channel, three
follow-ups of customers, three notes of colleagues in other tickets' threads. Beside it, in the same run and in turns:
the same library (slack-bolt behind its own adapter) with an empty handler, and a bare transaction with three rows of
the same tables (SQLAlchemy Core, the same settings, as many connections as Baton has). Requests are made beforehand and
handed to the application itself, on both sides: no server, socket or client is part of any figure. Whoever opens a
ticket was never seen before, so that a person and an account are made as well; everybody's name is known, as asking the
platform for it takes the platform's time. On SQLite Baton commits together what waits together; the bare transactions
are committed one by one. *Allowed* is what the two floors allow one after the other, 1 / (1/handler + 1/bare); the
share is Baton's of that. Medians of {rounds} rounds of {events} events; waits over all of them.

| database | at a time | Baton, events/s | empty handler | bare transaction | allowed | share | p50 ms | p99 ms |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def line(row: Row) -> str:
    """A row of the page."""
    baton = row.baton
    return (
        f"| {row.database} | {row.at_once} | {baton.rate:,.0f} | {row.handler.rate:,.0f} | {row.bare.rate:,.0f} "
        f"| {row.allowed:,.0f} | {baton.rate / row.allowed:.0%} | {baton.wait(0.5):.1f} | {baton.wait(0.99):.1f} |"
    )


def measure() -> list[Row]:
    """Both databases, each in a folder that is gone afterwards."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        for name in ("sqlite", "postgresql"):
            (folder / name).mkdir()
        rows += asyncio.run(figures("SQLite", f"sqlite:///{folder}/sqlite/baton.db", folder / "sqlite"))
        with running_server(folder) as server, server.database() as url:
            rows += asyncio.run(figures("PostgreSQL", url, folder / "postgresql"))
    return rows


def events() -> str:
    """How many events, and how long each waits."""
    return EVENTS_HEAD.format(rounds=ROUNDS, events=EVENTS) + "\n".join(map(line, measure())) + "\n"


def knowledge_base(*, large: bool) -> str:
    """Quality, speed, and what a running Baton feels of it."""
    sizes = (*knowledge.SIZES, 1_000_000) if large else knowledge.SIZES
    parts = [knowledge.measured(sizes, thorough=large), kb_batch.measured()]
    if knowledge.BENCHMARK.exists():
        parts.append(knowledge_live.measured(knowledge.BENCHMARK, large=large))
    return "\n" + "\n".join(parts)


def measured(parts: Mapping[str, Callable[[], str]], wanted: Sequence[str]) -> str:
    """The parts that are wanted, one after the other."""
    return "".join(part() for name, part in parts.items() if not wanted or name in wanted)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser("baton bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a million articles, and what each stage is worth")
    parser.add_argument("--only", action="append", default=[], choices=("events", "lateness", "knowledge"))
    asked = parser.parse_args()
    parts: dict[str, Callable[[], str]] = {
        "events": events,
        "lateness": lateness.section,
        "knowledge": lambda: knowledge_base(large=asked.large),
    }
    text = measured(parts, asked.only)
    if not asked.only:
        text = HEAD.format(day=datetime.now(UTC).date(), cores=os.cpu_count(), python=platform.python_version()) + text
        PAGE.write_text(text + page.sections(), "utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
