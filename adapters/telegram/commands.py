"""The menu of commands that Telegram shows: registered for each language and scope, and only where it differs."""

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from telegram.error import BadRequest, Forbidden

from adapters.telegram import limits
from adapters.telegram.client import BotApi
from bot.chat.text import shortened

log = logging.getLogger(__name__)

Audience = Literal["private", "groups", "team"]
"""Who is shown a command: people alone with the bot, people in any group, members of a team in their team's room."""

JSON = dict[str, Any]

_WORD = re.compile(r"[a-z0-9_]{1,32}")

# Telegram knows languages by two letters: one Chinese for all. No language stands for every other one.
_LANGUAGES = {"": "en", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class CommandHint:
    """A command in the menu: its word (a-z, 0-9, _), who sees it, and by locale what it does."""

    word: str
    audience: Collection[Audience]
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Menu:
    """What one audience sees in one language."""

    scope: JSON
    language: str
    commands: tuple[tuple[str, str], ...]


def menus(hints: Sequence[CommandHint], team_rooms: Iterable[str]) -> list[Menu]:
    """All menus to be registered. Words that Telegram has no menu entry for (工单) still work when they are typed."""
    scopes: list[tuple[Audience, JSON]] = [
        ("private", {"type": "all_private_chats"}),
        ("groups", {"type": "all_group_chats"}),
    ]
    chats = dict.fromkeys(room.partition("/")[0] for room in team_rooms)
    scopes += [("team", {"type": "chat", "chat_id": int(chat)}) for chat in chats]
    return [
        Menu(scope, language, _entries(hints, audience, locale))
        for audience, scope in scopes
        for language, locale in _LANGUAGES.items()
    ]


async def register(api: BotApi, wanted: Sequence[Menu]) -> None:
    """Make Telegram show these menus; those that it shows already are left alone. Raises `TelegramError`."""
    for menu in wanted:
        where: JSON = {"scope": menu.scope, "language_code": menu.language or None}
        try:
            shown = await api.call("getMyCommands", **where)
            if tuple((entry["command"], entry["description"]) for entry in shown) != menu.commands:
                entries = [{"command": word, "description": words} for word, words in menu.commands]
                await api.call("setMyCommands", commands=entries, **where)
        except (BadRequest, Forbidden) as error:
            # A team's room in which the bot is not (yet): `baton check` explains it, the others go on.
            log.warning("no commands for %s: %s", menu.scope.get("chat_id", menu.scope["type"]), error.message)


def _entries(hints: Sequence[CommandHint], audience: Audience, locale: str) -> tuple[tuple[str, str], ...]:
    entries = []
    for hint in hints:
        words = hint.descriptions.get(locale) or hint.descriptions.get("en", "")
        if audience in hint.audience and words and _WORD.fullmatch(hint.word):
            entries.append((hint.word, shortened(words, limits.COMMAND_DESCRIPTION)))
    return tuple(entries[: limits.COMMANDS])
