"""What a team file may say. Field names are the file's own; values are checked and come out tidy.

Checks that look at one value are in `fields.py`, those that look across the file in `references.py`.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from bot.people.rules import Role, Visibility
from bot.teamfile import fields
from bot.tickets.rules import Status

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

MEASURES = (
    "ticket.first_response",
    "ticket.next_response",
    "ticket.resolution",
    "collab.response",
    "collab.completion",
)
CHANNELS = ("thread", "dm", "room", "mail", "sms", "wecom", "dingtalk", "feishu", "webhook")


class _Table(BaseModel):
    """A table: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnTable(_Table):
    """A column of the board: its name and the statuses that stand in it."""

    name: Text
    statuses: Annotated[tuple[Annotated[str, fields.one_of(Status)], ...], Field(min_length=1)]


class WorkspaceTable(_Table):
    """`[workspace]`: see `bot.workspace.Workspace`. `file_limit` in bytes, `columns` is the board."""

    name: Text | None = None
    locale: fields.Locale | None = None
    timezone: fields.Zone | None = None
    default_team: fields.Key | None = None
    reaction: fields.Emoji | None = None
    file_limit: fields.Size | None = None
    refused_types: tuple[fields.FileEnding, ...] | None = None
    mail_domains: tuple[fields.Domain, ...] | None = None
    columns: tuple[ColumnTable, ...] | None = None


class CalendarTable(_Table):
    """`[[calendars]]`: when a team works. `holidays` is a country, optionally with its part: `CN`, `DE-BY`."""

    key: fields.Key
    timezone: fields.Zone | None = None
    hours: dict[Day, fields.Intervals] = Field(default_factory=dict)
    holidays: fields.Country = ""
    closed: tuple[fields.Date, ...] = ()
    open: dict[fields.Date, fields.Intervals] = Field(default_factory=dict)


class TeamTable(_Table):
    """`[[teams]]`: a department, its rooms, and the rooms in which every message is a ticket for it.

    `web_room` is its room in the built-in chat: its key unless something else is given; "" for none.
    """

    key: fields.Key
    name: Text
    aliases: tuple[Text, ...] = ()
    calendar: fields.Key | None = None
    lead: fields.Key | None = None
    slack_channel: fields.SlackChannel = ""
    telegram_chat: fields.TelegramChat = ""
    web_room: fields.WebName | None = None
    intake: tuple[fields.Room, ...] = ()
    audience: Annotated[Visibility, fields.one_of(Visibility)] = Visibility.INTERNAL
    topic_per_ticket: StrictBool = False
    locale: fields.Locale | None = None


class PersonTable(_Table):
    """`[[people]]`: a person and his accounts, one or several a platform.

    `web` is his name in the built-in chat: his key unless something else is given; "" for none.
    """

    key: fields.Key
    name: Text
    role: Annotated[Role, fields.one_of(Role)]
    teams: tuple[fields.Key, ...] = ()
    skills: tuple[Text, ...] = ()
    tier: Text | None = None
    slack: Annotated[tuple[fields.SlackUser, ...], fields.SEVERAL] = ()
    telegram: Annotated[tuple[fields.TelegramUser, ...], fields.SEVERAL] = ()
    web: Annotated[tuple[fields.WebName, ...] | None, fields.SEVERAL] = None
    email: fields.Email | None = None
    locale: fields.Locale | None = None
    active: StrictBool = True


class StepTable(_Table):
    """A step of a policy: when, who hears of it, and how."""

    at: fields.StepTime
    notify: Annotated[tuple[fields.Recipient, ...], Field(min_length=1)]
    via: Annotated[tuple[Annotated[str, fields.one_of(CHANNELS)], ...], Field(min_length=1)]


class PolicyTable(_Table):
    """`[[policies]]`: what must happen by when, and who hears of it when it does not."""

    key: fields.Key
    on: Annotated[str, fields.one_of(MEASURES)]
    target: fields.Target
    steps: tuple[StepTable, ...] = ()


class TeamFile(_Table):
    """The whole file. What it does not say is left as it is."""

    workspace: WorkspaceTable = WorkspaceTable()
    calendars: tuple[CalendarTable, ...] = ()
    teams: tuple[TeamTable, ...] = ()
    people: tuple[PersonTable, ...] = ()
    policies: tuple[PolicyTable, ...] = ()

    def keys(self, table: Literal["calendars", "teams", "people", "policies"]) -> list[str]:
        """The keys of an array of tables, in the order of the file."""
        rows: Iterable[CalendarTable | TeamTable | PersonTable | PolicyTable] = getattr(self, table)
        return [row.key for row in rows]
