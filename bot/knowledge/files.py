"""Articles in files: JSON Lines, CSV, Markdown with front matter. Here they are only read; `importing` judges them."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import yaml

from bot.chat.text import shortened
from bot.errors import Invalid
from bot.knowledge.encoding import text_of

JSON_LINES = (".jsonl", ".ndjson", ".json")
MARKDOWN = (".md", ".markdown")

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_LONGEST_CELL = 50_000_000  # the csv module's own limit is shorter than articles that we want to speak of
_EXAMPLE = '{"title": "…", "body": "…"}'


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one place of a file: an article's values, or what is wrong (`problem`). Lines count from 1; 0 is
    the file as a whole."""

    file: str
    number: int
    values: Mapping[str, Any]
    problem: Invalid | None = None


def lines_of(path: Path, encoding: str = "") -> Iterator[Line]:
    """Every article of a file or a folder, in order; `encoding` where it is not UTF-8.

    Raises OSError, and `Invalid` for a kind that it can't read.
    """
    suffix = path.suffix.casefold()
    if path.is_dir():
        yield from _of_folder(path, encoding)
    elif suffix in JSON_LINES:
        yield from _of_json_lines(path, encoding)
    elif suffix == ".csv":
        yield from _of_csv(path, encoding)
    elif suffix in MARKDOWN:
        yield _of_markdown(path, path.name, "", encoding)
    else:
        raise Invalid("kb.import.which_format", file=str(path))


def _of_json_lines(path: Path, encoding: str) -> Iterator[Line]:
    with path.open("rb") as file:
        beginning = file.read(2)
        file.seek(0)
        lines: Iterable[bytes] = file
        if encoding or beginning in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            try:
                lines = text_of(file.read(), encoding).encode().splitlines()
            except Invalid as problem:
                yield Line(path.name, 0, {}, problem)
                return
        for number, raw in enumerate(lines, 1):
            raw = raw.removeprefix(codecs.BOM_UTF8).strip()
            if number == 1 and raw.startswith(b"[") and not raw.endswith(b"]"):
                yield Line(path.name, 1, {}, Invalid("kb.import.json_list"))
                return
            if raw:
                yield _json_line(path.name, number, raw)


def _json_line(file: str, number: int, raw: bytes) -> Line:
    try:
        values = orjson.loads(text_of(raw))
    except Invalid as problem:
        return Line(file, number, {}, problem)
    except orjson.JSONDecodeError as problem:
        return Line(file, number, {}, Invalid("kb.import.not_json", detail=problem.msg))
    if not isinstance(values, dict):
        return Line(file, number, {}, Invalid("kb.import.not_an_object", example=_EXAMPLE))
    return Line(file, number, values)


def _of_csv(path: Path, encoding: str) -> Iterator[Line]:
    try:
        text = text_of(path.read_bytes(), encoding)
    except Invalid as problem:
        yield Line(path.name, 0, {}, problem)
        return
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(_LONGEST_CELL)
    # Strict: a quotation mark that nobody closes would else take all that follows for one cell.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        columns = [name.strip().casefold() for name in next(reader, [])]
        if not {"title", "body"} <= set(columns):
            yield Line(path.name, 1, {}, Invalid("kb.import.no_header"))
            return
        begin = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _csv_line(path.name, begin, columns, cells)
            begin = reader.line_num + 1
    except csv.Error as problem:
        yield Line(path.name, begin, {}, Invalid("kb.import.not_csv", detail=str(problem)))


def _csv_line(file: str, number: int, columns: list[str], cells: list[str]) -> Line:
    if len(cells) != len(columns):
        return Line(file, number, {}, Invalid("kb.import.columns", count=len(cells), wanted=len(columns)))
    # An empty cell says nothing, but for the body, which may be empty.
    values = {name: cell for name, cell in zip(columns, cells, strict=True) if cell.strip() or name == "body"}
    return Line(file, number, values)


def _of_folder(folder: Path, encoding: str) -> Iterator[Line]:
    for path in sorted(each for each in folder.rglob("*") if each.suffix.casefold() in MARKDOWN and each.is_file()):
        inside = path.relative_to(folder)
        category = inside.parent.name if inside.parent.name else ""
        yield _of_markdown(path, inside.as_posix(), category, encoding)


def _of_markdown(path: Path, name: str, category: str, encoding: str) -> Line:
    """One article: what the front matter says, then the text. Its name is that of the file unless it says another."""
    try:
        text = text_of(path.read_bytes(), encoding).replace("\r\n", "\n").replace("\r", "\n")
    except Invalid as problem:
        return Line(name, 0, {}, problem)
    front = _FRONT.match(text)
    said = front[1] if front else ""
    try:
        values = yaml.safe_load(said)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        detail = shortened(" ".join(str(problem).split()), 200)
        return Line(name, 1, {}, Invalid("kb.import.front_matter", detail=detail))
    values = {} if values is None else values
    if not isinstance(values, dict):
        # Never shown as it was read: a few lines of YAML can stand for more text than fits into memory.
        return Line(name, 1, {}, Invalid("kb.import.front_matter", detail=shortened(" ".join(said.split()), 60)))
    body = text[front.end() :] if front else text
    heading = _HEADING.match(body)
    if "title" not in values and heading:
        values["title"], body = heading[1], body[heading.end() :]
    known = {"id": name, "title": path.stem, **({"category": category} if category else {})}
    return Line(name, 0, {**known, **{str(key): value for key, value in values.items()}, "body": body.strip()})
