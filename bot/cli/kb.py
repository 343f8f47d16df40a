"""`baton kb`: articles in, articles out, and what is found."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.database import look, write
from bot.cli.database import read as read_database
from bot.cli.terminal import complain, say, words
from bot.clock import SystemClock
from bot.errors import Invalid, UserError
from bot.knowledge.encoding import is_encoding
from bot.knowledge.exporting import exported
from bot.knowledge.files import lines_of
from bot.knowledge.importing import BadLines, Problem, Report, rows_of, store
from bot.knowledge.library import Library
from bot.knowledge.rules import Article
from bot.knowledge.search import Answer
from bot.operations import filled_library
from bot.settings import Settings
from bot.unit import Database

T = TypeVar("T")

MOST_NAMED = 50
"""Lines that are named one by one; of more it says how many."""
MOST_FOUND = 10
"""Results of a question at most."""


@click.group("kb")
def command() -> None:
    """The knowledge base: import, export and search articles."""


# In


def _encoding(_: click.Context, __: click.Parameter, name: str) -> str:
    if name and not is_encoding(name):
        raise click.BadParameter(f"there is no encoding {name!r}")
    return name


@command.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and judge the file, and store nothing.")
@click.option("--encoding", default="", callback=_encoding, help="Of a file that is not UTF-8: gb18030, big5, …")
def import_file(file: Path, dry_run: bool, encoding: str) -> None:
    """Bring the articles in FILE into the knowledge base: all of them, or none.

    FILE is JSON Lines (.jsonl), a table (.csv, with a line of column names), or a folder of Markdown (.md, with or
    without front matter). Fields: title and body; and, where wanted, id, category, lang, aliases, tags, kind (qa,
    script, procedure, announcement), visibility (customers, staff), state (draft, published, archived), owner (a
    person's key), team, review_on, ends_on, pinned. Others are passed over.

    An article that is there already (the same id, or without an id the same title) is brought up to date; what it
    said before stays in its history. A running Baton finds everything at once.
    """
    try:
        rows = _read(file, encoding)
        report = _stored(rows, dry_run=dry_run)
    except BadLines as bad:
        complain(*_told(bad.problems), words()("kb.import.nothing_stored"))
        raise SystemExit(1) from None
    say("kb.import.done", created=report.created, updated=report.updated, same=report.same)


def _read(file: Path, encoding: str) -> list[Any]:
    lines = list(lines_of(file, encoding))
    if not lines:
        raise Invalid("kb.import.no_articles", file=str(file))
    with _bar("kb.import.reading", lines) as counted:
        return rows_of(counted)


class _OnlyTried(Exception):
    """Rolls a dry run back, and brings out what it would have done."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def _stored(rows: Sequence[Any], *, dry_run: bool) -> Report:
    hidden = not sys.stderr.isatty()
    label = words()("kb.import.storing")
    with click.progressbar(length=len(rows), label=label, file=sys.stderr, hidden=hidden) as bar:
        try:
            report = write(lambda unit: _kept(store(unit, rows, bar.update), dry_run=dry_run))
        except _OnlyTried as tried:
            return tried.report
    return report


def _kept(report: Report, *, dry_run: bool) -> Report:
    if dry_run:
        raise _OnlyTried(report)
    return report


@contextmanager
def _bar(label: str, things: Sequence[T]) -> Iterator[Iterable[T]]:
    """Show how far it is, on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(things, label=words()(label), file=sys.stderr, hidden=hidden) as bar:
        yield bar


def _told(problems: Sequence[Problem]) -> list[str]:
    """A sentence for each line, in the order of the file."""
    speak = words()
    lines = []
    for problem in problems[:MOST_NAMED]:
        error: UserError = problem.error
        what = speak(error.key, **error.values)
        key = "kb.import.line" if problem.line else "kb.import.whole"
        values = {"file": problem.file, "problem": what} | ({"line": problem.line} if problem.line else {})
        lines.append(speak(key, **values))
    left = len(problems) - len(lines)
    return [*lines, speak("kb.import.more", count=left)] if left else lines


# Out


@command.command("export")
def export_all() -> None:
    """Print all articles as JSON Lines; imported again they are the same."""
    for line in read_database(lambda unit: list(exported(unit))):
        click.echo(line)


# Finding


@command.command("search")
@click.argument("query", required=False)
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Questions, JSON Lines.")
@click.option("--limit", type=click.IntRange(1, MOST_FOUND), default=MOST_FOUND, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def search(query: str | None, batch: Path | None, limit: int, as_json: bool) -> None:
    """Find articles as the bot does, with the same engine.

    QUERY prints one line an article: reference, score, title. --batch FILE reads JSON Lines {"id", "query"} and prints
    one line a question: {"id", "results": [{"id", "title", "score"}], "confident"}.
    """
    if (query is None) == (batch is None):
        raise click.UsageError("give a QUERY, or --batch FILE")
    if batch is not None:
        for line in _in_batch(batch, limit):
            click.echo(line)
        return
    ((answer, known),) = _answers([query or ""], limit)
    results = _results(answer, known, limit)
    if as_json:
        said = {"query": query, "results": results, "confident": answer.confident}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for result in results:
        click.echo(f"{result['id']}\t{result['score']:.3f}\t{result['title']}")


def _in_batch(batch: Path, limit: int) -> Iterator[str]:
    asked = list(_questions(batch))
    answers = _answers([question for _, question in asked], limit)
    for (id, _), (answer, known) in zip(asked, answers, strict=True):
        line = {"id": id, "results": _results(answer, known, limit), "confident": answer.confident}
        yield json.dumps(line, ensure_ascii=False)


def _questions(batch: Path) -> Iterator[tuple[Any, str]]:
    problems = []
    for line in lines_of(batch):
        error = line.problem
        if error is None and not isinstance(line.values.get("query"), str):
            error = Invalid("kb.import.missing", name="query")
        if error is not None:
            problems.append(Problem(line.file, line.number, error))
        else:
            yield line.values.get("id"), line.values["query"]
    if problems:
        complain(*_told(problems))
        raise SystemExit(1)


Answered = tuple[Answer, dict[int, Article]]


def _answers(questions: Sequence[str], limit: int) -> list[Answered]:
    settings = Settings()
    return look(lambda database: _asked(database, settings, questions, limit))


async def _asked(database: Database, settings: Settings, questions: Sequence[str], limit: int) -> list[Answered]:
    library = await filled_library(settings, database)
    answers = [_answer(library, question, limit) for question in questions]
    ids = sorted({hit.id for answer in answers for hit in answer.hits})
    known = await database.read(lambda unit: unit.knowledge.many(ids))
    return [(answer, known) for answer in answers]


def _answer(library: Library, question: str, limit: int) -> Answer:
    return library.search(question, limit=limit, staff=True)


def _results(answer: Answer, known: dict[int, Article], limit: int) -> list[dict[str, Any]]:
    """What was found, best first; its scores say how sure it is, so that they can be compared between questions."""
    today = SystemClock().now().date()
    best = max((hit.score for hit in answer.hits), default=1.0) or 1.0
    found = [(hit, known[hit.id]) for hit in answer.hits if hit.id in known]
    return [
        {
            "id": article.external_id or article.reference,
            "title": article.title,
            "score": round(answer.confidence * hit.score / best, 6),
        }
        for hit, article in found[:limit]
        if article.found_by(staff=True, today=today)
    ]
