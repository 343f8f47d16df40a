"""Articles in files: JSON Lines, CSV, Markdown with front matter. Here they are only read; `importing` judges them."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import yaml

from bot.errors import Invalid

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


def lines_of(path: Path) -> Iterator[Line]:
    """Every article of a file or a folder, in order. Raises OSError, and `Invalid` for a kind that it can't read."""
    suffix = path.suffix.casefold()
    if path.is_dir():
        yield from _of_folder(path)
    elif suffix in JSON_LINES:
        yield from _of_json_lines(path)
    elif suffix == ".csv":
        yield from _of_csv(path)
    elif suffix in MARKDOWN:
        yield _of_markdown(path, path.name, "")
    else:
        raise Invalid("kb.import.which_format", file=str(path))


def _of_json_lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if raw:
                yield _json_line(path.name, number, raw)


def _json_line(file: str, number: int, raw: bytes) -> Line:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return Line(file, number, {}, Invalid("kb.import.not_utf8"))
    try:
        values = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        return Line(file, number, {}, Invalid("kb.import.not_json", detail=problem.msg))
    if not isinstance(values, dict):
        return Line(file, number, {}, Invalid("kb.import.not_an_object", example=_EXAMPLE))
    return Line(file, number, values)


def _of_csv(path: Path) -> Iterator[Line]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Line(path.name, 0, {}, Invalid("kb.import.not_utf8"))
        return
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    columns = [name.strip().casefold() for name in next(reader, [])]
    if not {"title", "body"} <= set(columns):
        yield Line(path.name, 1, {}, Invalid("kb.import.no_header"))
        return
    begin = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _csv_line(path.name, begin, columns, cells)
        begin = reader.line_num + 1


def _csv_line(file: str, number: int, columns: list[str], cells: list[str]) -> Line:
    if len(cells) != len(columns):
        return Line(file, number, {}, Invalid("kb.import.columns", count=len(cells), wanted=len(columns)))
    # An empty cell says nothing, but for the body, which may be empty.
    values = {name: cell for name, cell in zip(columns, cells, strict=True) if cell.strip() or name == "body"}
    return Line(file, number, values)


def _of_folder(folder: Path) -> Iterator[Line]:
    for path in sorted(each for each in folder.rglob("*") if each.suffix.casefold() in MARKDOWN and each.is_file()):
        inside = path.relative_to(folder)
        category = inside.parent.name if inside.parent.name else ""
        yield _of_markdown(path, inside.as_posix(), category)


def _of_markdown(path: Path, name: str, category: str) -> Line:
    """One article: what the front matter says, then the text. Its name is that of the file unless it says another."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Line(name, 0, {}, Invalid("kb.import.not_utf8"))
    front = _FRONT.match(text)
    try:
        values = yaml.safe_load(front[1]) if front else {}
    except (yaml.YAMLError, ValueError) as problem:
        return Line(name, 1, {}, Invalid("kb.import.front_matter", detail=" ".join(str(problem).split())))
    values = {} if values is None else values
    if not isinstance(values, dict):
        return Line(name, 1, {}, Invalid("kb.import.front_matter", detail=str(values)[:60]))
    body = text[front.end() :] if front else text
    heading = _HEADING.match(body)
    if "title" not in values and heading:
        values["title"], body = heading[1], body[heading.end() :]
    known = {"id": name, "title": path.stem, **({"category": category} if category else {})}
    return Line(name, 0, {**known, **{str(key): value for key, value in values.items()}, "body": body.strip()})
