"""What nothing sure answered: questions grouped into gaps, and who asked them how."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from bot.knowledge.rules import Gap, Phrasing, Question
from storage.claims import all_columns, among
from storage.encoding import micros, moment, possible
from storage.opinions import QUESTION_COLUMNS, Opinions, question_of
from storage.statements import Row, Statement
from storage.tables.knowledge import kb_gaps, kb_questions, unanswered

_LAST = 2**62  # later than any moment and any number

UNANSWERED = Statement(
    select(*QUESTION_COLUMNS)
    .where(unanswered, kb_questions.c.id > bindparam("after"), kb_questions.c.at <= bindparam("until"))
    .order_by(kb_questions.c.id)
    .limit(bindparam("limit"))
)
JOIN_GAP = Statement(update(kb_questions).where(among(kb_questions.c.id, "ids")).values(gap=bindparam("gap")))

_GAP = tuple(kb_gaps.c)
_unwritten = kb_gaps.c.article.is_(None)
ADD_GAP = Statement(insert(kb_gaps).values(all_columns(kb_gaps, "id")).returning(kb_gaps.c.id))
SAVE_GAP = Statement(update(kb_gaps).where(kb_gaps.c.id == bindparam("id_")).values(all_columns(kb_gaps, "id")))
GAP = Statement(select(*_GAP).where(kb_gaps.c.id == bindparam("id")))
GAPS = Statement(
    select(*_GAP)
    .where(kb_gaps.c.dropped == bindparam("dropped"), _unwritten)
    .order_by(kb_gaps.c.count.desc(), kb_gaps.c.last_at.desc(), kb_gaps.c.id)
    .limit(bindparam("limit"))
)
LATEST_GAPS = Statement(
    select(*_GAP).where(_unwritten).order_by(kb_gaps.c.last_at.desc(), kb_gaps.c.id.desc()).limit(bindparam("limit"))
)
_in_gaps = among(kb_questions.c.gap, "gaps")
PHRASINGS = Statement(
    select(kb_questions.c.gap, kb_questions.c.said, func.count(), func.max(kb_questions.c.at))
    .where(_in_gaps)
    .group_by(kb_questions.c.gap, kb_questions.c.said)
    .order_by(kb_questions.c.gap, func.count().desc(), func.min(kb_questions.c.id))
)
ASKERS = Statement(
    select(kb_questions.c.gap, kb_questions.c.person, func.max(kb_questions.c.at))
    .where(_in_gaps, kb_questions.c.person.is_not(None))
    .group_by(kb_questions.c.gap, kb_questions.c.person)
    .order_by(kb_questions.c.gap, kb_questions.c.person)
)


class Gaps(Opinions):
    """The part of `bot.knowledge.ports.KnowledgeStore` that is about what is missing."""

    def unanswered(self, limit: int = 500, *, after: int = 0, until: datetime | None = None) -> list[Question]:
        """Questions without a sure answer that belong to no gap yet, oldest first."""
        upto = micros(until) if until else _LAST
        return [question_of(row) for row in self._link.all(UNANSWERED, after=after, until=upto, limit=limit)]

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

    def gap(self, id: int) -> Gap | None:
        """The gap with this number."""
        row = self._link.one(GAP, id=id) if possible(id) else None
        return _gap(row) if row else None

    def gaps(self, limit: int = 50) -> list[Gap]:
        """Gaps that are still open, those that were asked most first."""
        return [_gap(row) for row in self._link.all(GAPS, dropped=False, limit=limit)]

    def latest_gaps(self, limit: int) -> list[Gap]:
        """Gaps for which nothing was written, dropped ones too, those that were asked latest first."""
        return [_gap(row) for row in self._link.all(LATEST_GAPS, limit=limit)]

    def phrasings(self, gaps: Sequence[int]) -> dict[int, list[Phrasing]]:
        """How each of these gaps was put, by its number; the most common way first."""
        found: dict[int, list[Phrasing]] = defaultdict(list)
        for gap, said, count, last_at in self._link.all(PHRASINGS, gaps=list(gaps)) if gaps else ():
            found[gap].append(Phrasing(said, count, moment(last_at)))
        return dict(found)

    def askers(self, gaps: Sequence[int]) -> dict[int, dict[int, datetime]]:
        """Who asked for each of these gaps, by its number, and when each did so last."""
        found: dict[int, dict[int, datetime]] = defaultdict(dict)
        for gap, person, last_at in self._link.all(ASKERS, gaps=list(gaps)) if gaps else ():
            found[gap][person] = moment(last_at)
        return dict(found)


def _gap(row: Row) -> Gap:
    id, said, count, first_at, last_at, team, article, dropped = row
    return Gap(id, said, count, moment(first_at), moment(last_at), team or 0, article or 0, bool(dropped))
