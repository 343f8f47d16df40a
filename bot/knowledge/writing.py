"""Writing articles: new ones, changes, going back, the archive, and review where a team demands it.

Everybody on the staff may write and edit, and it is live at once; what a team's lead has to look at first waits as a
proposed revision, and the article stays as it was until then.
"""

import unicodedata
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.words import folded
from bot.errors import Conflict, Invalid
from bot.knowledge import cards
from bot.knowledge.facts import (
    ArticleArchived,
    ArticleDeclined,
    ArticleProposed,
    ArticleRestored,
    ArticleWritten,
)
from bot.knowledge.reviewing import demand_review, demand_staff, home_team, may_review, names, team_of, tell_reviewers
from bot.knowledge.rules import Article, Content, Revision, Standing, State, checked, same_title

_SAMPLE = 500  # characters that show in which language a text is


def create(context: Context, content: Content, *, team: int = 0) -> Article:
    """A new article, owned by the one who acts; a draft where his team demands review.

    Raises `Invalid` for what can't be one, `Conflict` when there is one with this title.
    """
    demand_staff(context)
    unit, who = context.unit, context.who
    content = _complete(checked(content))
    _demand_free_title(context, content.title)
    fresh = Article(0, content, unit.now, unit.now, owner=who.id, team=team or home_team(who))
    reviewed = may_review(who, team_of(context, fresh))
    fresh = replace(fresh, state=State.PUBLISHED if reviewed else State.DRAFT, revision=1 if reviewed else 0)
    article = unit.knowledge.add([fresh], who.id)[0]
    if reviewed:
        unit.record(ArticleWritten(0, article=article.id, revision=1, by="form"))
    else:
        first = unit.knowledge.revision(article.id, 1)
        _propose(context, article, first)
    return article


def change(context: Context, article: Article, content: Content, *, by: str = "form", reverts: int = 0) -> Article:
    """Another revision; live at once, or proposed where the article's team demands review. Nothing changed, nothing
    happens."""
    demand_staff(context)
    unit, who = context.unit, context.who
    content = _complete(checked(content))
    if content == article.content and not (article.state is State.DRAFT and not article.revision):
        return article
    if same_title(content.title) != same_title(article.title):
        _demand_free_title(context, content.title)
    number = article.latest + 1
    revision = Revision(article.id, number, who.id, unit.now, content, reverts=reverts)
    if not may_review(who, team_of(context, article)):
        article = unit.knowledge.save(replace(article, latest=number), unit.now)
        _propose(context, article, revision)
        return article
    unit.knowledge.revise(revision)
    return _go_live(context, replace(article, latest=number), revision, by)


def _complete(content: Content) -> Content:
    """With the language that it seems to be in, unless it says so."""
    return content if content.language else replace(content, language=language_of(content))


def language_of(content: Content) -> str:
    """The language of an article, by its characters: a traditional one makes it Chinese of Taiwan."""
    sample = f"{content.title} {content.body}"[:_SAMPLE].casefold()
    if not any(unicodedata.name(mark, "").startswith("CJK UNIFIED") for mark in sample):
        return "en"
    return "zh-TW" if folded(sample) != sample else "zh-CN"


def _demand_free_title(context: Context, title: str) -> None:
    twin = context.unit.knowledge.by_title([title]).get(same_title(title))
    if twin is not None:
        raise Conflict("kb.title_taken", field="title", reference=twin.reference, title=twin.title)


def _propose(context: Context, article: Article, revision: Revision) -> None:
    """Keep the revision until somebody has looked at it, and ask the lead to."""
    unit = context.unit
    proposed = replace(revision, standing=Standing.PROPOSED)
    for earlier in unit.knowledge.revisions(article.id):
        if earlier.standing is Standing.PROPOSED and earlier.author == revision.author:
            unit.knowledge.revise(replace(earlier, standing=Standing.DECLINED))  # he has put another in its place
    unit.knowledge.revise(proposed)
    unit.record(ArticleProposed(0, article=article.id, revision=revision.number))
    before = article.content if article.revision else Content("")
    author = context.who.name
    tell_reviewers(
        context,
        article,
        f"kb:review:{article.id}.{revision.number}",
        lambda words: cards.review_card(article, before, proposed, author, words),
    )


def _go_live(context: Context, article: Article, revision: Revision, by: str) -> Article:
    unit = context.unit
    state = State.PUBLISHED if article.state is State.DRAFT else article.state
    live = replace(article, content=revision.content, revision=revision.number, state=state)
    saved = unit.knowledge.save(live, unit.now)
    unit.record(ArticleWritten(0, article=article.id, revision=revision.number, by=by))
    return saved


def accept(context: Context, article: Article, number: int) -> Article:
    """Somebody looked at a proposed revision: it is live now. Raises `Conflict` when that has been decided already."""
    demand_review(context, article)
    revision = _waiting(context, article, number)
    context.unit.knowledge.revise(replace(revision, standing=Standing.LIVE))
    return _go_live(context, article, revision, "review")


def decline(context: Context, article: Article, number: int) -> Revision:
    """Somebody looked at a proposed revision and turned it down; its author is told by the caller."""
    demand_review(context, article)
    revision = replace(_waiting(context, article, number), standing=Standing.DECLINED)
    context.unit.knowledge.revise(revision)
    context.unit.record(ArticleDeclined(0, article=article.id, revision=number))
    return revision


def _waiting(context: Context, article: Article, number: int) -> Revision:
    revision = context.unit.knowledge.revision(article.id, number)
    if revision.standing is not Standing.PROPOSED:
        raise Conflict("kb.decided_already", reference=article.reference, number=number)
    return revision


def revert(context: Context, article: Article, number: int) -> Article:
    """The article reads as it did at an earlier revision; that is a revision of its own.

    Raises `Invalid` when it does already, `NotFound` for a revision that never was.
    """
    demand_staff(context)
    earlier = context.unit.knowledge.revision(article.id, number)
    if earlier.content == article.content:
        raise Invalid("kb.same_already", reference=article.reference, number=number)
    return change(context, article, earlier.content, by="revert", reverts=number)


def archive(context: Context, article: Article) -> Article:
    """Nobody finds it any more; it can be brought back. Needs the same rights as publishing."""
    demand_staff(context)
    if article.state is State.ARCHIVED:
        raise Conflict("kb.archived_already", reference=article.reference)
    if not may_review(context.who, team_of(context, article)):
        demand_review(context, article)
    saved = context.unit.knowledge.save(replace(article, state=State.ARCHIVED), context.unit.now)
    context.unit.record(ArticleArchived(0, article=article.id))
    return saved


def restore(context: Context, article: Article) -> Article:
    """Back from the archive. Raises `Conflict` when another article has taken its title meanwhile."""
    demand_staff(context)
    if article.state is not State.ARCHIVED:
        raise Conflict("kb.not_archived", reference=article.reference)
    if not may_review(context.who, team_of(context, article)):
        demand_review(context, article)
    _demand_free_title(context, article.title)
    state = State.PUBLISHED if article.revision else State.DRAFT
    saved = context.unit.knowledge.save(replace(article, state=state), context.unit.now)
    context.unit.record(ArticleRestored(0, article=article.id))
    return saved


def author_of(context: Context, article: Article) -> str:
    """The name of whoever wrote the live revision ("" for an import)."""
    if not article.revision:
        return ""
    (name,) = names(context, context.unit.knowledge.revision(article.id, article.revision).author)
    return name
