"""Every problem in a team file is reported with its line, so every key's line must be known."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.teamfile.positions import Path, lines, nearest
from bot.teamfile.writing import key as written_key
from bot.teamfile.writing import toml, value

SAMPLE = '''\
# a comment with [brackets] and = signs
title = "x # no comment"

[workspace]   # trailing
name = """
two
lines"""
'quoted key' = 'C:\\path'
dotted . inner = { a = 1, b = [ 2,
  3 ] }

[[people]]
key = "lin"
[people.extra]
note = "for lin"

[[people]]
key = "wang"
skills = [
  "refund", # why not
  "tea",
]
'''


def paths(value: Any, at: Path = ()) -> set[Path]:
    """Every path in a parsed document."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {at}.union(*(paths(item, (*at, name)) for name, item in inner)) if inner else {at}


def test_lines_of_a_text_with_everything_in_it() -> None:
    found = lines(SAMPLE)
    assert found[("title",)] == 2
    assert found[("workspace", "name")] == 5
    assert found[("workspace", "quoted key")] == 8
    assert found[("workspace", "dotted", "inner", "a")] == 9
    assert found[("workspace", "dotted", "inner", "b", 1)] == 10
    assert found[("people", 0)] == 12
    assert found[("people", 0, "extra", "note")] == 15
    assert found[("people", 1, "key")] == 18
    assert found[("people", 1, "skills", 1)] == 21
    assert paths(tomllib.loads(SAMPLE)) - {()} == set(found)


def test_what_is_missing_is_reported_where_it_should_stand() -> None:
    found = lines(SAMPLE)
    assert nearest(found, ("people", 1, "name")) == 17
    assert nearest(found, ("calendars",)) == 1


def test_windows_line_ends_count_once() -> None:
    assert lines('a = 1\r\n\r\nb = """x\r\ny"""\r\nc = 2\r\n') == {("a",): 1, ("b",): 3, ("c",): 5}


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.one_of(WORDS, st.integers(-(2**60), 2**60), st.booleans())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
TABLES = st.dictionaries(WORDS, VALUES, max_size=4)


@given(st.dictionaries(WORDS, TABLES | st.lists(TABLES, min_size=1, max_size=3), max_size=4))
def test_every_path_of_any_document_has_its_line(document: dict[str, Any]) -> None:
    text = toml(document)
    assert tomllib.loads(text) == document
    found = lines(text)
    assert paths(document) - {()} == set(found)
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert written_key(path[-1]) in text.split("\n")[line - 1]


@given(VALUES)
def test_any_value_is_written_so_that_it_is_read_back(anything: Any) -> None:
    assert tomllib.loads(f"x = {value(anything)}") == {"x": anything}
