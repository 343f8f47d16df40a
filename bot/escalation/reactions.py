"""What escalation hears of: steps that fell due, clocks that ended, words of those who were told."""

from dataclasses import dataclass, replace

from bot.chat.contract import Delivery
from bot.chat.ports import OutboxRow
from bot.chat.router import Router
from bot.clocks.facts import ClockStopped, StepFired
from bot.duty.facts import AwayEnded
from bot.escalation import alerting, answering, delivering, proving
from bot.escalation.ports import Timer
from bot.escalation.rules import Stage
from bot.escalation.timing import ALERTED, FLUSH
from bot.tickets.facts import NoteAdded, PriorityChanged, ReplyWritten, TicketAbsorbed
from bot.tickets.rules import Priority
from bot.unit import Unit


@dataclass(frozen=True, slots=True)
class Reactions:
    """Given the router, which knows the house once the program is wired."""

    router: Router

    def step_fired(self, unit: Unit, fact: StepFired) -> None:
        """Somebody must hear of it."""
        alerting.fired(unit, self.router.house, fact)

    def clock_stopped(self, unit: Unit, fact: ClockStopped) -> None:
        """Nobody need hear of it any more."""
        answering.settle(unit, self.router.house, fact.clock, fact.outcome)

    def spoke(self, unit: Unit, fact: NoteAdded | ReplyWritten) -> None:
        """Whoever writes in the thread has seen what he was told about it."""
        message = unit.tickets.message(fact.message) if fact.message else None
        if message is not None and message.author:
            proving.seen(unit, message.author, message.ticket, message.request)

    def absorbed(self, unit: Unit, fact: TicketAbsorbed) -> None:
        """Requests went on in another ticket, and what was told about them with them."""
        unit.alerts.move(fact.other, fact.ticket)

    def pressing(self, unit: Unit, fact: PriorityChanged) -> None:
        """A ticket became urgent: what was held for the morning goes out, where the policy says so."""
        if fact.after != Priority.URGENT or not unit.keys.get(ALERTED):
            return
        waiting = [each for each in unit.alerts.of_ticket(fact.ticket) if each.stage is Stage.WAITING and each.clock]
        released = [each.id for each in waiting if unit.clocks.get(each.clock).policy.at_night == "urgent"]
        for alert in unit.alerts.held(released):
            unit.timers.set(FLUSH, alert.id, unit.now)
            unit.alerts.save(replace(alert, through=True, not_before=None))

    def back(self, unit: Unit, fact: AwayEnded) -> None:
        """Somebody is back before his time: so is what was held for him, if he works now."""
        for alert in unit.alerts.waiting_for(fact.person):
            if alert.not_before is not None:
                unit.timers.set(FLUSH, alert.id, unit.now)

    def waits(self, unit: Unit, timer: Timer) -> None:
        """Something waits to be told."""
        delivering.flush(unit, self.router.house, timer)

    def unproved(self, unit: Unit, timer: Timer) -> None:
        """The minutes for a proof are over."""
        proving.overdue(unit, timer)

    def delivered(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """An order came to its end."""
        proving.delivered(unit, self.router.house, row, delivery)
