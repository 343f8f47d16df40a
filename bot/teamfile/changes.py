"""What applying a team file changed, and the rule by which file, last file and database are brought together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.facts import Fact

Kind = Literal["created", "changed", "enabled", "disabled", "retired", "removed"]
What = Literal["workspace", "gateway", "calendar", "team", "person", "policy", "template", "flow"]

# One row of the file: a team, a person, a calendar, ... as JSON-friendly values by the file's own names.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that reads differently now; `before` and `after` as the team file would write them."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different now. `tickets`: how many went back to a queue with it."""

    kind: Kind
    what: What
    key: str = ""
    fields: tuple[Difference, ...] = ()
    tickets: int = 0


@dataclass(frozen=True, slots=True)
class ConfigurationChanged(Fact):
    """The team file changed something: for the audit trail, and so that live pages look again."""

    change: str = ""
    what: str = ""
    key: str = ""


def merged(stated: Row, last: Row, current: Row, defaults: Row, yielding: Collection[str] = ()) -> dict[str, Any]:
    """How a row should read now.

    What the file states holds. What it no longer states, but stated when it was last applied, falls back to its
    default. What it never stated stays as people made it. A `yielding` field is a starting value: the file's word for
    it counts when it is new or has changed since it was last applied; what happened meanwhile (a person chose another
    language, a group got a new id) stands otherwise.
    """
    result = dict(defaults) | dict(current)
    for name in defaults:
        if name in stated:
            if not (name in yielding and name in last and last[name] == stated[name] and name in current):
                result[name] = stated[name]
        elif name in last:
            result[name] = defaults[name]
    return result


def differences(before: Row, after: Row) -> tuple[Difference, ...]:
    """The fields that differ, in the order of `after`."""
    return tuple(Difference(name, before.get(name), after[name]) for name in after if before.get(name) != after[name])
