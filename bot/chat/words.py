"""The words that people type, in every language, and their small grammar.

The words themselves stand in the catalogue (`words.<command>`, alternatives parted by commas); all languages are
understood at all times. What a command is about may stand first (`T-12 take`) or right after the word (`take T-12`).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC
from rapidfuzz import fuzz, process

from bot.chat.text import Text, after, plain, text
from bot.language.catalogue import LOCALES, table

COMMANDS = [
    "ticket",
    "mine",
    "queue",
    "board",
    "show",
    "history",
    "find",
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
    "collab",
    "accept",
    "return",
    "done",
    "eta",
    "ask",
    "hand",
    "withdraw",
    "resend",
    "skip",
    "where",
    "flow",
    "type",
    "why",
    "delivery",
    "snooze",
    "ack",
    "duty",
    "rest",
    "busy",
    "leave",
    "room",
    "kb",
    "report",
]

# The first reference is what the command is about; for these it is what they are told to act with.
_REFERENCE_IS_ARGUMENT = {"merge"}

# As people type them, also with an input method on: full-width letters and digits, the dashes that editors make.
_KIND_AND_DASH = "[TtCcKkＴｔＣｃＫｋ][-－‐‑–−]"
_REFERENCE = re.compile(rf"(?P<ref>{_KIND_AND_DASH}\d{{1,40}})(?!\w)[\s:：,，]*")
_MARKS = "。．.!！?？…~～"
_AFTER_WORD = re.compile(rf"[\s:：,，=＝]+|[{_MARKS}]+(?:\s+|$)|$|(?={_KIND_AND_DASH}\d)")

# Greetings and thanks are short, however they are strung together.
_LONGEST_PLEASANTRY = 80
PLEASANTRIES = "words.pleasantries"

# From which likeness (0 to 100) on a word is offered as what may have been meant. Chosen on the test's list of slips: a
# Chinese word has two or three characters, and a slip is another one that sounds the same.
NEARLY = 70.0
NEARLY_CHINESE = 50.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was said: its English word, the reference it is about ("" none), and what follows."""

    word: str
    reference: str
    rest: Text


@lru_cache(maxsize=4096)
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
def _lengths() -> tuple[int, ...]:
    """How long words can be, the longest first."""
    return tuple(sorted({len(word) for word in vocabulary()}, reverse=True))


def parse(said: Text, *, joined: bool = False) -> Spoken | None:
    """The command in what somebody said; None when it does not begin with one. A reference alone means `show`.

    With `joined`, a Chinese word needs no space between it and what follows (`工单打印机坏了`): meant for what stands
    right after a slash, where nobody could mean anything else.
    """
    whole = plain(said)
    start = len(whole) - len(whole.lstrip())
    if whole.startswith("/", start):
        start += 1
    reference, start = leading_reference(whole, start)
    found = _command_at(whole, start, joined=joined)
    if found is None:
        alone = reference and not unmarked(whole[start:])
        return Spoken("show", reference, ()) if alone else None
    command, start = found
    if not reference and command not in _REFERENCE_IS_ARGUMENT:
        reference, start = leading_reference(whole, start)
    return Spoken(command, reference, after(said, start))


def named(word: str, rest: Text) -> Spoken | None:
    """The command of a platform's own kind (`/word rest`); None when there is no such command.

    `/T-12 take` and `/工单打印机坏了` are understood as well; platforms cut them in other places.
    """
    command = vocabulary().get(folded(word))
    if command is None:
        gap = "" if plain(rest).startswith("-") else " "
        return parse(text(word, gap, rest), joined=True)
    reference, start = leading_reference(plain(rest), 0) if command not in _REFERENCE_IS_ARGUMENT else ("", 0)
    return Spoken(command, reference, after(rest, start))


def leading_reference(whole: str, start: int) -> tuple[str, int]:
    """The reference that stands at `start` ("" if none does), and where what follows it begins."""
    found = _REFERENCE.match(whole, start)
    return (reference_in(found["ref"]), found.end()) if found else ("", start)


def reference_in(said: str) -> str:
    """A reference as it is written everywhere: `T-12` for `t－１２`; what is none as it is."""
    bare = unicodedata.normalize("NFKC", said.strip())
    return f"{bare[:1].upper()}-{bare[2:]}" if _REFERENCE.fullmatch(said.strip()) else said


def unmarked(said: str) -> str:
    """What was said without the marks that end a sentence, and without white space at its two ends."""
    return said.strip().rstrip(_MARKS).strip()


def _command_at(whole: str, start: int, *, joined: bool) -> tuple[str, int] | None:
    for length in _lengths():
        word = whole[start : start + length]
        command = vocabulary().get(folded(word))
        if command is not None:
            end = start + len(word)
            gap = _AFTER_WORD.match(whole, end)
            if gap is not None:
                return command, gap.end()
            if joined and not word.isascii():
                return command, end
    return None


def nearest(said: str, allowed: frozenset[str], limit: int = 3) -> list[str]:
    """The commands that somebody may have meant by the first word he said, likeliest first; often none."""
    first = re.split(r"[\s:：,，]", said.strip().lstrip("/"), maxsplit=1)[0]
    if not first or len(first) > 20:
        return []
    choices = [word for word, command in vocabulary().items() if command in allowed]
    cutoff = NEARLY if first.isascii() else NEARLY_CHINESE
    matches = process.extract(folded(first), choices, scorer=fuzz.ratio, limit=8, score_cutoff=cutoff)
    return list(dict.fromkeys(vocabulary()[word] for word, _, _ in matches))[:limit]


@cache
def words_of(key: str) -> frozenset[str]:
    """The words of this key of the catalogue in every language, folded."""
    return frozenset(folded(word.strip()) for locale in LOCALES for word in table(locale)[key].split(","))


def _word(keys: tuple[str, ...], group: str) -> str:
    """A pattern for one of the words of these keys, as a group that begins with `group`, with the particles that make
    it friendlier (谢谢啦, 好的呢)."""
    words = {word for key in keys for word in words_of(key)}
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    particles = "".join(re.escape(mark) for locale in LOCALES for mark in folded(table(locale)["words.particles"]))
    return f"({group}{longest_first})(?![a-z0-9])[{particles}]*+ ?+"


@cache
def _each(*keys: str) -> re.Pattern[str]:
    """One such word."""
    return re.compile(_word(keys, "?P<word>"))


@cache
def _strung(*keys: str) -> re.Pattern[str]:
    """One or more such words, in a row.

    The groups are atomic: what was taken as a word stays one, so that no text is slow to look at.
    """
    return re.compile(f"(?:{_word(keys, '?>')})++")


def is_pleasantry(said: str) -> bool:
    """Whether somebody only greeted or thanked: no case for a ticket. Emoji and punctuation alone say nothing."""
    bare = _bare(said)
    return bare is not None and (not bare or _strung(PLEASANTRIES).fullmatch(bare) is not None)


def is_made_of(said: str, key: str) -> bool:
    """Whether somebody said words of this key of the catalogue, and nothing more than what is polite besides."""
    bare = _bare(said)
    if not bare or _strung(key, PLEASANTRIES).fullmatch(bare) is None:
        return False
    return any(found["word"] in words_of(key) for found in _each(key, PLEASANTRIES).finditer(bare))


def _bare(said: str) -> str | None:
    """The letters and digits of a short text, folded, with single spaces; None for one that is no mere politeness."""
    if len(said) > _LONGEST_PLEASANTRY:
        return None
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded(said)).split())
