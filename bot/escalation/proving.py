"""What proves that an alert arrived: the platform took it, its reader spoke or pressed; else the next channel."""

from bot.chat.contract import Delivery
from bot.chat.ports import OutboxRow
from bot.escalation import delivering, losing, showing
from bot.escalation.ports import Timer
from bot.escalation.rules import Alert, Sending, Stage, State
from bot.escalation.timing import ALERTED, PROOF
from bot.unit import Unit
from bot.workspace import House


def about_to_mark(unit: Unit, row: OutboxRow) -> None:
    """Lock what an order carries before its lane is locked: whoever changes an alert queues messages after that."""
    if row.order.key.startswith(showing.PREFIX):
        _held(unit, row.order.key)


def delivered(unit: Unit, house: House, row: OutboxRow, delivery: Delivery) -> None:
    """An order came to its end: the ledger of the alerts that it carried says so.

    An order that only brings a message up to date proves nothing new, and its refusal is no harm.
    """
    if not row.order.key.startswith(showing.PREFIX):
        return
    repeat = row.uncertain and not house.can(row.order.place.platform).lookup
    alerts = {alert.id: alert for alert in _held(unit, row.order.key)}
    for sending in unit.alerts.carried_by(row.order.key):
        if sending.state.proof:
            continue
        alert = alerts[sending.alert]
        if delivery.outcome == "sent":
            unit.alerts.mark(sending.marked(State.ACCEPTED, unit.now, repeat=repeat))
            losing.found(unit, alert)
        elif delivery.outcome == "unknown":
            unit.alerts.mark(sending.marked(State.SENT, unit.now, repeat=row.attempts > 1))
        elif delivery.outcome == "refused":
            unit.alerts.mark(sending.marked(State.REFUSED, unit.now, reason=delivery.reason or "invalid"))
            _next_channel(unit, alert)


def _held(unit: Unit, key: str) -> list[Alert]:
    """The alerts that an order carries, in the hands of this unit before it reads what is known of them."""
    return unit.alerts.held([sending.alert for sending in unit.alerts.carried_by(key)])


def overdue(unit: Unit, timer: Timer) -> None:
    """The minutes for a proof are over: what is not proved by now goes by the next channel."""
    alerts = unit.alerts.held([timer.subject], patient=False)
    if not alerts:  # in other hands just now
        unit.timers.set(PROOF, timer.subject, unit.now + delivering.A_MOMENT)
        return
    unit.timers.clear(PROOF, timer.subject)
    alert = alerts[0]
    pending = [sending for sending in unit.alerts.sendings([alert.id]) if sending.state in (State.QUEUED, State.SENT)]
    for sending in pending:
        unit.alerts.mark(sending.marked(State.UNPROVED, unit.now))
    if pending:
        _next_channel(unit, alert)


def _next_channel(unit: Unit, alert: Alert) -> None:
    """Unless another channel has it, somebody is on it, or it is not needed any more."""
    if alert.stage is not Stage.TOLD or alert.over or alert.answered_now(unit.now):
        return
    sendings = unit.alerts.sendings([alert.id])
    if any(sending.state.proof or sending.state is State.QUEUED for sending in sendings):
        return
    if alert.person:
        delivering.again(unit, alert)
    else:
        losing.lose(unit, alert)


def seen(unit: Unit, person: int, ticket: int, request: int) -> None:
    """This person spoke in the thread: he knows of what he was told about it."""
    for alert in unit.alerts.of_ticket(ticket) if unit.keys.get(ALERTED) else ():
        if alert.request == request and alert.stage is Stage.TOLD and person in (alert.person, *alert.naming):
            _mark(unit, alert, State.SEEN)


def answered(unit: Unit, alert: Alert) -> None:
    """He pressed something on it."""
    _mark(unit, alert, State.ANSWERED)


def _mark(unit: Unit, alert: Alert, state: State) -> None:
    unit.alerts.held([alert.id])
    for sending in _reached(unit.alerts.sendings([alert.id])):
        unit.alerts.mark(sending.marked(state, unit.now))


def _reached(sendings: list[Sending]) -> list[Sending]:
    """Those by which he may have read it."""
    return [sending for sending in sendings if sending.key and sending.state not in (State.REFUSED, State.TAKEN_BACK)]
