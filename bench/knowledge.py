"""How good and how quick the knowledge base's search is: a part of docs/benchmarks.md, as Markdown.

    python -m bench.knowledge [--sizes 1000,10000,100000] [--quality-only]

Quality comes from the public benchmark in `../shared/kbbench` if it is there: the half that the weights were not
learned from, and the whole. Without it the sample in the repository is measured, which the weights were learned from.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from unittest import mock

from bench import ablation, knowledge_sample, knowledge_speed, train_knowledge
from bench.knowledge_sample import Question
from bot.knowledge.search import Document, Index, changes, ranking, segment

BENCHMARK = Path(__file__).parents[2] / "shared" / "kbbench"
KINDS = ("clean", "typo", "script", "partial", "mixed")
SIZES = (1_000, 10_000, 100_000)
QUALITY = """**Quality** on the public questions of kbbench, the engine asked directly: the share of questions with the
right article first, by kind; their mean, the mean reciprocal rank, the chance that an answerable question is surer than
one without an answer, and the share of the latter that get through where 80 % of the former do. The weights were
learned from a part of one half.
"""
SAMPLE = "**Quality** on the sample that the repository carries; kbbench was not there.\n"
ABLATIONS = "**Without each stage**, on every other question of the half that the weights never saw.\n"
SPEED = """**Speed**, medians of one run: a search, beside SQLite's FTS5 with trigrams over the same articles, in turns;
the index built, opened from a file (with a first search), its memory, its file, and one article put in.
"""
_LET_THROUGH = 0.8  # share of the answerable questions at which false suggestions are counted
_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """What came back for one question; `rank` of the first right article, 0 if it is not among the ten."""

    asked: Question
    rank: int
    confidence: float
    confident: bool


@dataclass(frozen=True)
class Figures:
    """`first` by kind: share of questions with the right article first. The means are over the kinds.

    `separation` is the chance that an answerable question's confidence is above an unanswerable one's (AUROC);
    `false_suggestions` the share of unanswerable questions that pass where 80 % of the answerable ones do.
    """

    first: dict[str, float]
    at_first: float
    reciprocal: float
    separation: float
    false_suggestions: float


def judged(index: Index, questions: Sequence[Question]) -> list[Row]:
    """Every question, asked."""
    return [_judged(index, asked) for asked in questions]


def figures(rows: Sequence[Row]) -> Figures:
    """The figures of the benchmark's evaluator: `R@1`, `MRR`, `AUROC`, `FSR@80`."""
    by_kind = {kind: [row for row in rows if row.asked.kind == kind] for kind in KINDS}
    first = {kind: fmean(row.rank == 1 for row in group) for kind, group in by_kind.items() if group}
    reciprocal = [fmean(1 / row.rank if row.rank else 0 for row in group) for group in by_kind.values() if group]
    answerable = sorted(row.confidence for row in rows if row.asked.kind != "none")
    silent = [row.confidence for row in rows if row.asked.kind == "none"]
    threshold = answerable[int(len(answerable) * (1 - _LET_THROUGH))]
    passed = fmean(confidence >= threshold for confidence in silent) if silent else 0.0
    return Figures(first, fmean(first.values()), fmean(reciprocal), _separation(answerable, silent), passed)


def measured(sizes: Sequence[int] = SIZES, *, thorough: bool = True) -> str:
    """The part of the page: quality, (if `thorough`) what each stage is worth, speed."""
    parts = ["## Knowledge base: finding the article\n", QUALITY if BENCHMARK.exists() else SAMPLE, quality()]
    if BENCHMARK.exists():
        parts += [ABLATIONS, ablations()] if thorough else []
        parts += [SPEED, knowledge_speed.measured(BENCHMARK, sizes)]
    return "\n".join(parts)


def quality() -> str:
    """A table of the figures by kind, and one by language."""
    head = f"| questions | {' | '.join(KINDS)} | R@1 | MRR | AUROC | FSR@80 |\n|{' --- |' * (len(KINDS) + 5)}\n"
    if not BENCHMARK.exists():
        sys.stderr.write("SKIPPED: ../shared/kbbench is not here; only the sample was measured\n")
        documents, questions = knowledge_sample.read()
        rows = judged(Index.build(documents), questions)
        return f"{head}{_line('the sample, which the weights were learned from', rows)}\n"
    documents, questions = knowledge_sample.read(BENCHMARK)
    rows = judged(Index.build(documents), questions)
    lines = [
        _line("all", rows),
        _line("the half the weights never saw", [row for row in rows if row.asked.half]),
        _line("the half they were learned from", [row for row in rows if not row.asked.half]),
        _line("crossed: each half with weights learned from the other", crossed(documents, questions)),
    ]
    return head + "\n".join(lines) + "\n\n" + _languages(rows)


def crossed(documents: Sequence[Document], questions: Sequence[Question]) -> list[Row]:
    """All questions, each with weights that never saw it nor its article."""
    view = changes.view_of(segment.built(documents))
    rows: list[Row] = []
    for half in (0, 1):
        seen = [asked for asked in questions if asked.half == half and asked.set in knowledge_sample.SETS]
        model = ranking.Model.read(train_knowledge.learned(train_knowledge.cases(view, seen)))
        with mock.patch.object(ranking, "learned", return_value=model):
            rows += judged(Index(view), [asked for asked in questions if asked.half != half])
    return rows


def ablations() -> str:
    """What the figures become without each stage, on every other question of the half that was never seen."""
    documents, questions = knowledge_sample.read(BENCHMARK)
    unseen = [asked for asked in questions if asked.half][::2]
    head = f"| without | {' | '.join(KINDS)} | R@1 | MRR | AUROC | FSR@80 |\n|{' --- |' * (len(KINDS) + 5)}\n"
    lines = []
    for name, switched_off in ablation.STAGES.items():
        with switched_off():
            lines.append(_line(name, judged(Index.build(documents), unseen)))
    return head + "\n".join(lines) + "\n"


def _judged(index: Index, asked: Question) -> Row:
    answer = index.search(asked.text, _SHOWN)
    rank = next((at for at, hit in enumerate(answer.hits, 1) if hit.id in asked.relevant), 0)
    return Row(asked, rank, answer.confidence, answer.confident)


def _separation(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive is above a negative; equals count half."""
    if not positive or not negative:
        return float("nan")
    wins = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return wins / (len(positive) * len(negative))


def _line(name: str, rows: Sequence[Row]) -> str:
    found = figures(rows)
    kinds = " | ".join(f"{100 * found.first.get(kind, float('nan')):.1f}" for kind in KINDS)
    return (
        f"| {name} ({len(rows):,}) | {kinds} | {100 * found.at_first:.1f} | {100 * found.reciprocal:.1f} "
        f"| {found.separation:.3f} | {100 * found.false_suggestions:.1f} |"
    )


def _languages(rows: Sequence[Row]) -> str:
    languages = sorted({row.asked.lang for row in rows})
    lines = [f"| language | {' | '.join(KINDS)} |\n|{' --- |' * (len(KINDS) + 1)}"]
    for language in languages:
        mine = [[row for row in rows if (row.asked.lang, row.asked.kind) == (language, kind)] for kind in KINDS]
        cells = [
            f"{100 * fmean(row.rank == 1 for row in group):.1f} ({len(group)})" if group else "–" for group in mine
        ]
        lines.append(f"| {language} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--quality-only", action="store_true")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    sys.stdout.write(quality() if asked.quality_only else measured(sizes))


if __name__ == "__main__":
    main()
