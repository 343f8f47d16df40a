"""The sample of public questions that the repository carries: reading it, and cutting it out of the whole benchmark.

    python -m bench.knowledge_sample FOLDER      # FOLDER holds the benchmark's articles.jsonl and queries.jsonl

One half of the articles, by a checksum of their ids, with the questions about them: the other half is never seen by
what learns from the sample. Sets whose licence does not let us pass them on are left out; see the folder's SOURCES.md.
"""

import gzip
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from bot.knowledge.search import Document

SAMPLE = Path(__file__).parent / "knowledge_sample"
SETS = frozenset({"banking77", "cmrc2018", "egret", "taipei", "tatoeba"})


@dataclass(frozen=True)
class Question:
    """What somebody asked; `relevant` are the numbers of the articles that answer it, none if nothing does."""

    text: str
    relevant: frozenset[int]
    kind: str
    lang: str
    set: str
    half: int


def half(key: str) -> int:
    """Which half an article id (or an unanswerable question) belongs to; the sample is half 0."""
    return crc32(key.encode()) & 1


def read(folder: Path = SAMPLE) -> tuple[list[Document], list[Question]]:
    """Articles and questions of the sample, or of a folder with the whole benchmark."""
    rows = _rows(folder, "articles")
    number = {row["id"]: at for at, row in enumerate(rows)}
    documents = [Document(at, row["title"], row["body"], lang=row["lang"]) for at, row in enumerate(rows)]
    return documents, [_question(row, number) for row in _rows(folder, "queries")]


def main(folder: Path) -> None:
    """Write the sample."""
    articles = [row for row in _rows(folder, "articles") if row["set"] in SETS and half(row["id"]) == 0]
    kept = {row["id"] for row in articles}
    questions = [row for row in _rows(folder, "queries") if row["set"] in SETS and _belongs(row, kept)]
    _write("articles", articles)
    _write("queries", questions)
    sys.stdout.write(f"{len(articles)} articles, {len(questions)} questions\n")


def _question(row: dict[str, Any], number: dict[str, int]) -> Question:
    relevant = frozenset(number[id] for id in row["relevant"] if id in number)
    return Question(row["query"], relevant, row["kind"], row["lang"], row["set"], half(_key(row)))


def _key(row: dict[str, Any]) -> str:
    return str(row["relevant"][0] if row["relevant"] else row["query"])


def _belongs(row: dict[str, Any], kept: set[str]) -> bool:
    return half(_key(row)) == 0 and (not row["relevant"] or row["relevant"][0] in kept)


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    plain = folder / f"{name}.jsonl"
    text = plain.read_text("utf-8") if plain.exists() else gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes())
    lines = (text if isinstance(text, str) else text.decode()).split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def _write(name: str, rows: Iterable[dict[str, Any]]) -> None:
    SAMPLE.mkdir(exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (SAMPLE / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
