"""Telling what waits: all that waits for one person, or at one place, becomes one message on each channel."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.duty import roster
from bot.escalation import losing
from bot.escalation.channels import home_of, ways_to
from bot.escalation.ports import Timer
from bot.escalation.rules import HOUR, Alert, Remark, Route, Sending, Stage, State, Way, free_again, route
from bot.escalation.showing import PREFIX, view_of, words_for
from bot.escalation.subjects import subject_of
from bot.escalation.timing import FLUSH, PROOF
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

A_MOMENT = timedelta(seconds=1)
"""After which something is looked at again that another unit had in its hands."""


def flush(unit: Unit, house: House, timer: Timer) -> None:
    """Tell an alert, with all that waits for the same person or place; or tell it later, and nothing is dropped.

    Nobody is waited for here: what another unit has in its hands is told, or spared, by that one.
    """
    unit.timers.clear(FLUSH, timer.subject)
    alert = unit.alerts.get(timer.subject)
    if alert.stage is not Stage.WAITING:
        return
    later = _to_person(unit, house, alert) if alert.person else _to_place(unit, house, alert)
    if later is not None:
        unit.timers.set(FLUSH, alert.id, later)


def _to_person(unit: Unit, house: House, alert: Alert) -> datetime | None:
    """When to look again at this alert; None if it was told, with everything that may be told now."""
    person = unit.people.person(alert.person)
    waiting = unit.alerts.waiting_for(person.id)
    if alert.id not in [each.id for each in waiting]:
        return unit.now + A_MOMENT
    if not person.active:
        for each in waiting:
            losing.lose(unit, each)
        return None
    morning = _morning(unit, person)
    if morning is not None and not alert.through:
        _hold(unit, person, alert, morning)
        return morning
    limit = Workspace.read(unit.keys.get(CONFIG_KEY)).alerts_per_hour
    free = free_again(unit.alerts.interruptions(person.id, unit.now - HOUR), limit, unit.now)
    if free is None:
        _tell(unit, house, person, [each for each in waiting if morning is None or each.through])
    return free


def _morning(unit: Unit, person: Person) -> datetime | None:
    """When somebody who is off duty works again; None if he works now, or nobody knows when he will."""
    if roster.on_duty(unit, person, unit.now):
        return None
    morning = roster.next_on_duty(unit, person, unit.now)
    return morning if morning is not None and morning > unit.now else None


def _hold(unit: Unit, person: Person, alert: Alert, morning: datetime) -> None:
    held = Remark("morning", (("name", person.name),))
    remarks = alert.remarks if held in alert.remarks else (*alert.remarks, held)
    unit.alerts.save(replace(alert, not_before=morning, remarks=remarks))


def _tell(unit: Unit, house: House, person: Person, alerts: Sequence[Alert]) -> None:
    batch = min(alert.id for alert in alerts)
    carried: dict[Way, list[Alert]] = {}
    for alert in alerts:
        chosen = _route(unit, house, person, alert)
        if not chosen.ways:
            losing.lose(unit, alert)
            continue
        _note_missing(unit, person, alert, chosen)
        tried = (*alert.tried, *(way.name for way in chosen.ways))
        told = replace(alert, stage=Stage.TOLD, via=(), tried=tried, told_at=unit.now, batch=batch, not_before=None)
        unit.timers.set(PROOF, alert.id, unit.now + alert.proof_within)
        unit.alerts.save(told)
        for way in chosen.ways:
            carried.setdefault(way, []).append(told)
    for way, group in carried.items():
        _send(unit, house, group, way, person)


def _route(unit: Unit, house: House, person: Person, alert: Alert) -> Route:
    preferred = home_of(unit, subject_of(unit, alert.ticket, alert.request), house)
    ways, why = ways_to(unit, house, person, preferred)
    return route(alert.via, ways, alert.tried, why)


def _note_missing(unit: Unit, person: Person, alert: Alert, chosen: Route) -> None:
    """The ledger says why a channel that the policy names was not used."""
    for channel, reason in chosen.missing:
        place = Place(channel, person.key or str(person.id))
        unit.alerts.enter(Sending(0, alert.id, channel, place, "", State.REFUSED, unit.now, reason))


def _send(unit: Unit, house: House, group: Sequence[Alert], way: Way, person: Person | None, under: str = "") -> None:
    key = f"{PREFIX}{group[0].id}:{way.name}"
    for alert in group:
        unit.alerts.enter(Sending(0, alert.id, way.channel, way.place, key, State.QUEUED, unit.now))
    words = words_for(unit, house, way.place, person)
    view = view_of(unit, house, group, way.place, words)
    ticket = group[0].ticket if len({alert.ticket for alert in group}) == 1 else 0
    order = Order("show", way.place, view, key=key, under=under, user=way.user)
    unit.outbox.put(order, effect=key, ticket=ticket)


def _to_place(unit: Unit, house: House, alert: Alert) -> datetime | None:
    """The same for everything that waits at the place of this alert."""
    if alert.place is None:
        return None
    waiting = unit.alerts.waiting_at(alert.place, alert.under)
    if alert.id not in [each.id for each in waiting]:
        return unit.now + A_MOMENT
    batch = waiting[0].id
    told = [replace(each, stage=Stage.TOLD, via=(), tried=each.via, told_at=unit.now, batch=batch) for each in waiting]
    for each in told:
        unit.timers.set(PROOF, each.id, unit.now + each.proof_within)
        unit.alerts.save(each)
    _send(unit, house, told, Way(next(iter(alert.via), "room"), alert.place), None, alert.under)
    return None


def again(unit: Unit, alert: Alert) -> None:
    """Nothing proves that it arrived: the next channel, with the next flush. It does not count as an interruption."""
    unit.timers.set(FLUSH, alert.id, unit.now)
    unit.alerts.save(replace(alert, stage=Stage.WAITING, told_at=None))
