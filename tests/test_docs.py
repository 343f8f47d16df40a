"""The documentation is true: what it links to is there, and what it calls done has a test that says so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
ROW = re.compile(r"^\| (?P<id>[A-Z]+\d+) \| (?P<state>done|part|later) \| (?P<where>.*?) \| (?P<test>.*?) \|$", re.M)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
FILE = re.compile(r"`((?:bot|adapters|storage|tests|manifests|docs|bench)/[\w./-]+)`")

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
