"""`[knowledge]` of the team file reaches those who act on it. Covers U19."""

from datetime import timedelta

from bot.teamfile.exporting import export
from bot.unit import Database
from bot.workspace import CONFIG_KEY, KnowledgeRules, Workspace
from tests.teamfile.test_applying import LIN, SUPPORT, applied

SAID = '[knowledge]\nsuggest = false\nstraight_to_person = ["押金"]\nsilence = "2h"\nowner = "lin"\n'


async def rules(database: Database) -> KnowledgeRules:
    """What holds now."""
    stored = await database.read(lambda unit: unit.keys.get(CONFIG_KEY))
    return Workspace.read(stored).knowledge


async def test_what_it_says_holds_and_falls_back_when_it_is_gone(database: Database) -> None:
    (change,) = [line for line in await applied(database, SAID, SUPPORT, LIN) if "workspace" in line]
    assert change.startswith("~ workspace: knowledge - → ")
    assert await rules(database) == KnowledgeRules(True, ("押金",), timedelta(hours=2), False, "lin")
    assert "押金" in await database.read(export)
    await applied(database, SUPPORT, LIN)
    assert await rules(database) == KnowledgeRules()
