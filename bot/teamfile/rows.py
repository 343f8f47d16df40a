"""Teams and persons as rows of the team file, from the file and from the database, so that both can be compared."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.calendars import reading
from bot.chat.events import Place
from bot.people.rules import Account, Person, Role, Team, Visibility
from bot.teamfile.schema import KeyedTable, KnowledgeTable, PersonTable, TeamFile, TeamTable, WorkspaceTable

ROOM_FIELDS: Mapping[str, str] = {"slack_channel": "slack", "telegram_chat": "telegram", "web_room": "web"}
ACCOUNT_FIELDS = ("slack", "telegram", "web")

TEAM_DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "aliases": [],
    "calendar": "",
    "closed": [],
    "open": {},
    "rest": [],
    "lead": "",
    "slack_channel": "",
    "telegram_chat": "",
    "web_room": "",
    "intake": [],
    "audience": Visibility.INTERNAL.value,
    "topic_per_ticket": False,
    "review_articles": False,
    "locale": "",
}
PERSON_DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "role": Role.CUSTOMER.value,
    "teams": [],
    "skills": [],
    "tier": "",
    "email": "",
    "phone": "",
    "calendar": "",
    "closed": [],
    "open": {},
    "rest": [],
    "locale": "",
    "active": True,
}


def stated(table: WorkspaceTable | KnowledgeTable | KeyedTable) -> dict[str, Any]:
    """What the file says, and nothing that it leaves open, as JSON-friendly values."""
    row = table.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    row.pop("key", None)
    return row


def stated_workspace(teamfile: TeamFile) -> dict[str, Any]:
    """The workspace of the file, with what it says of the knowledge base as one field."""
    knowledge = stated(teamfile.knowledge)
    return stated(teamfile.workspace) | ({"knowledge": knowledge} if knowledge else {})


def stated_team(table: TeamTable) -> dict[str, Any]:
    """A team of the file; its room in the built-in chat is its key unless the file says otherwise."""
    row = {"web_room": table.key} | stated(table)
    row.pop("channels", None)  # gateways are stored by themselves, see `stated_gateways`
    row.pop("digest", None)  # and so are the hours of digests
    return row


def stated_digests(teamfile: TeamFile) -> dict[str, str]:
    """The hours of the teams' digests, by the teams' keys."""
    return {team.key: team.digest for team in teamfile.teams if team.digest}


def stated_gateways(teamfile: TeamFile) -> dict[str, dict[str, Any]]:
    """The gateways of the file, as `bot.gateways.Gateways` reads them."""
    own = {team.key: team.channels.model_dump(exclude_none=True) for team in teamfile.teams}
    persons = teamfile.gateways.model_dump(exclude_none=True)
    return {"persons": persons, "teams": {key: channels for key, channels in own.items() if channels}}


def stated_person(table: PersonTable) -> dict[str, Any]:
    """A person of the file, without accounts; one who is named is there, unless the file says otherwise."""
    row = {"active": True} | stated(table)
    return {name: value for name, value in row.items() if name not in ACCOUNT_FIELDS}


def stated_accounts(table: PersonTable) -> list[str]:
    """The accounts of a person of the file (`platform:user`); in the built-in chat his key unless it says otherwise."""
    web = (table.key,) if table.web is None else table.web
    by_platform = {"slack": table.slack, "telegram": table.telegram, "web": web}
    return [f"{platform}:{user}" for platform, users in by_platform.items() for user in users if user]


def team_row(team: Team, lead: str) -> dict[str, Any]:
    """A stored team as the file would have it; `lead` is the key of its lead."""
    row: dict[str, Any] = {"name": team.name, "aliases": list(team.aliases), "calendar": team.calendar}
    row |= {**_exceptions_row(team), "lead": lead}
    rooms = _first_rooms(team.rooms)
    row |= {name: _room(rooms.get(platform)) for name, platform in ROOM_FIELDS.items()}
    row |= {"intake": [str(place) for place in team.intake], "audience": team.audience.value}
    row |= {"topic_per_ticket": team.topic_per_ticket, "review_articles": team.review_articles}
    return row | {"locale": team.locale}


def _first_rooms(rooms: Iterable[Place]) -> dict[str, Place]:
    first: dict[str, Place] = {}
    for place in rooms:
        first.setdefault(place.platform, place)
    return first


def _room(place: Place | None) -> str:
    if place is None:
        return ""
    return f"{place.room}/{place.thread}" if place.thread else place.room


def team_values(row: Mapping[str, Any], team: Team) -> dict[str, Any]:
    """The row as fields of a `Team`, all but its lead. Rooms that the file can't name stay with the team."""
    rooms = [Place.parse(f"{platform}:{row[name]}") for name, platform in ROOM_FIELDS.items() if row[name]]
    unnamed = [place for place in team.rooms if place not in _first_rooms(team.rooms).values()]
    return {
        "name": row["name"],
        "aliases": tuple(row["aliases"]),
        "calendar": row["calendar"],
        **_exceptions_values(row),
        "rooms": (*rooms, *unnamed),
        "intake": tuple(Place.parse(place) for place in row["intake"]),
        "audience": Visibility(row["audience"]),
        "topic_per_ticket": row["topic_per_ticket"],
        "review_articles": row["review_articles"],
        "locale": row["locale"],
    }


def person_row(person: Person, team_keys: Mapping[int, str]) -> dict[str, Any]:
    """A stored person as the file would have him, without accounts; `team_keys` in the order of the teams."""
    return {
        "name": person.name,
        "role": person.role.value,
        "teams": [key for id, key in team_keys.items() if id in person.teams],
        "skills": list(person.skills),
        "tier": person.tier,
        "email": person.email,
        "phone": person.phone,
        "calendar": person.calendar,
        **_exceptions_row(person),
        "locale": person.locale,
        "active": person.active,
    }


def person_values(row: Mapping[str, Any], team_ids: Mapping[str, int]) -> dict[str, Any]:
    """The row as fields of a `Person`, all but whether he is active, which has consequences of its own."""
    return {
        "name": row["name"],
        "role": Role(row["role"]),
        "teams": frozenset(team_ids[key] for key in row["teams"]),
        "skills": tuple(row["skills"]),
        "tier": row["tier"],
        "email": row["email"],
        "phone": row["phone"],
        "calendar": row["calendar"],
        **_exceptions_values(row),
        "locale": row["locale"],
    }


def _exceptions_row(of: Team | Person) -> dict[str, Any]:
    """Exceptions to a calendar, as the file writes them."""
    rest = [reading.interval_written(one) for one in of.rest]
    return {"closed": reading.days_written(of.closed), "open": reading.opened_written(of.opened), "rest": rest}


def _exceptions_values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "closed": reading.days_of(row["closed"]),
        "opened": reading.opened_of(row["open"]),
        "rest": reading.intervals_of(row["rest"]),
    }


def accounts_row(accounts: Iterable[Account]) -> list[str]:
    """Stored accounts as `platform:user`, in the order of the file's fields; other platforms are left out."""
    known = [account for account in accounts if account.platform in ACCOUNT_FIELDS]
    known.sort(key=lambda account: (ACCOUNT_FIELDS.index(account.platform), account.user))
    return [f"{account.platform}:{account.user}" for account in known]


def account_fields(accounts: Iterable[str]) -> dict[str, list[str]]:
    """Accounts by the file's fields."""
    fields: dict[str, list[str]] = {name: [] for name in ACCOUNT_FIELDS}
    for written in accounts:
        platform, _, user = written.partition(":")
        fields[platform].append(user)
    return fields
