"""What the knowledge base does by itself each minute, on one replica."""

from bot.chat.router import Router
from bot.knowledge import gaps
from bot.knowledge.library import Library
from bot.knowledge.mending import Mending
from bot.knowledge.reminding import remind
from bot.unit import Unit


class Chores:
    """The work of a line of the calendar (see `round`)."""

    def __init__(self, router: Router, library: Library) -> None:
        self._router = router
        self._library = library
        self._mending = Mending(library)

    def round(self, unit: Unit) -> bool:
        """Group what was asked in vain, close what is answered now, tell whose turn it is; whether there is more."""
        unit.serialize("kb/chores")
        if gaps.collect(unit) or gaps.close_answered(unit, self._library):
            return True
        self._mending.weekly(unit, self._router.house)
        remind(unit, self._router.house)
        return False
