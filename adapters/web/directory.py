"""Who is in the chat, which rooms there are, and who sees which: worked out anew in each unit, so never out of date.

Users are the persons who have an account on this platform. The rooms are those that the team file gives to it, one
lobby for everybody, a direct room of each user with the bot (its id is the user's), those between two persons, and
those that the bot opened for some of them (their ids begin with `JOINT`).
"""

from dataclasses import dataclass
from typing import Literal

from bot.chat.builtin import BOT, BuiltinDirect, BuiltinMessage
from bot.people.rules import Person, Role, Team
from bot.unit import Unit

PLATFORM = "web"
LOBBY = "lobby"
JOINT = "joint:"


@dataclass(frozen=True, slots=True)
class ChatRoom:
    """A room as a user sees it. `title` is "" where the reader's language names it (lobby, the room with the bot).

    `other` is the user at the other end of a conversation of two.
    """

    id: str
    kind: Literal["lobby", "intake", "team", "bot", "direct", "joint"]
    title: str = ""
    team: int = 0
    other: str = ""

    @property
    def bot_is_in(self) -> bool:
        """Whether the bot hears what is said here."""
        return self.kind != "direct"


class Directory:
    """Persons and rooms, as they are in this unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        accounts = unit.people.accounts_on(PLATFORM)
        persons = unit.people.persons(sorted({account.person for account in accounts}))
        self.persons = {account.user: persons[account.person] for account in accounts}
        teams = unit.people.teams()
        self._shared = _shared_rooms(teams)
        self._leads = {team.id: team.lead for team in teams}

    def person(self, user: str) -> Person | None:
        """The person behind a user id; None if there is none, or he was put out of service."""
        person = self.persons.get(user)
        return person if person and person.active else None

    def user_of(self, key: str) -> str:
        """The user that is meant by a person's key in the team file, or by a user id; "" if there is none."""
        if key in self.persons:
            return key
        return next((user for user, person in self.persons.items() if person.key == key), "")

    def room(self, user: str, room: str) -> ChatRoom | None:
        """The room, if this user may see it."""
        person = self.person(user)
        if person is None:
            return None
        shared = self._shared.get(room)
        if shared is not None:
            return shared if self._may_enter(person, shared) else None
        if room == user:
            return ChatRoom(room, "bot", other=BOT)
        direct = self._unit.builtin.direct(room)
        if direct is None or user not in direct.members:
            return None
        return _small(direct, user)

    def rooms(self, user: str) -> list[ChatRoom]:
        """All rooms that this user may see: the bot first, then teams, intake, lobby, persons."""
        person = self.person(user)
        if person is None:
            return []
        shared = [room for room in self._shared.values() if self._may_enter(person, room)]
        directs = [_small(direct, user) for direct in self._unit.builtin.directs(user)]
        return [ChatRoom(user, "bot", other=BOT), *shared, *directs]

    def _may_enter(self, person: Person, room: ChatRoom) -> bool:
        """A team's room is its members', its lead's and the administrators'; analysts read figures without names."""
        if room.kind != "team" or person.role is Role.ADMIN:
            return True
        if not person.role.staff or person.role is Role.ANALYST:
            return False
        return room.team in person.teams or self._leads[room.team] == person.id

    def exists(self, room: str) -> bool:
        """Whether the bot could write here: a shared room, or a person's own."""
        return room in self._shared or room in self.persons or self._joint(room)

    def shared(self, room: str) -> bool:
        """Whether more than one person could be in it."""
        return room in self._shared or self._joint(room)

    def _joint(self, room: str) -> bool:
        return room.startswith(JOINT) and self._unit.builtin.direct(room) is not None

    def sees(self, user: str, message: BuiltinMessage) -> bool:
        """Whether this user may see this message."""
        return message.only_for in ("", user) and self.room(user, message.room) is not None

    def may_write_to(self, user: str, other: str) -> bool:
        """Whether a user may begin a conversation: the staff with anybody, customers with nobody but the bot."""
        person, partner = self.person(user), self.person(other)
        return bool(person and partner and user != other and person.role.staff)

    def names(self) -> dict[str, str]:
        """What may be typed after an `@`, without capitals: names and ids; a name of two persons names neither."""
        names: dict[str, str] = {}
        double: set[str] = set()
        for user, person in self.persons.items():
            name = person.name.casefold()
            if names.setdefault(name, user) != user:
                double.add(name)
        known = {name: user for name, user in names.items() if name and name not in double}
        return {user.casefold(): user for user in self.persons} | known | {BOT: BOT}

    def clashes(self) -> list[str]:
        """Rooms whose id is a person's as well: the direct room of that person can't be reached."""
        return sorted(set(self._shared) & set(self.persons))


def _small(direct: BuiltinDirect, user: str) -> ChatRoom:
    """A conversation of two, or of those whom the bot brought together, as one of them sees it."""
    if direct.room.startswith(JOINT):
        return ChatRoom(direct.room, "joint", direct.room.removeprefix(JOINT))
    return ChatRoom(direct.room, "direct", other=next(iter(direct.members - {user}), user))


def _shared_rooms(teams: list[Team]) -> dict[str, ChatRoom]:
    """A room that is both a team's own and its intake stays the team's own: nothing inside may get out by mistake."""
    rooms: dict[str, ChatRoom] = {}
    for team in teams:
        for place in team.rooms:
            if place.platform == PLATFORM:
                rooms.setdefault(place.room, ChatRoom(place.room, "team", team.name, team.id))
    for team in teams:
        for place in team.intake:
            if place.platform == PLATFORM:
                rooms.setdefault(place.room, ChatRoom(place.room, "intake", team.name, team.id))
    rooms.setdefault(LOBBY, ChatRoom(LOBBY, "lobby"))
    return rooms
