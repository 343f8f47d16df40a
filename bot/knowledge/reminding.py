"""Reviews that are due: whoever looks after an article is asked on its day, and again a week later, never daily."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.chat.context import Context
from bot.chat.router import Router
from bot.chat.views import Reply
from bot.duty import roster
from bot.errors import Conflict
from bot.knowledge import handlers, reviewing
from bot.knowledge.caretakers import Caretakers, tell, whose_turn
from bot.knowledge.facts import ArticleWritten
from bot.knowledge.reminder_cards import handed_post, reviews_card
from bot.knowledge.rules import Article
from bot.people.facts import PersonDisabled
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

AGAIN = timedelta(days=7)
"""Whoever was reminded of an article hears of it again after so long, if he has done nothing about it."""

SHOWN = 8
"""Articles in one message at most; of the others it says how many there are, and they follow the next day."""

HALF_A_YEAR = timedelta(days=182)
_SHORTEST, _LONGEST = timedelta(days=28), timedelta(days=366)
_EARLIER = timedelta(hours=12)  # so that the same hour a week later is late enough
_REMINDED = "kb/reminded/"


# Reminding


def remind(unit: Unit, house: House) -> None:
    """Tell those whose turn it is which of their articles are due; see `whose_turn`."""
    today = unit.now.astimezone(_workspace(unit).zone).date()
    caretakers = Caretakers(unit, house, unit.now + AGAIN)

    def whom() -> list[Person]:
        return [person for article in _due(unit, today) for person in _those(caretakers, article)]

    for person in whose_turn(unit, "reviews", today.isoformat(), whom):
        his = [article for article in _due(unit, today) if person in _those(caretakers, article)]
        shown = his[:SHOWN]
        if shown:
            effect = f"kb:reviews:{person.id}:{today.isoformat()}"
            tell(unit, house, person, partial(reviews_card, shown, len(his) - len(shown)), effect)
        for article in shown:
            unit.keys.put(f"{_REMINDED}{article.id}", today.isoformat(), unit.now + AGAIN - _EARLIER)


def _those(caretakers: Caretakers, article: Article) -> list[Person]:
    return caretakers.of(owner=article.owner, team=article.team)


def _due(unit: Unit, today: date) -> list[Article]:
    """What is due, but for what somebody was reminded of in the last days, and announcements that have ended."""
    return [
        article
        for article in unit.knowledge.reviews_due(today)
        if article.found_by(staff=True, today=today) and unit.keys.get(f"{_REMINDED}{article.id}") is None
    ]


def _workspace(unit: Unit) -> Workspace:
    return Workspace.read(unit.keys.get(CONFIG_KEY))


# What is done about it


def still_right(context: Context) -> Reply | None:
    """The button: somebody looked at the article, and it holds for as long again.

    Raises `Conflict` when somebody did before.
    """
    reviewing.demand_staff(context)
    article, today = handlers.article_in(context), _today(context.unit)
    if article.review_on is None or article.review_on > today:
        raise Conflict("kb.due.done", reference=article.reference)
    saved = context.unit.knowledge.save(replace(article, review_on=next_review(article, today)), context.unit.now)
    assert saved.review_on is not None  # noqa: S101 - it was just set
    return context.tell("kb.due.noted", reference=saved.reference, day=context.words.day(saved.review_on))


def next_review(article: Article, today: date) -> date:
    """When an article should be looked at again: after as long as it was to stand since it was last changed, or half a
    year where that was no sensible time (less than four weeks, more than a year)."""
    stood = article.review_on - article.updated_at.date() if article.review_on else HALF_A_YEAR
    return today + (stood if _SHORTEST <= stood <= _LONGEST else HALF_A_YEAR)


def _today(unit: Unit) -> date:
    return unit.now.astimezone(_workspace(unit).zone).date()


class Reactions:
    """What follows from what others do."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def written(self, unit: Unit, fact: ArticleWritten) -> None:
        """Whoever mends an article that was due has looked at it, unless he named another day himself."""
        article, today = unit.knowledge.get(fact.article), _today(unit)
        if article.review_on is not None and article.review_on <= today:
            unit.knowledge.save(replace(article, review_on=today + HALF_A_YEAR), unit.now)

    def left(self, unit: Unit, fact: PersonDisabled) -> None:
        """What somebody owned who is gone belongs to the lead of its team, who hears of it when he is at work."""
        caretakers, given = Caretakers(unit, self._router.house), dict[int, list[int]]()
        for article, team in unit.knowledge.owned(fact.person):
            those = caretakers.of(team=team)
            given.setdefault(those[0].id if len(those) == 1 else 0, []).append(article)
        name = unit.people.person(fact.person).name
        persons = unit.people.persons([number for number in given if number])
        for number, articles in given.items():
            unit.knowledge.give(articles, number)
            if number in persons:
                view_in = partial(handed_post, name, articles[:SHOWN], max(0, len(articles) - SHOWN))
                effect = f"kb:left:{fact.person}:{number}:{unit.now.isoformat()}"
                begins = roster.next_on_duty(unit, persons[number], unit.now)
                tell(unit, self._router.house, persons[number], view_in, effect, begins)
