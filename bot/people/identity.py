"""Who is behind an account: known persons are found, unknown ones become customers, the least that one can be."""

from dataclasses import replace

from bot.chat.events import Event
from bot.language.catalogue import matched
from bot.people.rules import Account, Person, Role
from bot.unit import Unit

NAME_LIMIT = 80


def identify(unit: Unit, event: Event) -> Person:
    """The person who acted; made on first contact, with the language and name that the platform gives."""
    account = _account(unit, event.place.platform, event.user)
    if account is None:
        return _welcome(unit, event)
    seen = _refreshed(account, event)
    if seen != account:
        unit.people.save_account(seen)
    person = unit.people.person(account.person)
    return _greeted(unit, event, person) if seen.room != account.room else person


def _account(unit: Unit, platform: str, user: str) -> Account | None:
    """The account, if it is known; if not, nobody else makes it before this unit ends.

    The same person may speak up in two rooms at once, at two replicas: without a turn each would make a person.
    """
    account = unit.people.account(platform, user)
    if account is None:
        unit.serialize(f"account:{platform}:{user}")
        account = unit.people.account(platform, user)
    return account


def _greeted(unit: Unit, event: Event, person: Person) -> Person:
    """Somebody known from rooms only speaks to the bot alone for the first time: in which language is known now."""
    locale = matched(event.profile.locale)
    if person.locale or person.role.staff or not locale:
        return person
    greeted = replace(person, locale=locale)
    unit.people.save_person(greeted)
    return greeted


def _welcome(unit: Unit, event: Event) -> Person:
    profile = event.profile
    name = (profile.name or profile.handle or event.user)[:NAME_LIMIT]
    person = unit.people.add_person(
        Person(0, name, Role.CUSTOMER, locale=matched(profile.locale) if event.direct else "", email=profile.email)
    )
    unit.people.save_account(
        Account(
            event.place.platform,
            event.user,
            person.id,
            name=name,
            handle=profile.handle,
            room=event.place.room if event.direct else "",
        )
    )
    return person


def _refreshed(account: Account, event: Event) -> Account:
    profile = event.profile
    return replace(
        account,
        name=(profile.name or account.name)[:NAME_LIMIT],
        handle=profile.handle or account.handle,
        room=event.place.room if event.direct else account.room,
        reachable=account.reachable or event.direct,
    )


def identify_other(unit: Unit, platform: str, user: str, name: str, handle: str = "") -> Person:
    """The person behind an account that an event only points at (the author of a quoted message)."""
    account = _account(unit, platform, user)
    if account is not None:
        return unit.people.person(account.person)
    shown = (name or handle or user)[:NAME_LIMIT]
    person = unit.people.add_person(Person(0, shown, Role.CUSTOMER))
    unit.people.save_account(Account(platform, user, person.id, name=shown, handle=handle))
    return person
