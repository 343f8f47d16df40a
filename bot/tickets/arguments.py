"""What people type after a command: persons, priorities, statuses, days, tags; in any language."""

import re
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from bot.chat.context import Context
from bot.chat.text import plain
from bot.chat.words import folded, unmarked
from bot.errors import Invalid, NotFound
from bot.language.catalogue import LOCALES, table
from bot.people.naming import names_of
from bot.people.rules import Person, Role, Team
from bot.tickets.rules import Priority, Status

# Whatever stands between the numbers: marks, or the words for year, month and day.
_DATE = re.compile(r"(?:(\d{4})[^\d\s])?(\d{1,2})[^\d\s](\d{1,2})[^\d\s]?")
_DAYS_AHEAD = {"today": 0, "tomorrow": 1, "day_after_tomorrow": 2}


def _listed(key: str, said: str) -> bool:
    """Whether it is one of the words that the catalogue has for this, in any language."""
    wanted = folded(said.strip())
    return any(wanted in {folded(word.strip()) for word in table(locale)[key].split(",")} for locale in LOCALES)


def nothing(said: str) -> bool:
    """Whether somebody said that there is to be none: nobody, no day."""
    return said.strip() == "-" or _listed("words.nothing", said)


def priority(context: Context, said: str) -> Priority:
    """A priority by its name in any language; raises `Invalid` that lists them."""
    for level in Priority:
        if folded(said.strip()) == level.value or _listed(f"priority_words.{level.value}", said):
            return level
    names = context.words.joined([context.words(f"priority.{level.value}") for level in Priority])
    raise Invalid("ticket.priority_which", said=said[:40], names=names)


def status(context: Context, said: str) -> Status:
    """A status by its name in any language; raises `Invalid` that lists them."""
    for each in Status:
        if folded(said.strip()) == each.value or _listed(f"status_words.{each.value}", said):
            return each
    names = context.words.joined([context.words(f"status.{each.value}") for each in Status])
    raise Invalid("ticket.status_which", said=said[:40], names=names)


def colleague(context: Context, said: str = "") -> Person:
    """The member of the staff who was mentioned or named. Raises `NotFound`, with the nearest names, for nobody."""
    people = context.unit.people
    for span in context.text:
        if span.account:
            account = people.account(context.event.place.platform, span.account)
            if account is not None:
                return _of_staff(people.person(account.person))
    wanted = unmarked(said or plain(context.text)).lstrip("@").strip()
    if not said and _listed("words.myself", wanted):
        return context.who
    if said and wanted.isdecimal() and len(wanted) <= 12:
        return _of_staff(people.person(int(wanted)))
    staff = [person for person in people.all_persons() if person.role is not Role.CUSTOMER]
    for person in staff:
        if folded(wanted) in (folded(person.name), folded(person.key)):
            return person
    account = people.account_by_handle(context.event.place.platform, wanted) if wanted else None
    if account is not None:
        return _of_staff(people.person(account.person))
    near = [name for name, _, _ in process.extract(wanted, [p.name for p in staff], scorer=fuzz.WRatio, limit=3,
                                                   score_cutoff=50)]  # fmt: skip
    if near:
        raise NotFound("person.nearest", said=wanted[:40], names=context.words.joined(near))
    raise NotFound("person.who", said=wanted[:40])


def _of_staff(person: Person) -> Person:
    if not person.active or not person.role.staff:
        raise Invalid("person.not_staff", name=person.name)
    return person


def team(context: Context, said: str) -> Team:
    """A team by name, key or alias; raises `NotFound` that lists them."""
    teams, wanted = context.unit.people.teams(), folded(said.strip().lstrip("@＠"))
    for name, each in names_of(teams):
        if folded(name) == wanted:
            return each
    raise NotFound("team.which", said=said[:40], names=context.words.joined([each.name for each in teams]))


def day(context: Context, said: str) -> str:
    """A day as YYYY-MM-DD: written so (or 2026/12/5, 12月5日: the next one), or today, tomorrow, +3d; "" for none.

    Raises `Invalid` with an example.
    """
    wanted = folded(said.strip())
    if nothing(wanted):
        return ""
    today = context.unit.now.astimezone(context.workspace.zone).date()
    for name, ahead in _DAYS_AHEAD.items():
        if _listed(f"words.{name}", wanted):
            return (today + timedelta(days=ahead)).isoformat()
    later = re.fullmatch(r"\+(\d{1,4})\s*d?", wanted)
    if later:
        return (today + timedelta(days=int(later[1]))).isoformat()
    try:
        return _dated(wanted, today).isoformat()
    except ValueError:
        raise Invalid("ticket.day_which", said=said[:40], example=(today + timedelta(days=3)).isoformat()) from None


def _dated(wanted: str, today: date) -> date:
    """Raises ValueError for what is no day. Without a year, the next such day is meant."""
    found = _DATE.fullmatch(wanted)
    if found is None:
        return date.fromisoformat(wanted)
    year, month, day_of_month = (int(part or 0) for part in found.groups())
    meant = date(year or today.year, month, day_of_month)
    return meant if year or meant >= today else meant.replace(year=today.year + 1)


def kind(context: Context, said: str) -> str:
    """A kind of ticket that the workspace knows, "" for none; raises `Invalid` that lists them."""
    if nothing(said):
        return ""
    found = next((known for known in context.workspace.types if folded(known) == folded(said.strip())), None)
    if found is None:
        names = context.words.joined(list(context.workspace.types))
        raise Invalid("ticket.type_which" if names else "ticket.no_types", said=said[:40], names=names)
    return found


def tags(said: str) -> tuple[str, ...]:
    """Tags, parted by spaces or commas of any kind."""
    for mark in "，、,;；":
        said = said.replace(mark, " ")
    return tuple(said.split())
