"""What a Slack workspace holds, as plain records. Times are epoch seconds (UTC); ids are Slack's strings."""

from dataclasses import dataclass, field
from typing import Any, Literal

JSON = dict[str, Any]

Kind = Literal["channel", "group", "im", "mpim"]


@dataclass
class User:
    """A person or a bot of the workspace. `locale` is an IETF tag such as "zh-CN"; `tz` an Olson name."""

    id: str
    name: str
    locale: str = "en-US"
    email: str | None = None
    tz: str = "Asia/Shanghai"
    tz_offset: int = 8 * 3600
    deleted: bool = False
    is_bot: bool = False
    bot_id: str | None = None

    @property
    def handle(self) -> str:
        """The workspace-unique lower-case name that old payload fields carry."""
        return self.id.lower()


@dataclass
class Channel:
    """A conversation: public channel, private channel ("group"), direct ("im") or group message ("mpim")."""

    id: str
    name: str
    kind: Kind = "channel"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    created: int = 0
    creator: str = ""
    topic: str = ""
    ext_shared: bool = False

    @property
    def payload_name(self) -> str:
        """The name that interaction and command payloads carry for this conversation."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)


@dataclass
class File:
    """An uploaded file. `access` is set to "check_file_info" for the Slack Connect variant that hides its details."""

    id: str
    name: str
    content: bytes
    mimetype: str
    user: str
    created: int
    title: str = ""
    access: str | None = None
    deleted: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)
    """(channel, ts) of each message that carries it."""


@dataclass
class Upload:
    """A promise made by files.getUploadURLExternal, kept by the POST of its bytes, used up by the completion."""

    file_id: str
    name: str
    length: int
    content: bytes | None = None
    completed: bool = False


@dataclass
class Delivery:
    """One payload brought to the app: every attempt with the app's answer. `status` 0 means no answer at all."""

    kind: Literal["event", "interaction", "command", "options"]
    payload: JSON
    attempts: list["Attempt"] = field(default_factory=list)

    @property
    def status(self) -> int:
        """HTTP status of the last attempt; 200 for an acknowledged Socket Mode envelope, 0 for silence."""
        return self.attempts[-1].status if self.attempts else 0

    @property
    def body(self) -> str:
        """Body of the last answer (Socket Mode: the acknowledgement's payload as JSON), "" if there was none."""
        return self.attempts[-1].body if self.attempts else ""

    @property
    def ok(self) -> bool:
        """Whether Slack would regard it as received: a 2xx within three seconds."""
        return 200 <= self.status < 300

    @property
    def event_id(self) -> str:
        """The globally unique id of an event; "" for anything else."""
        return str(self.payload.get("event_id", ""))


@dataclass
class Attempt:
    """One try of a delivery. `reason` is Slack's x-slack-retry-reason for a failure, "" for success."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    retry_num: int = 0


@dataclass
class Message:
    """A message as the workspace keeps it; `ephemeral_to` names the only person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    metadata: JSON | None = None
    edited: JSON | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None
    ephemeral_to: str | None = None
    states: dict[str, JSON] = field(default_factory=dict)
    """What each person has chosen in the message's menus and has not sent elsewhere: state.values by user id."""
    deliveries: list[Delivery] = field(default_factory=list)
    """What was brought to the app about this message, newest last."""

    @property
    def is_reply(self) -> bool:
        """Whether it stands inside a thread, under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal on a person's screen, or a person's App Home. `payload` is what the app sent, ids filled in."""

    id: str
    user: str
    payload: JSON
    hash: str
    root: str
    previous: str | None = None
    values: JSON = field(default_factory=dict)
    """What stands in its inputs: block_id -> action_id -> state."""

    @property
    def kind(self) -> str:
        """ "modal" or "home"."""
        return str(self.payload["type"])

    @property
    def blocks(self) -> list[JSON]:
        """The view's blocks, every block_id and action_id filled in."""
        blocks: list[JSON] = self.payload["blocks"]
        return blocks


@dataclass
class Trigger:
    """A trigger_id handed out with an interaction: 3 seconds, one use. `view` is set when it came from a modal."""

    id: str
    user: str
    expires: float
    used: bool = False
    view: str | None = None


@dataclass
class ResponseUrl:
    """A response_url: five uses within thirty minutes, bound to a place and a person."""

    id: str
    user: str
    channel: str
    expires: float
    message_ts: str | None = None
    uses: int = 0


@dataclass(frozen=True)
class Violation:
    """A rule of the platform, or of good manners on it, that the app broke. `where` is the method or the answer."""

    where: str
    rule: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}{': ' + self.detail if self.detail else ''}"


@dataclass
class Call:
    """One call of a Web API method: what was asked and what was answered (`status` 0: the connection was broken)."""

    method: str
    arguments: JSON
    at: float
    status: int = 0
    response: JSON = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the platform did it and said so."""
        return self.status == 200 and bool(self.response.get("ok"))


class Refusal(Exception):
    """Raised by a method to answer `ok: false` with `error`; `fault` marks a mistake that the app must not make."""

    def __init__(self, error: str, *messages: str, fault: bool = False, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.fault = fault
        self.extra = extra
