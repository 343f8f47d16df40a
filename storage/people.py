"""Persons, accounts, teams and rooms: rows to frozen objects and back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from bot.chat.events import Place
from bot.errors import NotFound
from bot.people.rules import Account, Person, Role
from storage import moves
from storage.claims import all_columns, among, replacing
from storage.encoding import packed, possible, unpacked
from storage.exceptions import exceptions_packed, exceptions_unpacked
from storage.statements import Row, Statement
from storage.tables.dialogs import dialogs
from storage.tables.people import accounts, memberships, persons
from storage.teams import Teams

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
    _kept.c.calendar,
    _kept.c.phone,
    _kept.c.exceptions,
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
# With its person, as whoever asks for the one is about to ask for the other.
ACCOUNT = Statement(
    select(*_ACCOUNT, *_PERSON)
    .select_from(accounts.join(_asked, persons.c.id == accounts.c.person))
    .where(accounts.c.platform == bindparam("platform"), accounts.c.user_id == bindparam("user_id"))
)
# And with what he has open in a place, when he acts there.
ACCOUNT_HERE = Statement(
    select(*_ACCOUNT, *_PERSON, dialogs.c.data)
    .select_from(
        accounts.join(_asked, persons.c.id == accounts.c.person).outerjoin(
            dialogs,
            and_(
                dialogs.c.person == accounts.c.person,
                dialogs.c.platform == bindparam("platform"),
                dialogs.c.room == bindparam("room"),
                dialogs.c.thread == bindparam("thread"),
            ),
        )
    )
    .where(accounts.c.platform == bindparam("platform"), accounts.c.user_id == bindparam("user_id"))
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


class People(Teams):
    """See `bot.people.ports.PeopleStore`."""

    _here: Place | None = None
    """Where it was foreseen that somebody acts."""

    def person(self, id: int) -> Person:
        """Raises `NotFound` (key `person.unknown`)."""
        known: Person | None = self._link.memo.get(("person", id))
        if known is None:
            rows = self._link.all(PERSON, id=id) if possible(id) else []
            if not rows:
                raise NotFound("person.unknown", id=id)
            known = self._link.memo["person", id] = _person(rows)
        return known

    def persons(self, ids: Sequence[int]) -> dict[int, Person]:
        """Those of `ids` that exist, by id; one query."""
        memo = self._link.memo
        known: dict[int, Person] = {id: memo["person", id] for id in ids if ("person", id) in memo}
        unknown = [id for id in ids if id not in known]
        by_id: dict[int, list[Row]] = {}
        for asked, *row in self._link.all(PERSONS, ids=unknown) if unknown else ():
            by_id.setdefault(asked, []).append(tuple(row))
        return known | {asked: _person(rows) for asked, rows in by_id.items()}

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
        if person.teams:
            self._link.unsettle()
        id = self._link.value(ADD_PERSON, **_person_values(person))
        self._join(id, person.teams)
        added: Person = self._link.memo.setdefault(("person", id), replace(person, id=id))
        return added

    def save_person(self, person: Person) -> None:
        """Store everything about the person, his teams included."""
        before: Person | None = self._link.memo.pop(("person", person.id), None)
        if before is None or before.teams or person.teams:  # `members` knows him, or is to
            self._link.unsettle()
        self._link.run(SAVE_PERSON, id_=person.id, **_person_values(person))
        self._link.run(LEAVE_TEAMS, person=person.id)
        self._join(person.id, person.teams)

    def _join(self, person: int, teams: Iterable[int]) -> None:
        self._link.many(JOIN_TEAM, [{"person": person, "team": team} for team in sorted(teams)])

    def foresee(self, place: Place, user: str) -> None:
        """This account will be asked for, and what its person has open here."""
        self._link.ahead(ACCOUNT_HERE, platform=place.platform, user_id=user, room=place.room, thread=place.thread)
        self._here = place

    def account(self, platform: str, user: str) -> Account | None:
        """The account, if it was ever seen or configured."""
        here = self._link.arrived(ACCOUNT_HERE, platform=platform, user_id=user)
        rows = self._link.all(ACCOUNT, platform=platform, user_id=user) if here is None else here
        if not rows:
            return None
        account = _account(rows[0][: len(_ACCOUNT)])
        if here is not None:
            self._link.memo.setdefault(("dialog", self._here, account.person), rows[0][-1])
            rows = [row[:-1] for row in rows]
        self._link.memo.setdefault(("person", account.person), _person([row[len(_ACCOUNT) :] for row in rows]))
        return account

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

    def members(self, team: int) -> list[Person]:
        """Active members of a team, in the order of their names."""
        look = self._link.standing(
            ("members", team), lambda: _persons(self._link.all(MEMBERS, team_id=team, active=True))
        )
        return list(look)

    def move_room(self, old: Place, new: str) -> None:
        """The platform gave the room a new id: everything that named the old one names the new one from now on."""
        self._link.unsettle()
        self._link.memo.clear()
        moves.move_room(self._link, old, new)

    def merge_person(self, kept: int, gone: int) -> None:
        """Two persons proved to be one: accounts, tickets, messages and facts of `gone` become those of `kept`."""
        self._link.unsettle()
        self._link.memo.clear()
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
        "calendar": person.calendar,
        "phone": person.phone,
        "exceptions": exceptions_packed(person.closed, person.opened, person.rest),
    }


def _person(rows: Sequence[Row]) -> Person:
    """One person from the rows of a join with the teams."""
    id, name, role, key, locale, email, active, skills, tier, calendar, phone, exceptions, _ = rows[0]
    member_of = frozenset(row[-1] for row in rows if row[-1] is not None)
    closed, opened, rest = exceptions_unpacked(exceptions)
    return Person(
        id,
        name,
        Role(role),
        key or "",
        locale,
        email,
        bool(active),
        member_of,
        tuple(unpacked(skills)),
        tier,
        calendar,
        closed,
        opened,
        rest,
        phone,
    )


def _persons(rows: Iterable[Row]) -> list[Person]:
    by_id: dict[int, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    return [_person(group) for group in by_id.values()]


def _account(row: Row) -> Account:
    platform, user, person, name, handle, room, reachable = row
    return Account(platform, user, person, name, handle, room, bool(reachable))
