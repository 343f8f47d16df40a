"""Templates, flows and types of tickets in the team file: read, checked, applied, written back. Covers C7, G1."""

import pytest

from bot.errors import ConfigurationProblem
from bot.language.catalogue import Words
from bot.teamfile.applying import apply
from bot.teamfile.exporting import export
from bot.teamfile.reading import parse
from bot.unit import Database
from bot.workspace import CONFIG_KEY, FLOWS_KEY, TEMPLATES_KEY, Workspace

WORDS = Words("en")
TEAMS = """
[workspace]
types = ["fault", "question"]

[[teams]]
key = "support"
name = "Support"

[[teams]]
key = "tech"
name = "Tech"
"""
FILE = (
    TEAMS
    + """
[[templates]]
team = "tech"
type = "BUG"
required = ["steps", "screenshot"]

[[templates]]
team = "tech"
required = ["order"]

[[flows]]
key = "repair"
name = "Repair"
type = "fault"
steps = [
  { key = "look", team = "tech", problem = "Look at it", limit = "2h biz" },
  { key = "tell", team = "support", problem = "Tell him", after = ["look"] },
]
"""
)


async def test_what_is_applied_is_written_back(database: Database) -> None:
    assert await database.write(lambda unit: apply(unit, parse(FILE, "baton.toml", WORDS)))
    templates = await database.read(lambda unit: unit.keys.get(TEMPLATES_KEY))
    assert list(templates) == ["tech/BUG", "tech"]
    flows = await database.read(lambda unit: unit.keys.get(FLOWS_KEY))
    assert [step["key"] for step in flows["repair"]["steps"]] == ["look", "tell"]
    workspace = Workspace.read(await database.read(lambda unit: unit.keys.get(CONFIG_KEY)))
    assert workspace.types == ("fault", "question")
    written = await database.read(export)
    assert await database.write(lambda unit: apply(unit, parse(written, "again.toml", WORDS))) == []


async def test_what_is_taken_out_is_gone(database: Database) -> None:
    await database.write(lambda unit: apply(unit, parse(FILE, "baton.toml", WORDS)))
    changes = await database.write(lambda unit: apply(unit, parse(TEAMS, "baton.toml", WORDS)))
    assert [(change.kind, change.what, change.key) for change in changes] == [
        ("removed", "template", "tech/BUG"), ("removed", "template", "tech"), ("removed", "flow", "repair"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('team = "tech"\ntype', 'team = "tecs"\ntype', "there is no team “tecs”; did you mean “tech”?"),
        ('team = "tech"\nrequired', 'team = "tech"\ntype = "BUG"\nrequired', "“tech/BUG” stands already in line 13"),
        ('after = ["look"]', 'after = ["loop"]', "no step “loop” in this flow; did you mean “look”?"),
        ('"Look at it", limit = "2h biz"', '"Look at it", after = ["tell"]', "wait for each other: look → tell → look"),
        ('key = "tell"', 'key = "look"', "“look” stands already"),
        ('limit = "2h biz"', 'limit = "soon"', "soon"),
        ('required = ["order"]', "required = []", "required"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(before: str, after: str, told: str) -> None:
    assert before in FILE
    with pytest.raises(ConfigurationProblem) as caught:
        parse(FILE.replace(before, after), "baton.toml", WORDS)
    assert any(told in line and "baton.toml" in line for line in caught.value.lines), caught.value.lines
