"""The workspace: what holds for everybody until a room, a team or a person says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.chat.contract import Capabilities

CONFIG_KEY = "config/workspace"
_OFF = Capabilities()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Name, language, zone and defaults, as the team file set them.

    `default_team` is the key of the team that gets what no room claims ("": the first one). `reaction` is the emoji
    that opens a ticket. `file_limit` in bytes; `refused_types` are endings of file names that are not carried.
    `mail_domains` are those of the house (none: any); the staff's addresses belong to them.
    `columns` is the board (`bot.boards.rules.columns` reads it).
    """

    name: str = "Baton"
    locale: str = "en"
    timezone: str = "UTC"
    default_team: str = ""
    reaction: str = "ticket"
    file_limit: int = 20_000_000
    mail_domains: tuple[str, ...] = ()
    columns: tuple[Mapping[str, Any], ...] = ()
    refused_types: tuple[str, ...] = (".exe", ".bat", ".cmd", ".com", ".msi", ".scr", ".vbs", ".ps1", ".apk", ".jar")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the workspace reads its clocks."""
        return ZoneInfo(self.timezone)

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Workspace":
        """From what the key store holds under `CONFIG_KEY`; what is missing or unknown falls back to the defaults."""
        known = {name: value for name, value in (stored or {}).items() if name in cls.__slots__ and value is not None}
        for name in ("refused_types", "mail_domains", "columns"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)


class Invitations(Protocol):
    """How a person can be led to the bot on a platform with a code in hand; None where a platform has no such link."""

    def __call__(self, payload: str) -> str | None:
        """The link that, opened, gives `payload` back as `start payload`."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What the running program knows and no transaction changes: the platforms that are on and what each can do."""

    platforms: Mapping[str, Capabilities] = field(default_factory=dict)
    invitations: Mapping[str, Invitations] = field(default_factory=dict)
    public_url: str = ""

    def can(self, platform: str) -> Capabilities:
        """What the platform can do; one that is off can do nothing special."""
        return self.platforms.get(platform, _OFF)
