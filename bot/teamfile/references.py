"""What can only be seen with the whole team file in view: names that lead nowhere, names given twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.teamfile.fields import nearest
from bot.teamfile.positions import Path
from bot.teamfile.schema import PersonTable, TeamFile, TeamTable

# A claim is something that only one may have: what it is, and the path of whoever names it.
Claim = tuple[str, Path]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `path`: a sentence under `teamfile.` with its values; `other` is where its counterpart is."""

    path: Path
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    other: Path = ()


def findings(teamfile: TeamFile) -> list[Finding]:
    """Everything that is wrong across the file."""
    return [*_twice(teamfile), *_nowhere(teamfile)]


def _twice(teamfile: TeamFile) -> Iterator[Finding]:
    for table in ("calendars", "people", "policies"):
        yield from _repeated(_key_claims(teamfile.keys(table), table), "twice")
    yield from _repeated(_each(teamfile.teams, "teams", _names), "name_twice", str.casefold)
    yield from _repeated(_each(teamfile.teams, "teams", _rooms), "room_twice")
    yield from _repeated(_each(teamfile.teams, "teams", _intakes), "room_twice")
    yield from _repeated(_each(teamfile.people, "people", _accounts), "account_twice")


def _key_claims(keys: Iterable[str], table: str) -> Iterator[Claim]:
    return ((key, (table, number, "key")) for number, key in enumerate(keys))


def _each(rows: Iterable[Row], table: str, claims: Callable[[Row, Path], Iterable[Claim]]) -> Iterator[Claim]:
    for number, row in enumerate(rows):
        yield from claims(row, (table, number))


def _repeated(claims: Iterable[Claim], key: str, same: Callable[[str], str] = lambda name: name) -> Iterator[Finding]:
    """A finding for each claim that an earlier row has made already."""
    first: dict[str, Path] = {}
    for name, path in claims:
        earlier = first.setdefault(same(name), path)
        if earlier[:2] != path[:2]:
            yield Finding(path, key, {"value": name}, earlier)


def _names(team: TeamTable, path: Path) -> Iterator[Claim]:
    """What people may call a team: its key, its name, its aliases."""
    yield team.key, (*path, "key")
    yield team.name, (*path, "name")
    for number, alias in enumerate(team.aliases):
        yield alias, (*path, "aliases", number)


def _rooms(team: TeamTable, path: Path) -> Iterator[Claim]:
    if team.slack_channel:
        yield f"slack:{team.slack_channel}", (*path, "slack_channel")
    if team.telegram_chat:
        yield f"telegram:{team.telegram_chat}", (*path, "telegram_chat")
    if team.web_room != "":
        yield f"web:{team.web_room or team.key}", (*path, "web_room")


def _intakes(team: TeamTable, path: Path) -> Iterator[Claim]:
    for number, room in enumerate(team.intake):
        yield room, (*path, "intake", number)


def _accounts(person: PersonTable, path: Path) -> Iterator[Claim]:
    for platform in ("slack", "telegram"):
        for number, user in enumerate(getattr(person, platform)):
            yield f"{platform}:{user}", (*path, platform, number)
    for number, user in enumerate((person.key,) if person.web is None else person.web):
        yield f"web:{user}", (*path, "web", number)


def _nowhere(teamfile: TeamFile) -> Iterator[Finding]:
    people, teams, calendars = (teamfile.keys(table) for table in ("people", "teams", "calendars"))
    if teamfile.workspace.default_team:
        yield from _missing(teamfile.workspace.default_team, teams, "team", ("workspace", "default_team"))
    for number, team in enumerate(teamfile.teams):
        if team.calendar:
            yield from _missing(team.calendar, calendars, "calendar", ("teams", number, "calendar"))
        if team.lead:
            yield from _missing(team.lead, people, "person", ("teams", number, "lead"))
    for number, person in enumerate(teamfile.people):
        for place, key in enumerate(person.teams):
            yield from _missing(key, teams, "team", ("people", number, "teams", place))
    for recipient, path in _recipients(teamfile):
        yield from _missing(recipient, people, "person", path)


def _missing(key: str, known: list[str], what: str, path: Path) -> Iterator[Finding]:
    if key not in known:
        near = nearest(key, known)
        yield Finding(path, f"no_{what}_near" if near else f"no_{what}", {"value": key, "near": near})


def _recipients(teamfile: TeamFile) -> Iterator[Claim]:
    """The persons that policies name."""
    for number, policy in enumerate(teamfile.policies):
        for step, table in enumerate(policy.steps):
            for place, recipient in enumerate(table.notify):
                if recipient.startswith("person:"):
                    yield recipient.removeprefix("person:"), ("policies", number, "steps", step, "notify", place)
