"""What comes first among equals: what a lead has pinned, then what a team asked most in the last seven days (U8)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.chat.context import Context
from bot.chat.views import Reply
from bot.errors import Conflict, NotAllowed
from bot.knowledge import reviewing
from bot.knowledge.facts import ArticlePinned
from bot.knowledge.rules import Article
from bot.people.rules import Person, Role
from bot.unit import Unit

SPAN = timedelta(days=7)
"""How far back questions count."""

LEAST, MOST = 3, 5
"""How often an article must have answered a team to count as one of its most asked, and how many those are at most."""

MOST_ASKED = "kb/most_asked"
"""Where the key store has the most asked articles of each team, by its number: most asked first."""


def may_pin(context: Context, article: Article) -> bool:
    """Whether the person may put this article before its equals: administrators, and those who lead the article's team,
    by name or by role. What belongs to no team is pinned by whoever leads any."""
    if context.who.role is Role.ADMIN:
        return True
    teams = context.unit.people.teams()
    return any(_leads(context.who, team.id, team.lead) for team in teams if article.team in (0, team.id))


def _leads(person: Person, team: int, lead: int) -> bool:
    return lead == person.id or (person.role is Role.SUPERVISOR and team in person.teams)


def pin(context: Context, article: Article) -> Reply | None:
    """`kb pin K-3`, and the button: before its equals from now on."""
    return _set(context, article, pinned=True)


def unpin(context: Context, article: Article) -> Reply | None:
    """`kb unpin K-3`, and the button: back among its equals."""
    return _set(context, article, pinned=False)


def _set(context: Context, article: Article, *, pinned: bool) -> Reply | None:
    reviewing.demand_staff(context)
    if not may_pin(context, article):
        raise NotAllowed("kb.pin.leads_only", reference=article.reference)
    if article.pinned is pinned:
        raise Conflict("kb.pin.already" if pinned else "kb.pin.not_pinned", reference=article.reference)
    # It reads as it did, so the day as of which it holds stays.
    context.unit.knowledge.save(replace(article, pinned=pinned), article.updated_at)
    context.unit.record(ArticlePinned(0, article=article.id, pinned=pinned))
    return context.tell("kb.pin.done" if pinned else "kb.pin.undone", reference=article.reference)


def recount(unit: Unit) -> bool:
    """Work out anew what each team asks most; False, as work that is done."""
    counted = unit.knowledge.answered(unit.now - SPAN)
    found = {str(team): _first(articles) for team, articles in counted.items()}
    most_asked = {team: first for team, first in found.items() if first}
    if most_asked != (unit.keys.get(MOST_ASKED) or {}):
        unit.keys.put(MOST_ASKED, most_asked)
    return False


def _first(counts: Mapping[int, int]) -> list[int]:
    often = [(-count, article) for article, count in counts.items() if count >= LEAST]
    return [article for _, article in sorted(often)[:MOST]]


def most_asked(unit: Unit, teams: Iterable[int]) -> list[int]:
    """Numbers of the articles that these teams ask most, those of the first team first."""
    known: Mapping[str, list[int]] = unit.keys.get(MOST_ASKED) or {}
    return list(dict.fromkeys(article for team in sorted(teams) for article in known.get(str(team), ())))


def asked_by(context: Context) -> list[Article]:
    """The articles that the person's teams ask most, those that he may still be shown."""
    numbers = most_asked(context.unit, context.who.teams)[:MOST]
    known = context.unit.knowledge.many(numbers)
    today = context.unit.now.astimezone(context.workspace.zone).date()
    found = [known[number] for number in numbers if number in known]
    return [article for article in found if article.found_by(staff=context.who.role.staff, today=today)]
