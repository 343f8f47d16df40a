"""What an article is, and how it may change. Pure: no clock, no storage."""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.chat.text import clean
from bot.errors import Invalid

TITLE_LIMIT = 200
BODY_LIMIT = 100_000
ALIASES, ALIAS_LIMIT = 50, 200
TAGS, TAG_LIMIT = 30, 40
CATEGORY_LIMIT = 80
EXTERNAL_LIMIT = 200


class State(StrEnum):
    """Whether an article can be found: a draft is not yet, one in the archive no longer."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Kind(StrEnum):
    """What an article is for. A script's steps are ticked off; an announcement has a last day."""

    QA = "qa"
    SCRIPT = "script"
    PROCEDURE = "procedure"
    ANNOUNCEMENT = "announcement"


class Audience(StrEnum):
    """Who may read it. What customers may read, the staff may send them."""

    CUSTOMERS = "customers"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Content:
    """What people write and revisions keep. `body` is Markdown, `aliases` are other ways to ask.

    `files` are numbers of stored files. `ends_on` is the last day of an announcement, None for ever.
    """

    title: str
    body: str = ""
    aliases: tuple[str, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    kind: Kind = Kind.QA
    audience: Audience = Audience.CUSTOMERS
    files: tuple[int, ...] = ()
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it stands. `owner` (0: nobody) hears what is wrong with it, `team` (0: none) may demand review.

    `review_on` is the day on which somebody should look at it again. `external_id` is its name elsewhere. `revision` is
    the number of the revision that is live, `latest` that of the newest, which may still wait for review.
    """

    id: int
    content: Content
    created_at: datetime
    updated_at: datetime
    state: State = State.PUBLISHED
    owner: int = 0
    team: int = 0
    review_on: date | None = None
    external_id: str = ""
    pinned: bool = False
    revision: int = 1
    latest: int = 1
    version: int = 1

    @property
    def reference(self) -> str:
        """How people name it: K-3."""
        return f"K-{self.id}"

    @property
    def title(self) -> str:
        """What it is called."""
        return self.content.title

    def found_by(self, *, staff: bool, today: date) -> bool:
        """Whether somebody who searches may be shown it."""
        ended = self.content.ends_on is not None and self.content.ends_on < today
        for_him = staff or self.content.audience is Audience.CUSTOMERS
        return self.state is State.PUBLISHED and for_him and not ended


class Standing(StrEnum):
    """What became of a revision: it was live at its time, waits for review, or was turned down."""

    LIVE = "live"
    PROPOSED = "proposed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Revision:
    """An article as somebody left it. `author` 0 is Baton itself (an import); `reverts` is the revision that it
    brought back (0: none)."""

    article: int
    number: int
    author: int
    at: datetime
    content: Content
    standing: Standing = Standing.LIVE
    reverts: int = 0


class Opinion(StrEnum):
    """What somebody made of an article: sent it to a customer, was helped or not, or found it wrong or outdated."""

    USED = "used"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Vote:
    """An opinion of an article. `question` is the number of what was asked (0: it was not found by asking)."""

    article: int
    person: int
    opinion: Opinion
    at: datetime
    question: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many said what of an article."""

    used: int = 0
    helped: int = 0
    not_helped: int = 0
    wrong: int = 0

    @property
    def very_useful(self) -> bool:
        """Whether it bears the mark: three were helped, and nine tenths of those who said so (U9)."""
        judged = self.helped + self.not_helped + self.wrong
        return self.helped >= 3 and self.helped * 10 >= judged * 9


NOBODY = Tally()
"""Nobody has said anything of an article."""


class Occasion(StrEnum):
    """Why the knowledge base was asked: somebody searched, a customer was to be answered first, or an agent to be
    offered an article."""

    SEARCH = "search"
    ANSWER = "answer"
    SUGGESTION = "suggestion"


class Outcome(StrEnum):
    """What came of a question that was asked of the knowledge base.

    `person`: whoever was answered first needed one; `quiet`: he said nothing more, which is taken for solved.
    """

    SHOWN = "shown"
    NOTHING = "nothing"
    SENT = "sent"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    PERSON = "person"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what was answered: `articles` best first. `sure`: the engine would have spoken up unasked.

    `ticket` is the ticket in whose thread, or for which, it was asked (0: none), `gap` the gap that it belongs to.
    """

    id: int
    at: datetime
    person: int
    said: str
    sure: bool
    articles: tuple[int, ...] = ()
    ticket: int = 0
    team: int = 0
    outcome: Outcome = Outcome.SHOWN
    gap: int = 0
    occasion: Occasion = Occasion.SEARCH


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that nothing sure answered, as one: `said` is how it was put, `count` how often.

    `article` is the one that was written for it (0: none yet); `dropped`: nobody wants to.
    """

    id: int
    said: str
    count: int
    first_at: datetime
    last_at: datetime
    team: int = 0
    article: int = 0
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One of the ways in which a gap was put, how often, and when last."""

    said: str
    count: int
    last_at: datetime


def checked(content: Content) -> Content:
    """The same, tidied. Raises `Invalid`, with the form's field, for what can't be an article."""
    tidy = replace(
        content,
        title=" ".join(clean(content.title).split()),
        body=clean(content.body).strip(),
        aliases=_tidied(content.aliases),
        category=" ".join(clean(content.category).split()),
        tags=_tidied(tag.lstrip("#＃") for tag in content.tags),
    )
    if not any(unicodedata.category(mark)[0] in "LN" for mark in tidy.title):
        raise Invalid("kb.title_empty", field="title")
    _demand_shorter("title", tidy.title, TITLE_LIMIT)
    _demand_shorter("body", tidy.body, BODY_LIMIT)
    _demand_shorter("category", tidy.category, CATEGORY_LIMIT)
    for alias in tidy.aliases:
        _demand_shorter("aliases", alias, ALIAS_LIMIT)
    for tag in tidy.tags:
        _demand_shorter("tags", tag, TAG_LIMIT)
    if len(tidy.aliases) > ALIASES or len(tidy.tags) > TAGS:
        field, limit = ("aliases", ALIASES) if len(tidy.aliases) > ALIASES else ("tags", TAGS)
        raise Invalid(f"kb.too_many.{field}", field=field, limit=limit)
    return tidy


def _tidied(values: Iterable[str]) -> tuple[str, ...]:
    tidy = (" ".join(clean(value).split()) for value in values)
    return tuple(dict.fromkeys(value for value in tidy if value))


def _demand_shorter(field: str, value: str, limit: int) -> None:
    if len(value) > limit:
        raise Invalid(f"kb.too_long.{field}", field=field, limit=limit, length=len(value))


def same_title(title: str) -> str:
    """What two titles have in common that people take for the same: case, width and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that reads differently now; the body is told line by line (`body_lines`)."""

    field: str
    before: str
    after: str


def edits(before: Content, after: Content) -> tuple[Edit, ...]:
    """What is different, the body aside."""
    found = []
    for name in ("title", "aliases", "category", "tags", "language", "kind", "audience", "ends_on"):
        old, new = (_shown(getattr(each, name)) for each in (before, after))
        if old != new:
            found.append(Edit(name, old, new))
    if before.files != after.files:
        found.append(Edit("files", str(len(before.files)), str(len(after.files))))
    return tuple(found)


def _shown(value: object) -> str:
    return " / ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def body_lines(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The lines of two bodies that differ: ("-", what is gone) and ("+", what came), ("…", "") between two places."""
    lines: list[tuple[str, str]] = []
    skipped = False
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        mark, text = line[0], line[2:]
        if mark in "-+":
            if skipped and lines:
                lines.append(("…", ""))
            lines.append((mark, text))
        skipped = mark == " "
    return tuple(lines)
