"""What people need from storage."""

from collections.abc import Sequence
from typing import Protocol

from bot.chat.events import Place
from bot.people.rules import Account, Person, Role, Room, Team


class PeopleStore(Protocol):
    """Persons, accounts, teams and rooms."""

    def person(self, id: int) -> Person:
        """Raises `NotFound` (key `person.unknown`)."""
        ...

    def persons(self, ids: Sequence[int]) -> dict[int, Person]:
        """Those of `ids` that exist, by id; one query."""
        ...

    def all_persons(self, *, role: Role | None = None, active: bool | None = True) -> list[Person]:
        """Everybody, in the order of their names."""
        ...

    def by_key(self, key: str) -> Person | None:
        """The person with this key of the team file."""
        ...

    def add_person(self, person: Person) -> Person:
        """Store a new person (`id` 0); gives it back with its id."""
        ...

    def save_person(self, person: Person) -> None:
        """Store everything about the person, his teams included."""
        ...

    def account(self, platform: str, user: str) -> Account | None:
        """The account, if it was ever seen or configured."""
        ...

    def accounts(self, person: int) -> list[Account]:
        """All accounts of a person."""
        ...

    def accounts_on(self, platform: str) -> list[Account]:
        """All accounts on a platform, in the order of their ids there."""
        ...

    def account_by_handle(self, platform: str, handle: str) -> Account | None:
        """By the platform's public name (`@handle`, without the sign), however it is capitalised."""
        ...

    def save_account(self, account: Account) -> None:
        """Store or replace the account (platform and user are its key)."""
        ...

    def team(self, id: int) -> Team:
        """Raises `NotFound` (key `team.unknown`)."""
        ...

    def teams(self) -> list[Team]:
        """All teams, in the order in which they were created."""
        ...

    def add_team(self, team: Team) -> Team:
        """Store a new team (`id` 0) with its rooms; gives it back with its id."""
        ...

    def save_team(self, team: Team) -> None:
        """Store everything about the team, its rooms included."""
        ...

    def members(self, team: int) -> list[Person]:
        """Active members of a team, in the order of their names."""
        ...

    def room(self, place: Place) -> Room | None:
        """What is known of the room (the thread is ignored)."""
        ...

    def save_room(self, room: Room) -> None:
        """Store or replace what is known of a room."""
        ...

    def team_of_room(self, place: Place) -> Team | None:
        """The team whose room (or topic) this is; a room without thread stands for all its threads."""
        ...

    def team_of_intake(self, place: Place) -> Team | None:
        """The team for which every top-level message here is a ticket."""
        ...

    def move_room(self, old: Place, new: str) -> None:
        """The platform gave the room a new id: everything that named the old one names the new one from now on.

        Covers team rooms, room settings, accounts' direct rooms, ticket threads, messages and dialogues. Messages are
        counted anew there: references to those of the old room lead nowhere any more.
        """
        ...

    def merge_person(self, kept: int, gone: int) -> None:
        """Two persons proved to be one: accounts, tickets, messages and facts of `gone` become those of `kept`."""
        ...
