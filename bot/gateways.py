"""Gateways to people outside chat: which channels there are, and where each leads, as the team file says.

An address is written as Apprise writes them (`mailto://…`), or as `$NAME`: then it stands in the environment, so that
secrets stay out of the file. It is stored as written; only the adapters open it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat.events import Place

GATEWAYS_KEY = "config/gateways"

# What stands in a person's gateway where his address belongs.
ADDRESS = "{address}"


@dataclass(frozen=True, slots=True)
class Gateways:
    """`persons` has an address with `{address}` in it by channel; `teams` has each team's own, by team and channel."""

    persons: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.channels)

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Gateways":
        """From what the key store holds under `GATEWAYS_KEY`."""
        stored = stored or {}
        return cls(stored.get("persons", {}), stored.get("teams", {}))

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that leads somewhere; each is a platform of places."""
        named = [*self.persons, *(channel for own in self.teams.values() for channel in own)]
        return tuple(dict.fromkeys(named))

    def places(self, team: str) -> tuple[Place, ...]:
        """Where the team with this key can be told something outside chat."""
        return tuple(Place(channel, team) for channel in self.teams.get(team, {}))
