"""Apply the `[[teams]]` of a team file."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.people.rules import Team
from bot.teamfile import rows
from bot.teamfile.applied import Run
from bot.teamfile.changes import Change, merged
from bot.teamfile.schema import TeamTable

# A platform may give a room a new id (a group that grows), which then holds until the file names yet another room.
_YIELDING = ("slack_channel", "telegram_chat", "intake")


def apply_teams(run: Run) -> list[tuple[Team, str | None]]:
    """Create, change and retire teams; gives each with the key of its new lead, who may not exist yet (None: as it is).

    A team that is no longer in the file gives up its rooms; its tickets stay where they are.
    """
    known = {team.key: team for team in run.unit.people.teams()}
    leads = run.unit.people.persons([team.lead for team in known.values() if team.lead])
    result = []
    for table in run.file.teams:
        team = known.get(table.key)
        lead = leads.get(team.lead) if team else None
        before = rows.team_row(team, lead.key if lead else "") if team else None
        result.append(_applied(run, table, team, before))
    gone = [key for key in run.last.teams if key not in run.now.teams]
    for team in (known[key] for key in gone if key in known):
        run.unit.people.save_team(replace(team, rooms=(), intake=()))
        run.changes.append(Change("retired", "team", team.key))
    run.now.retired = [key for key in dict.fromkeys([*run.last.retired, *gone]) if key not in run.now.teams]
    return result


def _applied(run: Run, table: TeamTable, team: Team | None, before: dict[str, Any] | None) -> tuple[Team, str | None]:
    stated = run.now.teams[table.key] = rows.stated_team(table)
    after = merged(stated, run.last.teams.get(table.key, {}), before or {}, rows.TEAM_DEFAULTS, _YIELDING)
    run.note("team", table.key, before, after)
    if team is None:
        fresh = Team(0, table.key, after["name"])
        team = run.unit.people.add_team(replace(fresh, **rows.team_values(after, fresh)))
    elif after != before:
        team = replace(team, **rows.team_values(after, team))
        run.unit.people.save_team(team)
    return team, after["lead"] if before is None or before["lead"] != after["lead"] else None


def apply_leads(run: Run, teams: Iterable[tuple[Team, str | None]]) -> None:
    """Give the teams their leads, now that everybody exists ("": nobody)."""
    for team, key in teams:
        if key is not None:
            lead = run.unit.people.by_key(key) if key else None
            run.unit.people.save_team(replace(team, lead=lead.id if lead else 0))
