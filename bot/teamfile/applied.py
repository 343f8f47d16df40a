"""What a team file said when it was last applied, and one run of applying another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.teamfile.changes import Change, What, differences
from bot.teamfile.schema import TeamFile
from bot.unit import Unit

APPLIED = "config/applied"


@dataclass(slots=True)
class Applied:
    """What the file said, by key; `retired` are teams that it named once and no longer does."""

    workspace: dict[str, Any] = field(default_factory=dict)
    teams: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, list[str]] = field(default_factory=dict)
    retired: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, unit: Unit) -> "Applied":
        """What is stored, or nothing."""
        stored = unit.keys.get(APPLIED) or {}
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})

    def store(self, unit: Unit) -> None:
        """Keep it for the next time."""
        unit.keys.put(APPLIED, {name: getattr(self, name) for name in self.__slots__})


@dataclass(slots=True)
class Run:
    """One run: the file, what was said `last` time, what is said `now`, and what changed so far.

    `adopted` are persons who came on their own and turned out to be somebody of the file.
    """

    unit: Unit
    file: TeamFile
    last: Applied
    now: Applied = field(default_factory=Applied)
    changes: list[Change] = field(default_factory=list)
    adopted: set[int] = field(default_factory=set)

    def note(self, what: What, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        """Remember what came to be (`before` None), or which fields read differently."""
        fields = differences(before or {}, after)
        if before is None:
            self.changes.append(Change("created", what, key))
        elif fields:
            self.changes.append(Change("changed", what, key, fields))
