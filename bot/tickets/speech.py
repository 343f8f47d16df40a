"""Whether what somebody wrote is a command, and which. Where people only talk, only the clearest words count."""

import re
from dataclasses import replace
from functools import cache

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.chat.text import Text, after, plain
from bot.chat.words import Spoken, folded, leading_reference, parse
from bot.language.catalogue import LOCALES, table
from bot.tickets.conversation import would_be_sent
from bot.tickets.finding import where
from bot.tickets.rules import Side

# What a customer may say in a direct message without a slash, if he says nothing else; all the rest is for the team.
_BARE_FOR_CUSTOMERS = {"help", "mine", "start"}

# With these a message in a ticket's thread says for whom it is.
_FOR_WHOM = ("reply", "note")

_GAP = re.compile(r"[\s:：]+")


def spoken(context: Context, event: MessageReceived) -> Spoken | None:
    """The command in a message: after a mention or a slash, in a direct message, or `reply …` in a ticket's thread.

    `note …` counts where the words would go to the customer without it; elsewhere all of them are notes.
    """
    said = plain(event.text).strip()
    if event.addressed or said.startswith("/"):
        return parse(event.text)
    if event.direct:
        command = parse(event.text)
        return command if command and (context.who.role.staff or _for_customers(command, said)) else None
    command = _for_whom(event.text) if event.place.thread or event.reply_to else None
    if command is None:
        return None
    found = where(context.unit, event.place, event.reply_to)
    if found is None or found.side is not Side.TEAM:
        return None
    if command.word != "reply" and not would_be_sent(context, event, found):
        return None
    return command if command.reference else replace(command, reference=found.ticket.reference)


def _for_customers(command: Spoken, said: str) -> bool:
    rest = plain(command.rest)
    if command.reference and not rest:  # T-3 take: nobody tells of his case in this way
        return True
    if command.word in _BARE_FOR_CUSTOMERS:
        return not rest and not command.reference
    if command.word in ("lang", "link"):
        return len(rest.split()) <= 1 and len(said) < 40
    return command.word == "ticket"


@cache
def _words_for_whom() -> tuple[tuple[str, str], ...]:
    """The words and what they mean, the longest first."""
    known = {
        folded(word.strip()): meaning
        for meaning in _FOR_WHOM
        for locale in LOCALES
        for word in table(locale)[f"words.{meaning}"].split(",")
    }
    return tuple(sorted(known.items(), key=lambda pair: len(pair[0]), reverse=True))


def _for_whom(text: Text) -> Spoken | None:
    """`reply …` or `note …` at the start of what somebody wrote among others."""
    said = plain(text)
    start = len(said) - len(said.lstrip())
    for word, meaning in _words_for_whom():
        end = start + len(word)
        gap = _GAP.match(said, end) if folded(said[start:end]) == word else None
        if gap:
            reference, start = leading_reference(said, gap.end())
            return Spoken(meaning, reference, after(text, start))
    return None


def restated(text: Text, before: Text) -> tuple[str, Text]:
    """An edited message of the team: for whom it says it is now ("reply", "note"; "" if it doesn't say), and its words
    without that. `before` is how it was stored: what belonged to the words then still does."""
    command = parse(text)
    if command is None or command.word not in _FOR_WHOM:
        return "", text
    said = plain(text)
    prefix = said[: len(said) - len(plain(command.rest))]
    return ("", text) if plain(before).startswith(prefix) else (command.word, command.rest)
