"""What a team file may say. Field names are the file's own; values are checked and come out tidy.

Checks that look at one value are in `fields.py`, those that look across the file in `references.py`.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from bot.people.rules import Role, Visibility
from bot.teamfile import fields
from bot.tickets.rules import Priority, Status

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

MEASURES = (
    "ticket.first_response",
    "ticket.next_response",
    "ticket.resolution",
    "collab.response",
    "collab.completion",
)
PAUSES = ("customer", "colleague")
AT_NIGHT = ("urgent", "never", "always")
CHANNELS = ("thread", "dm", "room", "louder", "mail", "sms", "wecom", "dingtalk", "feishu", "webhook")


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
    types: tuple[Text, ...] | None = None
    alerts_per_hour: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    alive: fields.Hour | None = None
    default_policies: StrictBool | None = None


class KnowledgeTable(_Table):
    """`[knowledge]`: see `bot.workspace.KnowledgeRules`."""

    answer_customers: StrictBool | None = None
    straight_to_person: tuple[Text, ...] | None = None
    silence: fields.Length | None = None
    suggest: StrictBool | None = None
    owner: fields.Key | None = None


class CalendarTable(_Table):
    """`[[calendars]]`: when a team works. `holidays` is a country, optionally with its part: `CN`, `DE-BY`."""

    key: fields.Key
    timezone: fields.Zone | None = None
    hours: dict[Day, fields.Intervals] = Field(default_factory=dict)
    holidays: fields.Country = ""
    closed: tuple[fields.Date, ...] = ()
    open: dict[fields.Date, fields.Intervals] = Field(default_factory=dict)


class GatewaysTable(_Table):
    """`[gateways]`: how persons are reached outside chat; Apprise URLs with `{address}`, or `$NAME` for a variable."""

    mail: fields.PersonalGateway | None = None
    sms: fields.PersonalGateway | None = None


class ChannelsTable(_Table):
    """`channels` of a team: where it is told something outside chat; Apprise URLs, or `$NAME` for a variable."""

    wecom: fields.Gateway | None = None
    dingtalk: fields.Gateway | None = None
    feishu: fields.Gateway | None = None
    webhook: fields.Gateway | None = None


class TeamTable(_Table):
    """`[[teams]]`: a department, its rooms, and the rooms in which every message is a ticket for it.

    `web_room` is its room in the built-in chat: its key unless something else is given; "" for none. `closed`, `open`
    and `rest` are exceptions of its own to its calendar. `digest` is the hour of its morning digest: `08:45`, `opening`
    (when its day begins, as it is without a word) or `off`. `review_articles`: its lead looks at articles before others
    find them.
    """

    key: fields.Key
    name: Text
    aliases: tuple[Text, ...] = ()
    calendar: fields.Key | None = None
    closed: tuple[fields.Date, ...] = ()
    open: dict[fields.Date, fields.Intervals] = Field(default_factory=dict)
    rest: fields.Rest = ()
    lead: fields.Key | None = None
    slack_channel: fields.SlackChannel = ""
    telegram_chat: fields.TelegramChat = ""
    web_room: fields.WebName | None = None
    intake: tuple[fields.Room, ...] = ()
    audience: Annotated[Visibility, fields.one_of(Visibility)] = Visibility.INTERNAL
    topic_per_ticket: StrictBool = False
    review_articles: StrictBool = False
    locale: fields.Locale | None = None
    channels: ChannelsTable = ChannelsTable()
    digest: fields.DigestTime | None = None


class PersonTable(_Table):
    """`[[people]]`: a person and his accounts, one or several a platform.

    `web` is his name in the built-in chat: his key unless something else is given; "" for none. He works by his team's
    calendar unless he has one of his own; `closed`, `open` and `rest` are his exceptions to it.
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
    phone: fields.Phone | None = None
    calendar: fields.Key | None = None
    closed: tuple[fields.Date, ...] = ()
    open: dict[fields.Date, fields.Intervals] = Field(default_factory=dict)
    rest: fields.Rest = ()
    locale: fields.Locale | None = None
    active: StrictBool = True


class StepTable(_Table):
    """A step of a policy: when, who hears of it, and how."""

    at: fields.StepTime
    notify: Annotated[tuple[fields.Recipient, ...], Field(min_length=1)]
    via: Annotated[tuple[Annotated[str, fields.one_of(CHANNELS)], ...], Field(min_length=1)]


class PolicyTable(_Table):
    """`[[policies]]`: what must happen by when, and who hears of it when it does not.

    `teams`, `types`, `priorities` and `tiers` say for what (empty: for all); the most specific policy of a measure
    holds. `pauses` names whom the clock waits for without running, `ack` is how long an acknowledgement holds, `proof`
    how long an alert may stay unproved, `at_night` whether people off duty are told.
    """

    key: fields.Key
    on: Annotated[str, fields.one_of(MEASURES)]
    target: fields.Target
    steps: tuple[StepTable, ...] = ()
    teams: tuple[fields.Key, ...] = ()
    types: tuple[Text, ...] = ()
    priorities: tuple[Annotated[str, fields.one_of(Priority)], ...] = ()
    tiers: tuple[Text, ...] = ()
    pauses: tuple[Annotated[str, fields.one_of(PAUSES)], ...] = ("customer",)
    ack: fields.Target | None = None
    proof: fields.Target | None = None
    at_night: Annotated[str, fields.one_of(AT_NIGHT)] | None = None


class TemplateTable(_Table):
    """`[[templates]]`: without which items a request of this `type` ("" any) to the `team` can't be sent."""

    team: fields.Key
    type: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    required: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def key(self) -> str:
        """What only one template may be for."""
        return f"{self.team}/{self.type}" if self.type else self.team


class FlowStepTable(_Table):
    """A step of a flow: what is asked of which team, after which steps (the one before it unless it says others), and
    within what time it should be done."""

    key: fields.Key
    team: fields.Key
    problem: Text
    type: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    after: tuple[fields.Key, ...] | None = None
    limit: fields.Target | None = None


class FlowTable(_Table):
    """`[[flows]]`: a named chain of requests; with `type` it starts by itself when a ticket gets that type."""

    key: fields.Key
    name: Text | None = None
    type: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    steps: Annotated[tuple[FlowStepTable, ...], Field(min_length=1)]


KeyedTable = CalendarTable | TeamTable | PersonTable | PolicyTable | TemplateTable | FlowTable
"""What stands in an array of tables, each with a key of its own."""


class TeamFile(_Table):
    """The whole file. What it does not say is left as it is."""

    workspace: WorkspaceTable = WorkspaceTable()
    gateways: GatewaysTable = GatewaysTable()
    knowledge: KnowledgeTable = KnowledgeTable()
    calendars: tuple[CalendarTable, ...] = ()
    teams: tuple[TeamTable, ...] = ()
    people: tuple[PersonTable, ...] = ()
    policies: tuple[PolicyTable, ...] = ()
    templates: tuple[TemplateTable, ...] = ()
    flows: tuple[FlowTable, ...] = ()

    def keys(self, table: Literal["calendars", "teams", "people", "policies", "templates", "flows"]) -> list[str]:
        """The keys of an array of tables, in the order of the file."""
        rows: Iterable[KeyedTable] = getattr(self, table)
        return [row.key for row in rows]
