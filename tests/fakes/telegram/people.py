"""Driving the fake as people do: writing, editing, reacting, pressing buttons, starting and blocking the bot."""

import itertools
from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram import markup, payloads
from tests.fakes.telegram.entities import with_detected
from tests.fakes.telegram.files import file_content
from tests.fakes.telegram.markup import Formatted
from tests.fakes.telegram.state import CallbackQuery, Chat, Member, Message, Topic, User
from tests.fakes.telegram.world import World

JSON = dict[str, Any]
Where = Chat | Topic | User | None
"""A chat, a topic, or a person: the person's private chat with the bot (None is the author's own)."""
FileSpec = tuple[str, bytes] | bytes

ANONYMOUS_ADMIN = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)


class People:
    """What people can do to a bot. Everything returns at once; updates are queued as Telegram would."""

    world: World
    _query_ids = itertools.count(4_200_000_000_000_000_001)
    _album_ids = itertools.count(12_000_000_000_000_001)

    def user(
        self, id: int, first_name: str, *, last_name: str | None = None, username: str | None = None,
        language_code: str | None = "en", is_bot: bool = False,
    ) -> User:  # fmt: skip
        """A person (or another bot) with a Telegram account, who has not started the bot yet."""
        user = User(id, first_name, last_name, username, None if is_bot else language_code, is_bot)
        self.world.users[id] = user
        self.world.chats[id] = Chat(id, "private", person=user)
        return user

    def private(self, user: User) -> Chat:
        """The private chat of `user` with the bot."""
        return self.world.chats[user.id]

    async def says(
        self, user: User, where: Where = None, text: str = "", *, html: str = "", reply_to: Message | int | None = None,
        topic: Topic | None = None, photo: FileSpec | None = None, document: FileSpec | None = None,
        voice: FileSpec | None = None, audio: FileSpec | None = None, video: FileSpec | None = None,
        media_group: Sequence[FileSpec] = (), pretend_size: int | None = None, anonymous: bool = False,
        forwarded_from: User | None = None,
    ) -> Message:  # fmt: skip
        """`user` writes; with a file, `text` is its caption. Returns the (first) message.

        `html` instead of `text` formats it. An album is `media_group`: photos are bytes, documents (name, bytes).
        `pretend_size` is the size Telegram reports. `anonymous` writes as the group's anonymous administrator.
        """
        chat, topic = self._place(user, where, topic)
        plain = self._typed(html, text)
        files = {"photo": photo, "document": document, "voice": voice, "audio": audio, "video": video}
        contents = [self._file(kind, spec, pretend_size) for kind, spec in files.items() if spec is not None]
        contents += [self._file("photo" if isinstance(i, bytes) else "document", i, pretend_size) for i in media_group]
        extra: JSON = {"media_group_id": str(next(self._album_ids))} if media_group else {}
        if forwarded_from is not None:
            origin = {"type": "user", "date": self.world.timestamp(), "sender_user": payloads.user_json(forwarded_from)}
            extra["forward_origin"] = origin
        first, *others = _with_words(contents, plain)
        replied = self._message(chat, reply_to) if reply_to is not None else None
        author = ANONYMOUS_ADMIN if anonymous else user
        sent = [
            self.world.post(
                chat, content, sender=author, reply_to=replied, topic=topic, extra=dict(extra),
                sender_chat=chat if anonymous else None,
            )
            for content in (first, *others)
        ]  # fmt: skip
        for message in sent:
            self.world.tell(message)
        return sent[0]

    async def edits(self, user: User, message: Message, text: str = "", *, html: str = "") -> Message:
        """`user` changes the words of an own message; the bot gets `edited_message`."""
        assert message.sender is user, f"{user.first_name} cannot edit somebody else's message"
        message.versions.append(message.content)
        words = {"text", "entities", "caption", "caption_entities"}
        rest = {name: value for name, value in message.content.items() if name not in words}
        message.content = _with_words([rest] if rest else [], self._typed(html, text))[0]
        message.edit_date = self.world.timestamp()
        self.world.tell(message, "edited_message")
        return message

    async def deletes(self, user: User, message: Message) -> None:
        """`user` deletes a message: it is gone, and Telegram tells no bot."""
        message.deleted = True

    async def reacts(self, user: User, message: Message, *emojis: str, anonymous: bool = False) -> None:
        """`user` puts exactly these emojis on `message`; groups tell only a bot that is administrator (facts 2.8)."""
        old, message.reactions[user.id] = message.reactions.get(user.id, []), list(emojis)
        chat = message.chat
        if not chat.is_private and not self.world.bot_is_admin(chat):
            return
        about = {"chat": payloads.chat_json(chat), "message_id": message.message_id, "date": self.world.timestamp()}
        if anonymous:
            count = [{"type": {"type": "emoji", "emoji": emoji}, "total_count": 1} for emoji in emojis]
            self.world.queue.push("message_reaction_count", about | {"reactions": count})
            return
        change = {"old_reaction": payloads.reaction_json(old), "new_reaction": payloads.reaction_json(list(emojis))}
        self.world.queue.push("message_reaction", about | {"user": payloads.user_json(user)} | change)

    async def presses(
        self, user: User, message: Message, label: str, *, data: str | None = None, inaccessible: bool = False
    ) -> CallbackQuery:
        """`user` presses the button called `label`; the bot gets `callback_query`.

        `data` forges what the button carries. `inaccessible` hides the message, as Telegram does for old ones.
        """
        if data is None:
            data = _callback_data(message, label)
        query = CallbackQuery(str(next(self._query_ids)), user, message, data)
        self.world.queries[query.id] = query
        self.world.queue.push("callback_query", payloads.callback_query_json(query, inaccessible=inaccessible))
        return query

    async def starts(self, user: User, payload: str | None = None, *, group: Chat | None = None) -> Message:
        """`user` presses Start, perhaps from `t.me/bot?start=payload` (or `startgroup=` with `group`)."""
        user.started, user.blocked = True, False
        command = f"/start@{self.world.bot.username}" if group is not None else "/start"
        return await self.says(user, group, f"{command} {payload}" if payload else command)

    async def blocks(self, user: User) -> None:
        """`user` blocks the bot."""
        user.blocked = True
        self._private_status(user, "member", "kicked")

    async def unblocks(self, user: User) -> None:
        """`user` takes the block back."""
        user.blocked, user.started = False, True
        self._private_status(user, "kicked", "member")

    def toast(self, user: User) -> str | None:
        """What the bot last answered to a press of `user`: empty for a silent answer, None for none yet."""
        answered = [q for q in self.world.queries.values() if q.user is user and q.answer is not None]
        return answered[-1].text if answered else None

    def expire_queries(self) -> None:
        """Makes every unanswered press too old to be answered."""
        for query in self.world.queries.values():
            query.expired = query.expired or query.answer is None

    def _private_status(self, user: User, old: str, new: str) -> None:
        states = []
        for status in (old, new):
            state = {"user": payloads.user_json(self.world.bot), "status": status}
            states.append(state | {"until_date": 0} if status == "kicked" else state)
        change = payloads.member_change_json(self.private(user), user, self.world.timestamp(), *states)
        self.world.queue.push("my_chat_member", change)

    def _place(self, user: User, where: Where, topic: Topic | None) -> tuple[Chat, Topic | None]:
        if isinstance(where, Topic):
            chat, topic = where.chat, where
        else:
            chat = where if isinstance(where, Chat) else self.private(where or user)
        assert chat.migrated_to is None, "nobody can write in a group that became a supergroup"
        if chat.person is not None:
            assert not user.blocked, "who blocked the bot must unblock it before writing"
            chat.person.started = True
        else:
            member = chat.members.get(user.id)
            assert (member or Member(user, "left")).present, f"{user.first_name} is not in {chat.title}"
        return chat, topic

    def _typed(self, html: str, text: str) -> Formatted:
        plain = markup.parse(html, "HTML") if html else markup.parse(text, None)
        return self.world.resolved(with_detected(plain))

    def _file(self, kind: str, spec: FileSpec, pretend_size: int | None) -> JSON:
        name, content = spec if isinstance(spec, tuple) else (None, spec)
        return file_content(self.world.files.add(kind, content, name, size=pretend_size))

    def _message(self, chat: Chat, reference: Message | int) -> Message:
        return reference if isinstance(reference, Message) else chat.messages[reference]


def _with_words(contents: list[JSON], plain: Formatted) -> list[JSON]:
    """Puts what was written into the first content: as caption of a file, else as a text of its own."""
    assert contents or plain.text, "nobody can send an empty message"
    text, entities = ("caption", "caption_entities") if contents else ("text", "entities")
    words: JSON = {text: plain.text} if plain.text else {}
    if plain.entities:
        words[entities] = plain.entities
    first, *others = contents or [{}]
    return [first | words, *others]


def _callback_data(message: Message, label: str) -> str:
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    found = [button for button in buttons if button["text"] == label]
    labels = [button["text"] for button in buttons]
    assert found, f"no button {label!r} under message {message.message_id}; there are {labels}"
    assert "callback_data" in found[0], f"button {label!r} tells the bot nothing: {found[0]}"
    data: str = found[0]["callback_data"]
    return data
