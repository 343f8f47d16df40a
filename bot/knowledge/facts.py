"""What can happen to an article. None of it belongs to a ticket, but sending one to a customer."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class ArticleWritten(Fact):
    """A new article, or a new revision of one; `by` is how: form, revert, review, import."""

    article: int = 0
    revision: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class ArticleProposed(Fact):
    """A revision waits until the lead of the article's team has looked at it."""

    article: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ArticleDeclined(Fact):
    """The lead turned a revision down."""

    article: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ArticleArchived(Fact):
    """Nobody finds it any more."""

    article: int = 0


@dataclass(frozen=True, slots=True)
class ArticleRestored(Fact):
    """It came back from the archive."""

    article: int = 0


@dataclass(frozen=True, slots=True)
class ArticleSent(Fact):
    """An article was sent to the ticket's customer; `question` is what was asked when it was found (0: nothing)."""

    article: int = 0
    question: int = 0


@dataclass(frozen=True, slots=True)
class ArticleJudged(Fact):
    """Somebody said what he made of an article (`opinion`: helped, not_helped, wrong); `question` is the one that led
    him to it (0: none)."""

    article: int = 0
    opinion: str = ""
    question: int = 0


@dataclass(frozen=True, slots=True)
class ArticlesImported(Fact):
    """Many came at once from outside."""

    created: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True)
class ArticlePinned(Fact):
    """A lead put the article before its equals, or (`pinned` off) back among them."""

    article: int = 0
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class ScriptDone(Fact):
    """Every step of a script was ticked off for the ticket."""

    article: int = 0


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Fact):
    """A customer was answered with an article before anybody of the house saw his question; `message` is the answer in
    the conversation."""

    article: int = 0
    revision: int = 0
    question: int = 0
    message: int = 0


@dataclass(frozen=True, slots=True)
class AnswerHelped(Fact):
    """That was all he wanted: he said so, or (`quiet`) said nothing more."""

    article: int = 0
    question: int = 0
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class HandedToTeam(Fact):
    """It was not, and the team has the ticket; `because`: asked, wrote, reopened, team, undelivered."""

    article: int = 0
    question: int = 0
    because: str = ""
