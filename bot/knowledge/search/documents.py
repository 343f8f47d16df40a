"""What goes in and what comes out."""

from dataclasses import dataclass, field
from enum import StrEnum


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
class Hit:
    """An article that was found. Spans are pairs of places in the original text, the second one exclusive.

    `score` orders the hits of one answer, from 0 to 1. `confidence` is the chance, from 0 to 1, that this answer's
    first hit is right; it is the same for all hits of an answer and can be compared between questions.
    `passage` is the part of the body that fits best, (0, 0) if none does; `matched` are the places in the body within
    the passage, and `title_matched` those in the title, that people should see marked.
    """

    id: int
    score: float
    confidence: float
    passage: tuple[int, int] = (0, 0)
    matched: tuple[tuple[int, int], ...] = ()
    why: tuple[Reason, ...] = ()
    title_matched: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits, best first, and whether the engine is sure enough of the first one to speak up unasked."""

    hits: tuple[Hit, ...] = field(default=())
    confident: bool = False
    confidence: float = 0.0
