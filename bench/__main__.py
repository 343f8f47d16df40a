"""`python -m bench` (`make bench`, `baton bench`): measures, prints the figures and writes docs/benchmarks.md."""

import asyncio
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import lateness
from bench.measuring import EVENTS, ROUNDS, Row, figures
from tests.postgres import running_server

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

Written by `make bench` on {day}, on {cores} cores, Python {python}. Read the ratios, not the rates: the machine decides
those.

**An event, from its arrival to the commit of all that follows from it**, through Baton whole: HTTP, signature, inbox,
who and where, rules, ticket, history, outbox. A piece of a working day: a ticket opened in an intake channel, three
follow-ups of customers, three notes of colleagues in other tickets' threads. Beside it, in the same run and in turns:
the same library (slack-bolt behind its own adapter) with an empty handler, and a bare transaction with three rows of
the same tables (SQLAlchemy Core, the same settings). Everybody's name is known: asking the platform for one takes the
platform's time. *Allowed* is what these two allow one after the other; the share
is Baton's of that. Medians of {rounds} rounds of {events} events; waits over all of them.

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


def main() -> None:
    """Measure, print, write."""
    rows = measure()
    head = HEAD.format(
        day=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        rounds=ROUNDS,
        events=EVENTS,
    )
    page = head + "\n".join(map(line, rows)) + "\n" + lateness.section()
    PAGE.write_text(page, "utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
