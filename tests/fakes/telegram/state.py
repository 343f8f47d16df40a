"""What Telegram knows: people, chats, topics, messages. Plain records; the rules stand in `world.py`."""

from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
TOPIC_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


@dataclass(eq=False)
class User:
    """A person, or another bot. `started` and `blocked` are about the one bot under test."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(eq=False)
class Member:
    """One person's standing in one group: creator, administrator, member, restricted, left or kicked."""

    user: User
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)

    @property
    def present(self) -> bool:
        """Whether the person is in the group now."""
        return self.status in {"creator", "administrator", "member", "restricted"}

    def may(self, right: str) -> bool:
        """Whether an administrator has `right`; plain members have none of these."""
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))


@dataclass(eq=False)
class Topic:
    """A topic of a forum; `thread_id` is the id of the service message that created it."""

    chat: "Chat"
    thread_id: int
    name: str
    icon_color: int = TOPIC_COLOURS[0]
    closed: bool = False
    deleted: bool = False


@dataclass(eq=False)
class Chat:
    """A private chat (same id as its person), a group, a supergroup or a forum."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    person: User | None = None
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    migrated_to: "Chat | None" = None
    deleted: bool = False
    pinned: list[int] = field(default_factory=list)
    last_bot: int | None = None
    """The bot that wrote here last: with privacy on, `/command` without a name goes to it."""

    @property
    def is_private(self) -> bool:
        """Whether this is the chat of one person with the bot."""
        return self.type == "private"

    @property
    def kind(self) -> str:
        """The kind as the server's sentences name it."""
        return "supergroup" if self.type == "supergroup" else "group"


@dataclass(eq=False)
class Message:
    """One message as everybody sees it now; `content` holds the fields of its kind, as in the Bot API."""

    chat: Chat
    message_id: int
    date: int
    content: JSON
    sender: User | None = None
    sender_chat: Chat | None = None
    """Set when a group's anonymous administrator wrote it."""
    from_bot: bool = False
    """Whether the bot under test wrote it."""
    reply_to: "Message | None" = None
    topic: Topic | None = None
    thread_id: int | None = None
    """The topic's id, or in other supergroups the first message of a chain of replies."""
    extra: JSON = field(default_factory=dict)
    """Outer fields: media_group_id, forward_origin, quote, has_protected_content."""
    reply_markup: JSON | None = None
    """The inline keyboard under it now; other kinds of keyboards are in `requested_markup`."""
    requested_markup: JSON | None = None
    silent: bool = False
    edit_date: int | None = None
    versions: list[JSON] = field(default_factory=list)
    """Earlier `content`s, oldest first."""
    deleted: bool = False
    seen_by_bot: bool = False
    """Whether the bot was told of it (privacy mode hides messages of groups)."""
    bot_reaction: str | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """What people reacted with, by user id."""

    @property
    def text(self) -> str | None:
        """The text, None for media and service messages."""
        return self.content.get("text")

    @property
    def caption(self) -> str | None:
        """The caption of media, None without one."""
        return self.content.get("caption")

    @property
    def entities(self) -> list[JSON]:
        """The entities of text or caption."""
        found: list[JSON] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    @property
    def edited(self) -> bool:
        """Whether it was edited since it was sent."""
        return self.edit_date is not None


@dataclass(eq=False)
class CallbackQuery:
    """A press on a button, and the bot's answer to it."""

    id: str
    user: User
    message: Message
    data: str
    expired: bool = False
    answer: JSON | None = None
    """Parameters of answerCallbackQuery; None until the bot answered."""

    @property
    def text(self) -> str:
        """The toast or alert that the person saw, empty for none."""
        return str((self.answer or {}).get("text", ""))

    @property
    def alert(self) -> bool:
        """Whether it was shown as a dialogue that must be closed."""
        return str((self.answer or {}).get("show_alert", "")).lower() == "true"
