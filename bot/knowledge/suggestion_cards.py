"""The line in which an agent is offered an article."""

from dataclasses import dataclass

from bot.chat.text import italic
from bot.chat.text import text as spans
from bot.chat.views import Button, Post
from bot.knowledge.cards import headline
from bot.knowledge.rules import NOBODY, Article, Tally
from bot.language.catalogue import Words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may answer a customer: the number of the question, why it was found (keys of the catalogue), what
    was made of it, and whether it can be sent to him."""

    article: Article
    question: int
    why: tuple[str, ...] = ()
    tally: Tally = NOBODY
    send: bool = False


def suggestion_post(suggestion: Suggestion, words: Words) -> Post:
    """One line, small, with what can be done about it."""
    article, value = suggestion.article, str(suggestion.question)
    why = words.joined([words(key) for key in suggestion.why])
    send = Button(words("kb.button.send"), "kb.send", article.id, value, style="primary")
    return Post(
        spans("💡 ", headline(article, suggestion.tally), italic(f" · {why}") if why else ""),
        controls=(
            *((send,) if suggestion.send else ()),
            Button(words("button.show"), "kb.show", article.id, value),
            Button(words("kb.suggest.not_useful"), "kb.dismiss", article.id, value),
        ),
    )
