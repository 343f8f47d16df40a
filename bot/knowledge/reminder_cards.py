"""What owners of articles are asked and told. Data in, views out."""

from collections.abc import Sequence

from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post, Section
from bot.knowledge.cards import headline
from bot.knowledge.rules import Article
from bot.language.catalogue import Words


def reviews_card(articles: Sequence[Article], more: int, words: Words) -> Card:
    """Articles that should be looked at, each with what can come of it; `more` are not shown."""
    sections = [_section(article, words) for article in articles]
    if more:
        sections.append(Section(body=spans(words("list.more", count=more))))
    title = words("kb.due.title", count=len(articles) + more)
    return Card(title, spans(words("kb.due.intro")), sections=tuple(sections))


def _section(article: Article, words: Words) -> Section:
    number = article.id
    ask = words("kb.archive_sure", reference=article.reference)
    controls = (
        Button(words("kb.due.right"), "kb.right", number, style="primary"),
        Button(words("kb.button.edit"), "kb.edit", number),
        Button(words("kb.button.archive"), "kb.archive", number, style="danger", confirm=ask),
        Button(words("button.show"), "kb.show", number),
    )
    since = words("kb.due.since", day=words.day(article.review_on)) if article.review_on else ""
    return Section(headline(article), spans(since), controls)


def handed_post(name: str, articles: Sequence[int], more: int, words: Words) -> Post:
    """What somebody hears who looks after the articles of a colleague that left."""
    listed = words.joined([f"K-{number}" for number in articles])
    told = words("kb.due.handed", name=name, references=listed)
    return Post(spans(told, f" {words('list.more', count=more)}" if more else ""))
