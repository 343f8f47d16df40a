"""What duty answers to."""

from bot.chat.router import Router
from bot.duty import handlers, roster
from bot.duty.reactions import Assignments
from bot.tickets.facts import TicketAssigned


def register(router: Router) -> None:
    """Take the names."""
    router.command("duty", handlers.duty)
    router.command("rest", handlers.rest)
    router.command("busy", handlers.busy)
    router.command("leave", handlers.leave)
    router.button("duty", handlers.duty)
    router.button("duty.rest", handlers.rest)
    router.button("duty.busy", handlers.busy)
    router.button("duty.leave", handlers.leave)
    router.reactions.on(TicketAssigned, Assignments(router).assigned)
    router.availability = roster.returns
