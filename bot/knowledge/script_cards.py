"""A script whose steps are ticked off, as people see it."""

from collections.abc import Set
from dataclasses import dataclass

from bot.chat.text import Text, bold, head, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Section
from bot.knowledge.cards import BODY_LIMIT, headline, judging
from bot.knowledge.markdown import shown
from bot.knowledge.rules import NOBODY, Article, Tally
from bot.knowledge.steps import DONE, OPEN, Step, marked
from bot.language.catalogue import Words

AT_ONCE = 8
"""Steps whose boxes stand under the card; every platform has room for so many buttons beside the others."""

_LABEL, _LINE = 24, 300


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come with a script. `holder` says whose progress it is, as its buttons carry it."""

    holder: str
    ticked: Set[str] = frozenset()
    page: int = 0
    tally: Tally = NOBODY


def pages(steps: tuple[Step, ...]) -> int:
    """How many times boxes have to be turned over to see all of them."""
    return (len(steps) + AT_ONCE - 1) // AT_ONCE


def script_card(article: Article, steps: tuple[Step, ...], progress: Progress, words: Words) -> Card:
    """The script with a box before each step, and buttons for the steps of the page that is open."""
    done = sum(step.name in progress.ticked for step in steps)
    heading = words("kb.script.done" if done == len(steps) else "kb.script.progress", done=done, steps=len(steps))
    footer = words("kb.card.footer", reference=article.reference, at=article.updated_at)
    levers = [Button(words(f"kb.button.{each}"), f"kb.{each}", article.id) for each in ("edit", "history")]
    return Card(
        headline(article, progress.tally),
        _body(article, steps, progress),
        sections=(Section(heading, controls=_boxes(article, steps, progress, words)),),
        controls=(*judging(article, 0, words), *levers),
        footer=footer,
    )


def _body(article: Article, steps: tuple[Step, ...], progress: Progress) -> Text:
    """All of it; of one that is too long for that, the steps whose boxes stand below."""
    whole = shown(marked(article.content.body, steps, progress.ticked))
    if len(plain(whole)) <= BODY_LIMIT:
        return whole
    lines = [
        spans(f"{_box(step, progress)} ", bold(f"{number} "), shortened(step.words, _LINE), "\n")
        for number, step in _open_page(steps, progress)
    ]
    return head(spans(*lines), BODY_LIMIT)


def _boxes(article: Article, steps: tuple[Step, ...], progress: Progress, words: Words) -> tuple[Button, ...]:
    number, holder = article.id, progress.holder
    boxes = [
        Button(
            f"{_box(step, progress)} {at} {shortened(step.words, _LABEL)}",
            "kb.tick",
            number,
            f"{holder}.{step.name}.{int(step.name not in progress.ticked)}",
        )
        for at, step in _open_page(steps, progress)
    ]
    last = pages(steps) - 1
    turns = [
        Button(words(label), "kb.turn", number, f"{holder}.{page}")
        for label, page in (("kb.script.before", progress.page - 1), ("kb.script.next", progress.page + 1))
        if 0 <= page <= last
    ]
    again = [Button(words("kb.script.again"), "kb.again", number, holder)] if progress.ticked else []
    return (*boxes, *turns, *again)


def _open_page(steps: tuple[Step, ...], progress: Progress) -> list[tuple[int, Step]]:
    first = progress.page * AT_ONCE
    return list(enumerate(steps[first : first + AT_ONCE], first + 1))


def _box(step: Step, progress: Progress) -> str:
    return DONE if step.name in progress.ticked else OPEN
