"""Somebody is on it, or wants to be asked later: the chain stands still, and everybody who was told sees who it is."""

from dataclasses import replace
from datetime import datetime

from bot.chat.context import Context
from bot.clocks import levers
from bot.durations import Duration
from bot.escalation import proving, showing
from bot.escalation.rules import Alert, Stage, State
from bot.escalation.subjects import Subject, subject_of, threads_of
from bot.tickets import living
from bot.unit import Unit
from bot.workspace import House


def acknowledge(context: Context, alert: Alert) -> datetime:
    """He is on it, for as long as the policy says; gives back until when."""
    until = context.unit.now + alert.acknowledged_for
    levers.acknowledge(context.unit, context.unit.clocks.get(alert.clock), context.who.id, until)
    _answered(context, alert, "ack", until)
    return until


def snooze(context: Context, alert: Alert, length: Duration) -> datetime:
    """Everybody is asked again later; gives back when."""
    until = context.unit.now + length.length
    levers.snooze(context.unit, context.unit.clocks.get(alert.clock), context.who.id, until)
    _answered(context, alert, "snooze", until)
    return until


def extend(context: Context, alert: Alert, by: Duration, reason: str) -> datetime | None:
    """It is due later, for this reason; gives back when, None while it stands still."""
    unit = context.unit
    target = levers.extend(unit, unit.clocks.get(alert.clock), by, reason, context.who.id).target
    for each in _family(unit, alert.clock):
        unit.alerts.save(replace(each, target=target))
    _answered(context, replace(alert, target=target), "extend", target)
    return target


def _family(unit: Unit, clock: int) -> list[Alert]:
    """Every alert of the clock, in the hands of this unit; after the clock itself, which is the lock order."""
    return unit.alerts.held([alert.id for alert in unit.alerts.of_clock(clock)])


def _answered(context: Context, alert: Alert, how: str, until: datetime | None) -> None:
    """What was told is brought up to date, what waits to be told is spared, and the thread hears who is on it."""
    unit, house = context.unit, context.house
    told: list[Alert] = []
    for each in _family(unit, alert.clock):
        if each.stage is Stage.WAITING:
            unit.alerts.save(replace(each, stage=Stage.SPARED))
        elif each.stage is Stage.TOLD and not each.over:
            after = replace(each, answered_by=context.who.id, answered_at=unit.now, answer=how, until=until)
            unit.alerts.save(after)
            told.append(after)
    for each in told:
        if context.who.id in (each.person, *each.naming) or each.id == alert.id:
            proving.answered(unit, each)
    show_again(unit, house, told)
    _say(context, alert, how, until)


def show_again(unit: Unit, house: House, told: list[Alert]) -> None:
    """The messages as they read now; one that has not left yet and says nothing else need not leave at all."""
    kept = []
    for alert in told:
        sendings = [each for each in unit.alerts.sendings([alert.id]) if each.state is State.QUEUED]
        alone = [each for each in sendings if len(unit.alerts.carried_by(each.key)) == 1]
        for sending in alone:
            if unit.posted.by_key(sending.key) is None and unit.outbox.cancel(sending.key):
                unit.alerts.mark(sending.marked(State.TAKEN_BACK, unit.now))
        kept.append(alert)
    showing.refresh(unit, house, kept)


def _say(context: Context, alert: Alert, how: str, until: datetime | None) -> None:
    """A line in the thread, for all who read there and were not told themselves."""
    subject: Subject = subject_of(context.unit, alert.ticket, alert.request)
    living.tell_threads(context, subject.ticket, threads_of(context.unit, subject), f"alert.announced.{how}",
                        name=context.who.name, until=until or "", number=subject.reference)  # fmt: skip


def settle(unit: Unit, house: House, clock: int, outcome: str) -> None:
    """What was to happen happened: nobody need be told any more, and what was told says so."""
    told: list[Alert] = []
    for alert in _family(unit, clock):
        if alert.stage is Stage.WAITING:
            unit.alerts.save(replace(alert, stage=Stage.SPARED, over=outcome))
        elif not alert.over:
            after = replace(alert, over=outcome)
            unit.alerts.save(after)
            told += [after] if alert.stage is Stage.TOLD else []
    show_again(unit, house, told)


def handed(context: Context, alert: Alert) -> None:
    """Somebody else has it now: as good as being on it."""
    until = context.unit.now + alert.acknowledged_for
    levers.acknowledge(context.unit, context.unit.clocks.get(alert.clock), context.who.id, until)
    _answered(context, alert, "reassign", until)
