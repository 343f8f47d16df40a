"""`python -m bench.soak` (`make soak`): a steady day for half an hour; everything is left where it was.

    python -m bench.soak [--minutes 30] [--database sqlite,postgresql] [--replicas 2] [--rate 12] [--write]

Memory, file handles, threads and connections of every replica are looked at twice a second. The verdict is by slope:
what a line through all looks after the first third gains until the end. Ends with 1 if anything grows, or was lost.
"""

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bench import page
from bench.load.figures import between
from bench.load.plan import conversations
from bench.load.probes import Sample
from bench.load.sides import Orders
from bench.load.stage import stage
from bench.load.verdict import Verdict, judged
from bench.rush import SEED, database

WARM = 1 / 3
"""Of the time: until then caches fill."""

HEAD = """
**A steady day of {minutes:g} minutes** on {day}, {rate:g} messages a second of the same kind as in the rush. What a
straight line through all looks (two a second) gains over the time after the first third; handles, threads and
connections are of all replicas together, memory is of each. The machine's {cores} cores are shared by all.

| database | replicas | messages | acknowledged after, p50 / p99 ms | MB a replica | gained | file handles | gained \
| threads | gained | connections | gained | lost | doubled |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """How much may be gained: a share of what there is, or an amount if that is more."""

    name: str
    of: Callable[[Sample], float]
    share: float
    amount: float


MEMORY = Bound("memory", lambda sample: sample.memory / max(1, len(sample.each)) / 1e6, 0.1, 15)
BOUNDS = (
    MEMORY,
    Bound("file handles", lambda sample: sample.handles, 0.1, 25),
    Bound("threads", lambda sample: sample.threads, 0.0, 4),
    Bound("connections", lambda sample: sample.connections, 0.0, 4),
)


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of one thing: its median, and what the line gains."""

    bound: Bound
    level: float
    gained: float

    @property
    def grows(self) -> bool:
        """Whether it is more than it may be."""
        return self.gained > max(self.bound.share * self.level, self.bound.amount)


def drifts(samples: Sequence[Sample], bounds: Sequence[Bound] = BOUNDS) -> list[Drift]:
    """Of each thing, over the looks after the warm-up. Raises StatisticsError when there are none."""
    kept = samples[int(len(samples) * WARM) :]
    times = [each.at - kept[0].at for each in kept]
    return [_drift(bound, times, [bound.of(each) for each in kept]) for bound in bounds]


def _drift(bound: Bound, times: Sequence[float], values: Sequence[float]) -> Drift:
    slope = statistics.linear_regression(times, values).slope
    return Drift(bound, statistics.median(values), slope * times[-1])


async def soaked(url: str, replicas: int, orders: Orders) -> tuple[list[Drift], Verdict, str]:
    """One run on an empty database: what drifts, what was lost, the waits."""
    plan = conversations(orders.messages, orders.seed, telegram=orders.telegram)
    async with stage(orders, url, replicas) as here:
        begun = len(here.watch.samples)
        await here.rush()
        looks = here.watch.samples[begun:]
        seen = await here.seen()
        verdict = judged(plan, seen, here.database)
        verdict.others += [f"a replica ended with {code}" for code in await here.shutdown() if code]
    waits = between(side.accepted[number] - at for side in seen for number, at in side.arrived.items()
                    if number in side.accepted)  # fmt: skip
    return drifts(looks), verdict, waits


def main() -> None:
    """Run, print, perhaps write; the exit code is the verdict."""
    asked = _arguments()
    orders = Orders("", int(asked.minutes * 60 * asked.rate), SEED, asked.rate, 200, 0.2, steady=True)
    lines, clean = [], True
    for name in asked.database.split(","):
        count = 1 if name == "sqlite" else asked.replicas
        with database(name) as (url, folder):
            found, verdict, waits = asyncio.run(soaked(url, count, replace(orders, folder=str(folder))))
        clean = clean and verdict.clean and not any(each.grows for each in found)
        sys.stderr.write("".join(f"{name}: {line}\n" for line in [*verdict.lines(), *told(found)]))
        lines.append(_line(name, count, orders, waits, found, verdict))
    head = HEAD.format(minutes=asked.minutes, day=datetime.now(UTC).date(), rate=asked.rate, cores=os.cpu_count())
    text = head + "".join(lines)
    sys.stdout.write(text)
    if asked.write:
        page.write("soak", text)
    sys.exit(not clean)


def told(found: Sequence[Drift]) -> list[str]:
    """A line for each, those that grow marked."""
    return [f"{each.bound.name}: {each.level:.0f}, gained {each.gained:+.1f}{' — it grows' if each.grows else ''}"
            for each in found]  # fmt: skip


def _line(name: str, count: int, orders: Orders, waits: str, found: Sequence[Drift], verdict: Verdict) -> str:
    title = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[name]
    cells = [title, str(count), f"{orders.messages:,}", waits]
    cells += [cell for each in found for cell in (f"{each.level:.0f}", f"{each.gained:+.1f}")]
    return f"| {' | '.join([*cells, str(len(verdict.lost)), str(len(verdict.doubled))])} |\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--database", default="sqlite,postgresql")
    parser.add_argument("--replicas", type=int, default=2, help="on PostgreSQL")
    parser.add_argument("--rate", type=float, default=12.0, help="messages a second")
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
