"""What the knowledge base needs from storage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.knowledge.rules import Article, Gap, Outcome, Question, Revision, Tally, Vote


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

    def unanswered(self, limit: int = 500) -> list[Question]:
        """Questions without a sure answer that belong to no gap yet, oldest first."""
        ...

    def save_gap(self, gap: Gap, questions: Sequence[int] = ()) -> Gap:
        """Store a gap (`id` 0: a new one), and that these questions belong to it."""
        ...

    def gaps(self, limit: int = 50) -> list[Gap]:
        """Gaps that are still open, those that were asked most first."""
        ...
