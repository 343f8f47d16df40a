"""From text to a checked team file, or to all that is wrong with it, each with its line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConfigurationProblem
from bot.language.catalogue import Words
from bot.teamfile import positions, schema
from bot.teamfile.fields import nearest
from bot.teamfile.references import Finding, findings
from bot.teamfile.schema import PersonTable, TeamFile

_TABLES: Mapping[positions.Path, type[Any]] = {
    (): TeamFile,
    ("workspace",): schema.WorkspaceTable,
    ("gateways",): schema.GatewaysTable,
    ("calendars",): schema.CalendarTable,
    ("teams",): schema.TeamTable,
    ("teams", "channels"): schema.ChannelsTable,
    ("people",): schema.PersonTable,
    ("policies",): schema.PolicyTable,
    ("policies", "steps"): schema.StepTable,
    ("templates",): schema.TemplateTable,
    ("flows",): schema.FlowTable,
    ("flows", "steps"): schema.FlowStepTable,
}
_WANTED = {
    "string_type": "text",
    "bool_type": "truth",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
}
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class _Sentence:
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path, words: Words) -> TeamFile:
    """The team file at `path`. Raises `ConfigurationProblem`, in `words`, with a line for each thing that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationProblem(_shown(words, path.name, line, "", _Sentence("encoding"))) from None
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise ConfigurationProblem(words("teamfile.unreadable", file=str(path), detail=detail)) from None
    return parse(text, path.name, words)


def parse(text: str, name: str, words: Words) -> TeamFile:
    """The team file in `text`; `name` is how problems call it. Raises `ConfigurationProblem` as `read` does."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationProblem(_syntax(text, name, words, error)) from None
    found = positions.lines(text)
    try:
        teamfile = TeamFile.model_validate(document)
    except ValidationError as error:
        wrong = _without_echoes(_understood(one) for one in error.errors(include_url=False))
    else:
        wrong = [(finding.path, _from(finding, found)) for finding in findings(teamfile)]
        if not wrong:
            return teamfile
    raise ConfigurationProblem(*_in_order(words, name, found, wrong))


def person_table(row: Mapping[str, Any], words: Words) -> PersonTable:
    """One person, as `[[people]]` would have him. Raises `ConfigurationProblem` with a line for each wrong field."""
    try:
        return PersonTable.model_validate(row)
    except ValidationError as error:
        wrong = _without_echoes(_understood(one) for one in error.errors(include_url=False))
    raise ConfigurationProblem(*(f"{_named(path)}: {_said(words, sentence)}" for path, sentence in wrong))


def _in_order(
    words: Words, name: str, found: dict[positions.Path, int], wrong: Iterable[tuple[positions.Path, _Sentence]]
) -> list[str]:
    placed = [(positions.nearest(found, path), path, sentence) for path, sentence in wrong]
    placed.sort(key=lambda item: item[0])
    return [_shown(words, name, line, _named(path), sentence) for line, path, sentence in placed]


def _shown(words: Words, file: str, line: int, where: str, sentence: _Sentence) -> str:
    problem = _said(words, sentence)
    return f"{file}:{line}: {where}: {problem}" if where else f"{file}:{line}: {problem}"


def _said(words: Words, sentence: _Sentence) -> str:
    values = {name: str(value) for name, value in sentence.values.items()}
    if "wanted" in values:
        values["wanted"] = words(f"teamfile.wanted.{values['wanted']}")
    key = f"teamfile.{sentence.key}"
    return words(key if words.has(key) else "teamfile.other", **values)


def _named(path: positions.Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _syntax(text: str, name: str, words: Words, error: tomllib.TOMLDecodeError) -> str:
    detail = str(error)
    match = _SYNTAX_LINE.search(detail)
    line = int(match[1]) if match else text.rstrip("\n").count("\n") + 1
    return _shown(words, name, line, "", _Sentence("syntax", {"detail": _SYNTAX_LINE.sub("", detail).strip()}))


def _from(finding: Finding, found: dict[positions.Path, int]) -> _Sentence:
    values: dict[str, Any] = dict(finding.values)
    if finding.other:
        values["line"] = positions.nearest(found, finding.other)
    return _Sentence(finding.key, values)


def _without_echoes(wrong: Iterable[tuple[positions.Path, _Sentence]]) -> list[tuple[positions.Path, _Sentence]]:
    """A list whose only item is refused counts as empty to pydantic; that it is empty need not be said then."""
    told = list(wrong)
    inner = {path[:-1] for path, _ in told}
    return [(path, sentence) for path, sentence in told if sentence.key != "empty" or path not in inner]


def _understood(error: ErrorDetails) -> tuple[positions.Path, _Sentence]:
    """Where a value is refused, and in which sentence."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind, values = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return path, _unknown(path)
    if kind == "missing":
        return path[:-1], _Sentence("missing", {"field": path[-1]})
    if kind == "literal_error":
        known = re.findall(r"'(\w+)'", str(values["expected"]))
        return path, _choice(str(error["input"]), known)
    if kind in _WANTED:
        return path, _Sentence("type", {"wanted": _WANTED[kind]})
    if kind in ("string_too_short", "too_short"):
        return path, _Sentence("empty")
    return path, _Sentence(kind, {"detail": error["msg"], **values})


def _unknown(path: positions.Path) -> _Sentence:
    table = _TABLES[tuple(part for part in path[:-1] if isinstance(part, str))]
    known = list(table.model_fields)
    near = nearest(str(path[-1]), known)
    return _Sentence("unknown_near" if near else "unknown", {"near": near, "known": ", ".join(known)})


def _choice(value: str, known: list[str]) -> _Sentence:
    near = nearest(value, known)
    return _Sentence("choice_near" if near else "choice", {"value": value, "known": ", ".join(known), "near": near})
