"""The workspace: what holds for everybody until a room, a team or a person says otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.chat.contract import Capabilities
from bot.chat.events import Place
from bot.chat.views import Row
from bot.durations import Duration

CONFIG_KEY = "config/workspace"
CALENDARS_KEY = "config/calendars"
"""Where the key store has the calendars of the team file, rows by key."""

POLICIES_KEY = "config/policies"
"""Where it has the policies of the team file, rows by key in the order of the file."""

DIGESTS_KEY = "config/digests"
"""Where it has the hours of the teams' digests by the teams' keys, for those that named one."""

TEMPLATES_KEY = "config/templates"
"""Where it has the items that departments require, rows by team and type."""

FLOWS_KEY = "config/flows"
"""Where it has the named chains of requests, rows by key."""

_OFF = Capabilities()


@dataclass(frozen=True, slots=True)
class KnowledgeRules:
    """How the knowledge base speaks up unasked, as `[knowledge]` of the team file set it.

    `answer_customers`: a customer's question is answered first when the engine is sure, unless it holds one of the
    catalogue's words or of `straight_to_person`. An answer that nobody replies to counts as solved after `silence`.
    `suggest`: agents are offered an article in a ticket's thread. `owner` is the key of the person who hears of what
    belongs to no team ("": administrators).
    """

    answer_customers: bool = True
    straight_to_person: tuple[str, ...] = ()
    silence: timedelta = timedelta(hours=24)
    suggest: bool = True
    owner: str = ""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "KnowledgeRules":
        """From the row of the team file."""
        known = {name: value for name, value in stored.items() if name in cls.__slots__ and value is not None}
        if "straight_to_person" in known:
            known["straight_to_person"] = tuple(known["straight_to_person"])
        if "silence" in known:
            known["silence"] = Duration.parse(known["silence"]).length
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Name, language, zone and defaults, as the team file set them.

    `default_team` is the key of the team that gets what no room claims ("": the first one). `reaction` is the emoji
    that opens a ticket. `file_limit` in bytes; `refused_types` are endings of file names that are not carried.
    `mail_domains` are those of the house (none: any); the staff's addresses belong to them.
    `types` are the kinds of tickets, for those who sort them. `alerts_per_hour` is how often one person may be
    interrupted by alerts; more are told in one message, later.
    `columns` is the board (`bot.boards.rules.columns` reads it). `alive` is the hour (HH:MM) of the daily sign of life
    for administrators, "" for none. `default_policies`: whether Baton's own policies hold while the file has none.
    `knowledge` is what stands in `[knowledge]`.
    """

    name: str = "Baton"
    locale: str = "en"
    timezone: str = "UTC"
    default_team: str = ""
    reaction: str = "ticket"
    file_limit: int = 20_000_000
    mail_domains: tuple[str, ...] = ()
    columns: tuple[Mapping[str, Any], ...] = ()
    types: tuple[str, ...] = ()
    alerts_per_hour: int = 12
    alive: str = "09:00"
    default_policies: bool = True
    knowledge: KnowledgeRules = KnowledgeRules()
    refused_types: tuple[str, ...] = (".exe", ".bat", ".cmd", ".com", ".msi", ".scr", ".vbs", ".ps1", ".apk", ".jar")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the workspace reads its clocks."""
        return ZoneInfo(self.timezone)

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Workspace":
        """From what the key store holds under `CONFIG_KEY`; what is missing or unknown falls back to the defaults."""
        known = {name: value for name, value in (stored or {}).items() if name in cls.__slots__ and value is not None}
        for name in ("refused_types", "mail_domains", "columns", "types"):
            if name in known:
                known[name] = tuple(known[name])
        if "knowledge" in known:
            known["knowledge"] = KnowledgeRules.read(known["knowledge"])
        return cls(**known)


class Invitations(Protocol):
    """How a person can be led to the bot on a platform with a code in hand; None where a platform has no such link."""

    def __call__(self, payload: str) -> str | None:
        """The link that, opened, gives `payload` back as `start payload`."""
        ...


class Availability(Protocol):
    """Who of some persons is off duty now, and when each is back (None: not known); those on duty are left out."""

    def __call__(self, unit: Any, persons: Sequence[Any]) -> Mapping[int, datetime | None]:
        """By the numbers of the persons."""
        ...


def everybody_works(unit: Any, persons: Sequence[Any]) -> Mapping[int, datetime | None]:
    """Where nobody keeps a roster: nobody is off duty."""
    return {}


class Linker(Protocol):
    """How a message that stands on a platform can be opened; "" where it has no address."""

    def __call__(self, place: Place, ref: str) -> str:
        """The address of the message with this reference."""
        ...


class DueRows(Protocol):
    """What must happen by when about a ticket, as rows of its card."""

    def __call__(self, unit: Any, ticket: Any) -> Callable[[Any], Sequence[Row]]:
        """What was looked up once; it is told in any language by its `Words`."""
        ...


class RequestDueRows(Protocol):
    """The same about a collaboration request, as rows of its card."""

    def __call__(self, unit: Any, ticket: int, request: int) -> Callable[[Any], Sequence[Row]]:
        """What was looked up once; it is told in any language by its `Words`."""
        ...


class FirstAnswer(Protocol):
    """What becomes of a request before a person sees it. `answered`: its customer gets an answer, so nobody has to."""

    @property
    def answered(self) -> str:
        """The reference of what answers it (K-3); "" if a person has to."""
        ...

    def opened(self, context: Any, ticket: Any, thread: Any) -> None:
        """Its ticket was opened, and the customer is in this thread: answer him, or remember that nothing could."""
        ...


class FirstAnswers(Protocol):
    """Whoever answers customers before the team is disturbed."""

    def consider(self, context: Any, request: Any) -> FirstAnswer | None:
        """What becomes of a request for a new ticket; None: nobody has looked at it."""
        ...

    def helped(self, context: Any, ticket: Any, said: str) -> bool:
        """The customer said something to the answer; whether it was that it helped, and so the ticket is solved."""
        ...

    def done_with(self, context: Any, ticket: Any, answered: str) -> bool:
        """Whether what the customer asks now, and `answered` answers, is another case than this solved ticket of his:
        he said that its answer was all he wanted, or nothing at all, and asks something else."""
        ...

    def asked(self, context: Any, said: str, otherwise: Any) -> bool:
        """Somebody spoke to Baton in words that are no command; whether they were a question, and he has the answer.
        `otherwise` are buttons for what else he may have wanted."""
        ...


class NobodyFirst:
    """Where nothing but people answers."""

    def consider(self, context: Any, request: Any) -> FirstAnswer | None:
        """Nobody looks."""
        return None

    def helped(self, context: Any, ticket: Any, said: str) -> bool:
        """No answer was given."""
        return False

    def done_with(self, context: Any, ticket: Any, answered: str) -> bool:
        """No answer was given."""
        return False

    def asked(self, context: Any, said: str, otherwise: Any) -> bool:
        """Nobody looks."""
        return False


@dataclass(frozen=True, slots=True)
class House:
    """What the running program knows and no transaction changes: the platforms that are on and what each can do."""

    platforms: Mapping[str, Capabilities] = field(default_factory=dict)
    invitations: Mapping[str, Invitations] = field(default_factory=dict)
    public_url: str = ""
    availability: Availability = everybody_works
    due: Sequence[DueRows] = ()
    due_of_request: Sequence[RequestDueRows] = ()
    links: Mapping[str, Linker] = field(default_factory=dict)
    first: FirstAnswers = field(default_factory=NobodyFirst)

    def can(self, platform: str) -> Capabilities:
        """What the platform can do; one that is off can do nothing special."""
        return self.platforms.get(platform, _OFF)
