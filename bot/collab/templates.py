"""What a department wants to know before it can help: items by the type of request, from the team file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.chat.text import Text, plain
from bot.chat.text import text as spans
from bot.chat.words import folded
from bot.collab.rules import Item
from bot.language.catalogue import LOCALES, table
from bot.people.rules import Team
from bot.unit import Unit
from bot.workspace import TEMPLATES_KEY


@dataclass(frozen=True, slots=True)
class Template:
    """`required` are names of items without which a request of this `type` ("" any) can't be sent."""

    type: str
    required: tuple[str, ...]


def of_team(unit: Unit, team: Team) -> list[Template]:
    """The templates of a department, in the order of the team file."""
    rows = (unit.keys.get(TEMPLATES_KEY) or {}).values()
    return [
        Template(row.get("type", ""), tuple(row.get("required", ()))) for row in rows if row.get("team") == team.key
    ]


def types_of(templates: Iterable[Template]) -> list[str]:
    """The types of requests that a department knows."""
    return [template.type for template in templates if template.type]


def named_type(templates: Iterable[Template], said: str) -> str:
    """The type that somebody wrote, as the team file writes it; "" for none of them."""
    return next((known for known in types_of(templates) if folded(known) == folded(said.strip())), "")


def items_for(templates: Iterable[Template], kind: str) -> tuple[Item, ...]:
    """What a request of this type needs, still to be given; a type without a template needs what any needs."""
    by_type = {template.type: template.required for template in templates}
    return tuple(Item(name) for name in by_type.get(kind, by_type.get("", ())))


def filled(items: Iterable[Item], said: str, files: tuple[int, ...] = ()) -> tuple[Item, ...]:
    """Items with what was written for them (`name: value`, each on a line of its own) and, those that are pictures or
    other files by their name, with `files`."""
    return tuple(_filled(item, said, files) for item in items)


def _filled(item: Item, said: str, files: tuple[int, ...]) -> Item:
    if item.given:
        return item
    written = _line_of(item.name).search(said)
    value = written[1].strip() if written else ""
    return Item(item.name, value, files if not value and takes_file(item.name) else ())


def remaining(said: Text, items: Iterable[Item]) -> Text:
    """The words without the lines that stand in items now, if anything else is left and nothing in them is marked."""
    lines = plain(said).split("\n")
    given = [item for item in items if item.value]
    kept = [line for line in lines if not any(_line_of(item.name).match(line) for item in given)]
    marked = any(span.style or span.link or span.account for span in said)
    if marked or len(kept) == len(lines) or not "".join(kept).strip():
        return said
    return spans("\n".join(kept).strip())


def _line_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?im)^\s*{re.escape(name)}\s*[:：]\s*(\S.*)$")


def takes_file(name: str) -> bool:
    """Whether an item of this name is a picture or another file."""
    return any(word in folded(name) for word in _file_words())


@cache
def _file_words() -> frozenset[str]:
    return frozenset(
        folded(word.strip()) for locale in LOCALES for word in table(locale)["collab.file_words"].split(",")
    )
