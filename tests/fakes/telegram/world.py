"""The rules of Telegram's chats: who may write where, what a bot is told, how messages come to be."""

import itertools
from datetime import UTC, datetime
from typing import Any, Protocol

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.entities import entity_text
from tests.fakes.telegram.files import FileStore
from tests.fakes.telegram.flood import FloodControl
from tests.fakes.telegram.markup import Formatted
from tests.fakes.telegram.refusals import Refusal, bad_request, forbidden, migrated
from tests.fakes.telegram.state import CallbackQuery, Chat, Member, Message, Topic, User
from tests.fakes.telegram.updates import UpdateQueue
from tests.fakes.telegram.webhook import Webhook

JSON = dict[str, Any]


FIRST_IN_SUPERGROUP = 2
"""Message 1 is the supergroup's creation, and the number of a forum's General topic."""


class Clock(Protocol):
    """Whatever tells the time; Baton's own clock and its test clock both do."""

    def now(self) -> datetime:
        """The instant, aware."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)


class World:
    """All chats of one bot."""

    def __init__(self, bot: User, queue: UpdateQueue, webhook: Webhook, clock: Clock) -> None:
        self.bot = bot
        self.queue = queue
        self.webhook = webhook
        self.clock = clock
        self.sees_all = False
        """`can_read_all_group_messages`: privacy mode is off."""
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.queries: dict[str, CallbackQuery] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by (field, language)."""
        self.flood: FloodControl | None = None
        self.logged_out = False
        self._message_ids = itertools.count(1)
        self._supergroup_ids: dict[int, itertools.count[int]] = {}

    def now(self) -> datetime:
        """The instant on the fake's clock."""
        return self.clock.now()

    def timestamp(self) -> int:
        """Unix seconds, as every `date` field has them."""
        return int(self.now().timestamp())

    # Finding and access ------------------------------------------------------------------------------------------

    def chat(self, reference: int | str | None) -> Chat:
        """The chat by id or @username; raises `Refusal` (400 `chat not found`)."""
        if isinstance(reference, str) and reference.startswith("@"):
            name = reference[1:].lower()
            groups = [chat for chat in self.chats.values() if not chat.is_private]
            found = next((chat for chat in groups if (chat.username or "").lower() == name), None)
        else:
            found = self.chats.get(_number(reference))
        if found is None:
            raise bad_request("chat not found")
        return found

    def open_chat(self, reference: int | str | None) -> Chat:
        """The chat, if the bot may act in it; raises what the server says otherwise (facts 2.7)."""
        chat = self.chat(reference)
        if chat.person is not None:
            self._require_conversation(chat.person)
        elif chat.migrated_to is not None:
            raise migrated(chat.migrated_to.id)
        elif chat.deleted:
            raise forbidden("the group chat was deleted")
        else:
            self._require_membership(chat)
        return chat

    def writable_chat(self, call: Call, messages: int = 1, right: str = "can_send_messages") -> Chat:
        """The chat of a sending call, with rights and flood limits checked."""
        chat = self.open_chat(call.parameters.get("chat_id"))
        member = chat.members.get(self.bot.id)
        if member is not None and member.status == "restricted" and not member.rights.get(right, False):
            what = {"can_send_messages": "text messages"}.get(right, right.removeprefix("can_send_").replace("_", " "))
            raise bad_request(f"not enough rights to send {what} to the chat")
        if self.flood is not None:
            self.flood.admit(chat, self.now(), messages)
        return chat

    def topic(self, chat: Chat, thread_id: int | None) -> Topic | None:
        """The topic to write into; None is General. Raises `Refusal` for a topic that is not there or is closed."""
        if thread_id is None:
            return None
        topic = chat.topics.get(thread_id)
        if topic is None or topic.deleted:
            raise bad_request("message thread not found")
        if topic.closed and not self.bot_may(chat, "can_manage_topics"):
            raise bad_request("TOPIC_CLOSED")
        return topic

    def message(self, chat: Chat, message_id: int | None, purpose: str) -> Message:
        """A message that still exists; raises `Refusal` (400 `message to {purpose} not found`)."""
        found = chat.messages.get(message_id or 0)
        if found is None or found.deleted:
            raise bad_request(f"message to {purpose} not found")
        return found

    def bot_may(self, chat: Chat, right: str) -> bool:
        """Whether the bot is an administrator of `chat` with `right`."""
        member = chat.members.get(self.bot.id)
        return member is not None and member.may(right)

    def bot_is_admin(self, chat: Chat) -> bool:
        """Whether the bot is an administrator of `chat`."""
        member = chat.members.get(self.bot.id)
        return member is not None and member.status in {"creator", "administrator"}

    def _require_conversation(self, person: User) -> None:
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.is_bot:
            raise forbidden("bot can't send messages to bots")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")

    def _require_membership(self, chat: Chat) -> None:
        member = chat.members.get(self.bot.id)
        if member is not None and member.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if member is None or not member.present:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")

    # Messages ----------------------------------------------------------------------------------------------------

    def post(
        self, chat: Chat, content: JSON, *, sender: User | None, reply_to: Message | None = None,
        topic: Topic | None = None, sender_chat: Chat | None = None, extra: JSON | None = None,
    ) -> Message:  # fmt: skip
        """A new message in `chat`; nobody is told yet."""
        message = Message(
            chat=chat,
            message_id=self._next_message_id(chat),
            date=self.timestamp(),
            content=content,
            sender=sender,
            sender_chat=sender_chat,
            from_bot=sender is self.bot,
            reply_to=reply_to,
            topic=topic,
            extra=extra or {},
        )
        message.thread_id = _thread_id(message)
        chat.messages[message.message_id] = message
        if sender is not None and sender.is_bot:
            chat.last_bot = sender.id
        return message

    def service(self, chat: Chat, actor: User, content: JSON, topic: Topic | None = None) -> Message:
        """A service message of a person's doing, which bots always see while they are members."""
        message = self.post(chat, content, sender=actor, topic=topic)
        self.tell(message)
        return message

    def tell(self, message: Message, kind: str = "message") -> None:
        """Queues the update about `message`, if the bot may see it and asked for it."""
        if self.visible(message):
            update = self.queue.push(kind, payloads.message_json(message))
            message.seen_by_bot = message.seen_by_bot or update is not None

    def visible(self, message: Message) -> bool:
        """Whether Telegram shows `message` to the bot: membership, then privacy mode (facts 2.2)."""
        chat = message.chat
        other_bot = message.sender is not None and message.sender.is_bot and message.sender_chat is None
        if message.from_bot or (other_bot and not chat.is_private):
            return False
        if chat.person is not None:
            return not chat.person.blocked
        member = chat.members.get(self.bot.id)
        if member is None or not member.present:
            return False
        if self.sees_all or self.bot_is_admin(chat) or _is_service(message):
            return True
        return (message.reply_to is not None and message.reply_to.from_bot) or self._is_for_bot(message)

    def _is_for_bot(self, message: Message) -> bool:
        """A command names this bot, or names none and this bot was the last bot to write here."""
        text = message.text or message.caption or ""
        for entity in message.entities:
            if entity["type"] == "bot_command":
                _, _, name = entity_text(text, entity).partition("@")
                if name.lower() == (self.bot.username or "").lower() or (not name and self._wrote_last(message.chat)):
                    return True
        return False

    def _wrote_last(self, chat: Chat) -> bool:
        return chat.last_bot == self.bot.id

    def resolved(self, formatted: Formatted) -> Formatted:
        """`formatted` with mentions by id turned into users; a stranger's mention is plain text, as on Telegram."""
        entities = []
        for entity in formatted.entities:
            if "user_id" in entity:
                user = self.users.get(entity["user_id"])
                if user is None:
                    continue
                position = {"offset": entity["offset"], "length": entity["length"]}
                entity = {"type": "text_mention", **position, "user": payloads.user_json(user)}
            entities.append(entity)
        return Formatted(formatted.text, entities)

    def set_bot_status(self, chat: Chat, actor: User, status: str, rights: dict[str, bool] | None = None) -> None:
        """Changes the bot's standing in `chat` and queues `my_chat_member`."""
        member = chat.members.setdefault(self.bot.id, Member(self.bot, "left"))
        old = payloads.member_json(member)
        member.status, member.rights = status, rights or {}
        new = payloads.member_json(member)
        self.queue.push("my_chat_member", payloads.member_change_json(chat, actor, self.timestamp(), old, new))

    def _next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; private chats and groups share the account's numbers."""
        if chat.type == "supergroup":
            return next(self._supergroup_ids.setdefault(chat.id, itertools.count(FIRST_IN_SUPERGROUP)))
        return next(self._message_ids)


def _thread_id(message: Message) -> int | None:
    """The topic, or in other supergroups the first message of the chain of replies (facts 2.8)."""
    if message.topic is not None:
        return message.topic.thread_id
    if message.reply_to is not None and message.chat.type == "supergroup":
        return message.reply_to.thread_id or message.reply_to.message_id
    return None


def _is_service(message: Message) -> bool:
    return message.text is None and not {"photo", "document", "voice", "audio", "video"} & set(message.content)


def _number(reference: int | str | None) -> int:
    try:
        return int(reference or 0)
    except ValueError:
        raise Refusal(400, "Bad Request: chat not found") from None
