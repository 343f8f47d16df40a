"""The documentation is true: what it links to is there, and what it calls done has a test that says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from bot.settings import EXAMPLES
from bot.teamfile import schema

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
ROW = re.compile(r"^\| (?P<id>[A-Z]+\d+) \| (?P<state>done|part|later) \| (?P<where>.*?) \| (?P<test>.*?) \|$", re.M)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
FILE = re.compile(r"`((?:bot|adapters|storage|tests|manifests|docs|bench)/[\w./-]+)`")

CONFIGURATION = ROOT / "docs" / "configuration.md"
MODEL = ROOT / "manifests" / "baton.toml"
COVERAGE = ROOT / "docs" / "coverage.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """README, docs and pictures."""
    missing = [target for target in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """Names in backquotes that begin with one of our folders."""
    named = {name.rstrip("/") for name in FILE.findall(page.read_text("utf-8"))}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_the_coverage_list_names_every_id() -> None:
    """Each line of the requirements stands in docs/coverage.md, once."""
    listed = [found["id"] for found in ROW.finditer(COVERAGE.read_text("utf-8"))]
    assert len(listed) == len(set(listed))
    source = ROOT.parent / "shared" / "requirements.md"
    if not source.exists():
        pytest.skip("../shared/requirements.md is not here: only a lone clone")
    wanted = set(re.findall(r"(?:^- |[.;:] |^)([A-Z]\d{1,2}) (?=\()", source.read_text("utf-8"), re.M))
    assert wanted - set(listed) == set()


def test_what_is_called_done_has_a_test_that_names_it() -> None:
    """`done` means: the test file exists and its docstrings carry the id."""
    untrue = []
    for found in ROW.finditer(COVERAGE.read_text("utf-8")):
        if found["state"] != "done":
            continue
        files = re.findall(r"`(tests/[\w./-]+\.py)`", found["test"])
        words = "".join((ROOT / name).read_text("utf-8") for name in files if (ROOT / name).exists())
        if not re.search(rf"\b{found['id']}\b", words):
            untrue.append(found["id"])
    assert untrue == []


def keys_of(table: type[BaseModel]) -> set[str]:
    """The keys of a table of the team file, and those of the tables within it."""
    inner = {
        key for field in table.model_fields.values() for model in models_in(field.annotation) for key in keys_of(model)
    }
    return set(table.model_fields) | inner


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The tables that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


@pytest.mark.parametrize("name", list(schema.TeamFile.model_fields))
def test_the_reference_names_every_key_of_the_team_file(name: str) -> None:
    """Each key of a table stands in the section of its table, in backquotes and at the left."""
    (table,) = models_in(schema.TeamFile.model_fields[name].annotation)
    text = CONFIGURATION.read_text("utf-8")
    section = re.search(rf"^## `\[+{name}\]+`\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert section is not None
    assert keys_of(table) - set(re.findall(r"`([a-z_]+)`", section[1])) == set()


@pytest.mark.parametrize("name", list(schema.TeamFile.model_fields))
def test_the_model_shows_every_key_of_the_team_file(name: str) -> None:
    """In manifests/baton.toml, in use or commented out, in the tables of its kind."""
    (table,) = models_in(schema.TeamFile.model_fields[name].annotation)
    parts = re.split(r"^(?=\[)", MODEL.read_text("utf-8"), flags=re.M)
    shown = "".join(part for part in parts if re.match(rf"\[+{name}\]", part))
    assert keys_of(table) - set(re.findall(r"\b([a-z_]+)(?:\.\w+)? = ", shown)) == set()


def test_the_reference_names_every_variable() -> None:
    """Those that the settings read, and that of the commands' language."""
    section = CONFIGURATION.read_text("utf-8").partition("## Environment")[2]
    assert {*EXAMPLES, "BATON_LANG"} - set(re.findall(r"`([A-Z_]+)`", section)) == set()
