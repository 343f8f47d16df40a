"""What escalation answers to, in one place to look it up."""

from bot.chat.router import Router
from bot.clocks.facts import ClockStopped, StepFired
from bot.duty.facts import AwayEnded
from bot.escalation import auditing, handlers, ledger, proving
from bot.escalation.reactions import Reactions
from bot.escalation.timing import FLUSH, PROOF
from bot.tickets.facts import NoteAdded, PriorityChanged, ReplyWritten, TicketAbsorbed


def register(router: Router) -> None:
    """Take the names."""
    router.command("ack", handlers.ack)
    router.command("snooze", handlers.snooze)
    router.command("delivery", ledger.delivery)
    router.button("alert.ack", handlers.ack_pressed)
    router.button("alert.snooze", handlers.snooze_pressed)
    router.button("alert.reassign", handlers.reassign)
    router.button("alert.extend", handlers.extend_form)
    router.button("alert.show", handlers.show)
    router.form("alert.extend", handlers.extended)
    router.chooser("alert.snooze", handlers.choose_snooze)
    router.chooser("alert.reassign", handlers.choose_reassign)
    heard = Reactions(router)
    router.reactions.on(StepFired, heard.step_fired)
    router.reactions.on(ClockStopped, heard.clock_stopped)
    router.reactions.on(AwayEnded, heard.back)
    router.reactions.on(PriorityChanged, heard.pressing)
    router.reactions.on(NoteAdded, heard.spoke)
    router.reactions.on(ReplyWritten, heard.spoke)
    router.reactions.on(TicketAbsorbed, heard.absorbed)
    router.audits.append(auditing.alerts_unarmed)
    router.timer(FLUSH, heard.waits)
    router.timer(PROOF, heard.unproved)
    router.delivered.append(heard.delivered)
    router.marking.append(proving.about_to_mark)
