"""Somebody, or a room, can't be reached: what he should have heard goes to the team lead, who hears why.

That a room is lost, whose people are told in person, is news once, as long as it lasts.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.duty import roster
from bot.errors import NotFound
from bot.escalation.channels import title_of
from bot.escalation.rules import Alert, Stage
from bot.escalation.subjects import admins, lead_of, subject_of, supervisors_of
from bot.escalation.timing import FLUSH
from bot.people.rules import Person
from bot.unit import Unit

log = logging.getLogger(__name__)

_CONDITION = "unreachable/"


def lose(unit: Unit, alert: Alert) -> None:
    """No channel is left for this alert: the lead hears it, and those whom a room's alert named are told in person."""
    if alert.place is not None:
        _in_person(unit, alert)
    _tell_above(unit, alert)
    unit.alerts.save(replace(alert, stage=Stage.LOST, told_at=None))


def found(unit: Unit, alert: Alert) -> None:
    """Something arrived there: should it be lost again, that is news again."""
    unit.keys.take(_condition(alert), unit.now)


def _condition(alert: Alert) -> str:
    return f"{_CONDITION}person:{alert.person}" if alert.person else f"{_CONDITION}{alert.place}"


def _in_person(unit: Unit, alert: Alert) -> None:
    for number in sorted(alert.naming):
        _add(unit, alert, number, f"{alert.effect}:person:{number}", lost="")


def _tell_above(unit: Unit, alert: Alert) -> None:
    """The first level above, of whom somebody may still be reached; a chain of the unreachable ends at the admins."""
    known = unit.keys.get(_condition(alert)) is not None
    if known and alert.naming:
        return
    if not known:
        unit.keys.put(_condition(alert), alert.id)
    above = _above(unit, alert)
    if not above:
        log.warning("nobody can be told that %s waits: alert %d reaches nobody", alert.reference, alert.id)
    for person in above:
        _add(unit, alert, person.id, f"lost:{alert.id}:person:{person.id}", lost=_name(unit, alert))


def _above(unit: Unit, alert: Alert) -> Sequence[Person]:
    subject = subject_of(unit, alert.ticket, alert.request)
    lead = lead_of(unit, subject.team)
    levels = ([lead] if lead else [], supervisors_of(unit, subject.team), admins(unit))
    left = [[each for each in level if each.id != alert.person and not _unreachable(unit, each)] for level in levels]
    awake = [[each for each in level if alert.through or roster.on_duty(unit, each, unit.now)] for level in left]
    return next((level for level in (*awake, *left) if level), [])


def _unreachable(unit: Unit, person: Person) -> bool:
    return unit.keys.get(f"{_CONDITION}person:{person.id}") is not None


def _name(unit: Unit, alert: Alert) -> str:
    """Who or what can't be reached, for people to read; of a chain of them, who should have been told first."""
    if alert.lost:
        return alert.lost
    if alert.person:
        try:
            return unit.people.person(alert.person).name
        except NotFound:
            return str(alert.person)
    return title_of(unit, alert.place) if alert.place else ""


def _add(unit: Unit, alert: Alert, person: int, effect: str, *, lost: str) -> None:
    """Held until the morning, if need be, by the flush itself."""
    new = replace(alert, id=0, effect=effect, person=person, place=None, under="", naming=(), via=("dm",), tried=(),
                  lost=lost, created_at=unit.now, stage=Stage.WAITING, told_at=None, not_before=None,
                  batch=0)  # fmt: skip
    stored = unit.alerts.add(new)
    if stored is not None:
        unit.timers.set(FLUSH, stored.id, unit.now)
