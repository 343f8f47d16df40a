"""The words that people type, in every language, and their small grammar.

The words themselves stand in the catalogue (`words.<command>`, alternatives parted by commas); all languages are
understood at all times. What a command is about may stand first (`T-12 take`) or right after the word (`take T-12`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC
from rapidfuzz import fuzz, process

from bot.chat.text import Text, after, plain
from bot.language.catalogue import LOCALES, table

COMMANDS = [
    "ticket",
    "mine",
    "queue",
    "board",
    "show",
    "take",
    "assign",
    "priority",
    "status",
    "note",
    "reply",
    "solve",
    "close",
    "reopen",
    "merge",
    "link",
    "lang",
    "help",
    "start",
    "tag",
    "due",
    "team",
    "cancel",
]

# The first reference is what the command is about; for these it is what they are told to act with.
_REFERENCE_IS_ARGUMENT = {"merge"}

_REFERENCE = re.compile(r"(?P<ref>[TtCcKk]-\d{1,12})(?!\w)[\s:：,，]*")
_AFTER_WORD = re.compile(r"[\s:：,，]+|$|(?=[TtCcKk]-\d)")

# From which likeness (0 to 100) on a word is offered as what may have been meant. Chosen on the test's list of slips.
NEARLY = 70.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was said: its English word, the reference it is about ("" none), and what follows."""

    word: str
    reference: str
    rest: Text


@cache
def folded(words: str) -> str:
    """How words are compared: without case, in simplified characters."""
    return str(_simplifier().convert(words.casefold()))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def vocabulary() -> Mapping[str, str]:
    """Every word of every language, folded, and the command that it stands for."""
    known: dict[str, str] = {}
    for locale in LOCALES:
        for command in COMMANDS:
            for word in table(locale)[f"words.{command}"].split(","):
                known[folded(word.strip())] = command
    known.update({command: command for command in COMMANDS})
    return known


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted(vocabulary(), key=len, reverse=True))


def parse(said: Text) -> Spoken | None:
    """The command in what somebody said; None when it does not begin with one. A reference alone means `show`."""
    whole = plain(said)
    start = len(whole) - len(whole.lstrip())
    if whole.startswith("/", start):
        start += 1
    reference, start = _reference(whole, start)
    found = _word(whole, start)
    if found is None:
        alone = reference and not whole[start:].strip()
        return Spoken("show", reference, ()) if alone else None
    command, start = found
    if not reference and command not in _REFERENCE_IS_ARGUMENT:
        reference, start = _reference(whole, start)
    return Spoken(command, reference, after(said, start))


def named(word: str, rest: Text) -> Spoken | None:
    """The command of a platform's own kind (`/word rest`); None when there is no such command."""
    command = vocabulary().get(folded(word))
    if command is None:
        return None
    reference, start = _reference(plain(rest), 0) if command not in _REFERENCE_IS_ARGUMENT else ("", 0)
    return Spoken(command, reference, after(rest, start))


def _reference(whole: str, start: int) -> tuple[str, int]:
    found = _REFERENCE.match(whole, start)
    return (found["ref"].upper(), found.end()) if found else ("", start)


def _word(whole: str, start: int) -> tuple[str, int] | None:
    tail = folded(whole[start:])
    for word in _longest_first():
        if tail.startswith(word):
            gap = _AFTER_WORD.match(whole, start + len(word))
            if gap:
                return vocabulary()[word], gap.end()
    return None


def nearest(said: str, allowed: frozenset[str], limit: int = 3) -> list[str]:
    """The commands that somebody may have meant by the first word he said, likeliest first; often none."""
    first = re.split(r"[\s:：,，]", said.strip().lstrip("/"), maxsplit=1)[0]
    if not first or len(first) > 20:
        return []
    choices = [word for word, command in vocabulary().items() if command in allowed]
    matches = process.extract(folded(first), choices, scorer=fuzz.ratio, limit=8, score_cutoff=NEARLY)
    return list(dict.fromkeys(vocabulary()[word] for word, _, _ in matches))[:limit]


@cache
def _pleasantries() -> frozenset[str]:
    return frozenset(
        folded(word.strip()) for locale in LOCALES for word in table(locale)["words.pleasantries"].split(",")
    )


def is_pleasantry(said: str) -> bool:
    """Whether somebody only greeted or thanked: no case for a ticket."""
    bare = re.sub(r"[^\w\s]|_", " ", folded(said))
    parts = bare.split()
    joined = " ".join(parts)
    if not joined or joined in _pleasantries() or joined.replace(" ", "") in _pleasantries():
        return True
    return all(part in _pleasantries() for part in parts)
