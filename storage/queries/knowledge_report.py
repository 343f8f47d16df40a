"""What the report about the knowledge base is made of: counted by the database, the same on both.

Each statement is there three times: for everything, for what belongs to some teams, and for what one person did.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, literal_column, select

from bot.knowledge.ports import Activity, Condition, Taught, Whose
from bot.knowledge.rules import Occasion, Opinion, Outcome, State
from bot.people.rules import Role
from storage.claims import among
from storage.encoding import micros
from storage.statements import Link, Statement
from storage.tables.knowledge import article_revisions, article_votes, articles, kb_gaps, kb_questions
from storage.tables.people import persons

WEEK = timedelta(days=7)


def _is(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """Whether the column has one of these values, which are part of the statement."""
    return column.in_([literal_column(f"'{value}'") for value in values])


def _within(column: ColumnElement[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= bindparam("since"), column < bindparam("until")


Scoped = dict[str, Statement]


def _scoped(make: Callable[[tuple[ColumnElement[bool], ...]], Any], team: Any, person: Any) -> Scoped:
    """The statement for everything, for some teams, for one person: by the columns that say whose a row is."""
    return {
        "all": Statement(make(())),
        "teams": Statement(make((among(team, "teams", sifting=True),))),
        "person": Statement(make((person == bindparam("person"),))),
    }


_asked = kb_questions.c
_author = article_revisions.c.author
_first = article_revisions.c.number == literal_column("1")
_written = articles.join(article_revisions, (article_revisions.c.article == articles.c.id) & _first)
_judged = article_votes.join(articles, articles.c.id == article_votes.c.article).join(
    article_revisions, (article_revisions.c.article == articles.c.id) & _first
)
_published = _is(articles.c.state, State.PUBLISHED)
_of_use = _is(article_votes.c.opinion, Opinion.USED, Opinion.HELPED)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*conditions)


_answered_first = _is(_asked.occasion, Occasion.ANSWER)
ASKED = _scoped(
    lambda whose: select(
        func.count(),
        _count(_asked.sure),
        _count(_answered_first, _asked.sure),
        _count(_answered_first, _is(_asked.outcome, Outcome.HELPED)),
        _count(_answered_first, _is(_asked.outcome, Outcome.QUIET)),
        _count(_answered_first, _asked.sure, _is(_asked.outcome, Outcome.PERSON)),
    ).where(*_within(_asked.at), _is(_asked.occasion, Occasion.SEARCH, Occasion.ANSWER), *whose),
    _asked.team,
    _asked.person,
)
JUDGED = _scoped(
    lambda whose: (
        select(
            _count(_is(article_votes.c.opinion, Opinion.HELPED)),
            _count(_is(article_votes.c.opinion, Opinion.NOT_HELPED)),
            _count(_is(article_votes.c.opinion, Opinion.WRONG)),
        )
        .select_from(_judged)
        .where(*_within(article_votes.c.at), *whose)
    ),
    articles.c.team,
    _author,
)

# A gap was closed when the article that closes it first said so: by the first revision after it was last asked.
_closed_at = (
    select(func.min(article_revisions.c.at))
    .where(article_revisions.c.article == kb_gaps.c.article, article_revisions.c.at >= kb_gaps.c.last_at)
    .scalar_subquery()
)
_has_asked = (
    select(literal_column("1"))
    .where(kb_questions.c.gap == kb_gaps.c.id, kb_questions.c.person == bindparam("person"))
    .exists()
)


def _gaps(figure: ColumnElement[int], *conditions: ColumnElement[bool]) -> Scoped:
    narrowed = {"all": (), "teams": (among(kb_gaps.c.team, "teams", sifting=True),), "person": (_has_asked,)}
    return {name: Statement(select(figure).where(*conditions, *whose)) for name, whose in narrowed.items()}


MISSING = _gaps(func.count(), *_within(kb_gaps.c.first_at))
FILLED = _gaps(func.count(), kb_gaps.c.article.is_not(None), *_within(_closed_at))
OPEN_GAPS = _gaps(func.count(), kb_gaps.c.article.is_(None), kb_gaps.c.dropped.is_(False))

_used_lately = (
    select(literal_column("1"))
    .where(article_votes.c.article == articles.c.id, article_votes.c.at >= bindparam("unused_since"), _of_use)
    .exists()
)
_found_wrong = (
    select(literal_column("1"))
    .where(
        article_votes.c.article == articles.c.id,
        article_votes.c.at > articles.c.updated_at,
        _is(article_votes.c.opinion, Opinion.WRONG),
    )
    .exists()
)
STALE = _scoped(
    lambda whose: select(
        _count(articles.c.review_on > literal_column("''"), articles.c.review_on < bindparam("today")),
        _count(articles.c.created_at < bindparam("unused_since"), ~_used_lately),
        _count(_found_wrong),
    ).where(_published, *whose),
    articles.c.team,
    articles.c.owner,
)


def _by_week(whose: tuple[ColumnElement[bool], ...]) -> Any:
    week = (_asked.at - bindparam("since", type_=BigInteger())) // bindparam("week", type_=BigInteger())
    searched = (
        select(_asked.person, week.label("week"))
        .select_from(kb_questions.join(persons, persons.c.id == _asked.person))
        .where(
            *_within(_asked.at),
            _is(_asked.occasion, Occasion.SEARCH),
            persons.c.role != literal_column(f"'{Role.CUSTOMER}'"),
            *whose,
        )
        .subquery()
    )
    return select(searched.c.person, searched.c.week, func.count()).group_by(searched.c.person, searched.c.week)


ASKERS = _scoped(_by_week, _asked.team, _asked.person)
WRITTEN = _scoped(
    lambda whose: (
        select(_author, func.count())
        .select_from(_written)
        .where(*_within(articles.c.created_at), _author.is_not(None), *whose)
        .group_by(_author)
    ),
    articles.c.team,
    _author,
)
USED = _scoped(
    lambda whose: (
        select(_author, func.count())
        .select_from(_judged)
        .where(*_within(article_votes.c.at), _of_use, _author.is_not(None), *whose)
        .group_by(_author)
    ),
    articles.c.team,
    _author,
)


class KnowledgeReport:
    """See `bot.knowledge.ports.KnowledgeFigures`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def activity(self, whose: Whose, since: datetime, until: datetime) -> Activity:
        """What happened in [since, until)."""
        span = {"since": micros(since), "until": micros(until)}
        return Activity(
            *self._row(ASKED, whose, **span),
            *self._row(JUDGED, whose, **span),
            *self._row(MISSING, whose, **span),
            *self._row(FILLED, whose, **span),
        )

    def condition(self, whose: Whose, today: date, unused_since: datetime) -> Condition:
        """How it stands now."""
        stale = self._row(STALE, whose, today=today.isoformat(), unused_since=micros(unused_since))
        return Condition(*self._row(OPEN_GAPS, whose), *stale)

    def askers(self, whose: Whose, since: datetime, weeks: int) -> dict[int, tuple[int, ...]]:
        """How often each member of the staff searched, week by week: `weeks` of them from `since` on."""
        found: dict[int, list[int]] = defaultdict(lambda: [0] * weeks)
        length = WEEK // timedelta(microseconds=1)
        span = {"since": micros(since), "until": micros(since) + weeks * length, "week": length}
        for person, week, count in self._all(ASKERS, whose, **span):
            found[person][week] = count
        return {person: tuple(counts) for person, counts in found.items()}

    def teachers(self, whose: Whose, since: datetime, until: datetime) -> list[Taught]:
        """Who wrote something in [since, until), or whose articles were of use then; the most useful first."""
        span = {"since": micros(since), "until": micros(until)}
        written, used = (dict(self._all(each, whose, **span)) for each in (WRITTEN, USED))
        found = [Taught(person, written.get(person, 0), used.get(person, 0)) for person in {*written, *used}]
        return sorted(found, key=lambda one: (-one.used, -one.written, one.person))

    def _row(self, statements: Scoped, whose: Whose, **values: Any) -> tuple[int, ...]:
        (row,) = self._all(statements, whose, **values)
        return tuple(row)

    def _all(self, statements: Scoped, whose: Whose, **values: Any) -> list[tuple[Any, ...]]:
        if whose.person:
            return self._link.all(statements["person"], person=whose.person, **values)
        if whose.teams is not None:
            return self._link.all(statements["teams"], teams=list(whose.teams), **values)
        return self._link.all(statements["all"], **values)
