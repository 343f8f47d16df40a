"""What collaboration answers to: every word, button, form and fact, in one place to look it up."""

from bot.chat.router import Router
from bot.clocks.facts import ClockChanged
from bot.collab import handlers, offering, overview, submitting
from bot.collab.reactions import Collaboration
from bot.people.facts import PersonDisabled
from bot.tickets.facts import NoteAdded, PriorityChanged, StatusChanged, TeamChanged, TicketMerged, TypeChanged


def register(router: Router) -> None:
    """Take the names; after tickets, whose words mean requests as well where one is named."""
    commands = {
        "collab": handlers.collab, "accept": handlers.accept, "eta": handlers.eta, "return": handlers.send_back,
        "done": handlers.done, "ask": handlers.ask_back, "hand": handlers.hand, "withdraw": handlers.withdraw,
        "resend": handlers.resend, "skip": handlers.skip, "where": overview.where, "flow": overview.flow,
    }  # fmt: skip
    for word, handler in commands.items():
        router.command(word, handler)
    router.about("show", "C", handlers.show)
    router.about("reopen", "C", handlers.reopen)
    router.about("where", "C", handlers.show)
    for action in ("accept", "eta", "return", "done", "hand", "withdraw", "resend", "skip"):
        router.button(f"collab.{action}", commands[action])
    router.button("collab.ask", handlers.open_form)
    router.button("collab.ask_back", handlers.ask_back)
    router.button("collab.repair", handlers.repair)
    router.button("collab.reopen", handlers.reopen)
    router.button("collab.show", handlers.show)
    router.button("collab.tell_customer", handlers.tell_customer)
    router.button("collab.make", offering.made)
    router.button("collab.flow", overview.flow)
    router.form("collab.ask", submitting.asked)
    router.form("collab.repair", submitting.repaired)
    router.form("collab.return", submitting.returned)
    router.form("collab.done", submitting.finished)
    router.form("collab.ask_back", submitting.asked_back)
    router.form("collab.eta", submitting.expected)
    router.form("collab.skip", submitting.skipped)
    router.chooser("collab.ask", handlers.choose_team)
    router.chooser("collab.hand", handlers.choose_hand)
    router.chooser("collab.eta", handlers.choose_eta)
    collaboration = Collaboration(router)
    router.reactions.on(NoteAdded, collaboration.noted)
    router.reactions.on(StatusChanged, collaboration.ended)
    router.reactions.on(TicketMerged, collaboration.merged)
    router.reactions.on(TypeChanged, collaboration.typed)
    router.reactions.on(PriorityChanged, collaboration.moved)
    router.reactions.on(TeamChanged, collaboration.moved)
    router.reactions.on(ClockChanged, collaboration.due_moved)
    router.reactions.on(PersonDisabled, collaboration.left)
    router.sections.append(overview.mine)
    router.queues.append(overview.queue)
