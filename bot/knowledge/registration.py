"""What the knowledge base answers to."""

from collections.abc import Callable

from bot.chat.reports import Reports
from bot.chat.router import Router
from bot.knowledge import (
    answer_buttons,
    attached,
    finding,
    handlers,
    looking,
    mending,
    pinning,
    reminding,
    reporting,
    scripts,
    suggesting,
)
from bot.knowledge.answering import Answerer
from bot.knowledge.chores import Chores
from bot.knowledge.commands import Commands
from bot.knowledge.deflecting import Deflection
from bot.knowledge.facts import ArticleWritten
from bot.knowledge.library import Library
from bot.people.facts import PersonDisabled
from bot.unit import Unit

EVERY_MINUTE, EVERY_HOUR = "* * * * *", "7 * * * *"


def register(router: Router, library: Library) -> None:
    """Take the names; questions are answered out of `library`."""
    answerer = Answerer(library)
    finder = finding.Finder(library)
    deflection = router.first = Deflection(router, answerer, finder)
    deflection.listen()
    router.ahead.append(answerer.ahead)
    router.button("answer.solved", answer_buttons.solved)
    router.button("answer.person", answer_buttons.person)
    router.command("kb", Commands(finder, mending.Mending(library)).kb)
    router.about("show", "K", handlers.show)
    router.about("history", "K", handlers.history)
    router.button("kb.more", finder.more)
    router.button("kb.ask", finder.look_up)
    router.button("kb.show", handlers.show)
    router.button("kb.text", handlers.whole_text)
    router.button("kb.new", handlers.new)
    router.button("kb.from_ticket", handlers.from_ticket)
    router.button("kb.edit", handlers.edit)
    router.button("kb.history", handlers.history)
    router.button("kb.revert", handlers.revert)
    router.button("kb.archive", handlers.archive)
    router.button("kb.restore", handlers.restore)
    router.button("kb.accept", handlers.accept)
    router.button("kb.decline", handlers.decline)
    router.button("kb.pin", lambda context: pinning.pin(context, handlers.article_in(context)))
    router.button("kb.unpin", lambda context: pinning.unpin(context, handlers.article_in(context)))
    router.button("kb.dismiss", suggesting.dismissed)
    router.button("kb.tick", scripts.ticked)
    router.button("kb.turn", scripts.turned)
    router.button("kb.again", scripts.again)
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
    router.delivered.append(attached.Arrivals(router).heard)
    box = router.lookup = looking.SearchBox(library)
    router.form(box.form, box.chosen)
    _looked_after(router)
    suggester = suggesting.Suggester(router, library)
    router.timer(suggesting.TIMER, suggester.fell_due)
    suggester.listen()


def _looked_after(router: Router) -> None:
    """What is missing, what is due, and how it all stands."""
    router.button("kb.gap.write", mending.write)
    router.button("kb.gap.drop", mending.drop)
    router.button("kb.right", reminding.still_right)
    router.form("kb.gap", mending.written)
    router.report("knowledge", reporting.show)
    router.command("report", Reports(router.reports).show)
    reactions = reminding.Reactions(router)
    router.reactions.on(ArticleWritten, reactions.written)
    router.reactions.on(PersonDisabled, reactions.left)


def schedule(add: Callable[[str, str, Callable[[Unit], bool]], None], router: Router, library: Library) -> None:
    """Put into the calendar (`add`: name, crontab line in UTC, work) what the knowledge base does by itself."""
    add("most asked articles", EVERY_HOUR, pinning.recount)
    add("knowledge", EVERY_MINUTE, Chores(router, library).round)
