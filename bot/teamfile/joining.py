"""One person of a team file becomes, or is, one person in the database; and whose each account is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.errors import Conflict, NotFound
from bot.people.leaving import disable, enable
from bot.people.rules import Account, Person, Role
from bot.teamfile import rows
from bot.teamfile.applied import Applied, Run
from bot.teamfile.changes import Change, merged
from bot.teamfile.schema import PersonTable, TeamFile
from bot.unit import Unit

# A person may choose another language, and an operator may disable somebody at once; the next start must not undo that.
_YIELDING = ("locale", "active")


def join(unit: Unit, table: PersonTable) -> Person:
    """Add one person, apart from the team file. Raises `Conflict` or `NotFound`: key or account taken, no such team."""
    if unit.people.by_key(table.key):
        raise Conflict("teamfile.key_taken", value=table.key)
    keys = {team.id: team.key for team in unit.people.teams()}
    for key in table.teams:
        if key not in keys.values():
            raise NotFound("teamfile.no_such_team", value=key, known=", ".join(keys.values()) or "-")
    for written in rows.stated_accounts(table):
        _refuse_taken(unit, written)
    joining = Joining(Run(unit, TeamFile(), Applied()), table, keys)
    person = joining.save()
    joining.claim()
    return person


def _refuse_taken(unit: Unit, written: str) -> None:
    platform, _, user = written.partition(":")
    account = unit.people.account(platform, user)
    if account:
        owner = unit.people.person(account.person)
        if owner.key:
            raise Conflict("teamfile.account_taken", value=written, name=owner.name, owner=owner.key)


class Joining:
    """One person of the file. Everybody is looked up before anybody is changed, for accounts may change hands.

    `save`, then `claim`, then `withdraw`: each for everybody before the next.
    """

    def __init__(self, run: Run, table: PersonTable, team_keys: Mapping[int, str]) -> None:
        self.run = run
        self.people = run.unit.people
        self.key = table.key
        self.team_keys = team_keys
        self.stated = rows.stated_person(table)
        self.wanted = rows.stated_accounts(table)
        known = self.people.by_key(table.key)
        self.person = known or self._stranger()
        accounts = rows.accounts_row(self.people.accounts(self.person.id)) if self.person else []
        self.before = self._row(self.person, accounts) if self.person else {}
        self.is_new = known is None
        said = run.last.accounts.get(table.key, [])
        self.withdrawn = [one for one in said if one in accounts and one not in self.wanted]
        kept = [one for one in accounts if one not in self.withdrawn]
        self.accounts = [*kept, *(one for one in self.wanted if one not in kept)]

    def _stranger(self) -> Person | None:
        """Somebody who came on his own (wrote before he was in the file) with one of these accounts."""
        for written in self.wanted:
            account = self._account(written)
            person = self.people.person(account.person) if account else None
            if person and not person.key and person.id not in self.run.adopted:
                self.run.adopted.add(person.id)
                return person
        return None

    def _account(self, written: str) -> Account | None:
        platform, _, user = written.partition(":")
        return self.people.account(platform, user)

    def _row(self, person: Person, accounts: Iterable[str]) -> dict[str, Any]:
        return rows.person_row(person, self.team_keys) | rows.account_fields(accounts)

    def save(self) -> Person:
        """Store the person, and note what is different, accounts included."""
        last = self.run.last.people.get(self.key, {})
        self.run.now.people[self.key] = self.stated
        self.run.now.accounts[self.key] = self.wanted
        after = merged(self.stated, last, self.before, rows.PERSON_DEFAULTS, _YIELDING) | rows.account_fields(
            self.accounts
        )
        after["teams"] = [key for key in self.team_keys.values() if key in after["teams"]]  # their order means nothing
        seen = self.before | {"active": after["active"]}  # told apart below
        self.run.note("person", self.key, None if self.is_new else seen, after)
        ids = {key: id for id, key in self.team_keys.items()}
        values = rows.person_values(after, ids)
        if self.person is None:
            fresh = Person(0, after["name"], Role.CUSTOMER, key=self.key, active=after["active"])
            self.person = self.people.add_person(replace(fresh, **values))
        else:
            self.person = self._changed(self.person, values, after["active"])
        return self.person

    def _changed(self, person: Person, values: Mapping[str, Any], active: bool) -> Person:
        changed = replace(person, key=self.key, **values)
        if changed != person:
            self.people.save_person(changed)
        if active != person.active:
            self._switch(changed, active)
        return changed

    def _switch(self, person: Person, active: bool) -> None:
        if active:
            enable(self.run.unit, person)
            self.run.changes.append(Change("enabled", "person", self.key))
        else:
            self.run.changes.append(Change("disabled", "person", self.key, tickets=disable(self.run.unit, person)))

    def claim(self) -> None:
        """Make the accounts that the file names his.

        One that belonged to somebody who came on his own shows that both are one person; one that belonged to
        somebody of the file just changes hands.
        """
        assert self.person is not None, "save comes first"  # noqa: S101
        for written in self.wanted:
            platform, _, user = written.partition(":")
            account = self._account(written)
            if account is None:
                self.people.save_account(Account(platform, user, self.person.id, name=self.person.name))
            elif account.person != self.person.id:
                other = self.people.person(account.person)
                if other.key:
                    self.people.save_account(replace(account, person=self.person.id))
                else:
                    self.people.merge_person(self.person.id, other.id)

    def withdraw(self) -> None:
        """Let go of accounts that the file gave him and no longer does: whoever writes from one is a customer again."""
        assert self.person is not None, "save comes first"  # noqa: S101
        for written in self.withdrawn:
            account = self._account(written)
            if account and account.person == self.person.id:
                stranger = self.people.add_person(Person(0, account.name or account.user, Role.CUSTOMER))
                self.people.save_account(replace(account, person=stranger.id))
