"""Gaps as people see them. Data in, views out."""

from collections.abc import Sequence

from bot.chat.text import shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Post, Section
from bot.knowledge.gaps import Told
from bot.knowledge.rules import Article
from bot.language.catalogue import Words

WAYS, SAID_LIMIT = 3, 80


def gaps_card(found: Sequence[Told], more: int, words: Words, *, weekly: bool = False) -> Card:
    """What is asked and nobody has written down, each with the ways to end that; `more` are not shown."""
    title = words("kb.gap.weekly" if weekly else "kb.gap.title")
    if not found:
        return Card(title, spans(words("kb.gap.none")))
    sections = [_section(one, words) for one in found]
    if more:
        sections.append(Section(body=spans(words("list.more", count=more))))
    return Card(title, spans(words("kb.gap.intro")), sections=tuple(sections))


def _section(one: Told, words: Words) -> Section:
    gap = one.gap
    asked = words("kb.gap.asked", count=gap.count)
    lines = [words("kb.gap.by", asked=asked, people=words("kb.gap.people", count=one.people), at=gap.last_at)]
    others = [words("kb.gap.said", said=shortened(way, SAID_LIMIT)) for way in one.ways[1 : WAYS + 1]]
    if others:
        lines.append(words("kb.gap.also", ways=words.joined(others)))
    controls = (
        Button(words("kb.button.write"), "kb.gap.write", gap.id, style="primary"),
        Button(words("kb.gap.drop"), "kb.gap.drop", gap.id, confirm=words("kb.gap.drop_sure")),
    )
    heading = words("kb.gap.said", said=shortened(one.title, SAID_LIMIT))
    return Section(heading, spans("\n".join(lines)), controls)


def answered_post(article: Article, said: str, words: Words) -> Post:
    """What a colleague hears who asked in vain a few days ago."""
    read = Button(words("button.show"), "kb.show", article.id)
    asked = shortened(said, SAID_LIMIT)
    line = words("kb.gap.answered", said=asked, reference=article.reference, title=article.title)
    return Post(spans("💡 ", line), controls=(read,))
