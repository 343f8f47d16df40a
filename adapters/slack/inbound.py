"""What a delivery of Slack's means, and what names it. Pure: a body in, events out.

Empty means: knowingly nothing. What can't be read raises whatever reading it raised; it is stored and reported.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from adapters.slack.interactions import command_events, interaction_events
from adapters.slack.messages import JSON, PLATFORM, Delivered, instant, is_direct, message_events
from bot.chat.events import Event, HomeOpened, Place, ReachChanged, ReactionAdded, RoomMoved

_SHUT_OUT = {"channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted"}
_INTERACTIONS = {"block_actions", "view_submission", "message_action", "shortcut"}


def events_of(
    body: JSON, key: str, at: datetime, *, bot: str = "", watched: frozenset[str] = frozenset()
) -> list[Event]:
    """The events of one delivery.

    `key` names it, `at` is when it came, `bot` the bot's own user id where the body does not say it, `watched` the
    emoji that mean something as a reaction.
    """
    delivered = Delivered(key, at, _bot(body) or bot)
    if "command" in body:
        return command_events(body, delivered)
    if body.get("type") != "event_callback":
        return interaction_events(body, delivered)
    event = body["event"]
    if event.get("type") in ("message", "app_mention"):
        return message_events(event, delivered)
    if event.get("type") == "reaction_added":
        return _reaction(event, delivered, watched)
    return _other(event, delivered)


def key_of(body: JSON) -> str:
    """A name for the delivery: unique for what happened, the same each time Slack delivers it.

    A post has one name however it arrives (`message`, `app_mention`); other events have Slack's event_id. Interactions
    have none of Slack's, so theirs is made of what Slack makes anew for each act (trigger_id, action_ts).
    """
    if body.get("type") == "event_callback":
        return _event_key(body)
    act = str(body.get("trigger_id") or body.get("action_ts") or "")
    if "command" in body and act:
        return f"command:{act}"
    if body.get("type") in _INTERACTIONS and act:
        times = "".join(f":{action.get('action_ts')}" for action in body.get("actions") or [])
        return f"{body['type']}:{(body.get('user') or {}).get('id')}:{act}{times}"
    return fingerprint(json.dumps(body, sort_keys=True).encode())


def fingerprint(raw: bytes) -> str:
    """A name for what has no name of its own: the same bytes are the same delivery."""
    return f"body:{hashlib.sha256(raw).hexdigest()}"


def _event_key(body: JSON) -> str:
    event = body["event"]
    posted = event.get("type") == "app_mention" or (
        event.get("type") == "message" and event.get("subtype") not in ("message_changed", "message_deleted")
    )
    if posted and event.get("channel") and event.get("ts"):
        return f"message:{event['channel']}:{event['ts']}"
    return str(body.get("event_id") or "") or fingerprint(json.dumps(body, sort_keys=True).encode())


def packed(body: JSON, at: datetime, bot: str) -> bytes:
    """A delivery as it is stored: its body, when it came, and who the bot was."""
    stored = {"at": at.timestamp(), "bot": bot, "body": body}
    try:
        return orjson.dumps(stored)
    except orjson.JSONEncodeError:  # half a surrogate pair, a number of more than 64 bits
        return json.dumps(stored).encode()


def unpacked(payload: bytes) -> tuple[Mapping[str, Any], float, str]:
    """What `packed` gave. Raises ValueError on anything else."""
    try:
        stored, sound = orjson.loads(payload), True  # it takes nothing that has lone surrogates
    except orjson.JSONDecodeError:
        stored, sound = _patiently_read(payload), False
    if not isinstance(stored, dict) or not isinstance(stored.get("body"), dict):
        raise ValueError("no delivery of Slack's")
    return stored["body"] if sound else _sound(stored["body"]), float(stored["at"]), str(stored["bot"])


def _patiently_read(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _sound(value: Any) -> Any:
    """The same without lone surrogates, which JSON can carry and no database can store."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_sound(name): _sound(item) for name, item in value.items()}
    return [_sound(item) for item in value] if isinstance(value, list) else value


def _bot(body: JSON) -> str:
    """Slack says for whom it delivers: docs.slack.dev/apis/events-api, "authorizations"."""
    entries: Sequence[JSON] = body.get("authorizations") or []
    return next((str(entry.get("user_id") or "") for entry in entries if entry.get("is_bot")), "")


def _reaction(event: JSON, delivered: Delivered, watched: frozenset[str]) -> list[Event]:
    item, user = event.get("item") or {}, str(event.get("user") or "")
    emoji = str(event.get("reaction") or "").partition("::")[0]
    channel, message = str(item.get("channel") or ""), str(item.get("ts") or "")
    on_message = item.get("type") == "message" and channel and message
    if emoji not in watched or not on_message or user in ("", delivered.bot):
        return []
    return [
        ReactionAdded(
            delivered.key,
            Place(PLATFORM, channel),
            user,
            instant(event.get("event_ts"), delivered.at),
            emoji=emoji,
            message=message,
            author=str(event.get("item_user") or ""),
            direct=is_direct(channel),
        )
    ]


def _other(event: JSON, delivered: Delivered) -> list[Event]:
    kind, user = event.get("type"), str(event.get("user") or "")
    channel, title = _channel(event)
    at = instant(event.get("event_ts"), delivered.at)
    if kind == "app_home_opened" and event.get("tab") == "home" and user and channel:
        return [HomeOpened(delivered.key, Place(PLATFORM, channel), user, at, direct=True)]
    if kind == "channel_id_changed" and event.get("old_channel_id") and event.get("new_channel_id"):
        old, new = Place(PLATFORM, str(event["old_channel_id"])), str(event["new_channel_id"])
        return [RoomMoved(delivered.key, old, user, at, room=new)]
    if not channel:
        return []
    if kind in ("member_joined_channel", "member_left_channel") and user and user == delivered.bot:
        joined = kind == "member_joined_channel"
        actor = str(event.get("inviter") or user)
        return [ReachChanged(delivered.key, Place(PLATFORM, channel), actor, at, reachable=joined, title=title)]
    if kind in _SHUT_OUT:
        return [ReachChanged(delivered.key, Place(PLATFORM, channel), user, at, reachable=False, title=title)]
    return []


def _channel(event: JSON) -> tuple[str, str]:
    """The conversation's id and name; some events carry the whole object."""
    channel = event.get("channel")
    if isinstance(channel, Mapping):
        return str(channel.get("id") or ""), str(channel.get("name") or "")
    return str(channel or ""), ""
