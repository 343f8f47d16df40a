"""What tickets answer to: every word, button, form and event, in one place to look it up."""

from bot.chat.events import HomeOpened, MessageEdited, MessageReceived, MessageRemoved, ReactionAdded
from bot.chat.router import Router
from bot.tickets import changes, forms, handlers, history, intake, lists, menus, pictures, search
from bot.tickets.facts import StatusChanged, TicketAssigned


def register(router: Router, homes: frozenset[str]) -> None:
    """Take the names; `homes` are the platforms on which a person has a page of his own."""
    listed = lists.Lists(router.sections, router.queues)
    commands = {
        "ticket": handlers.ticket, "show": handlers.show, "take": handlers.take, "assign": handlers.assign,
        "priority": handlers.priority, "status": handlers.status, "due": handlers.due, "tag": handlers.tag,
        "type": handlers.type_,
        "team": handlers.team, "reply": handlers.reply, "note": handlers.note, "solve": handlers.solve,
        "close": handlers.close, "reopen": handlers.reopen, "merge": handlers.merge,
        "history": history.history, "find": search.find,
        "mine": listed.mine, "queue": listed.queue, "board": lists.board,
    }  # fmt: skip
    for word, handler in commands.items():
        router.command(word, handler)
    for action in ("show", "take", "assign", "priority", "status", "due", "reply", "note", "solve", "close", "reopen"):
        router.button(f"ticket.{action}", commands[action])
    for word in ("mine", "queue", "board"):
        router.button(word, commands[word])
    router.button("ticket.open", handlers.open_form)
    router.button("ticket.type", handlers.type_)
    router.chooser("ticket.type", menus.choose_type)
    router.button("ticket.from_message", handlers.from_message)
    router.button("reply.take_back", handlers.take_back)
    router.form("ticket.open", forms.opened)
    router.form("ticket.reply", forms.replied)
    router.form("ticket.note", forms.noted)
    router.shortcut("ticket.open", handlers.shortcut)
    router.chooser("ticket.assign", menus.choose_assignee)
    router.chooser("ticket.priority", menus.choose_priority)
    router.chooser("ticket.status", menus.choose_status)
    router.chooser("ticket.due", menus.choose_due)
    router.on(MessageReceived, intake.heard)
    router.on(MessageEdited, changes.edited)
    router.on(MessageRemoved, changes.removed)
    router.on(ReactionAdded, intake.reacted)
    router.on(HomeOpened, listed.home_opened)
    keeper = lists.HomeKeeper(homes, router.sections)
    router.reactions.on(TicketAssigned, keeper.assigned)
    router.reactions.on(StatusChanged, keeper.moved)
    router.unknown = intake.mentioned
    router.continued = pictures.continued
