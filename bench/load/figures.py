"""What a run was like: waits by part of the rush, what a message cost, how much waited and how soon it did no more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.load.plan import Act, Conversation, Kind
from bench.load.probes import Database, Sample
from bench.load.sides import Seen
from bench.load.stage import Stage
from bench.load.verdict import SHOWN, shown_at

HELD = 10.0
"""Seconds in which an answer can be taken back."""

FEW = 5
"""A backlog of so many is none."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from a request to its acknowledgement, to the outbox, to where it is shown."""

    acknowledged: list[float]
    outbox: list[float]
    shown: list[float]

    def cells(self) -> list[str]:
        """For the table."""
        return [between(each) for each in (self.acknowledged, self.outbox, self.shown)]


@dataclass
class Figures:
    """One run."""

    database: str
    replicas: int
    calm: Waits
    peak: Waits
    rate: float
    """Messages a second during the peak, from its first to the last that was shown."""
    processor: float
    """Milliseconds a message."""
    server: float
    platforms: float
    most: int
    recovered: float
    memory: tuple[float, float, float]
    """MB a replica: when people began, at most, at the end."""
    ticket: float
    """Bytes of database a ticket."""
    passing: float
    """Of which are forgotten after days; 0 where nobody can tell."""
    retried: int
    lost: int = 0
    doubled: int = 0

    @property
    def waits(self) -> str:
        """A line of the first table."""
        return _line([_NAMES[self.database], str(self.replicas), *self.calm.cells(), *self.peak.cells()])

    @property
    def costs(self) -> str:
        """A line of the second one."""
        server = f"{self.server:.1f}" if self.server else "–"
        memory = ", ".join(f"{each:.0f}" for each in self.memory)
        return _line([
            _NAMES[self.database], str(self.replicas), f"{self.rate:.0f}", f"{self.processor:.1f}", server,
            f"{self.platforms:.1f}", f"{self.most:,}", f"{self.recovered:.0f} s", memory, f"{self.ticket:,.0f}",
            f"{self.passing:,.0f}" if self.passing else "–",
            str(self.lost), str(self.doubled),
        ])  # fmt: skip


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def figures(
    database: str, replicas: int, plan: Sequence[Conversation], seen: Sequence[Seen], here: Stage, began: float,
    grown: int,
) -> Figures:  # fmt: skip
    """Of a run that is over. `began` is when people began, `grown` by how many bytes the database did."""
    samples = [each for each in here.watch.samples if each.at >= began]
    messages = sum(len(each.acts) for each in plan)
    start, end = min(side.peak[0] for side in seen if side.peak[0]), max(side.peak[1] for side in seen)
    handled, shown = _handled(seen, here.database), shown_at(plan, seen)
    peak = _within(plan, seen, "peak")
    return Figures(
        database, replicas,
        calm=_waits(_within(plan, seen, "calm"), seen, handled, shown),
        peak=_waits(peak, seen, handled, shown),
        rate=len(peak) / (end - start),
        processor=1000 * (samples[-1].processor - samples[0].processor) / messages,
        server=1000 * (samples[-1].server - samples[0].server) / messages,
        platforms=1000 * (here.slack.processor + here.telegram.processor) / messages,
        most=max(each.backlog for each in samples),
        recovered=_recovered(samples, end),
        memory=_memory(samples, replicas),
        ticket=grown / len(plan),
        passing=here.database.passing() / len(plan),
        retried=sum(side.refused for side in seen),
    )  # fmt: skip


def _within(plan: Sequence[Conversation], seen: Sequence[Seen], phase: str) -> list[Act]:
    """The acts of all conversations that began in a part of the rush."""
    phases = {number: name for side in seen for number, name in side.phase.items()}
    return [act for each in plan if phases.get(each.number) == phase for act in each.acts]


def _handled(seen: Sequence[Seen], database: Database) -> dict[int, float]:
    """When what follows from an act was committed, as the database says."""
    keys = {key: number for side in seen for key, number in side.keys.items()}
    rows = database.rows("SELECT key, ended_at FROM inbox WHERE ended_at IS NOT NULL")
    return {keys[key]: ended / 1e6 for key, ended in rows if key in keys}


def _waits(
    acts: Sequence[Act], seen: Sequence[Seen], handled: Mapping[int, float], shown: Mapping[int, float]
) -> Waits:
    arrived = {number: at for side in seen for number, at in side.arrived.items()}
    accepted = {number: at for side in seen for number, at in side.accepted.items()}
    known = [act for act in acts if act.number in arrived and act.number in accepted]
    return Waits(
        [accepted[act.number] - arrived[act.number] for act in known],
        # What is handled whole is committed before it is acknowledged; else the mark's own time counts.
        [_committed(act, accepted, handled) - arrived[act.number] for act in known if act.number in handled],
        [shown[act.number] - arrived[act.number] - (HELD if act.kind is Kind.REPLY else 0)
         for act in known if act.kind in SHOWN and act.number in shown],
    )  # fmt: skip


def _committed(act: Act, accepted: Mapping[int, float], handled: Mapping[int, float]) -> float:
    return max(accepted[act.number], handled[act.number])


def _recovered(samples: Sequence[Sample], end: float) -> float:
    """Seconds from the end of the peak until no more waits than at quiet times."""
    after = [each for each in samples if each.at >= end]
    return next((each.at - end for each in after if each.backlog <= FEW), after[-1].at - end if after else 0.0)


def _memory(samples: Sequence[Sample], replicas: int) -> tuple[float, float, float]:
    """Medians of the first and the last few looks, and the most, in MB a replica."""
    each = [sample.memory / replicas / 1e6 for sample in samples]
    return sorted(each[:5])[2], max(each), sorted(each[-5:])[2]


def between(waits: Iterable[float]) -> str:
    """The median and what one in a hundred exceeds, in milliseconds."""
    ordered = sorted(waits)
    if not ordered:
        return "–"
    return " / ".join(f"{1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]:,.0f}"
                      for share in (0.5, 0.99))  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
