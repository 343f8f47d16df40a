"""An update of Telegram as events. Pure: the same bytes always mean the same.

The stored payload is the update as it came, with one field of ours: `arrival` says which bot received it and when,
because a press on a button has no date, and a mention can only be told from others by the bot's name.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, MessageReactionUpdated, Update
from telegram import ReactionTypeEmoji as Emoji

from adapters.telegram import PLATFORM, callback
from adapters.telegram.emoji import short_name
from adapters.telegram.entities import Addressee
from adapters.telegram.messages import edited, place_of, profile_of, received
from bot.chat.contract import Arrival
from bot.chat.events import ButtonPressed, Event, Place, Profile, ReachChanged, ReactionAdded, RoomMoved

UPDATES = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""The kinds of updates that mean something to Baton: exactly these are asked for."""

_ARRIVAL = "arrival"
_PRESENT = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER, ChatMember.RESTRICTED)

JSON = dict[str, Any]


def arrival(update: JSON, bot: Addressee, now: datetime) -> Arrival:
    """What is stored of an update. Nothing here depends on whether the update can be understood.

    The key carries a date because update ids start anew at a random number after a quiet week.
    """
    origin = {"bot": bot.id, "username": bot.username, "at": int(now.timestamp())}
    payload = json.dumps({**update, _ARRIVAL: origin}, ensure_ascii=True).encode()
    return Arrival(PLATFORM, _key(update), payload)


def events(payload: bytes, fallback: Addressee) -> list[Event]:
    """What a stored update means; empty when, knowingly, nothing.

    `fallback` is the bot that updates without an `arrival` were meant for. Raises what python-telegram-bot raises on
    an update that it can't parse, unless it is of a kind that means nothing to Baton anyway.
    """
    update = json.loads(payload)
    kind = next((name for name in UPDATES if update.get(name)), None)
    if kind is None:
        return []
    origin = update.pop(_ARRIVAL, None) or {}
    bot = Addressee(origin["bot"], origin["username"]) if origin.get("bot") else fallback
    parsed = Update.de_json({"update_id": update["update_id"], kind: update[kind]})
    read = _Reading(_key(update), bot, _instant(origin.get("at")))
    understand: Callable[[Any], list[Event]] = getattr(read, kind)
    return understand(getattr(parsed, kind))


def is_press(update: Mapping[str, Any]) -> bool:
    """Whether somebody waits for an answer to this update."""
    return "callback_query" in update


class _Reading:
    """The delivery around an update (its key, for whom it was, when it came) and a method for each of `UPDATES`."""

    def __init__(self, key: str, bot: Addressee, at: datetime | None) -> None:
        self.key = key
        self.bot = bot
        self.at = at

    def message(self, message: Message) -> list[Event]:
        """Words, files, commands; or that the group moved. Service messages mean nothing."""
        if message.migrate_to_chat_id:
            moved = str(message.migrate_to_chat_id)
            user = str(message.from_user.id) if message.from_user else ""
            return [RoomMoved(self.key, place_of(message).whole, user, message.date, room=moved)]
        return received(message, self.bot, self.key)

    def edited_message(self, message: Message) -> list[Event]:
        """New words of an old message."""
        return edited(message, self.bot, self.key)

    def callback_query(self, query: CallbackQuery) -> list[Event]:
        """A press. Of a message that Telegram no longer shows to bots, chat and number still arrive."""
        if query.data is None or query.message is None:
            return []
        message = query.message
        place = place_of(message) if isinstance(message, Message) else Place(PLATFORM, str(message.chat.id))
        pressed = callback.decoded(query.data)
        return [
            ButtonPressed(
                self.key,
                place,
                str(query.from_user.id),
                self.at or message.date or datetime.fromtimestamp(0, UTC),
                profile=profile_of(query.from_user),
                trigger=query.id,
                direct=message.chat.type == "private",
                action=pressed.action,
                subject=pressed.subject,
                value=pressed.value,
                message=str(message.message_id),
            )
        ]

    def message_reaction(self, change: MessageReactionUpdated) -> list[Event]:
        """What was added; what was taken back, and emoji of one's own making, mean nothing."""
        place = Place(PLATFORM, str(change.chat.id))
        user, profile = "", Profile()
        if change.user:
            user, profile = str(change.user.id), profile_of(change.user)
        elif change.actor_chat:
            user = str(change.actor_chat.id)
        before = {kind.emoji for kind in change.old_reaction if isinstance(kind, Emoji)}
        added = [kind.emoji for kind in change.new_reaction if isinstance(kind, Emoji) and kind.emoji not in before]
        return [
            ReactionAdded(
                self.key if index == 0 else f"{self.key}:{index}",
                place,
                user,
                change.date,
                profile=profile,
                direct=change.chat.type == "private",
                emoji=short_name(emoji),
                message=str(change.message_id),
            )
            for index, emoji in enumerate(added)
        ]

    def my_chat_member(self, change: ChatMemberUpdated) -> list[Event]:
        """The bot was let in or shut out; promotions and other rights change nothing."""
        before, now = _present(change.old_chat_member), _present(change.new_chat_member)
        if before == now:
            return []
        direct = change.chat.type == "private"
        return [
            ReachChanged(
                self.key,
                Place(PLATFORM, str(change.chat.id)),
                str(change.from_user.id),
                change.date,
                profile=profile_of(change.from_user),
                direct=direct,
                reachable=now,
                title="" if direct else change.chat.title or "",
            )
        ]


def _present(member: ChatMember) -> bool:
    return member.status in _PRESENT and getattr(member, "is_member", True)


def _key(update: Mapping[str, Any]) -> str:
    return f"{update['update_id']}:{_date(update)}"


def _date(update: Mapping[str, Any]) -> int:
    """The date that stands in an update: the edit's, the message's, or that of the message a button stands on."""
    for value in update.values():
        if isinstance(value, dict):
            inner = value.get("message")
            dated = value if "date" in value else inner if isinstance(inner, dict) else {}
            found = value.get("edit_date") or dated.get("date")
            if isinstance(found, int):
                return found
    return 0


def _instant(stamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None
