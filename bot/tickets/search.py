"""Finding a ticket again by words that stand in it: `find 打印机`, whichever script it was written in."""

from functools import cache

from opencc import OpenCC

from bot.chat.context import Context
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.chat.words import folded
from bot.errors import Invalid
from bot.people.permissions import Reach, Right, reach
from bot.people.rules import Role
from bot.tickets import cards
from bot.tickets.lists import names_of

LIMIT = 20
SHORTEST, LONGEST = 2, 100


def find(context: Context) -> Reply | None:
    """The tickets that the person may see and in which the words stand, newest first."""
    wanted = plain(context.text).strip()
    if not SHORTEST <= len(wanted) <= LONGEST:
        raise Invalid("find.what")
    who, unit, words = context.who, context.unit, context.words
    granted = reach(who, Right.READ_INTERNAL)
    teams = None if granted is Reach.ALL else sorted(who.teams) if granted is Reach.TEAM else []
    found = unit.tickets.search(variants(wanted), teams=teams, person=who.id, limit=LIMIT + 1)
    card = cards.listing(
        words("find.title", words=wanted), words("find.nothing", words=wanted), found, words, unit.now,
        names_of(unit, found), staff=who.role is not Role.CUSTOMER,
    )  # fmt: skip
    context.confide(card)
    return None


def variants(wanted: str) -> tuple[str, ...]:
    """The words in simplified and in traditional characters."""
    return tuple(dict.fromkeys((folded(wanted), str(_to_traditional().convert(wanted)))))


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
