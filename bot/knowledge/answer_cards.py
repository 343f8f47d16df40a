"""What a customer sees who is answered first, and what his ticket's card tells of it. Data in, views out."""

from dataclasses import dataclass

from bot.chat.text import Text, italic
from bot.chat.text import text as spans
from bot.chat.views import Button, Post, Row
from bot.knowledge.rules import Article
from bot.language.catalogue import Words


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer was answered: the words, the references of the article and of his ticket."""

    said: Text
    article: str
    ticket: str


def answer_post(answer: Answer, question: int, words: Words) -> Post:
    """The answer with both ways on: it was enough, or a person is needed."""
    return Post(
        _answered(answer, words),
        controls=(
            Button(words("answer.solved"), "answer.solved", question, style="primary"),
            Button(words("answer.person"), "answer.person", question),
        ),
        footer=words("answer.how", reference=answer.ticket),
    )


def ended_post(answer: Answer, end: str, words: Words) -> Post:
    """The same when he has said what he makes of it (`end`: helped, person)."""
    return Post(_answered(answer, words), footer=words(f"answer.end.{end}", reference=answer.ticket))


def _answered(answer: Answer, words: Words) -> Text:
    return spans(italic(words("answer.from", article=answer.article)), "\n\n", answer.said)


def thanks_post(words: Words) -> Post:
    """What he hears who said in words that it was enough."""
    return Post(spans(words("answer.thanks")))


def answered_row(article: Article, said: str, words: Words) -> Row:
    """The row of the ticket's card: with what its customer was answered, and what he said to it."""
    told = words("answer.told", article=article.reference, title=article.title, said=words(f"answer.said.{said}"))
    return Row(words("answer.row"), spans(told))
