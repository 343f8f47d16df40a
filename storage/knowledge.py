"""Articles and their revisions: rows to frozen objects and back. Changes are numbered for those who follow them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, literal_column, or_, select, update

from bot.errors import NotFound, StaleWrite
from bot.knowledge.rules import Article, Audience, Content, Kind, Revision, Standing, State, same_title
from storage.claims import all_columns, among, replacing
from storage.claims import insert as upsert
from storage.encoding import micros, moment, packed, possible, storable, unpacked
from storage.gaps import Gaps
from storage.statements import Link, Row, Statement
from storage.tables.keystore import changes as counters
from storage.tables.knowledge import article_revisions, articles

_ARTICLE = tuple(column for column in articles.c if column.name not in ("title_folded", "changed"))
_NAMES = tuple(column.name for column in _ARTICLE)
_HERE: ColumnElement[str] = literal_column("'articles'")

ADD = Statement(insert(articles).values(all_columns(articles, "id")).returning(articles.c.id))
GET = Statement(select(*_ARTICLE).where(articles.c.id == bindparam("id")))
MANY = Statement(select(*_ARTICLE).where(among(articles.c.id, "ids")))
SAVE = Statement(
    update(articles)
    .where(articles.c.id == bindparam("id_"), articles.c.version == bindparam("read_version"))
    .values(all_columns(articles, "id", "created_at"))
)
PAGE = Statement(
    select(*_ARTICLE).where(articles.c.id > bindparam("after")).order_by(articles.c.id).limit(bindparam("limit"))
)
BY_EXTERNAL = Statement(select(*_ARTICLE).where(among(articles.c.external_id, "ids")))
_titled = select(*_ARTICLE).where(among(articles.c.title_folded, "titles")).order_by(articles.c.id.desc())
BY_TITLE = Statement(_titled.where(articles.c.state != bindparam("archived")))
ARCHIVED_BY_TITLE = Statement(_titled.where(articles.c.state == bindparam("archived")))
CHANGES = Statement(
    select(articles.c.changed, *_ARTICLE)
    .where(
        articles.c.changed >= bindparam("number"),
        or_(articles.c.changed > bindparam("number"), articles.c.id > bindparam("after")),
    )
    .order_by(articles.c.changed, articles.c.id)
    .limit(bindparam("limit"))
)
PUBLIC = Statement(
    select(articles.c.id).where(articles.c.state == bindparam("state"), articles.c.audience == bindparam("audience"))
)
# The row of the counter is locked until the unit ends: numbers are seen in their order, on PostgreSQL too.
COUNT = Statement(
    upsert(counters)
    .values(name=_HERE, number=literal_column("1"))
    .on_conflict_do_update(index_elements=["name"], set_={"number": counters.c.number + literal_column("1")})
    .returning(counters.c.number)
)
COUNTED = Statement(select(counters.c.number).where(counters.c.name == _HERE))
REVIEWS_DUE = Statement(
    select(*_ARTICLE)
    .where(
        articles.c.state == bindparam("published"),
        articles.c.review_on > literal_column("''"),
        articles.c.review_on <= bindparam("today"),
    )
    .order_by(articles.c.review_on, articles.c.id)
    .limit(bindparam("limit"))
)
OWNED = Statement(
    select(articles.c.id, articles.c.team)
    .where(articles.c.owner == bindparam("person"), articles.c.state != bindparam("archived"))
    .order_by(articles.c.id)
)
GIVE = Statement(
    update(articles)
    .where(among(articles.c.id, "ids"))
    .values(owner=bindparam("after"), version=articles.c.version + literal_column("1"))
)

_REVISION = tuple(article_revisions.c)
REVISE = Statement(replacing(article_revisions, "article", "number"))
_of_article = article_revisions.c.article == bindparam("article_id")
ONE_REVISION = Statement(select(*_REVISION).where(_of_article, article_revisions.c.number == bindparam("number_")))
REVISIONS = Statement(
    select(*_REVISION).where(_of_article).order_by(article_revisions.c.number.desc()).limit(bindparam("limit"))
)


class Knowledge(Gaps):
    """See `bot.knowledge.ports.KnowledgeStore`."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._link = link

    def add(self, articles: Sequence[Article], author: int) -> list[Article]:
        """Store new articles (`id` 0), each with its first revision; gives them back with their numbers."""
        changed = self._count()
        rows = self._link.each(
            ADD, [{**_values(one), "created_at": micros(one.created_at), "changed": changed} for one in articles]
        )
        added = [replace(one, id=row[0]) for one, row in zip(articles, rows, strict=True) if row is not None]
        self._link.many(
            REVISE, [_revision_values(Revision(one.id, 1, author, one.updated_at, one.content)) for one in added]
        )
        return added

    def get(self, id: int) -> Article:
        """Raises `NotFound` (key `kb.unknown`, value `reference`)."""
        row = self._link.one(GET, id=id) if possible(id) else None
        if row is None:
            raise NotFound("kb.unknown", reference=f"K-{id}")
        return _article(row)

    def many(self, ids: Sequence[int]) -> dict[int, Article]:
        """Those of `ids` that exist, by number; one query."""
        rows = self._link.all(MANY, ids=[id for id in ids if possible(id)]) if ids else []
        return {row[0]: _article(row) for row in rows}

    def save(self, article: Article, now: datetime) -> Article:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between.

        On PostgreSQL the exception may come as late as the end of the unit: nothing is stored either way.
        """
        saved = replace(article, updated_at=now, version=article.version + 1)
        self._link.demand(
            SAVE,
            lambda: StaleWrite(f"{article.reference} was saved by somebody else since version {article.version}"),
            id_=article.id,
            read_version=article.version,
            changed=self._count(),
            **_values(saved),
        )
        return saved

    def page(self, after: int, limit: int = 500) -> list[Article]:
        """All articles with a greater number, in their order."""
        return [_article(row) for row in self._link.all(PAGE, after=after, limit=limit)]

    def by_external(self, ids: Sequence[str]) -> dict[str, Article]:
        """Articles by their names elsewhere; those that do not exist are left out."""
        wanted = [storable(id) for id in ids if id]
        found = [_article(row) for row in self._link.all(BY_EXTERNAL, ids=wanted)] if wanted else []
        return {article.external_id: article for article in found}

    def by_title(self, titles: Sequence[str], *, archived: bool = False) -> dict[str, Article]:
        """Articles outside the archive (or those in it) by `same_title(title)`; of several the oldest."""
        wanted = [storable(same_title(title)) for title in titles]
        statement = ARCHIVED_BY_TITLE if archived else BY_TITLE
        rows = self._link.all(statement, titles=wanted, archived=State.ARCHIVED.value) if wanted else []
        found = [_article(row) for row in rows]
        return {same_title(article.title): article for article in found}

    def reviews_due(self, today: date, limit: int = 1000) -> list[Article]:
        """Published articles whose review day has come, the longest overdue first."""
        rows = self._link.all(REVIEWS_DUE, published=State.PUBLISHED.value, today=today.isoformat(), limit=limit)
        return [_article(row) for row in rows]

    def owned(self, person: int) -> list[tuple[int, int]]:
        """The articles outside the archive that somebody owns, each with its team (0: none)."""
        rows = self._link.all(OWNED, person=person, archived=State.ARCHIVED.value)
        return [(article, team or 0) for article, team in rows]

    def give(self, articles: Sequence[int], owner: int) -> None:
        """These articles have another owner from now on (0: nobody); what they say stays as it is."""
        if articles:
            self._link.run(GIVE, ids=list(articles), after=owner or None)

    def revise(self, revision: Revision) -> None:
        """Store a revision, or what became of one (article and number are its key)."""
        self._link.run(REVISE, **_revision_values(revision))

    def revision(self, article: int, number: int) -> Revision:
        """Raises `NotFound` (key `kb.no_revision`, values `reference`, `number`)."""
        asked = possible(article) and possible(number)
        row = self._link.one(ONE_REVISION, article_id=article, number_=number) if asked else None
        if row is None:
            raise NotFound("kb.no_revision", reference=f"K-{article}", number=number)
        return _revision(row)

    def revisions(self, article: int, limit: int = 50) -> list[Revision]:
        """The revisions of an article, newest first."""
        return [_revision(row) for row in self._link.all(REVISIONS, article_id=article, limit=limit)]

    def number(self) -> int:
        """The number of the latest change (0: nothing ever changed)."""
        return self._link.value(COUNTED) or 0

    def changes(self, after: tuple[int, int], limit: int = 500) -> list[tuple[int, Article]]:
        """Articles whose latest change comes after (number of the change, number of the article), in that order, each
        with the number of its change."""
        number, article = after
        rows = self._link.all(CHANGES, number=number, after=article, limit=limit)
        return [(row[0], _article(row[1:])) for row in rows]

    def public(self) -> list[int]:
        """The numbers of all articles that are published for customers."""
        rows = self._link.all(PUBLIC, state=State.PUBLISHED.value, audience=Audience.CUSTOMERS.value)
        return [row[0] for row in rows]

    def _count(self) -> int:
        """The number of the change that this unit makes; all its articles share one."""
        number: int | None = self._link.memo.get(_MINE)
        if number is None:
            number = self._link.memo[_MINE] = int(self._link.value(COUNT))
            self._link.touched.add("facts")
        return number


_MINE = "change of articles"


def _values(article: Article) -> dict[str, object]:
    """Everything that an article may change, by column."""
    content = article.content
    return {
        "external_id": article.external_id or None,
        "title": content.title,
        "title_folded": same_title(content.title),
        "body": content.body,
        "aliases": packed(content.aliases),
        "category": content.category,
        "tags": packed(content.tags),
        "language": content.language,
        "kind": content.kind.value,
        "audience": content.audience.value,
        "files": packed(content.files),
        "ends_on": _day(content.ends_on),
        "state": article.state.value,
        "owner": article.owner or None,
        "team": article.team or None,
        "review_on": _day(article.review_on),
        "pinned": article.pinned,
        "updated_at": micros(article.updated_at),
        "revision": article.revision,
        "latest": article.latest,
        "version": article.version,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _article(row: Row) -> Article:
    values = dict(zip(_NAMES, row, strict=True))
    return Article(
        id=values["id"],
        content=_content(values),
        created_at=moment(values["created_at"]),
        updated_at=moment(values["updated_at"]),
        state=State(values["state"]),
        owner=values["owner"] or 0,
        team=values["team"] or 0,
        review_on=date.fromisoformat(values["review_on"]) if values["review_on"] else None,
        external_id=values["external_id"] or "",
        pinned=bool(values["pinned"]),
        revision=values["revision"],
        latest=values["latest"],
        version=values["version"],
    )


def _content(values: dict[str, Any]) -> Content:
    """From the columns of an article; lists are packed."""
    return Content(
        values["title"],
        values["body"],
        tuple(unpacked(values["aliases"])),
        values["category"],
        tuple(unpacked(values["tags"])),
        values["language"],
        Kind(values["kind"]),
        Audience(values["audience"]),
        tuple(unpacked(values["files"])),
        date.fromisoformat(values["ends_on"]) if values["ends_on"] else None,
    )


def _revision_values(revision: Revision) -> dict[str, object]:
    content = revision.content
    kept = {
        "title": content.title, "body": content.body, "aliases": content.aliases, "category": content.category,
        "tags": content.tags, "language": content.language, "kind": content.kind.value,
        "audience": content.audience.value, "files": content.files, "ends_on": _day(content.ends_on),
    }  # fmt: skip
    return {
        "article": revision.article,
        "number": revision.number,
        "author": revision.author or None,
        "at": micros(revision.at),
        "content": packed(kept),
        "standing": revision.standing.value,
        "reverts": revision.reverts,
    }


def _revision(row: Row) -> Revision:
    article, number, author, at, content, standing, reverts = row
    values = unpacked(content)
    kept = values | {name: packed(values[name]) for name in ("aliases", "tags", "files")}
    return Revision(article, number, author or 0, moment(at), _content(kept), Standing(standing), reverts)
