"""What goes in and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Document:
    """An article as the engine sees it; `aliases` are other ways to ask for it and count as titles."""

    id: int
    title: str
    body: str
    aliases: tuple[str, ...] = ()
    lang: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""


class Reason(StrEnum):
    """Why an article was found, for a line beside it."""

    WORDS = "words"
    """The same words stand in it."""
    SOUND = "sound"
    """It sounds alike: pinyin, or a wrong character of an input method."""
    SCRIPT = "script"
    """The same in the other script, or in full-width letters."""
    SPELLING = "spelling"
    """Some words are spelled alike."""
    PART = "part"
    """What was asked is part of a title."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of a hit. Spans are pairs of places in the original text, the second one exclusive.

    `passage` is the part of the body that fits best, (0, 0) if none does; `matched` are the places in the body within
    the passage, and `title_matched` those in the title, that should be marked.
    """

    passage: tuple[int, int] = (0, 0)
    matched: tuple[tuple[int, int], ...] = ()
    title_matched: tuple[tuple[int, int], ...] = ()
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An article that was found.

    `score` orders the hits of one answer, from 0 to 1. `confidence` is the chance, from 0 to 1, that this answer's
    first hit is right; it is the same for all hits of an answer and can be compared between questions.

    What is shown of a hit is worked out when it is first looked at, from the articles as they were when it was found:
    most hits are never shown. `look` does that; whoever looks may be in any thread.
    """

    id: int
    score: float
    confidence: float
    look: Callable[[], Shown] = field(default=Shown, repr=False, compare=False)

    @cached_property
    def shown(self) -> Shown:
        """The passage, the marks and the reasons together."""
        return self.look()

    @property
    def passage(self) -> tuple[int, int]:
        """The part of the body that fits best."""
        return self.shown.passage

    @property
    def matched(self) -> tuple[tuple[int, int], ...]:
        """The places within the passage to mark."""
        return self.shown.matched

    @property
    def title_matched(self) -> tuple[tuple[int, int], ...]:
        """The places in the title to mark."""
        return self.shown.title_matched

    @property
    def why(self) -> tuple[Reason, ...]:
        """Why it was found, the strongest first."""
        return self.shown.why


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits, best first, and whether the engine is sure enough of the first one to speak up unasked."""

    hits: tuple[Hit, ...] = field(default=())
    confident: bool = False
    confidence: float = 0.0
