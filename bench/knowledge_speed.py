"""Times and memory of the knowledge base's search beside SQLite's FTS5 with trigrams, in turns, in one run."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median

from bench import knowledge_sample, lexical
from bot.knowledge.search import Document, Index

_QUESTIONS = 300
_EDITS = 20
_SHOWN = 3  # hits of an answer that people see: passage, marks and reasons are worked out for these
_FORMS_AT = 10_000
_NOTE = """
*And three shown* also works out passage, marks and reasons of the best three. The forms in which FTS5 can be asked, at
{size:,} articles:

"""


def measured(benchmark: Path, sizes: Sequence[int]) -> str:
    """A table, a row for each size; each is measured in a process of its own, so that memory is its own."""
    head = (
        "| articles | search p50 ms | p95 ms | and three shown p50 ms | p95 ms | FTS5 p50 ms | p95 ms | build s "
        f"| open ms | memory MiB | file MiB | edit ms |\n|{' --- |' * 12}\n"
    )
    lines = []
    for size in sizes:
        command = [sys.executable, "-m", "bench.knowledge_speed", str(benchmark), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
        lines.append(done.stdout.strip())
    documents, questions = list(grown(benchmark, _FORMS_AT)), knowledge_sample.read(benchmark)[1]
    note = _NOTE.format(size=_FORMS_AT) + lexical.forms(documents, questions)
    return head + "\n".join(lines) + "\n" + note


def line(benchmark: Path, size: int) -> str:
    """One row of the table."""
    documents = list(grown(benchmark, size))
    questions = [asked.text for asked in knowledge_sample.read(benchmark)[1][:_QUESTIONS]]
    theirs = lexical.table(documents)
    before = _resident()
    started = time.perf_counter()
    index = Index.build(documents)
    build = time.perf_counter() - started
    memory = _resident() - before
    times = _in_turns(
        questions, (index.search, lambda text: _shown(index, text), lambda text: lexical.asked(theirs, text))
    )
    edit = median(_timed(partial(index.put, documents[at])) for at in range(_EDITS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kb.index"
        index.dump(path)
        opened = _timed(lambda: Index.open(path).search(questions[0]))
        stored = path.stat().st_size / 2**20
    cells = [
        f"{len(documents):,}",
        *(cell for one in times for cell in _spread(one)),
        f"{build:.1f}",
        f"{1000 * opened:.0f}",
    ]
    return f"| {' | '.join([*cells, f'{memory:.0f}', f'{stored:.0f}', f'{1000 * edit:.0f}'])} |"


def _in_turns(questions: Sequence[str], ways: Sequence[Callable[[str], object]]) -> list[list[float]]:
    """How long each way to answer takes for each question; the ways take turns, so that noise hits all of them."""
    for text in questions[:20]:
        for way in ways:
            way(text)
    times = [[_timed(partial(way, text)) for way in ways] for text in questions]
    return [list(column) for column in zip(*times, strict=True)]


def _shown(index: Index, text: str) -> list[object]:
    return [hit.shown for hit in index.search(text).hits[:_SHOWN]]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    return [f"{1000 * ordered[int(share * len(ordered))]:.1f}" for share in (0.5, 0.95)]


def grown(benchmark: Path, size: int) -> Iterator[Document]:
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


def _resident() -> float:
    """Resident memory of this process in MiB; 0 where it can't be read."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0.0
    return next(int(row.split()[1]) / 1024 for row in status.splitlines() if row.startswith("VmRSS:"))


if __name__ == "__main__":
    sys.stdout.write(line(Path(sys.argv[1]), int(sys.argv[2])) + "\n")
