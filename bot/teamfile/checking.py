"""What in the team's set-up will not work as it stands: `baton check` says it before somebody waits in vain."""

from collections.abc import Collection, Iterator
from typing import Any

from bot.chat.contract import Problem
from bot.chat.events import Place
from bot.people.rules import Team
from bot.teamfile.applied import Applied
from bot.teamfile.applying import CALENDARS
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace


def doubts(unit: Unit, platforms: Collection[str]) -> list[Problem]:
    """Everything doubtful about teams, people and calendars; `platforms` are those that are on."""
    retired = Applied.read(unit).retired
    teams = [team for team in unit.people.teams() if team.key not in retired]
    found = [] if teams else [_problem("no_teams", fatal=True)]
    for team in teams:
        found += _rooms(team, platforms)
        found += _staff(unit, team)
    return [*found, *_people(unit, platforms), *_mail(unit), *_calendars(unit)]


def _problem(key: str, *, fatal: bool = False, **values: str) -> Problem:
    return Problem(f"check.{key}", tuple(values.items()), fatal=fatal)


def _rooms(team: Team, platforms: Collection[str]) -> Iterator[Problem]:
    implied = Place("web", team.key)  # nobody asked for it, so nobody misses it
    for place in (*team.rooms, *team.intake):
        if place.platform not in platforms and place != implied:
            yield _problem("room_off", team=team.name, room=str(place), platform=place.platform)
    if platforms and not any(place.platform in platforms for place in team.rooms):
        yield _problem("no_room", team=team.name, platforms=", ".join(platforms))


def _staff(unit: Unit, team: Team) -> Iterator[Problem]:
    if not unit.people.members(team.id):
        yield _problem("no_members", team=team.name)
    if not team.lead:
        yield _problem("no_lead", team=team.name)
    else:
        lead = unit.people.person(team.lead)
        if not (lead.active and lead.role.staff):
            yield _problem("lead_unfit", team=team.name, person=lead.name)


def _people(unit: Unit, platforms: Collection[str]) -> Iterator[Problem]:
    """The staff who have no account where Baton is; the bot can't reach them and does not know them."""
    lost = [
        person.name
        for person in unit.people.all_persons()
        if person.role.staff and not any(account.platform in platforms for account in unit.people.accounts(person.id))
    ]
    if platforms and lost:
        yield _problem("no_account", people=", ".join(lost), platforms=", ".join(platforms))


def _mail(unit: Unit) -> Iterator[Problem]:
    """The staff whose address is not of the house: a private mailbox stays open when its owner leaves."""
    allowed = Workspace.read(unit.keys.get(CONFIG_KEY)).mail_domains
    staff = [person for person in unit.people.all_persons() if person.role.staff and person.email]
    private = [person.name for person in staff if person.email.rpartition("@")[2].casefold() not in allowed]
    if allowed and private:
        yield _problem("private_mail", people=", ".join(private), domains=", ".join(allowed))


def _calendars(unit: Unit) -> Iterator[Problem]:
    calendars: dict[str, dict[str, Any]] = unit.keys.get(CALENDARS) or {}
    for key, row in calendars.items():
        if not row.get("hours") and not row.get("open"):
            yield _problem("calendar_closed", calendar=key)
