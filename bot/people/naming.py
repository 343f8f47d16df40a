"""How people call a department: its key, its name, an alias, and the name without the word for "department"."""

from collections.abc import Sequence
from functools import cache

from bot.chat.words import folded
from bot.language.catalogue import LOCALES, table
from bot.people.rules import Team


def names_of(teams: Sequence[Team]) -> list[tuple[str, Team]]:
    """Everything that people may call one of these teams, longest first; 仓储 is 仓储部 where no other is."""
    full = [(name, team) for team in teams for name in (team.key, team.name, *team.aliases) if name]
    taken = {folded(name) for name, _ in full}
    shorter = [(_short(name), team) for name, team in full]
    owners: dict[str, set[int]] = {}
    for name, team in shorter:
        owners.setdefault(folded(name), set()).add(team.id)
    told = {(name, team) for name, team in shorter if name and folded(name) not in taken}
    alone = [(name, team) for name, team in told if len(owners[folded(name)]) == 1]
    return sorted([*full, *alone], key=lambda pair: len(pair[0]), reverse=True)


def _short(name: str) -> str:
    """The name without its last word for "department"; "" where too little would be left."""
    for ending in _endings():
        rest = name[: -len(ending)].rstrip()
        if folded(name).endswith(ending) and len(rest) >= (3 if rest.isascii() else 2):
            return rest
    return ""


@cache
def _endings() -> tuple[str, ...]:
    words = {folded(word.strip()) for locale in LOCALES for word in table(locale)["team.endings"].split(",")}
    return tuple(sorted(words, key=len, reverse=True))
