"""Teams with their rooms, and what is known of a room: rows to frozen objects and back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from bot.chat.events import Place
from bot.errors import NotFound
from bot.people.rules import Room, Team, Visibility
from storage.claims import all_columns, replacing
from storage.encoding import packed, possible, unpacked
from storage.exceptions import exceptions_packed, exceptions_unpacked
from storage.statements import Link, Row, Statement
from storage.tables.people import rooms, team_rooms, teams

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
    teams.c.exceptions,
    teams.c.review_articles,
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


class Teams:
    """The part of `bot.people.ports.PeopleStore` that is about teams and rooms."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def team(self, id: int) -> Team:
        """Raises `NotFound` (key `team.unknown`)."""
        found = self._link.standing(("team", id), lambda: _teams(self._link.all(TEAM, id=id))) if possible(id) else []
        if not found:
            raise NotFound("team.unknown", id=id)
        return found[0]

    def teams(self) -> list[Team]:
        """All teams, in the order in which they were created."""
        return list(self._link.standing("teams", lambda: _teams(self._link.all(TEAMS))))

    def add_team(self, team: Team) -> Team:
        """Store a new team (`id` 0) with its rooms; gives it back with its id."""
        self._link.unsettle()
        id = self._link.value(ADD_TEAM, **_team_row(team))
        added = replace(team, id=id)
        self._link.many(ADD_ROOM, _room_rows(added))
        return added

    def save_team(self, team: Team) -> None:
        """Store everything about the team, its rooms included."""
        self._link.unsettle()
        self._link.run(SAVE_TEAM, id_=team.id, **_team_row(team))
        self._link.run(DROP_ROOMS, team=team.id)
        self._link.many(ADD_ROOM, _room_rows(team))

    def room(self, place: Place) -> Room | None:
        """What is known of the room (the thread is ignored)."""
        whole = place.whole
        return self._link.standing(("room", whole), lambda: self._room(whole))

    def _room(self, whole: Place) -> Room | None:
        row = self._link.one(ROOM, platform=whole.platform, room=whole.room)
        return Room(whole, row[0], row[1], bool(row[2])) if row else None

    def save_room(self, room: Room) -> None:
        """Store or replace what is known of a room."""
        self._link.unsettle()
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
        id = self._link.standing(("team at", place, intake), lambda: self._team_number_at(place, intake))
        return self.team(id) if id else None

    def _team_number_at(self, place: Place, intake: bool) -> int | None:
        number: int | None = self._link.value(
            TEAM_AT, platform=place.platform, room=place.room, thread=place.thread, intake=intake
        )
        return number


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
        "exceptions": exceptions_packed(team.closed, team.opened, team.rest),
        "review_articles": team.review_articles,
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
    id, key, name, aliases, lead, audience, topics, calendar, locale, exceptions, reviews = rows[0][:11]
    places = [(intake, Place(*where)) for intake, *where in (row[11:] for row in rows) if intake is not None]
    closed, opened, rest = exceptions_unpacked(exceptions)
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
        closed,
        opened,
        rest,
        bool(reviews),
    )
