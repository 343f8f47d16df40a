"""Who is on duty: calendars of teams and persons, less rest and leave. For whoever has to find somebody now.

Somebody is on duty while he is active, his calendar is open and he is neither resting nor on leave. One whose calendar
nobody stated is always on duty; `busy` only means that others are asked first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.calendars import reading
from bot.calendars.rules import LOOK_AHEAD, BusinessCalendar
from bot.duty.rules import Block, Kind, away_until, next_away
from bot.people.rules import Person, Role, Team
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY, CONFIG_KEY, Workspace

# Leave after leave after a holiday: whoever is away for longer than so many stretches has no known day of return.
_STRETCHES = 100


def team_calendar(unit: Unit, team: Team) -> BusinessCalendar:
    """When the team works: its calendar with its own exceptions; day and night where nothing was stated."""
    return reading.team_calendar(_calendars(unit), team, default_zone=_zone(unit))


def person_calendar(unit: Unit, person: Person) -> BusinessCalendar:
    """When the person works: his own calendar, else that of the first of his teams that has one, with his own closed
    and open days and his daily breaks; day and night where nothing was stated."""
    teams = [team for team in unit.people.teams() if team.id in person.teams]
    stated = (team for team in teams if team.calendar or team.closed or team.opened or team.rest)
    return reading.person_calendar(_calendars(unit), person, next(stated, None), default_zone=_zone(unit))


def _calendars(unit: Unit) -> Mapping[str, Mapping[str, Any]]:
    return unit.keys.get(CALENDARS_KEY) or {}


def _zone(unit: Unit) -> str:
    return Workspace.read(unit.keys.get(CONFIG_KEY)).timezone


def on_duty(unit: Unit, person: Person, at: datetime) -> bool:
    """Whether the person works at `at`."""
    return _works(unit, person, at, unit.duty.of(person.id, at))


def _works(unit: Unit, person: Person, at: datetime, blocks: Sequence[Block]) -> bool:
    return person.active and away_until(blocks, at) is None and person_calendar(unit, person).is_open(at)


def next_on_duty(unit: Unit, person: Person, at: datetime) -> datetime | None:
    """When the person works from `at` on: `at` itself if he does then; None if no such time is known."""
    if not person.active:
        return None
    calendar, blocks = person_calendar(unit, person), unit.duty.of(person.id, at)
    moment: datetime | None = at
    for _ in range(_STRETCHES):
        moment = calendar.next_open(moment) if moment else None
        back = away_until(blocks, moment) if moment else None
        if moment is None or back is None:
            return moment
        moment = back
    return None


def off_duty_at(unit: Unit, person: Person, at: datetime) -> datetime | None:
    """When the duty in which the person is at `at` ends; None if he always is on duty, `at` if he is not then."""
    blocks = unit.duty.of(person.id, at)
    if not _works(unit, person, at, blocks):
        return at
    closes, away = person_calendar(unit, person).closes(at), next_away(blocks, at)
    known = [moment for moment in (closes, away) if moment and moment - at < LOOK_AHEAD]
    return min(known, default=None)


def members(unit: Unit, team: Team) -> list[Person]:
    """Who can be asked in a team: its active members, and its lead though he may be no member of it."""
    found = {person.id: person for person in unit.people.members(team.id) if person.role.staff}
    if team.lead and team.lead not in found:
        lead = unit.people.persons([team.lead]).get(team.lead)
        found |= {lead.id: lead} if lead and lead.active else {}
    return list(found.values())


def on_duty_of(unit: Unit, team: Team, at: datetime) -> list[Person]:
    """Who of the team works at `at`; its lead counts. Those who are busy come last, else by name."""
    return [person for person, _ in _present(unit, members(unit, team), at)]


def stand_in(unit: Unit, person: Person, team: Team, at: datetime) -> Person | None:
    """Who of the team should do what `person` can't do at `at`; None if nobody else is on duty.

    Whoever is not busy first, those who lead last, then who shares most of his skills, then who has fewest open
    tickets, then by name.
    """
    others = [other for other in members(unit, team) if other.id != person.id]
    ranked = []
    for other, busy in _present(unit, others, at):
        alike, load = len(_skills(other) & _skills(person)), len(unit.tickets.assigned_to(other.id))
        ranked.append((busy, _leads(other, team), -alike, load, other.name, other.id))
    chosen = min(ranked, default=None)
    return next((other for other in others if chosen and other.id == chosen[-1]), None)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who of a team is on duty now and until when (None: no end is known), and who comes next (those who are away,
    the earliest first; who has no known day of return is left out)."""

    present: tuple[tuple[Person, datetime | None], ...]
    coming: tuple[tuple[Person, datetime], ...]


def presence(unit: Unit, team: Team, at: datetime) -> Presence:
    """The team as it is at `at`."""
    present = on_duty_of(unit, team, at)
    here = {person.id for person in present}
    away = [person for person in members(unit, team) if person.id not in here]
    coming = [(person, back) for person in away if (back := next_on_duty(unit, person, at))]
    return Presence(
        tuple((person, off_duty_at(unit, person, at)) for person in present),
        tuple(sorted(coming, key=lambda each: (each[1], each[0].name, each[0].id))),
    )


def returns(unit: Unit, persons: Sequence[Person]) -> dict[int, datetime | None]:
    """Who of them is off duty now, by number, and when each is back; see `bot.workspace.Availability`."""
    here = {person.id for person, _ in _present(unit, persons, unit.now)}
    return {person.id: next_on_duty(unit, person, unit.now) for person in persons if person.id not in here}


def _present(unit: Unit, persons: Sequence[Person], at: datetime) -> list[tuple[Person, bool]]:
    """Who of them works at `at`, and whether he is busy; those who are not come first."""
    blocks = unit.duty.of_all([person.id for person in persons], at)
    here = [(person, _busy(blocks.get(person.id, ()), at)) for person in persons
            if _works(unit, person, at, blocks.get(person.id, ()))]  # fmt: skip
    return sorted(here, key=lambda each: each[1])


def _busy(blocks: Sequence[Block], at: datetime) -> bool:
    return any(block.kind is Kind.BUSY and block.covers(at) for block in blocks)


def _leads(person: Person, team: Team) -> bool:
    return person.role is Role.SUPERVISOR or person.id == team.lead


def _skills(person: Person) -> set[str]:
    return {skill.casefold() for skill in person.skills}
