"""What the knowledge base answers to."""

from bot.chat.router import Router
from bot.knowledge import finding, handlers
from bot.knowledge.commands import Commands
from bot.knowledge.library import Library


def register(router: Router, library: Library) -> None:
    """Take the names; questions are answered out of `library`."""
    finder = finding.Finder(library)
    router.command("kb", Commands(finder).kb)
    router.about("show", "K", handlers.show)
    router.about("history", "K", handlers.history)
    router.button("kb.more", finder.more)
    router.button("kb.show", handlers.show)
    router.button("kb.new", handlers.new)
    router.button("kb.from_ticket", handlers.from_ticket)
    router.button("kb.edit", handlers.edit)
    router.button("kb.history", handlers.history)
    router.button("kb.revert", handlers.revert)
    router.button("kb.archive", handlers.archive)
    router.button("kb.restore", handlers.restore)
    router.button("kb.accept", handlers.accept)
    router.button("kb.decline", handlers.decline)
    router.button("kb.send", finding.send)
    router.button("kb.useful", finding.useful)
    router.button("kb.useless", finding.useless)
    router.button("kb.wrong", finding.wrong)
    router.form("kb.new", handlers.written)
    router.form("kb.from_ticket", handlers.written)
    router.form("kb.edit", handlers.edited)
    router.form("kb.wrong", finding.reported)
    router.shortcut("kb.new", handlers.shortcut)
    router.reaction(handlers.BOOKS, handlers.reacted)
