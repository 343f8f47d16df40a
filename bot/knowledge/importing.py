"""Many articles at once, from outside: all of them, or none. What is there already is brought up to date.

An article is known again by its `id` in the file, which is kept as its name elsewhere; without one, by its title.
Fields that a file does not name stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.errors import Invalid, UserError
from bot.knowledge.facts import ArticlesImported
from bot.knowledge.files import Line
from bot.knowledge.rules import (
    EXTERNAL_LIMIT,
    Article,
    Audience,
    Content,
    Kind,
    Revision,
    State,
    checked,
    same_title,
)
from bot.knowledge.writing import language_of
from bot.language.catalogue import matched
from bot.unit import Unit

BATCH = 500

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that can't be taken, and why."""

    file: str
    line: int
    error: UserError


class BadLines(Exception):
    """Some lines can't be taken: nothing is stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} lines can't be taken")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """A line that reads like an article: what it says, by fields of `Content` and of `Article`."""

    line: Line
    external_id: str
    content: Mapping[str, Any]
    article: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.content["title"])

    @property
    def archived(self) -> bool:
        """Whether it belongs in the archive: then it is one of those there, and never one that people find."""
        return self.article.get("state") is State.ARCHIVED


@dataclass(slots=True)
class Report:
    """How many articles are new, changed, and as they were."""

    created: int = 0
    updated: int = 0
    same: int = 0


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """All lines as articles. Raises `BadLines`, naming each that is none, or that says the same as another one."""
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        try:
            row = _row(line)
            _demand_new(row, seen)
            rows.append(row)
        except UserError as error:
            problems.append(Problem(line.file, line.number, error))
    if problems:
        raise BadLines(problems)
    return rows


def _row(line: Line) -> Row:
    if line.problem is not None:
        raise line.problem
    values = {str(key).strip().casefold(): value for key, value in line.values.items() if value is not None}
    for name in ("title", "body"):
        if name not in values:
            raise Invalid("kb.import.missing", name=name)
    content: dict[str, Any] = {name: _text(values, name) for name in ("title", "body")}
    content |= {name: _list(values, name) for name in ("aliases", "tags") if name in values}
    if "category" in values:
        content["category"] = _text(values, "category")
    if values.get("lang"):
        content["language"] = matched(_text(values, "lang")) or _text(values, "lang")[:20]
    for name, attribute, kinds in (("kind", "kind", Kind), ("visibility", "audience", Audience)):
        if name in values:
            content[attribute] = kinds(_one_of(values, name, kinds))
    if "ends_on" in values:
        content["ends_on"] = _day(values, "ends_on")
    tidy = checked(Content(**content))
    tidied = {name: getattr(tidy, name) for name in content}
    return Row(line, _external_id(values), tidied, _about(values))


def _about(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of an article besides its content; persons and teams by their keys still."""
    about: dict[str, Any] = {name: _text(values, name) for name in ("owner", "team") if name in values}
    if "state" in values:
        about["state"] = State(_one_of(values, "state", State))
    if "review_on" in values:
        about["review_on"] = _day(values, "review_on")
    if "pinned" in values:
        about["pinned"] = _flag(values, "pinned")
    return about


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Invalid("kb.import.not_text", name=name)
    return str(value)


def _list(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list, or one text with its parts on lines of their own or parted by semicolons or bars."""
    value = values[name]
    if isinstance(value, str):
        for mark in ("；", ";", "|"):
            value = value.replace(mark, "\n")
        value = value.split("\n")
    if not isinstance(value, list) or not all(isinstance(each, str | int | float) for each in value):
        raise Invalid("kb.import.not_a_list", name=name)
    return tuple(str(each) for each in value)


def _one_of(values: Mapping[str, Any], name: str, kinds: type[StrEnum]) -> str:
    value = _text(values, name).strip().casefold()
    if value not in {kind.value for kind in kinds}:
        raise Invalid("kb.import.not_one_of", name=name, value=value[:40], names=", ".join(kinds))
    return value


def _day(values: Mapping[str, Any], name: str) -> date | None:
    value = values[name]
    if isinstance(value, date):  # YAML reads days by itself
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(_text(values, name).strip()) if value != "" else None
    except ValueError:
        raise Invalid("kb.import.not_a_day", name=name, value=str(value)[:40]) from None


def _flag(values: Mapping[str, Any], name: str) -> bool:
    value = str(values[name]).strip().casefold()
    if value not in ("true", "false", "1", "0", "yes", "no"):
        raise Invalid("kb.import.not_yes_or_no", name=name)
    return value in ("true", "1", "yes")


def _external_id(values: Mapping[str, Any]) -> str:
    id = _text(values, "id").strip() if "id" in values else ""
    if len(id) > EXTERNAL_LIMIT:
        raise Invalid("kb.import.id_too_long", length=len(id), limit=EXTERNAL_LIMIT)
    return id


def _demand_new(row: Row, seen: dict[tuple[str, str], int]) -> None:
    """No two lines are the same article: by their ids, or, where they have none, by their titles."""
    title = same_title(row.title)
    name = ("id", row.external_id) if row.external_id else ("title", title)
    if name in seen:
        key, value = ("same_id", {"id": row.external_id}) if row.external_id else ("same_title", {"title": row.title})
        raise Invalid(f"kb.import.{key}", line=seen[name], **value)
    seen[name] = row.line.number


# Storing


@dataclass(slots=True)
class _Keys:
    """Persons and teams by their keys; what is nobody's is noted, with its line."""

    persons: dict[str, int]
    teams: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def numbers(self, row: Row) -> dict[str, Any]:
        """What a row says of its article, with numbers instead of keys."""
        about = dict(row.article)
        for name, known, key in (("owner", self.persons, "unknown_person"), ("team", self.teams, "unknown_team")):
            said = about.get(name, "")
            if said and said not in known:
                error = Invalid(f"kb.import.{key}", value=said[:60])
                self.problems.append(Problem(row.line.file, row.line.number, error))
            if name in about:
                about[name] = known.get(said, 0)
        return about


def store(unit: Unit, rows: Sequence[Row], progress: Progress = lambda count: None) -> Report:
    """Store all of them in this unit; `progress` is told how many more are done.

    Raises `BadLines` when some name persons or teams that do not exist.
    """
    people = unit.people.all_persons(active=None)
    keys = _Keys({one.key: one.id for one in people if one.key}, {team.key: team.id for team in unit.people.teams()})
    report = Report()
    for start in range(0, len(rows), BATCH):
        piece = rows[start : start + BATCH]
        _store_piece(unit, piece, keys, report)
        progress(len(piece))
    if keys.problems:
        raise BadLines(keys.problems)
    if report.created or report.updated:
        unit.record(ArticlesImported(0, created=report.created, updated=report.updated))
    return report


def _store_piece(unit: Unit, rows: Sequence[Row], keys: _Keys, report: Report) -> None:
    by_id = unit.knowledge.by_external([row.external_id for row in rows])
    nameless = [row for row in rows if not row.external_id]
    living = unit.knowledge.by_title([row.title for row in nameless])
    archived = unit.knowledge.by_title([row.title for row in nameless if row.archived], archived=True)
    fresh: list[Article] = []
    for row in rows:
        about = keys.numbers(row)
        by_title = archived if row.archived else living
        known = by_id.get(row.external_id) if row.external_id else by_title.get(same_title(row.title))
        if known is None:
            fresh.append(_fresh(unit, row, about))
        elif _brought_up_to_date(unit, known, row, about):
            report.updated += 1
        else:
            report.same += 1
    if fresh:
        unit.knowledge.add(fresh, 0)
    report.created += len(fresh)


def _fresh(unit: Unit, row: Row, about: Mapping[str, Any]) -> Article:
    content = Content(**row.content)
    content = content if content.language else replace(content, language=language_of(content))
    article = Article(0, content, unit.now, unit.now, external_id=row.external_id)
    return replace(article, **about)


def _brought_up_to_date(unit: Unit, known: Article, row: Row, about: Mapping[str, Any]) -> bool:
    """Store what the row changes; False if it changes nothing."""
    content = replace(known.content, **row.content)
    changed = replace(known, content=content, **about)
    if changed == known:
        return False
    if content != known.content:
        number = known.latest + 1
        unit.knowledge.revise(Revision(known.id, number, 0, unit.now, content))
        changed = replace(changed, revision=number, latest=number)
    unit.knowledge.save(changed, unit.now)
    return True
