"""The database as a team file that, applied to the same database, changes nothing."""

from collections.abc import Mapping
from typing import Any

from bot.gateways import GATEWAYS_KEY, Gateways
from bot.people.rules import Person
from bot.teamfile import rows
from bot.teamfile.applied import Applied
from bot.teamfile.writing import toml
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY, CONFIG_KEY, DIGESTS_KEY, FLOWS_KEY, POLICIES_KEY, TEMPLATES_KEY


def export(unit: Unit) -> str:
    """Workspace, gateways, calendars, teams, people with a key, policies. Who merely wrote to the bot is no part of it.

    Gateways are as the file wrote them, secrets included: what is not to be exported belongs in the environment.
    """
    workspace = dict(unit.keys.get(CONFIG_KEY) or {})
    knowledge = workspace.pop("knowledge", {})
    document: dict[str, Any] = {
        "workspace": {name: value for name, value in workspace.items() if value != ""},
        "knowledge": knowledge,
        "gateways": dict(Gateways.read(unit.keys.get(GATEWAYS_KEY)).persons),
        "calendars": _stored(unit, CALENDARS_KEY),
        "teams": _teams(unit),
        "people": _people(unit),
        "policies": _stored(unit, POLICIES_KEY),
        "templates": list((unit.keys.get(TEMPLATES_KEY) or {}).values()),
        "flows": _stored(unit, FLOWS_KEY),
    }
    return toml({name: content for name, content in document.items() if content})


def _said(row: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be written: everything that is not the default."""
    return {name: value for name, value in row.items() if value != defaults[name]}


def _stored(unit: Unit, store: str) -> list[dict[str, Any]]:
    return [{"key": key} | row for key, row in (unit.keys.get(store) or {}).items()]


def _teams(unit: Unit) -> list[dict[str, Any]]:
    retired = Applied.read(unit).retired
    teams = [team for team in unit.people.teams() if team.key not in retired]
    leads = unit.people.persons([team.lead for team in teams if team.lead])
    channels = Gateways.read(unit.keys.get(GATEWAYS_KEY)).teams
    digests: dict[str, str] = unit.keys.get(DIGESTS_KEY) or {}
    result = []
    for team in teams:
        row = rows.team_row(team, leads[team.lead].key if team.lead in leads else "")
        said = {"key": team.key} | _said(row, rows.TEAM_DEFAULTS)
        if row["web_room"] == team.key:
            del said["web_room"]
        else:
            said["web_room"] = row["web_room"]
        if digests.get(team.key):
            said["digest"] = digests[team.key]
        if channels.get(team.key):
            said["channels"] = channels[team.key]
        result.append(said)
    return result


def _people(unit: Unit) -> list[dict[str, Any]]:
    retired = Applied.read(unit).retired
    keys = {team.id: team.key for team in unit.people.teams() if team.key not in retired}
    return [_person(unit, person, keys) for person in unit.people.all_persons(active=None) if person.key]


def _person(unit: Unit, person: Person, team_keys: Mapping[int, str]) -> dict[str, Any]:
    row = rows.person_row(person, team_keys)
    accounts = rows.account_fields(rows.accounts_row(unit.people.accounts(person.id)))
    said = {"key": person.key, "name": person.name, "role": row["role"]} | _said(row, rows.PERSON_DEFAULTS)
    said |= {name: users[0] if len(users) == 1 else users for name, users in accounts.items() if users}
    if accounts["web"] == [person.key]:
        del said["web"]
    elif not accounts["web"]:
        said["web"] = ""
    return said
