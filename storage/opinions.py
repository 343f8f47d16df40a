"""What people made of articles, what was asked, and what nothing sure answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.knowledge.rules import Gap, Occasion, Opinion, Outcome, Question, Tally, Vote
from storage.claims import all_columns, among
from storage.encoding import micros, moment, packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.knowledge import article_votes, kb_gaps, kb_questions, unanswered

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

_QUESTION = tuple(kb_questions.c)
ASK = Statement(insert(kb_questions).values(all_columns(kb_questions, "id")).returning(kb_questions.c.id))
QUESTION = Statement(select(*_QUESTION).where(kb_questions.c.id == bindparam("id")))
SETTLE = Statement(
    update(kb_questions).where(kb_questions.c.id == bindparam("id_")).values(outcome=bindparam("outcome"))
)
UNANSWERED = Statement(select(*_QUESTION).where(unanswered).order_by(kb_questions.c.id).limit(bindparam("limit")))
JOIN_GAP = Statement(update(kb_questions).where(among(kb_questions.c.id, "ids")).values(gap=bindparam("gap")))

_GAP = tuple(kb_gaps.c)
ADD_GAP = Statement(insert(kb_gaps).values(all_columns(kb_gaps, "id")).returning(kb_gaps.c.id))
SAVE_GAP = Statement(update(kb_gaps).where(kb_gaps.c.id == bindparam("id_")).values(all_columns(kb_gaps, "id")))
GAPS = Statement(
    select(*_GAP)
    .where(kb_gaps.c.dropped == bindparam("dropped"), kb_gaps.c.article.is_(None))
    .order_by(kb_gaps.c.count.desc(), kb_gaps.c.last_at.desc(), kb_gaps.c.id)
    .limit(bindparam("limit"))
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
        return _question(row) if row else None

    def settle(self, question: int, outcome: Outcome) -> None:
        """What came of it."""
        if possible(question):
            self._link.run(SETTLE, id_=question, outcome=outcome.value)

    def unanswered(self, limit: int = 500) -> list[Question]:
        """Questions without a sure answer that belong to no gap yet, oldest first."""
        return [_question(row) for row in self._link.all(UNANSWERED, limit=limit)]

    def save_gap(self, gap: Gap, questions: Sequence[int] = ()) -> Gap:
        """Store a gap (`id` 0: a new one), and that these questions belong to it."""
        values = {
            "said": gap.said,
            "count": gap.count,
            "first_at": micros(gap.first_at),
            "last_at": micros(gap.last_at),
            "team": gap.team or None,
            "article": gap.article or None,
            "dropped": gap.dropped,
        }
        if gap.id:
            self._link.run(SAVE_GAP, id_=gap.id, **values)
        else:
            gap = replace(gap, id=self._link.value(ADD_GAP, **values))
        if questions:
            self._link.run(JOIN_GAP, ids=list(questions), gap=gap.id)
        return gap

    def gaps(self, limit: int = 50) -> list[Gap]:
        """Gaps that are still open, those that were asked most first."""
        return [_gap(row) for row in self._link.all(GAPS, dropped=False, limit=limit)]


def _question(row: Row) -> Question:
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


def _gap(row: Row) -> Gap:
    id, said, count, first_at, last_at, team, article, dropped = row
    return Gap(id, said, count, moment(first_at), moment(last_at), team or 0, article or 0, bool(dropped))
