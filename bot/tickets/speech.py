"""Whether what somebody wrote is a command, and which. Where people only talk, only the clearest words count."""

import re
from functools import cache

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.chat.text import after, plain
from bot.chat.words import Spoken, folded, parse
from bot.language.catalogue import LOCALES, table
from bot.tickets.finding import where
from bot.tickets.rules import Side

# What a customer may say in a direct message without a slash, if he says nothing else; all the rest is for the team.
_BARE_FOR_CUSTOMERS = {"help", "mine", "start"}

_GAP = re.compile(r"[\s:：]+")


def spoken(context: Context, event: MessageReceived) -> Spoken | None:
    """The command in a message: after a mention or a slash, in a direct message, or `reply …` in a ticket's thread."""
    said = plain(event.text).strip()
    if event.addressed or said.startswith("/"):
        return parse(event.text)
    if event.direct:
        command = parse(event.text)
        return command if command and (context.who.role.staff or _for_customers(command, said)) else None
    length = reply_word(said) if event.place.thread or event.reply_to else 0
    if length:
        found = where(context.unit, event.place, event.reply_to)
        if found is not None and found.side is Side.TEAM:
            return Spoken("reply", "", after(event.text, length))
    return None


def _for_customers(command: Spoken, said: str) -> bool:
    rest = plain(command.rest)
    if command.word in _BARE_FOR_CUSTOMERS:
        return not rest and not command.reference
    if command.word in ("lang", "link"):
        return len(rest.split()) <= 1 and len(said) < 40
    if command.word == "show":
        return bool(command.reference) and not rest
    return command.word == "ticket" and bool(rest) and folded(said).startswith(_ticket_words())


@cache
def _ticket_words() -> tuple[str, ...]:
    return tuple(folded(f"{word.strip()} ") for locale in LOCALES for word in table(locale)["words.ticket"].split(","))


@cache
def _reply_words() -> tuple[str, ...]:
    every = {word.strip() for locale in LOCALES for word in table(locale)["words.reply"].split(",")}
    return tuple(sorted(every, key=len, reverse=True))


def reply_word(said: str) -> int:
    """How many characters at the start say that a message in a team's thread is for the customer (0: it is not)."""
    bare = said.lstrip("/")
    for word in _reply_words():
        if folded(bare[: len(word)]) == folded(word):
            gap = _GAP.match(bare, len(word))
            if gap:
                return len(said) - len(bare) + gap.end()
    return 0
