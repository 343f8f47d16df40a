"""Whom a step means: names of a policy become persons and rooms, and whoever sleeps is passed over for the next.

Nobody is named twice, nobody who was disabled is named at all, and what leads to nobody ends at the admins and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.events import Place
from bot.duty import roster
from bot.escalation.rules import Alert, Demand, Remark, Stage, above
from bot.escalation.subjects import Subject, admins, lead_of, staff_of, supervisors_of
from bot.people.rules import Person, Role
from bot.unit import Unit


@dataclass
class Audience:
    """Who hears of a step: persons now, persons in the morning (with when that is), rooms; and why it is these."""

    now: list[Person] = field(default_factory=list)
    later: list[tuple[Person, datetime]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def known(self) -> set[int]:
        """The numbers of everybody in it."""
        return {person.id for person in (*self.now, *(person for person, _ in self.later))}

    def tell(self, persons: Sequence[Person]) -> None:
        """Add those who are not in it yet."""
        self.now += [person for person in _once(persons) if person.id not in self.known]

    def say(self, key: str, **values: str) -> None:
        """Explain it, once."""
        remark = Remark(key, tuple(values.items()))
        if remark not in self.remarks:
            self.remarks.append(remark)


def audience(unit: Unit, subject: Subject, demand: Demand, before: Sequence[Alert]) -> Audience:
    """Everybody whom the step names; `before` are the alerts of this clock so far."""
    found = Audience()
    through = demand.through(urgent=subject.urgent)
    for name in demand.notify:
        place = _place(name)
        if place is not None:
            found.places += [place] if place not in found.places else []
            continue
        persons = _named(unit, subject, name, before, found)
        if through:
            found.tell(persons)
        else:
            _awake(unit, subject, persons, found)
    if not (found.now or found.later or found.places):
        found.say("nobody_else")
        found.tell(admins(unit))
    return found


def _place(name: str) -> Place | None:
    if ":" not in name or name.startswith("person:"):
        return None
    return Place.parse(name)


def _named(unit: Unit, subject: Subject, name: str, before: Sequence[Alert], found: Audience) -> list[Person]:
    """The active persons whom a name of a policy means; the admins where it means nobody."""
    if name.startswith("person:"):
        person = unit.people.by_key(name.removeprefix("person:"))
        persons = [person] if person else []
    elif name in _NAMES:
        persons = _NAMES[name](unit, subject)
    else:
        persons = _next_level(unit, subject, before)
    persons = _once([person for person in persons if person.active and person.role.staff])
    if not persons:
        found.say("nobody_there", who=name)
        return admins(unit)
    return persons


def _once(persons: Sequence[Person]) -> list[Person]:
    return list({person.id: person for person in persons}.values())


def _of(unit: Unit, number: int) -> list[Person]:
    person = unit.people.persons([number]).get(number) if number else None
    return [person] if person else []


def _assignee(unit: Unit, subject: Subject) -> list[Person]:
    """Who has it; where nobody does (any more), those on duty, else the lead, else all of the team: they are asleep.

    Those who lead are not among the former as long as anybody else is: their turn comes with a later step.
    """
    owner = [person for person in _of(unit, subject.owner) if person.active]
    present = [person for person in roster.on_duty_of(unit, subject.team, unit.now) if person.role.staff]
    hands = [person for person in present if person.role is not Role.SUPERVISOR and person.id != subject.team.lead]
    return owner or hands or present or _lead(unit, subject) or staff_of(unit, subject.team)


def _on_duty(unit: Unit, subject: Subject) -> list[Person]:
    present = roster.on_duty_of(unit, subject.team, unit.now)
    return present or _lead(unit, subject) or staff_of(unit, subject.team)


def _lead(unit: Unit, subject: Subject) -> list[Person]:
    lead = lead_of(unit, subject.team)
    return [lead] if lead else supervisors_of(unit, subject.team)


_NAMES: Mapping[str, Callable[[Unit, Subject], list[Person]]] = {
    "assignee": _assignee,
    "team-lead": _lead,
    "team": lambda unit, subject: staff_of(unit, subject.team),
    "on-duty": lambda unit, subject: _on_duty(unit, subject),
    "supervisors": lambda unit, subject: supervisors_of(unit, subject.team),
    "asker": lambda unit, subject: _of(unit, subject.asker),
}


def _next_level(unit: Unit, subject: Subject, before: Sequence[Alert]) -> list[Person]:
    """Above whoever was told last."""
    told = [alert for alert in before if alert.stage is Stage.TOLD and (alert.person or alert.naming)]
    last = max(((alert.round, alert.step) for alert in told), default=None)
    persons = {number for alert in told if (alert.round, alert.step) == last
               for number in ((alert.person,) if alert.person else alert.naming)}  # fmt: skip
    levels = ([person.id for person in level]
              for level in (_lead(unit, subject), supervisors_of(unit, subject.team), admins(unit)))  # fmt: skip
    chosen = above(persons, *levels)
    known = unit.people.persons(chosen)
    return [known[number] for number in chosen if number in known]


def _awake(unit: Unit, subject: Subject, persons: Sequence[Person], found: Audience) -> None:
    """Those who work now; where none does, who stands in for them; where nobody does, they are told in the morning."""
    now = unit.now
    present = [person for person in persons if roster.on_duty(unit, person, now)]
    asleep = [person for person in persons if person not in present and person.id not in found.known]
    if present:
        found.tell(present)
    elif asleep:
        instead = _instead(unit, subject, asleep)
        if instead is None:
            for person in asleep:
                _later(unit, person, found)
            return
        found.tell([instead])
        for person in asleep:
            found.say("instead", name=person.name, other=instead.name)


def _instead(unit: Unit, subject: Subject, asleep: Sequence[Person]) -> Person | None:
    """The next in the chain who works now: a colleague of the team, its lead, its supervisors."""
    stand_in = roster.stand_in(unit, asleep[0], subject.team, unit.now)
    chain = [*([stand_in] if stand_in else []), *_lead(unit, subject), *supervisors_of(unit, subject.team)]
    return next((person for person in chain if person.role.staff and roster.on_duty(unit, person, unit.now)), None)


def _later(unit: Unit, person: Person, found: Audience) -> None:
    """With his next morning; at once if nobody knows when that is: better at night than never."""
    morning = roster.next_on_duty(unit, person, unit.now)
    if morning is None or morning <= unit.now:
        found.tell([person])
    else:
        found.later.append((person, morning))
        found.say("morning", name=person.name)
