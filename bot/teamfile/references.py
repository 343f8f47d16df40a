"""What can only be seen with the whole team file in view: names that lead nowhere, names given twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.collab.rules import circle
from bot.teamfile.fields import nearest
from bot.teamfile.positions import Path
from bot.teamfile.schema import FlowTable, PersonTable, TeamFile, TeamTable

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
    return [*_twice(teamfile), *_nowhere(teamfile), *_in_flows(teamfile)]


def _twice(teamfile: TeamFile) -> Iterator[Finding]:
    for table in ("calendars", "people", "policies", "flows"):
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
    yield from _of_the_house(teamfile)
    for number, team in enumerate(teamfile.teams):
        if team.calendar:
            yield from _missing(team.calendar, calendars, "calendar", ("teams", number, "calendar"))
        if team.lead:
            yield from _missing(team.lead, people, "person", ("teams", number, "lead"))
    for number, person in enumerate(teamfile.people):
        if person.calendar:
            yield from _missing(person.calendar, calendars, "calendar", ("people", number, "calendar"))
        for place, key in enumerate(person.teams):
            yield from _missing(key, teams, "team", ("people", number, "teams", place))
    for key, path in _measured_teams(teamfile):
        yield from _missing(key, teams, "team", path)
    for recipient, path in _recipients(teamfile):
        yield from _missing(recipient, people, "person", path)


def _of_the_house(teamfile: TeamFile) -> Iterator[Finding]:
    """The team and the person that are there for everything without one of its own."""
    team, owner = teamfile.workspace.default_team, teamfile.knowledge.owner
    if team:
        yield from _missing(team, teamfile.keys("teams"), "team", ("workspace", "default_team"))
    if owner:
        yield from _missing(owner, teamfile.keys("people"), "person", ("knowledge", "owner"))


def _in_flows(teamfile: TeamFile) -> Iterator[Finding]:
    """What is wrong with templates and flows: teams and steps that are not there, steps that wait for each other."""
    teams = teamfile.keys("teams")
    templates = (((table.key), ("templates", number)) for number, table in enumerate(teamfile.templates))
    yield from _repeated(templates, "twice", str.casefold)
    for number, template in enumerate(teamfile.templates):
        yield from _missing(template.team, teams, "team", ("templates", number, "team"))
    for number, flow in enumerate(teamfile.flows):
        yield from _steps(flow, ("flows", number), teams)


def _steps(flow: FlowTable, path: Path, teams: list[str]) -> Iterator[Finding]:
    keys = [step.key for step in flow.steps]
    first: dict[str, Path] = {}
    for number, step in enumerate(flow.steps):
        here = (*path, "steps", number)
        if first.setdefault(step.key, (*here, "key")) != (*here, "key"):
            yield Finding((*here, "key"), "twice", {"value": step.key}, first[step.key])
        yield from _missing(step.team, teams, "team", (*here, "team"))
        for place, key in enumerate(step.after or ()):
            yield from _missing(key, keys, "step", (*here, "after", place))
    found = circle({step.key: [key for key in step.after or () if key in keys] for step in flow.steps})
    if found:
        yield Finding((*path, "steps"), "flow_circle", {"way": " → ".join(found)})


def _missing(key: str, known: list[str], what: str, path: Path) -> Iterator[Finding]:
    if key not in known:
        near = nearest(key, known)
        yield Finding(path, f"no_{what}_near" if near else f"no_{what}", {"value": key, "near": near})


def _measured_teams(teamfile: TeamFile) -> Iterator[Claim]:
    """The teams that policies are for."""
    for number, policy in enumerate(teamfile.policies):
        for place, key in enumerate(policy.teams):
            yield key, ("policies", number, "teams", place)


def _recipients(teamfile: TeamFile) -> Iterator[Claim]:
    """The persons that policies name."""
    for number, policy in enumerate(teamfile.policies):
        for step, table in enumerate(policy.steps):
            for place, recipient in enumerate(table.notify):
                if recipient.startswith("person:"):
                    yield recipient.removeprefix("person:"), ("policies", number, "steps", step, "notify", place)
