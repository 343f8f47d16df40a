"""What persons answer to: joining accounts, language, help."""

from bot.chat.events import ReachChanged
from bot.chat.router import Router
from bot.people import handlers


def register(router: Router) -> None:
    """Take the names."""
    router.command("link", handlers.join)
    router.command("lang", handlers.language)
    router.command("help", handlers.help_)
    router.command("start", handlers.start)
    router.button("lang", handlers.language)
    router.button("help", handlers.help_)
    router.on(ReachChanged, handlers.reach_changed)
