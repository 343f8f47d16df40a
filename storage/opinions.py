"""What people made of articles, what was asked, and what nothing sure answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, insert, literal_column, or_, select, true, update

from bot.knowledge.rules import Occasion, Opinion, Outcome, Question, Tally, Vote
from storage.claims import all_columns, among
from storage.encoding import micros, moment, packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.knowledge import article_votes, kb_questions

VOTE = Statement(insert(article_votes).values(all_columns(article_votes, "id")))
TAKE_BACK = Statement(
    delete(article_votes).where(
        article_votes.c.article == bindparam("article_id"),
        article_votes.c.person == bindparam("person_id"),
        article_votes.c.opinion != bindparam("used"),
    )
)
TALLIES = Statement(
    select(article_votes.c.article, article_votes.c.opinion, func.count())
    .where(among(article_votes.c.article, "articles"))
    .group_by(article_votes.c.article, article_votes.c.opinion)
)
REPORTS = Statement(
    select(
        article_votes.c.article,
        article_votes.c.person,
        article_votes.c.opinion,
        article_votes.c.at,
        article_votes.c.question,
        article_votes.c.remark,
    )
    .where(
        article_votes.c.article == bindparam("article_id"),
        article_votes.c.at >= bindparam("since"),
        article_votes.c.opinion == bindparam("wrong"),
    )
    .order_by(article_votes.c.at, article_votes.c.id)
)

QUESTION_COLUMNS = tuple(kb_questions.c)
ASK = Statement(insert(kb_questions).values(all_columns(kb_questions, "id")).returning(kb_questions.c.id))
QUESTION = Statement(select(*QUESTION_COLUMNS).where(kb_questions.c.id == bindparam("id")))
SETTLE = Statement(
    update(kb_questions).where(kb_questions.c.id == bindparam("id_")).values(outcome=bindparam("outcome"))
)
# What an article answered: it helped or was sent, or it was found by somebody who did not say otherwise. One that was
# merely offered answered nothing yet.
_helped = kb_questions.c.outcome.in_(
    [literal_column(f"'{each}'") for each in (Outcome.SENT, Outcome.HELPED, Outcome.QUIET)]
)
_found = and_(
    kb_questions.c.sure.is_(true()),
    kb_questions.c.outcome == literal_column(f"'{Outcome.SHOWN}'"),
    kb_questions.c.occasion != literal_column(f"'{Occasion.SUGGESTION}'"),
)
ANSWERED = Statement(
    select(kb_questions.c.team, kb_questions.c.articles, func.count())
    .where(kb_questions.c.at >= bindparam("since"), kb_questions.c.team.is_not(None), or_(_helped, _found))
    .group_by(kb_questions.c.team, kb_questions.c.articles)
)


class Opinions:
    """The part of `bot.knowledge.ports.KnowledgeStore` that is about readers, not articles."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def vote(self, vote: Vote) -> None:
        """Store what somebody made of an article; of his opinions the latest counts, of his uses each."""
        if vote.opinion is not Opinion.USED:
            self._link.run(TAKE_BACK, article_id=vote.article, person_id=vote.person, used=Opinion.USED.value)
        self._link.run(
            VOTE,
            article=vote.article,
            person=vote.person or None,
            opinion=vote.opinion.value,
            at=micros(vote.at),
            question=vote.question,
            remark=vote.remark,
        )

    def tallies(self, articles: Sequence[int]) -> dict[int, Tally]:
        """What was made of these articles, by number; one query. Those of which nobody said anything are left out."""
        counts: dict[int, dict[str, int]] = {}
        for article, opinion, count in self._link.all(TALLIES, articles=list(articles)) if articles else ():
            counts.setdefault(article, {})[opinion] = count
        return {article: Tally(**each) for article, each in counts.items()}

    def reports(self, article: int, since: datetime) -> list[Vote]:
        """Who said since then that the article is wrong or outdated, oldest first."""
        rows = self._link.all(REPORTS, article_id=article, since=micros(since), wrong=Opinion.WRONG.value)
        return [Vote(row[0], row[1] or 0, Opinion(row[2]), moment(row[3]), row[4], row[5]) for row in rows]

    def ask(self, question: Question) -> Question:
        """Store what was asked (`id` 0); gives it back with its number."""
        number = self._link.value(
            ASK,
            at=micros(question.at),
            person=question.person or None,
            said=question.said,
            sure=question.sure,
            articles=packed(question.articles),
            ticket=question.ticket or None,
            team=question.team or None,
            outcome=question.outcome.value,
            gap=question.gap or None,
            occasion=question.occasion.value,
        )
        return replace(question, id=number)

    def question(self, id: int) -> Question | None:
        """What was asked under this number."""
        row = self._link.one(QUESTION, id=id) if possible(id) else None
        return question_of(row) if row else None

    def settle(self, question: int, outcome: Outcome) -> None:
        """What came of it."""
        if possible(question):
            self._link.run(SETTLE, id_=question, outcome=outcome.value)

    def answered(self, since: datetime) -> dict[int, dict[int, int]]:
        """How many questions each team has had answered by which article since then, by team and article; one query."""
        counts: dict[int, dict[int, int]] = {}
        for team, articles, count in self._link.all(ANSWERED, since=micros(since)):
            for first in unpacked(articles)[:1]:
                of_team = counts.setdefault(team, {})
                of_team[first] = of_team.get(first, 0) + count
        return counts


def question_of(row: Row) -> Question:
    """A row of `QUESTION_COLUMNS`."""
    id, at, person, said, sure, articles, ticket, team, outcome, gap, occasion = row
    return Question(
        id,
        moment(at),
        person or 0,
        said,
        bool(sure),
        tuple(unpacked(articles)),
        ticket or 0,
        team or 0,
        Outcome(outcome),
        gap or 0,
        Occasion(occasion),
    )
