"""A request before it is sent: what somebody has put together so far, kept while he fills in the rest."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.chat.text import Text
from bot.chat.viewjson import text_from_json, text_to_json
from bot.collab.rules import Item
from bot.errors import NotFound
from bot.unit import Unit

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked of `team` for `ticket` (see `CollabRequest`); `request` is one that is being repaired (0: new)."""

    ticket: int
    team: int
    problem: Text = ()
    type: str = ""
    items: tuple[Item, ...] = ()
    messages: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    request: int = 0

    def missing(self) -> tuple[str, ...]:
        """Names of the items that nothing was given for."""
        return tuple(item.name for item in self.items if not item.given)


def keep(unit: Unit, draft: Draft) -> str:
    """Keep it for a week; the token names it, and is never only digits (those are numbers of departments)."""
    token = f"d{secrets.token_urlsafe(9)}"
    value = {name: getattr(draft, name) for name in ("ticket", "team", "type", "messages", "files", "after", "request")}
    value["problem"] = text_to_json(draft.problem).decode()
    value["items"] = [[item.name, item.value, list(item.files)] for item in draft.items]
    unit.keys.put(_key(token), value, unit.now + KEPT_FOR)
    return token


def kept(unit: Unit, token: str) -> Draft:
    """The draft as it was. Raises `NotFound` when it is too old, or was sent."""
    value: dict[str, Any] | None = unit.keys.get(_key(token))
    if value is None:
        raise NotFound("collab.draft_gone")
    lists = {name: tuple(value[name]) for name in ("messages", "files", "after")}
    items = tuple(Item(name, said, tuple(files)) for name, said, files in value["items"])
    draft = Draft(value["ticket"], value["team"], type=value["type"], request=value["request"], **lists)
    return replace(draft, problem=text_from_json(value["problem"].encode()), items=items)


def spend(unit: Unit, token: str) -> None:
    """It was sent: nobody sends it twice."""
    unit.keys.take(_key(token), unit.now)


def _key(token: str) -> str:
    return f"collab/draft/{token}"
