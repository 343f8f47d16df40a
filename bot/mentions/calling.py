"""Who is called in a text: by the platform's own mention, or by a name after an @ that can only mean one colleague."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.text import BLOCK, CODE, QUOTE, Span, Text
from bot.chat.words import folded
from bot.people.naming import names_of
from bot.people.rules import Person, Role
from bot.unit import Unit

# After a letter or digit an @ is part of an address. Chinese has no spaces, so its characters may stand before one.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")
_HANDLE = re.compile(r"[A-Za-z0-9][\w.-]{0,79}", re.ASCII)
_LONGEST_NAME = 60
_APART = (CODE, BLOCK, QUOTE)


@dataclass(frozen=True, slots=True)
class Called:
    """Colleagues who are called, in order; `rung` are those whom the platform itself tells, `unsure` the names that
    several colleagues have."""

    persons: tuple[Person, ...]
    rung: frozenset[int]
    unsure: tuple[str, ...] = ()


def called(unit: Unit, text: Text, platform: str, *, handles: bool = False) -> Called:
    """The staff whom these words call, once each. What is quoted or code calls nobody, nor does a team's name.

    The platform's own mention rings, and with `handles` an `@handle` in plain words does so too.
    """
    found: dict[int, Person] = {}
    rung: set[int] = set()
    unsure: list[str] = []
    for span in (span for span in text if not span.style.intersection(_APART)):
        if span.account:
            person = _of_account(unit, platform, span.account)
            rung |= {person.id} if person else set()
            found |= {person.id: person} if person else {}
            continue
        for match in _named(unit, span, platform):
            if len(match.persons) == 1:
                found.setdefault(match.persons[0].id, match.persons[0])
                rung |= {match.persons[0].id} if match.handle and handles else set()
            elif match.persons:
                unsure.append(match.said)
    return Called(tuple(found.values()), frozenset(rung), tuple(dict.fromkeys(unsure)))


def _of_account(unit: Unit, platform: str, user: str) -> Person | None:
    account = unit.people.account(platform, user)
    person = unit.people.person(account.person) if account else None
    return person if person and person.active and person.role.staff else None


@dataclass(frozen=True, slots=True)
class _Match:
    said: str
    persons: tuple[Person, ...]
    handle: bool = False


def _named(unit: Unit, span: Span, platform: str) -> Iterator[_Match]:
    """What stands after each @, if it is a name: the longest that fits counts."""
    marks = list(_AT.finditer(span.text))
    if not marks:
        return
    names = _names(unit)
    longest_first = sorted(names, key=len, reverse=True)
    for mark in marks:
        after = folded(span.text[mark.end() : mark.end() + _LONGEST_NAME])
        name = next((name for name in longest_first if _begins(after, name)), "")
        handle = _by_handle(unit, span.text[mark.end() :], platform)
        if handle is not None and len(handle.said) > len(name):
            yield handle
        elif name:
            yield names[name]


def _begins(after: str, name: str) -> bool:
    """Whether a name stands there, and not just the beginning of a longer word of letters (`@linus` is no `lin`)."""
    following = after[len(name) : len(name) + 1]
    runs_on = name[-1].isascii() and following.isascii() and (following.isalnum() or following == "_")
    return after.startswith(name) and not (following and runs_on)


def _by_handle(unit: Unit, after: str, platform: str) -> _Match | None:
    """The colleague whose public name on the platform this is."""
    found = _HANDLE.match(after)
    account = unit.people.account_by_handle(platform, found[0].rstrip("._-")) if found and platform else None
    person = _of_account(unit, platform, account.user) if account else None
    return _Match(found[0], (person,), handle=True) if found and person else None


def _names(unit: Unit) -> dict[str, _Match]:
    """Every name of the staff, folded. A team's name shadows a person's: who is called then is the department. What it
    is called for short does not."""
    names: dict[str, _Match] = {}
    for person in (person for role in Role if role.staff for person in unit.people.all_persons(role=role)):
        for name in {person.name, person.key} - {""}:
            others = names[folded(name)].persons if folded(name) in names else ()
            if person not in others:
                names[folded(name)] = _Match(name, (*others, person))
    for name, team in names_of(unit.people.teams()):
        if team.called(name) or folded(name) not in names:
            names[folded(name)] = _Match(name, ())
    return names
