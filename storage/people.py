"""Persons, accounts, teams and rooms: rows to frozen objects and back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from bot.chat.events import Place
from bot.errors import NotFound
from bot.people.rules import Account, Person, Role, Room, Team, Visibility
from storage import moves
from storage.claims import all_columns, among, replacing
from storage.encoding import packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.people import accounts, memberships, persons, rooms, team_rooms, teams

# Persons. One that was merged into another is read as that other one.

_kept = persons.alias("kept")
_PERSON = (
    _kept.c.id,
    _kept.c.name,
    _kept.c.role,
    _kept.c.key,
    _kept.c.locale,
    _kept.c.email,
    _kept.c.active,
    _kept.c.skills,
    _kept.c.tier,
    memberships.c.team,
)
_asked = persons.join(_kept, _kept.c.id == func.coalesce(persons.c.merged_into, persons.c.id)).outerjoin(
    memberships, memberships.c.person == _kept.c.id
)
_all = _kept.outerjoin(memberships, memberships.c.person == _kept.c.id)
_in_order = (_kept.c.name, _kept.c.id)

PERSON = Statement(select(*_PERSON).select_from(_asked).where(persons.c.id == bindparam("id")))
PERSONS = Statement(select(persons.c.id, *_PERSON).select_from(_asked).where(among(persons.c.id, "ids")))
BY_KEY = Statement(select(*_PERSON).select_from(_all).where(_kept.c.key == bindparam("key")))
EVERYBODY = {
    (with_role, with_state): Statement(
        select(*_PERSON)
        .select_from(_all)
        .where(
            _kept.c.merged_into.is_(None),
            *([_kept.c.role == bindparam("role")] if with_role else []),
            *([_kept.c.active == bindparam("active")] if with_state else []),
        )
        .order_by(*_in_order)
    )
    for with_role in (True, False)
    for with_state in (True, False)
}
MEMBERS = Statement(
    select(*_PERSON)
    .select_from(_all)
    .where(
        _kept.c.active == bindparam("active"),
        _kept.c.id.in_(select(memberships.c.person).where(memberships.c.team == bindparam("team_id"))),
    )
    .order_by(*_in_order)
)
_changeable = all_columns(persons, "id", "merged_into")
ADD_PERSON = Statement(insert(persons).values(_changeable).returning(persons.c.id))
SAVE_PERSON = Statement(update(persons).where(persons.c.id == bindparam("id_")).values(_changeable))
LEAVE_TEAMS = Statement(delete(memberships).where(memberships.c.person == bindparam("person")))
JOIN_TEAM = Statement(insert(memberships).values(all_columns(memberships)))

# Accounts.

_ACCOUNT = (
    accounts.c.platform,
    accounts.c.user_id,
    accounts.c.person,
    accounts.c.name,
    accounts.c.handle,
    accounts.c.room,
    accounts.c.reachable,
)
ACCOUNT = Statement(
    select(*_ACCOUNT).where(accounts.c.platform == bindparam("platform"), accounts.c.user_id == bindparam("user_id"))
)
ACCOUNTS = Statement(
    select(*_ACCOUNT).where(accounts.c.person == bindparam("person")).order_by(accounts.c.platform, accounts.c.user_id)
)
ACCOUNTS_ON = Statement(
    select(*_ACCOUNT).where(accounts.c.platform == bindparam("platform")).order_by(accounts.c.user_id)
)
BY_HANDLE = Statement(
    select(*_ACCOUNT)
    .where(accounts.c.platform == bindparam("platform"), accounts.c.handle_folded == bindparam("handle"))
    .order_by(accounts.c.user_id)
)
SAVE_ACCOUNT = Statement(replacing(accounts, "platform", "user_id"))

# Teams.

_TEAM = (
    teams.c.id,
    teams.c.key,
    teams.c.name,
    teams.c.aliases,
    teams.c.lead,
    teams.c.audience,
    teams.c.topic_per_ticket,
    teams.c.calendar,
    teams.c.locale,
    team_rooms.c.intake,
    team_rooms.c.platform,
    team_rooms.c.room,
    team_rooms.c.thread,
)
_with_rooms = teams.outerjoin(team_rooms, team_rooms.c.team == teams.c.id)
TEAM = Statement(
    select(*_TEAM).select_from(_with_rooms).where(teams.c.id == bindparam("id")).order_by(team_rooms.c.position)
)
TEAMS = Statement(select(*_TEAM).select_from(_with_rooms).order_by(teams.c.id, team_rooms.c.position))
_team_values = all_columns(teams, "id")
ADD_TEAM = Statement(insert(teams).values(_team_values).returning(teams.c.id))
SAVE_TEAM = Statement(update(teams).where(teams.c.id == bindparam("id_")).values(_team_values))
DROP_ROOMS = Statement(delete(team_rooms).where(team_rooms.c.team == bindparam("team")))
ADD_ROOM = Statement(insert(team_rooms).values(all_columns(team_rooms)))
# The thread itself before the room as a whole, then the older team.
TEAM_AT = Statement(
    select(team_rooms.c.team)
    .where(
        team_rooms.c.platform == bindparam("platform"),
        team_rooms.c.room == bindparam("room"),
        or_(team_rooms.c.thread == bindparam("thread"), team_rooms.c.thread == ""),
        team_rooms.c.intake == bindparam("intake"),
    )
    .order_by(team_rooms.c.thread.desc(), team_rooms.c.team)
    .limit(1)
)

# Rooms.

ROOM = Statement(
    select(rooms.c.title, rooms.c.locale, rooms.c.present).where(
        and_(rooms.c.platform == bindparam("platform"), rooms.c.room == bindparam("room"))
    )
)
SAVE_ROOM = Statement(replacing(rooms, "platform", "room"))


class People:
    """See `bot.people.ports.PeopleStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def person(self, id: int) -> Person:
        """Raises `NotFound` (key `person.unknown`)."""
        rows = self._link.all(PERSON, id=id) if possible(id) else []
        if not rows:
            raise NotFound("person.unknown", id=id)
        return _person(rows)

    def persons(self, ids: Sequence[int]) -> dict[int, Person]:
        """Those of `ids` that exist, by id; one query."""
        by_id: dict[int, list[Row]] = {}
        for asked, *row in self._link.all(PERSONS, ids=list(ids)) if ids else ():
            by_id.setdefault(asked, []).append(tuple(row))
        return {asked: _person(rows) for asked, rows in by_id.items()}

    def all_persons(self, *, role: Role | None = None, active: bool | None = True) -> list[Person]:
        """Everybody, in the order of their names."""
        wanted: dict[str, object] = {}
        if role is not None:
            wanted["role"] = role.value
        if active is not None:
            wanted["active"] = active
        return _persons(self._link.all(EVERYBODY[role is not None, active is not None], **wanted))

    def by_key(self, key: str) -> Person | None:
        """The person with this key of the team file."""
        rows = self._link.all(BY_KEY, key=key)
        return _person(rows) if rows else None

    def add_person(self, person: Person) -> Person:
        """Store a new person (`id` 0); gives it back with its id."""
        id = self._link.value(ADD_PERSON, **_person_values(person))
        self._join(id, person.teams)
        return replace(person, id=id)

    def save_person(self, person: Person) -> None:
        """Store name, role, locale, e-mail, active, teams, skills, tier."""
        self._link.run(SAVE_PERSON, id_=person.id, **_person_values(person))
        self._link.run(LEAVE_TEAMS, person=person.id)
        self._join(person.id, person.teams)

    def _join(self, person: int, teams: Iterable[int]) -> None:
        self._link.many(JOIN_TEAM, [{"person": person, "team": team} for team in sorted(teams)])

    def account(self, platform: str, user: str) -> Account | None:
        """The account, if it was ever seen or configured."""
        row = self._link.one(ACCOUNT, platform=platform, user_id=user)
        return _account(row) if row else None

    def accounts(self, person: int) -> list[Account]:
        """All accounts of a person."""
        return [_account(row) for row in self._link.all(ACCOUNTS, person=person)]

    def accounts_on(self, platform: str) -> list[Account]:
        """All accounts on a platform, in the order of their ids there."""
        return [_account(row) for row in self._link.all(ACCOUNTS_ON, platform=platform)]

    def account_by_handle(self, platform: str, handle: str) -> Account | None:
        """By the platform's public name (`@handle`, without the sign), however it is capitalised."""
        if not handle:
            return None
        row = self._link.one(BY_HANDLE, platform=platform, handle=handle.casefold())
        return _account(row) if row else None

    def save_account(self, account: Account) -> None:
        """Store or replace the account (platform and user are its key)."""
        self._link.run(
            SAVE_ACCOUNT,
            platform=account.platform,
            user_id=account.user,
            person=account.person,
            name=account.name,
            handle=account.handle,
            handle_folded=account.handle.casefold(),
            room=account.room,
            reachable=account.reachable,
        )

    def team(self, id: int) -> Team:
        """Raises `NotFound` (key `team.unknown`)."""
        found = _teams(self._link.all(TEAM, id=id)) if possible(id) else []
        if not found:
            raise NotFound("team.unknown", id=id)
        return found[0]

    def teams(self) -> list[Team]:
        """All teams, in the order in which they were created."""
        return _teams(self._link.all(TEAMS))

    def add_team(self, team: Team) -> Team:
        """Store a new team (`id` 0) with its rooms; gives it back with its id."""
        id = self._link.value(ADD_TEAM, **_team_row(team))
        added = replace(team, id=id)
        self._link.many(ADD_ROOM, _room_rows(added))
        return added

    def save_team(self, team: Team) -> None:
        """Store everything about the team, its rooms included."""
        self._link.run(SAVE_TEAM, id_=team.id, **_team_row(team))
        self._link.run(DROP_ROOMS, team=team.id)
        self._link.many(ADD_ROOM, _room_rows(team))

    def members(self, team: int) -> list[Person]:
        """Active members of a team, in the order of their names."""
        return _persons(self._link.all(MEMBERS, team_id=team, active=True))

    def room(self, place: Place) -> Room | None:
        """What is known of the room (the thread is ignored)."""
        row = self._link.one(ROOM, platform=place.platform, room=place.room)
        return Room(place.whole, row[0], row[1], bool(row[2])) if row else None

    def save_room(self, room: Room) -> None:
        """Store or replace what is known of a room."""
        self._link.run(
            SAVE_ROOM,
            platform=room.place.platform,
            room=room.place.room,
            title=room.title,
            locale=room.locale,
            present=room.present,
        )

    def team_of_room(self, place: Place) -> Team | None:
        """The team whose room (or topic) this is; a room without thread stands for all its threads."""
        return self._team_at(place, intake=False)

    def team_of_intake(self, place: Place) -> Team | None:
        """The team for which every top-level message here is a ticket."""
        return self._team_at(place, intake=True)

    def _team_at(self, place: Place, *, intake: bool) -> Team | None:
        id = self._link.value(TEAM_AT, platform=place.platform, room=place.room, thread=place.thread, intake=intake)
        return self.team(id) if id else None

    def move_room(self, old: Place, new: str) -> None:
        """The platform gave the room a new id: everything that named the old one names the new one from now on."""
        moves.move_room(self._link, old, new)

    def merge_person(self, kept: int, gone: int) -> None:
        """Two persons proved to be one: accounts, tickets, messages and facts of `gone` become those of `kept`."""
        moves.merge_person(self._link, kept, gone)


def _person_values(person: Person) -> dict[str, object]:
    return {
        "key": person.key or None,
        "name": person.name,
        "role": person.role.value,
        "locale": person.locale,
        "email": person.email,
        "active": person.active,
        "skills": packed(person.skills),
        "tier": person.tier,
    }


def _person(rows: Sequence[Row]) -> Person:
    """One person from the rows of a join with the teams."""
    id, name, role, key, locale, email, active, skills, tier, _ = rows[0]
    member_of = frozenset(row[9] for row in rows if row[9] is not None)
    return Person(
        id, name, Role(role), key or "", locale, email, bool(active), member_of, tuple(unpacked(skills)), tier
    )


def _persons(rows: Iterable[Row]) -> list[Person]:
    by_id: dict[int, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    return [_person(group) for group in by_id.values()]


def _account(row: Row) -> Account:
    platform, user, person, name, handle, room, reachable = row
    return Account(platform, user, person, name, handle, room, bool(reachable))


def _team_row(team: Team) -> dict[str, object]:
    return {
        "key": team.key,
        "name": team.name,
        "aliases": packed(team.aliases),
        "lead": team.lead or None,
        "audience": team.audience.value,
        "topic_per_ticket": team.topic_per_ticket,
        "calendar": team.calendar,
        "locale": team.locale,
    }


def _room_rows(team: Team) -> list[dict[str, object]]:
    places = [(False, place) for place in team.rooms] + [(True, place) for place in team.intake]
    return [
        {
            "team": team.id,
            "intake": intake,
            "position": position,
            "platform": place.platform,
            "room": place.room,
            "thread": place.thread,
        }
        for position, (intake, place) in enumerate(places)
    ]


def _teams(rows: Iterable[Row]) -> list[Team]:
    by_id: dict[int, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    return [_team(group) for group in by_id.values()]


def _team(rows: Sequence[Row]) -> Team:
    id, key, name, aliases, lead, audience, topics, calendar, locale = rows[0][:9]
    places = [(intake, Place(*where)) for intake, *where in (row[9:] for row in rows) if intake is not None]
    return Team(
        id,
        key,
        name,
        tuple(unpacked(aliases)),
        lead or 0,
        tuple(place for intake, place in places if not intake),
        tuple(place for intake, place in places if intake),
        Visibility(audience),
        bool(topics),
        calendar,
        locale,
    )
