"""What in the team's set-up will not work as it stands: `baton check` says it before somebody waits in vain."""

from collections.abc import Collection, Iterator, Mapping

from bot.calendars.reading import Rows, calendar_of
from bot.calendars.rules import BusinessCalendar
from bot.chat.contract import Problem
from bot.chat.events import Place
from bot.people.rules import Team
from bot.teamfile.applied import Applied
from bot.teamfile.checking_clocks import clock_doubts
from bot.teamfile.checking_policies import policy_doubts
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY, CONFIG_KEY, Workspace


def doubts(unit: Unit, platforms: Collection[str]) -> list[Problem]:
    """Everything doubtful about teams, people and calendars; `platforms` are those that are on."""
    retired = Applied.read(unit).retired
    teams = [team for team in unit.people.teams() if team.key not in retired]
    found = [] if teams else [_problem("no_teams", fatal=True)]
    for team in teams:
        found += _rooms(team, platforms)
        found += _staff(unit, team)
    found += policy_doubts(unit, teams, platforms)
    found += clock_doubts(unit)
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
    calendars: Rows = unit.keys.get(CALENDARS_KEY) or {}
    zone = Workspace.read(unit.keys.get(CONFIG_KEY)).timezone
    asked = {key: calendar_of({**row, "key": key}, default_zone=zone) for key, row in calendars.items()}
    for key, calendar in asked.items():
        if calendar.next_open(unit.now) is None:
            yield _problem("calendar_closed", calendar=key)
    users = _users(unit)
    for key in users:
        if key not in calendars:
            yield _problem("calendar_gone", calendar=key, users=", ".join(users[key]))
    yield from _holidays(unit, {key: calendar for key, calendar in asked.items() if key in users}, calendars)


def _users(unit: Unit) -> dict[str, list[str]]:
    """Who works by which calendar, by its key."""
    retired = Applied.read(unit).retired
    named = [(team.calendar, team.name) for team in unit.people.teams() if team.key not in retired]
    named += [(person.calendar, person.name) for person in unit.people.all_persons()]
    users: dict[str, list[str]] = {}
    for calendar, name in named:
        if calendar:
            users.setdefault(calendar, []).append(name)
    return users


def _holidays(unit: Unit, used: Mapping[str, BusinessCalendar], rows: Rows) -> Iterator[Problem]:
    """The countries whose holidays of this or the next year are not known, each year of each once."""
    missing: dict[tuple[str, int], list[str]] = {}
    for key, calendar in used.items():
        year = unit.now.astimezone(calendar.zone).year
        for wanted in (year, year + 1):
            if not calendar.holidays.known(wanted):
                missing.setdefault((rows[key]["holidays"], wanted), []).append(key)
    for (country, wanted), keys in missing.items():
        yield _problem("holidays_unknown", country=country, year=str(wanted), calendars=", ".join(keys))
