"""Times and memory of the knowledge base's search beside SQLite's FTS5 with trigrams, in turns, in one run."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from typing import Any

from bench import knowledge_sample
from bot.knowledge.search import Document, Index

_QUESTIONS = 300
_EDITS = 20


def measured(benchmark: Path, sizes: Sequence[int]) -> str:
    """A table, a row for each size; each is measured in a process of its own, so that memory is its own."""
    head = (
        "| articles | search p50 ms | p95 ms | FTS5 p50 ms | p95 ms | build s | open ms | memory MiB | file MiB "
        f"| edit ms |\n|{' --- |' * 10}\n"
    )
    lines = []
    for size in sizes:
        command = [sys.executable, "-m", "bench.knowledge_speed", str(benchmark), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
        lines.append(done.stdout.strip())
    return head + "\n".join(lines) + "\n"


def line(benchmark: Path, size: int) -> str:
    """One row of the table."""
    documents = list(_grown(benchmark, size))
    questions = [asked.text for asked in knowledge_sample.read(benchmark)[1][:_QUESTIONS]]
    lexical = _fts(documents)
    before = _resident()
    started = time.perf_counter()
    index = Index.build(documents)
    build = time.perf_counter() - started
    memory = _resident() - before
    ours, theirs = _in_turns(questions, index.search, lambda text: _asked(lexical, text))
    edit = median(_timed(partial(index.put, documents[at])) for at in range(_EDITS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kb.index"
        index.dump(path)
        opened = _timed(lambda: Index.open(path).search(questions[0]))
        stored = path.stat().st_size / 2**20
    cells = [f"{len(documents):,}", *_spread(ours), *_spread(theirs), f"{build:.1f}", f"{1000 * opened:.0f}"]
    return f"| {' | '.join([*cells, f'{memory:.0f}', f'{stored:.0f}', f'{1000 * edit:.0f}'])} |"


def _in_turns(
    questions: Sequence[str], ours: Callable[[str], Any], theirs: Callable[[str], Any]
) -> tuple[list[float], list[float]]:
    for text in questions[:20]:
        ours(text)
        theirs(text)
    times = [(_timed(partial(ours, text)), _timed(partial(theirs, text))) for text in questions]
    return [mine for mine, _ in times], [other for _, other in times]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    return [f"{1000 * ordered[int(share * len(ordered))]:.1f}" for share in (0.5, 0.95)]


def _grown(benchmark: Path, size: int) -> Iterator[Document]:
    """The benchmark's articles, and filler up to the size."""
    documents, _ = knowledge_sample.read(benchmark)
    yield from documents[:size]
    spec = spec_from_file_location("filler", benchmark / "filler.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(benchmark / "filler.py")
    filler = module_from_spec(spec)
    spec.loader.exec_module(filler)
    rows = [{"title": one.title, "body": one.body, "lang": one.lang} for one in documents]
    for at, row in enumerate(filler.make_filler(rows, max(0, size - len(documents)))):
        yield Document(len(documents) + at, row["title"], row["body"], lang=row["lang"])


def _fts(documents: Sequence[Document]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body, tokenize='trigram')")
    rows = ((one.id, one.title, one.body) for one in documents)
    database.executemany("INSERT INTO articles(rowid, title, body) VALUES (?, ?, ?)", rows)
    return database


def _asked(database: sqlite3.Connection, text: str) -> list[Any]:
    threes = dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2))
    wanted = " OR ".join('"{}"'.format(three.replace('"', '""')) for three in threes)
    if not wanted:
        return []
    ranked = "SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY bm25(articles, 3.0, 1.0) LIMIT 10"
    return database.execute(ranked, (wanted,)).fetchall()


def _resident() -> float:
    """Resident memory of this process in MiB; 0 where it can't be read."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0.0
    return next(int(row.split()[1]) / 1024 for row in status.splitlines() if row.startswith("VmRSS:"))


if __name__ == "__main__":
    sys.stdout.write(line(Path(sys.argv[1]), int(sys.argv[2])) + "\n")
