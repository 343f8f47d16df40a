"""`docs/faults.md` and the tests are level: each fault has tests, each test says which fault it is about."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
IDS = [f"{letter}{number}" for letter, last in (("K", 7), ("D", 13), ("I", 9), ("O", 7), ("T", 8), ("A", 2))
       for number in range(1, last + 1)]  # fmt: skip

_ROW = re.compile(r"^\| ([KDIOTA]\d+) \| (.+?) \| (.+?) \| ([\d, ]+) \| (.+) \|$", re.M)
_TEST = re.compile(r"`(tests/[\w./]+\.py)::(\w+)`( \(long\))?")
_NAMED = re.compile(r"\b[Ff]aults? ((?:[KDIOTA]\d{1,2}(?:, (?:and )?| and )?)+)")

Test = tuple[str, str, bool]
"""File, function, and whether it is of the long form alone."""


def registered() -> dict[str, set[Test]]:
    """What the page says: the tests of each fault."""
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    return {fault: {(file, name, bool(long)) for file, name, long in _TEST.findall(tests)} for fault, *_, tests in rows}


def named() -> dict[str, set[Test]]:
    """What the tests say in their docstrings."""
    found: dict[str, set[Test]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")) + sorted((ROOT / "tests" / "contracts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for fault in _faults(ast.get_docstring(node) or ""):
                    found[fault].add((path.relative_to(ROOT).as_posix(), node.name, _is_long(node)))
    return found


def _faults(docstring: str) -> set[str]:
    return {fault for words in _NAMED.findall(docstring) for fault in re.findall(r"[KDIOTA]\d+", words)}


def _is_long(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "long_form" for each in node.decorator_list)


def test_every_fault_stands_in_the_register_once() -> None:
    """All forty-six, in their order, with how they are made and which laws are judged by."""
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert [row[0] for row in rows] == IDS
    laws = {number for row in rows for number in row[3].split(", ")}
    assert laws <= set(re.findall(r"^(\d)\. ", PAGE.read_text("utf-8"), re.M))


@pytest.mark.parametrize("fault", IDS)
def test_the_register_names_the_tests_that_name_the_fault(fault: str) -> None:
    """Neither more nor fewer; and at least one of them runs in the short form."""
    said = registered()[fault]
    assert said == named()[fault]
    assert any(not long for *_, long in said)
