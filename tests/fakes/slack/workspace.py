"""The workspace's state: who and what exists, fresh ids and timestamps, and how Slack writes them as JSON."""

import itertools
import mimetypes
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol

from tests.fakes.slack.model import (
    JSON,
    Channel,
    File,
    Kind,
    Message,
    Refusal,
    ResponseUrl,
    Trigger,
    Upload,
    User,
    View,
)

TEAM_ID = "T0AURORA"
TEAM_DOMAIN = "aurora"
APP_ID = "A0BATON"
BOT_USER_ID = "U0BATON"
BOT_ID = "B0BATON"

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0


class HasNow(Protocol):
    """A clock object, such as Baton's."""

    def now(self) -> datetime:
        """The aware time."""


Clock = HasNow | Callable[[], float | datetime]
"""Whatever tells the time: an object with `now()`, or a function of aware datetimes or epoch seconds."""


def epoch_of(clock: Clock) -> float:
    """What a clock says, in epoch seconds."""
    now = clock() if callable(clock) else clock.now()
    return now.timestamp() if isinstance(now, datetime) else float(now)


class Workspace:
    """One team with its users, conversations, messages, files and views. Everything is plain state, no I/O."""

    def __init__(self, clock: Clock, bot_name: str = "Baton") -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._last_micros = 0
        self.base_url = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self._messages: dict[str, list[Message]] = {}
        self._found: dict[tuple[str, str], Message] = {}  # by channel and time; an ephemeral one is found by nobody
        self._replies: dict[tuple[str, str], list[Message]] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, Upload] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.bot = User(BOT_USER_ID, bot_name, is_bot=True, bot_id=BOT_ID)
        self.users[BOT_USER_ID] = self.bot

    # -- fresh things -------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Epoch seconds of the clock passed in."""
        return epoch_of(self._clock)

    def fresh_ts(self) -> str:
        """A message timestamp: the clock's, yet unique and increasing even if the clock stands or steps back."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 100)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def fresh_id(self, prefix: str) -> str:
        """An id that nobody else has, such as "V0000000G"."""
        return f"{prefix}{next(self._numbers):09X}"

    def fresh_trigger(self, user: str, view: str | None = None) -> Trigger:
        """A trigger_id for an interaction that happens now."""
        name = f"{next(self._numbers)}.{TEAM_ID}.{id(self):x}"
        trigger = Trigger(name, user, self.now() + TRIGGER_SECONDS, view=view)
        self.triggers[trigger.id] = trigger
        return trigger

    def fresh_response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """An address to which the app may answer an interaction five times within thirty minutes."""
        made = ResponseUrl(self.fresh_id("R"), user, channel, self.now() + RESPONSE_URL_SECONDS, message_ts)
        self.response_urls[made.id] = made
        return f"{self.base_url}/actions/{TEAM_ID}/{made.id}"

    def fresh_file(self, name: str, content: bytes, user: str, mimetype: str | None = None) -> File:
        """Store a file; its type is guessed from the name when none is given."""
        kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(self.fresh_id("F"), name, content, kind, user, int(self.now()), title=name)
        self.files[file.id] = file
        return file

    # -- looking up ---------------------------------------------------------------------------------------------

    def user_named(self, user_id: str) -> User:
        """The user of that id; refuses with user_not_found."""
        if user_id not in self.users:
            raise Refusal("user_not_found")
        return self.users[user_id]

    def channel_named(self, channel_id: str) -> Channel:
        """The conversation of that id if the bot can see it; refuses with channel_not_found."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.kind != "channel" and BOT_USER_ID not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def direct(self, user_id: str) -> Channel:
        """The direct conversation between the bot and a person, opened if there is none."""
        for channel in self.channels.values():
            if channel.kind == "im" and user_id in channel.members:
                return channel
        return self.add_channel(self.fresh_id("D"), "", "im", [user_id, BOT_USER_ID])

    def add_channel(self, channel_id: str, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        """Store a conversation."""
        channel = Channel(channel_id, name, kind, list(members), created=int(self.now()))
        self.channels[channel_id] = channel
        return channel

    # -- messages -----------------------------------------------------------------------------------------------

    def add_message(self, message: Message) -> Message:
        """Store a message in its conversation; a reply makes its parent a thread."""
        for file in message.files:
            file.shares.append((message.channel, message.ts))
        self._messages.setdefault(message.channel, []).append(message)
        if message.ephemeral_to is None:
            self._found[message.channel, message.ts] = message
            if message.is_reply and message.thread_ts:
                self._replies.setdefault((message.channel, message.thread_ts), []).append(message)
        return message

    def remove_message(self, message: Message) -> None:
        """Take a message out of its conversation."""
        self._messages[message.channel].remove(message)
        self._found.pop((message.channel, message.ts), None)
        siblings = self._replies.get((message.channel, message.thread_ts or ""), [])
        siblings[:] = [each for each in siblings if each is not message]

    def messages_in(self, channel_id: str, *, ephemeral: bool = False) -> list[Message]:
        """The conversation's messages, oldest first, without ephemeral ones unless asked for."""
        return [m for m in self._messages.get(channel_id, []) if ephemeral or m.ephemeral_to is None]

    def find_message(self, channel_id: str, ts: str) -> Message:
        """The message at `ts`; refuses with message_not_found."""
        found = self._found.get((channel_id, ts))
        if found is None:
            raise Refusal("message_not_found")
        return found

    def all_messages(self) -> list[Message]:
        """Every message of the workspace, ephemeral ones too."""
        return [message for channel in self._messages.values() for message in channel]

    def replies_to(self, parent: Message) -> list[Message]:
        """The replies in a thread, oldest first, without the parent."""
        return list(self._replies.get((parent.channel, parent.ts), ()))

    # -- views --------------------------------------------------------------------------------------------------

    def view_by(self, *, view_id: str = "", external_id: str = "") -> View | None:
        """An open modal or a published home, by its id or the app's own external id."""
        for view in [*itertools.chain.from_iterable(self.modals.values()), *self.homes.values()]:
            if view.id == view_id or (external_id and view.payload.get("external_id") == external_id):
                return view
        return None

    def fresh_hash(self) -> str:
        """A hash that marks one state of a view."""
        return f"{self.fresh_ts()}.{next(self._numbers):08x}"

    # -- as JSON ------------------------------------------------------------------------------------------------

    def permalink(self, message: Message) -> str:
        """The address of a message in the client."""
        query = f"?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else ""
        return f"https://{TEAM_DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}{query}"

    def message_json(self, message: Message, *, metadata: bool = False) -> JSON:
        """A message as Slack writes it in events, history and interaction payloads."""
        written: JSON = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
        written["team"] = TEAM_ID
        optional: dict[str, Any] = {
            "subtype": message.subtype,
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "username": message.username,
            "client_msg_id": message.client_msg_id,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "files": [self.file_json(file) for file in message.files],
            "edited": message.edited,
            "metadata": message.metadata if metadata else None,
        }
        written.update({name: value for name, value in optional.items() if value})
        if message.bot_id:
            written["bot_profile"] = self._bot_profile(message)
        if message.reactions:
            written["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
        written.update(self._thread_fields(message))
        return written

    def _bot_profile(self, message: Message) -> JSON:
        name = self.users[message.user].name if message.user in self.users else "bot"
        return {"id": message.bot_id, "app_id": message.app_id, "name": name, "team_id": TEAM_ID, "deleted": False}

    def _thread_fields(self, message: Message) -> JSON:
        if message.is_reply:
            parent = self._found.get((message.channel, message.thread_ts or ""))
            return {"thread_ts": message.thread_ts, **({"parent_user_id": parent.user} if parent else {})}
        replies = self.replies_to(message)
        if not replies:
            return {"thread_ts": message.thread_ts} if message.thread_ts else {}
        authors = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(authors),
            "reply_users": authors,
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": False,
        }

    def file_json(self, file: File, *, full: bool = False) -> JSON:
        """A file object; the hidden Slack Connect variant has nothing but its id unless `full`."""
        if file.access and not full:
            return {"id": file.id, "file_access": file.access, "mode": "file_access", "created": 0, "timestamp": 0}
        extension = file.name.rpartition(".")[2].lower()
        address = f"{self.base_url}/files-pri/{TEAM_ID}-{file.id}"
        written: JSON = {
            "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name, "title": file.title,
            "mimetype": file.mimetype, "filetype": extension, "pretty_type": extension.upper(), "user": file.user,
            "user_team": TEAM_ID, "editable": False, "size": len(file.content), "mode": "hosted",
            "is_external": False, "external_type": "", "is_public": True, "public_url_shared": False,
            "display_as_bot": False, "username": "", "url_private": f"{address}/{file.name}",
            "url_private_download": f"{address}/download/{file.name}", "media_display_type": "unknown",
            "permalink": f"https://{TEAM_DOMAIN}.slack.com/files/{file.user}/{file.id}/{file.name}",
            "has_rich_preview": False, "file_access": "visible",
        }  # fmt: skip
        return written

    def user_json(self, user: User, *, email: bool, locale: bool = False) -> JSON:
        """A user object; the e-mail address only with its scope, the locale only when asked for."""
        profile: JSON = {
            "real_name": user.name, "real_name_normalized": user.name, "display_name": user.name,
            "display_name_normalized": user.name, "team": TEAM_ID, "status_text": "", "status_emoji": "", "title": "",
        }  # fmt: skip
        if email and user.email:
            profile["email"] = user.email
        if user.bot_id:
            profile |= {"bot_id": user.bot_id, "api_app_id": APP_ID if user.id == BOT_USER_ID else "A0OTHER"}
        written: JSON = {
            "id": user.id, "team_id": TEAM_ID, "name": user.handle, "deleted": user.deleted, "profile": profile,
            "is_bot": user.is_bot, "is_app_user": False, "updated": int(self.now()),
        }  # fmt: skip
        if not user.deleted:
            written |= {"real_name": user.name, "tz": user.tz, "tz_offset": user.tz_offset, "tz_label": user.tz}
            written |= dict.fromkeys(("is_admin", "is_owner", "is_restricted", "is_ultra_restricted"), False)
        return written | ({"locale": user.locale} if locale else {})

    def channel_json(self, channel: Channel) -> JSON:
        """A conversation object as conversations.info, list, create and join write it."""
        written: JSON = {
            "id": channel.id, "created": channel.created, "creator": channel.creator,
            "is_archived": channel.archived, "is_im": channel.kind == "im", "is_mpim": channel.kind == "mpim",
            "is_channel": channel.kind == "channel", "is_group": channel.kind == "group",
            "is_private": channel.kind != "channel", "is_org_shared": False, "is_shared": channel.ext_shared,
            "is_ext_shared": channel.ext_shared, "context_team_id": TEAM_ID, "updated": channel.created * 1000,
        }  # fmt: skip
        if channel.kind == "im":
            other = next((m for m in channel.members if m != BOT_USER_ID), BOT_USER_ID)
            gone = other in self.users and self.users[other].deleted
            return written | {"user": other, "is_user_deleted": gone, "priority": 0}
        return written | {
            "name": channel.name, "name_normalized": channel.name, "is_general": False,
            "is_member": BOT_USER_ID in channel.members, "num_members": len(channel.members),
            "topic": {"value": channel.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0}, "previous_names": [],
        }  # fmt: skip

    def view_json(self, view: View) -> JSON:
        """A view as Slack returns it: the app's own fields, defaults, state, hash and ids."""
        sent = view.payload
        written: JSON = {
            "id": view.id, "team_id": TEAM_ID, "type": view.kind, "blocks": view.blocks,
            "private_metadata": sent.get("private_metadata", ""), "callback_id": sent.get("callback_id", ""),
            "state": {"values": view.values}, "hash": view.hash,
            "title": sent.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": sent.get("clear_on_close", False), "notify_on_close": sent.get("notify_on_close", False),
            "close": sent.get("close"), "submit": sent.get("submit"), "previous_view_id": view.previous,
            "root_view_id": view.root, "app_id": APP_ID, "external_id": sent.get("external_id", ""),
            "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID,
        }  # fmt: skip
        return written
