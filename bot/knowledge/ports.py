"""What the knowledge base needs from storage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.knowledge.rules import Article, Gap, Outcome, Phrasing, Question, Revision, Tally, Vote


class KnowledgeStore(Protocol):
    """Articles with all their revisions, what people made of them, and what was asked.

    Every stored change of an article bears a number that only grows. Whoever follows `changes` sees each of them once
    it is committed, in the order of the numbers, and misses none.
    """

    def add(self, articles: Sequence[Article], author: int) -> list[Article]:
        """Store new articles (`id` 0), each with its first revision; gives them back with their numbers."""
        ...

    def get(self, id: int) -> Article:
        """Raises `NotFound` (key `kb.unknown`, value `reference`)."""
        ...

    def many(self, ids: Sequence[int]) -> dict[int, Article]:
        """Those of `ids` that exist, by number; one query."""
        ...

    def save(self, article: Article, now: datetime) -> Article:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between."""
        ...

    def page(self, after: int, limit: int = 500) -> list[Article]:
        """All articles with a greater number, in their order."""
        ...

    def by_external(self, ids: Sequence[str]) -> dict[str, Article]:
        """Articles by their names elsewhere; those that do not exist are left out."""
        ...

    def by_title(self, titles: Sequence[str], *, archived: bool = False) -> dict[str, Article]:
        """Articles outside the archive (or those in it) by `same_title(title)`; of several the oldest."""
        ...

    def reviews_due(self, today: date, limit: int = 1000) -> list[Article]:
        """Published articles whose review day has come, the longest overdue first."""
        ...

    def owned(self, person: int) -> list[tuple[int, int]]:
        """The articles outside the archive that somebody owns, each with its team (0: none)."""
        ...

    def give(self, articles: Sequence[int], owner: int) -> None:
        """These articles have another owner from now on (0: nobody); what they say stays as it is."""
        ...

    def revise(self, revision: Revision) -> None:
        """Store a revision, or what became of one (article and number are its key)."""
        ...

    def revision(self, article: int, number: int) -> Revision:
        """Raises `NotFound` (key `kb.no_revision`, values `reference`, `number`)."""
        ...

    def revisions(self, article: int, limit: int = 50) -> list[Revision]:
        """The revisions of an article, newest first."""
        ...

    def number(self) -> int:
        """The number of the latest change (0: nothing ever changed)."""
        ...

    def changes(self, after: tuple[int, int], limit: int = 500) -> list[tuple[int, Article]]:
        """Articles whose latest change comes after (number of the change, number of the article), in that order, each
        with the number of its change."""
        ...

    def public(self) -> list[int]:
        """The numbers of all articles that are published for customers."""
        ...

    def vote(self, vote: Vote) -> None:
        """Store what somebody made of an article; of his opinions the latest counts, of his uses each."""
        ...

    def tallies(self, articles: Sequence[int]) -> dict[int, Tally]:
        """What was made of these articles, by number; one query. Those of which nobody said anything are left out."""
        ...

    def reports(self, article: int, since: datetime) -> list[Vote]:
        """Who said since then that the article is wrong or outdated, oldest first."""
        ...

    def ask(self, question: Question) -> Question:
        """Store what was asked (`id` 0); gives it back with its number."""
        ...

    def question(self, id: int) -> Question | None:
        """What was asked under this number."""
        ...

    def settle(self, question: int, outcome: Outcome) -> None:
        """What came of it."""
        ...

    def answered(self, since: datetime) -> dict[int, dict[int, int]]:
        """How many questions each team has had answered by which article since then, by team and article; one query.

        The first article that was shown answers, if the engine was sure of it and nobody said otherwise, or if it was
        sent or helped; a suggestion that nobody took up answers nothing.
        """
        ...

    def unanswered(self, limit: int = 500, *, after: int = 0, until: datetime | None = None) -> list[Question]:
        """Questions without a sure answer that belong to no gap yet, oldest first: those with a number greater than
        `after` that were asked at `until` at the latest (None: whenever)."""
        ...

    def save_gap(self, gap: Gap, questions: Sequence[int] = ()) -> Gap:
        """Store a gap (`id` 0: a new one), and that these questions belong to it."""
        ...

    def gap(self, id: int) -> Gap | None:
        """The gap with this number."""
        ...

    def gaps(self, limit: int = 50) -> list[Gap]:
        """Gaps that are still open, those that were asked most first."""
        ...

    def latest_gaps(self, limit: int) -> list[Gap]:
        """Gaps for which nothing was written, dropped ones too, those that were asked latest first."""
        ...

    def phrasings(self, gaps: Sequence[int]) -> dict[int, list[Phrasing]]:
        """How each of these gaps was put, by its number; the most common way first. One query."""
        ...

    def askers(self, gaps: Sequence[int]) -> dict[int, dict[int, datetime]]:
        """Who asked for each of these gaps, by its number, and when each did so last. One query."""
        ...


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figures are counted: everything, what belongs to some teams, or what one person (0: nobody) did."""

    teams: tuple[int, ...] | None = None
    person: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in a period.

    `asked` questions, to `sure` of them a sure answer; `first` customers were answered before anybody was disturbed:
    `helped` said so, `quiet` said nothing more, `person` needed one. Of the opinions, `useful`, `useless` and `wrong`
    are those of readers. `missing` gaps came up, `filled` were closed by an article.
    """

    asked: int = 0
    sure: int = 0
    first: int = 0
    helped: int = 0
    quiet: int = 0
    person: int = 0
    useful: int = 0
    useless: int = 0
    wrong: int = 0
    missing: int = 0
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """How it stands now: gaps that are open; of the published articles those whose review is overdue, those that
    nobody sent or found useful since a day though they are older, and those found wrong that nobody has changed."""

    gaps: int = 0
    overdue: int = 0
    unused: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """What somebody wrote in a period, and how often what he ever wrote was of use in it."""

    person: int
    written: int
    used: int


class KnowledgeFigures(Protocol):
    """What the report is made of; every figure is counted by the database."""

    def activity(self, whose: Whose, since: datetime, until: datetime) -> Activity:
        """What happened in [since, until)."""
        ...

    def condition(self, whose: Whose, today: date, unused_since: datetime) -> Condition:
        """How it stands now."""
        ...

    def askers(self, whose: Whose, since: datetime, weeks: int) -> dict[int, tuple[int, ...]]:
        """How often each member of the staff searched, week by week: `weeks` of them from `since` on."""
        ...

    def teachers(self, whose: Whose, since: datetime, until: datetime) -> list[Taught]:
        """Who wrote something in [since, until), or whose articles were of use then; the most useful first."""
        ...
