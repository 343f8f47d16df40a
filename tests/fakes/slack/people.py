"""What people do in the workspace. Each act changes the workspace and tells the app as Slack would."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.slack import events, forms, reading, response_urls, text_rules
from tests.fakes.slack.inbound import Inbound
from tests.fakes.slack.methods.chat import remove
from tests.fakes.slack.model import Channel, Delivery, File, Kind, Message, ResponseUrl, User, View
from tests.fakes.slack.workspace import BOT_ID, BOT_USER_ID, RESPONSE_URL_SECONDS


class People(Inbound):
    """Acts and readings for tests. An act that the client would not allow raises AssertionError."""

    # -- who and where ------------------------------------------------------------------------------------------

    def user(
        self, user_id: str, name: str = "", *, locale: str = "en-US", email: str | None = None,
        is_bot: bool = False, deleted: bool = False,
    ) -> User:  # fmt: skip
        """A person of the workspace (or another app's bot); an existing id is replaced."""
        made = User(user_id, name or user_id.lower(), locale=locale, email=email, is_bot=is_bot, deleted=deleted)
        made.bot_id = f"B{user_id[1:]}" if is_bot else None
        self.workspace.users[user_id] = made
        return made

    def channel(
        self, channel_id: str, members: Iterable[User | str] = (), *, name: str = "", private: bool = False,
        bot_is_member: bool = True, archived: bool = False,
    ) -> Channel:  # fmt: skip
        """A channel with these people, and with the bot unless told otherwise."""
        inside = [*(_id(member) for member in members), *([BOT_USER_ID] if bot_is_member else [])]
        kind: Kind = "group" if private else "channel"
        made = self.workspace.add_channel(channel_id, name or channel_id.lower(), kind, inside)
        made.archived = archived
        return made

    def dm(self, user: User | str) -> Channel:
        """The direct conversation between a person and the bot."""
        return self.workspace.direct(_id(user))

    def file(self, name: str, content: bytes, *, mimetype: str | None = None, hidden: bool = False) -> File:
        """A file for `says(files=[...])`; `hidden` as over Slack Connect, where only files.info tells more."""
        made = self.workspace.fresh_file(name, content, "", mimetype)
        made.access = "check_file_info" if hidden else None
        return made

    # -- messages -----------------------------------------------------------------------------------------------

    async def says(
        self, user: User, channel: Channel | str, text: str = "", *, thread_ts: Message | str | None = None,
        files: Iterable[File] = (), broadcast: bool = False, raw: bool = False,
    ) -> Message:  # fmt: skip
        """Post as a person: `message`, and `app_mention` beside it when the bot is named in a channel.

        `text` is as typed: control characters are escaped, picked mentions (`<@U…>` of known users, `fake.bot_mention`)
        are kept; `raw` sends it untouched. `thread_ts` is the parent, or a message of the thread.
        """
        room = self._room_of(user, channel)
        known = self.workspace
        sent = text if raw else text_rules.as_typed(text, known.users, known.channels)
        message = Message(room.id, known.fresh_ts(), user.id, sent, bot_id=user.bot_id, broadcast=broadcast)
        message.client_msg_id = None if user.is_bot else str(uuid.uuid4())
        message.blocks = events.rich_text(known, sent) if sent and not user.is_bot else []
        message.app_id = "A0OTHER" if user.is_bot else None
        message.files = [self._owned(file, user) for file in files]
        message.subtype = "file_share" if message.files else None
        if thread_ts is not None:
            parent = self.message(thread_ts)
            message.thread_ts = parent.thread_ts if parent.is_reply else parent.ts
        known.add_message(message)
        self.changed()
        message.deliveries += await self.happen(events.message_posted(known, message))
        if self.bot_mention in sent and room.kind != "im":
            message.deliveries += await self.happen(events.mention(known, message))
        for file in message.files:
            message.deliveries += await self.happen(events.file_shared(known, message, file))
        return message

    @staticmethod
    def _owned(file: File, user: User) -> File:
        file.user = user.id
        return file

    def _room_of(self, user: User, channel: Channel | str) -> Channel:
        room = self.workspace.channels[_id(channel)]
        assert user.id in room.members, f"{user.name} is not in {room.name or room.id}"
        assert not room.archived, f"{room.name} is archived"
        return room

    async def edits(self, user: User, message: Message | str, text: str, *, raw: bool = False) -> Message:
        """Edit an own message."""
        edited = self.message(message)
        assert edited.user == user.id, "people edit only their own messages"
        previous, at = self.workspace.message_json(edited, metadata=True), self.workspace.fresh_ts()
        edited.text = text if raw else text_rules.as_typed(text, self.workspace.users, self.workspace.channels)
        edited.blocks = events.rich_text(self.workspace, edited.text)
        edited.edited = {"user": user.id, "ts": at}
        self.changed()
        edited.deliveries += await self.happen(events.message_changed(self.workspace, edited, previous, at))
        return edited

    async def deletes(self, user: User, message: Message | str) -> Message:
        """Delete an own message; a parent with replies leaves a tombstone."""
        gone = self.message(message)
        assert gone.user == user.id, "people delete only their own messages"
        copy = replace(gone)
        event = remove(self.workspace, gone)
        self.changed()
        copy.deliveries = await self.happen(event)
        return copy

    async def reacts(self, user: User, message: Message | str, name: str) -> list[Delivery]:
        """Put an emoji on a message."""
        target = self.message(message)
        self._room_of(user, target.channel)
        assert user.id not in target.reactions.get(name, []), "already reacted"
        target.reactions.setdefault(name, []).append(user.id)
        self.changed()
        return await self.happen(events.reaction(self.workspace, target, user.id, name, added=True))

    async def unreacts(self, user: User, message: Message | str, name: str) -> list[Delivery]:
        """Take the emoji back."""
        target = self.message(message)
        target.reactions[name].remove(user.id)
        self.changed()
        return await self.happen(events.reaction(self.workspace, target, user.id, name, added=False))

    async def joins(self, user: User | str, channel: Channel) -> list[Delivery]:
        """Enter a channel (`fake.bot_user_id`: somebody invites the bot); the channel shows it as a message."""
        channel.members.append(_id(user))
        told = await self.happen(events.membership(self.workspace, channel, _id(user), joined=True))
        said = f"<@{_id(user)}> has joined the channel"
        message = Message(channel.id, self.workspace.fresh_ts(), _id(user), said, subtype="channel_join")
        self.workspace.add_message(message)
        return told + await self.happen(events.message_posted(self.workspace, message))

    async def leaves(self, user: User | str, channel: Channel) -> list[Delivery]:
        """Leave a channel; `fake.bot_user_id` when somebody removes the bot."""
        channel.members.remove(_id(user))
        return await self.happen(events.membership(self.workspace, channel, _id(user), joined=False))

    # -- commands, shortcuts, home ------------------------------------------------------------------------------

    async def command(self, user: User, channel: Channel | str, name: str, text: str = "") -> Delivery:
        """Type a slash command; what the app acknowledges it with is shown, a failure as Slackbot tells it."""
        assert self.commands is None or name in self.commands, f"the manifest has no command {name}"
        room = self._room_of(user, channel)
        delivery = await self.send_command(None, user, room, name, text)
        if delivery.ok:
            until = self.workspace.now() + RESPONSE_URL_SECONDS
            response_urls.command_answered(self, ResponseUrl("ack", user.id, room.id, until), delivery.body)
        else:
            why = "operation_timeout" if delivery.status == 0 else "http_service_error"
            said = f'{name} failed with the error "{why}"'
            self.workspace.add_message(
                Message(room.id, self.workspace.fresh_ts(), "USLACKBOT", said, ephemeral_to=user.id)
            )
        self.changed()
        return delivery

    async def shortcut(self, user: User, message: Message | str | None, callback_id: str) -> Delivery:
        """Use a shortcut from a message's menu, or a global one (`message` None)."""
        assert self.shortcuts is None or callback_id in self.shortcuts, f"the manifest has no shortcut {callback_id}"
        if message is None:
            return await self.send_global_shortcut(None, user, callback_id)
        target = self.message(message)
        self._room_of(user, target.channel)
        return await self.send_message_shortcut(None, user, target, callback_id)

    async def opens_home(self, user: User, tab: str = "home") -> list[Delivery]:
        """Open the app's home, on the tab `home` or `messages`."""
        view = self.workspace.homes.get(user.id)
        return await self.happen(events.home_opened(self.workspace, user, self.dm(user), tab, view))

    # -- reading ------------------------------------------------------------------------------------------------

    def messages(self, channel: Channel | str, thread_ts: Message | str | None = None) -> list[Message]:
        """A channel's top-level messages (and broadcast replies), or a thread's replies without its parent."""
        found = self.workspace.messages_in(_id(channel))
        if thread_ts is None:
            return [message for message in found if not message.is_reply or message.broadcast]
        ts = thread_ts.ts if isinstance(thread_ts, Message) else thread_ts
        return [message for message in found if message.is_reply and message.thread_ts == ts]

    def sent(self, channel: Channel | str) -> list[Message]:
        """Everything that the app posted there for all to see, threads too, oldest first."""
        return [message for message in self.workspace.messages_in(_id(channel)) if message.bot_id == BOT_ID]

    def message(self, ts: Message | str) -> Message:
        """The message at `ts`, in whatever conversation, ephemeral ones too."""
        if isinstance(ts, Message):
            return ts
        for message in self.workspace.all_messages():
            if message.ts == ts:
                return message
        raise AssertionError(f"there is no message {ts}")

    def ephemeral(self, user: User | str, channel: Channel | str | None = None) -> list[Message]:
        """What only this person sees, oldest first."""
        mine = [m for m in self.workspace.all_messages() if m.ephemeral_to == _id(user)]
        return sorted((m for m in mine if channel is None or m.channel == _id(channel)), key=lambda m: m.ts)

    def modal(self, user: User | str) -> View | None:
        """The modal on top of this person's screen."""
        stack = self.workspace.modals.get(_id(user))
        return stack[-1] if stack else None

    def home(self, user: User | str) -> View | None:
        """What App Home shows this person."""
        return self.workspace.homes.get(_id(user))

    def buttons(self, target: Message | View | str) -> list[str]:
        """The labels of its buttons, top to bottom."""
        shown = reading.blocks_of(self.message(target) if isinstance(target, str) else target)
        return [
            label for b, e in forms.interactive(shown) if e["type"] == "button" for label in reading.labels_of(b, e)
        ]

    def visible_text(self, target: Message | View | str) -> str:
        """Everything a person can read on a message or view; buttons in square brackets."""
        return reading.visible_text(self.workspace, self.message(target) if isinstance(target, str) else target)


def _id(thing: User | Channel | str) -> str:
    return thing if isinstance(thing, str) else thing.id
