"""The benchmark's articles and questions through the program's own commands, judged by the benchmark's evaluator.

    python -m bench.kb_batch [FOLDER]      # FOLDER holds articles.jsonl, queries.jsonl and evaluate.py

`baton kb import` and `baton kb search --batch`, each a process of its own, on SQLite and on PostgreSQL: what an
operator does, and nothing else. Without the benchmark the sample in the repository is taken, and judged by
`bench.knowledge`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from bench import knowledge, knowledge_sample
from bench.knowledge import Figures, Row
from bench.knowledge_sample import Question
from bot.knowledge.search import Document
from tests.postgres import running_server

Answers = list[list[tuple[int, float]]]
"""For each question the articles that were found, best first, with their scores."""


@dataclass(frozen=True)
class Walk:
    """What came of one walk through the commands; times in seconds, with the start of the program."""

    answers: Answers
    confident: list[bool]
    importing: float
    searching: float


def walked(url: str, folder: Path, documents: Sequence[Document], asked: Sequence[Question]) -> Walk:
    """Import the articles into the database at `url` and ask the questions; files are put into `folder`.

    Raises `subprocess.CalledProcessError` when a command refuses.
    """
    articles, questions = folder / "articles.jsonl", folder / "questions.jsonl"
    _write(articles, ({"id": f"{one.id}", "title": one.title, "body": one.body, "lang": one.lang} for one in documents))
    _write(questions, ({"id": at, "query": one.text} for at, one in enumerate(asked)))
    importing, _ = _baton(url, folder, "import", str(articles))
    searching, out = _baton(url, folder, "search", "--batch", str(questions))
    lines = [json.loads(line) for line in out.splitlines()]
    if [line["id"] for line in lines] != list(range(len(asked))):
        raise ValueError("kb search --batch did not answer each question in its turn")
    answers = [[(int(found["id"]), found["score"]) for found in line["results"]] for line in lines]
    return Walk(answers, [line["confident"] for line in lines], importing, searching)


def judged(walk: Walk, asked: Sequence[Question], benchmark: Path | None = None) -> Figures:
    """The figures of a walk: by the evaluator in the benchmark's folder if one is given, else by `bench.knowledge`."""
    if benchmark is not None:
        return _evaluated(benchmark, walk.answers, asked)
    rows = []
    for one, hits, confident in zip(asked, walk.answers, walk.confident, strict=True):
        rank = next((at for at, (id, _) in enumerate(hits, 1) if id in one.relevant), 0)
        rows.append(Row(one, rank, hits[0][1] if hits else 0.0, confident))
    return knowledge.figures(rows)


def measured(benchmark: Path = knowledge.BENCHMARK) -> str:
    """The part of the page: quality and times through the commands, on both databases."""
    there = benchmark.exists()
    documents, asked = knowledge_sample.read(benchmark) if there else knowledge_sample.read()
    what = "kbbench and its evaluator" if there else "the sample"
    lines = [
        f"**Through the commands**: `baton kb import` of {len(documents):,} articles and `baton kb search --batch` of "
        f"{len(asked):,} questions, {what}.\n",
        "| database | R@1 | MRR | AUROC | FSR@80 | import s | search s |",
        f"|{' --- |' * 7}",
    ]
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        with running_server(folder) as server, server.database() as postgres:
            for name, url in (("SQLite", f"sqlite:///{folder}/baton.db"), ("PostgreSQL", postgres)):
                walk = walked(url, folder, documents, asked)
                lines.append(_line(name, walk, judged(walk, asked, benchmark if there else None)))
    return "\n".join(lines) + "\n"


def _line(name: str, walk: Walk, found: Figures) -> str:
    return (
        f"| {name} | {100 * found.at_first:.1f} | {100 * found.reciprocal:.1f} | {found.separation:.3f} "
        f"| {100 * found.false_suggestions:.1f} | {walk.importing:.1f} | {walk.searching:.1f} |"
    )


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _baton(url: str, folder: Path, *arguments: str) -> tuple[float, str]:
    """Run `baton kb`; the seconds it took, and what it printed."""
    cache = str(folder / "cache")
    environment = {**os.environ, "BATON_DATABASE_URL": url, "XDG_CACHE_HOME": cache, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "bot", "kb", *arguments]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - ourselves
        command, env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return time.perf_counter() - began, done.stdout


def _evaluated(benchmark: Path, answers: Answers, asked: Sequence[Question]) -> Figures:
    """By the benchmark's own evaluator."""
    spec = spec_from_file_location("evaluate", benchmark / "evaluate.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(benchmark / "evaluate.py")
    evaluator = module_from_spec(spec)
    spec.loader.exec_module(evaluator)
    rows = [
        evaluator.judge(
            {"qid": at, "kind": one.kind, "lang": one.lang, "set": one.set, "relevant": one.relevant}, hits, 0.0
        )
        for at, (one, hits) in enumerate(zip(asked, answers, strict=True))
    ]
    report = evaluator.report(rows, None)
    first = {kind: found["R@1"] for kind, found in report["by"]["kind"].items()}
    macro, at80 = report["macro"], report["at80"]
    return Figures(first, macro["R@1"], macro["MRR"], report["auroc"], at80["false_suggestion_rate"])


if __name__ == "__main__":
    sys.stdout.write(measured(*map(Path, sys.argv[1:])))
