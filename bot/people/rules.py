"""Persons, accounts, teams and roles as plain data."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.calendars.rules import Interval, Intervals
from bot.chat.events import Place


class Role(StrEnum):
    """What a person is to Baton; decides, with his teams, what he may see and do."""

    CUSTOMER = "customer"
    AGENT = "agent"
    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMIN = "admin"

    @property
    def staff(self) -> bool:
        """Whether the role belongs to the house; a customer's does not."""
        return self is not Role.CUSTOMER


class Visibility(StrEnum):
    """Who will read a message written in a team's thread unless somebody says otherwise."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, whatever accounts he has. `key` is his name in the team file ("" if he is not in it).

    `locale` is "" until he chose one. `teams` are the ids of the teams he belongs to. `calendar` is his own ("": his
    team's); he does not work on `closed` days, works other hours on `opened` ones, and rests daily in `rest`. `phone`
    is written as E.164 has it: +8613800138000.
    """

    id: int
    name: str
    role: Role
    key: str = ""
    locale: str = ""
    email: str = ""
    active: bool = True
    teams: frozenset[int] = frozenset()
    skills: tuple[str, ...] = ()
    tier: str = ""
    calendar: str = ""
    closed: tuple[date, ...] = ()
    opened: tuple[tuple[date, Intervals], ...] = ()
    rest: tuple[Interval, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person on a platform. `room` is where direct messages reach him ("" if unknown)."""

    platform: str
    user: str
    person: int
    name: str = ""
    handle: str = ""
    room: str = ""
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """A department. `rooms` hold its cards and threads, `intake` rooms open a ticket for every top-level message.

    `audience` is who reads what is written in its ticket threads by default; `topic_per_ticket` asks for a topic of its
    own for each ticket where the platform has topics. `closed`, `opened` and `rest` are exceptions to its calendar.
    `review_articles`: what its people write in the knowledge base is looked at by its lead before others find it.
    """

    id: int
    key: str
    name: str
    aliases: tuple[str, ...] = ()
    lead: int = 0
    rooms: tuple[Place, ...] = ()
    intake: tuple[Place, ...] = ()
    audience: Visibility = Visibility.INTERNAL
    topic_per_ticket: bool = False
    calendar: str = ""
    locale: str = ""
    closed: tuple[date, ...] = ()
    opened: tuple[tuple[date, Intervals], ...] = ()
    rest: tuple[Interval, ...] = ()
    review_articles: bool = False

    def called(self, name: str) -> bool:
        """Whether `name` is the team's key, name or one of its aliases, however it is capitalised."""
        wanted = name.strip().lstrip("@").casefold()
        return wanted in {self.key.casefold(), self.name.casefold(), *(alias.casefold() for alias in self.aliases)}


@dataclass(frozen=True, slots=True)
class Room:
    """What Baton knows of a room: its language, whether the bot is in it, and where it moved."""

    place: Place
    title: str = ""
    locale: str = ""
    present: bool = True
