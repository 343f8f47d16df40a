"""Events API payloads, complete as Slack sends them. Shapes: the event.* samples of the shared fixtures."""

import re

from tests.fakes.slack import text_rules
from tests.fakes.slack.model import JSON, Channel, File, Message, User, View
from tests.fakes.slack.workspace import APP_ID, BOT_USER_ID, TEAM_ID, Workspace

_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_RICH = re.compile(r"(<[@#]\w+>|<https?://[^<>]+>|(?<!\w)\*[^*\n]+\*(?!\w)|(?<!\w)~[^~\n]+~(?!\w)|`[^`\n]+`)")
_SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def callback(workspace: Workspace, event: JSON, event_id: str | None = None) -> JSON:
    """The outer event_callback around an inner event."""
    channel = event.get("channel") or event.get("item", {}).get("channel") or "none"
    return {
        "token": "fake-verification-token",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or workspace.fresh_id("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel in workspace.channels and workspace.channels[channel].ext_shared,
        "event_context": f"4-{event['type']}-{TEAM_ID}-{channel}",
    }


def subscription(event: JSON, channel: Channel | None) -> str:
    """The name in an app's subscriptions that covers this event."""
    if event["type"] == "message" and channel is not None:
        return _SUBSCRIPTIONS[channel.kind]
    return str(event["type"])


def rich_text(workspace: Workspace, text: str) -> list[JSON]:
    """The rich_text block that Slack makes of what a person typed: words, looks, links and mentions, in one section."""
    elements = [_rich_element(part) for part in _RICH.split(text) if part]
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": workspace.fresh_id("b"), "elements": [section]}]


def _rich_element(part: str) -> JSON:
    if part.startswith("<@"):
        return {"type": "user", "user_id": part[2:-1]}
    if part.startswith("<#"):
        return {"type": "channel", "channel_id": part[2:-1]}
    if part.startswith("<http"):
        url, _, label = part[1:-1].partition("|")
        return {"type": "link", "url": url} | ({"text": text_rules.unescape(label)} if label else {})
    for mark, style in _STYLES.items():
        if len(part) > 2 and part.startswith(mark) and part.endswith(mark):
            return {"type": "text", "text": text_rules.unescape(part[1:-1]), "style": {style: True}}
    return {"type": "text", "text": text_rules.unescape(part)}


def message_posted(workspace: Workspace, message: Message) -> JSON:
    """A new message."""
    channel = workspace.channels[message.channel]
    event = workspace.message_json(message, metadata=True)
    for grown_later in ("reply_count", "reply_users_count", "reply_users", "latest_reply", "reactions"):
        event.pop(grown_later, None)
    if message.broadcast:
        event["subtype"] = "thread_broadcast"
    return event | {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}


def mention(workspace: Workspace, message: Message) -> JSON:
    """The app_mention for a message that names the bot; it has no channel_type and no subtype."""
    event = message_posted(workspace, message) | {"type": "app_mention"}
    for absent in ("channel_type", "subtype", "parent_user_id"):
        event.pop(absent, None)
    return event


def message_changed(workspace: Workspace, message: Message, previous: JSON, at: str) -> JSON:
    """An edit, by a person or by the app itself; there is no top-level user."""
    channel = workspace.channels[message.channel]
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": workspace.message_json(message, metadata=True),
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "ts": at,
        "event_ts": at,
        "channel_type": channel.kind,
    }


def message_deleted(workspace: Workspace, message: Message, previous: JSON, at: str) -> JSON:
    """A deletion."""
    channel = workspace.channels[message.channel]
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": at,
        "event_ts": at,
        "channel_type": channel.kind,
    }


def reaction(workspace: Workspace, message: Message, user_id: str, name: str, *, added: bool) -> JSON:
    """A reaction put on a message or taken off."""
    return {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": workspace.fresh_ts(),
    }


def membership(workspace: Workspace, channel: Channel, user_id: str, *, joined: bool, inviter: str = "") -> JSON:
    """Somebody joined or left a channel."""
    event: JSON = {
        "type": "member_joined_channel" if joined else "member_left_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": TEAM_ID,
        "event_ts": workspace.fresh_ts(),
    }
    return event | ({"inviter": inviter} if inviter else {})


def file_shared(workspace: Workspace, message: Message, file: File) -> JSON:
    """A file put into a conversation, beside the message that carries it."""
    return {
        "type": "file_shared",
        "channel_id": message.channel,
        "file_id": file.id,
        "user_id": message.user,
        "file": {"id": file.id},
        "event_ts": workspace.fresh_ts(),
    }


def home_opened(workspace: Workspace, user: User, direct: Channel, tab: str, view: View | None) -> JSON:
    """App Home opened on a tab; the first opening has no `view`."""
    event: JSON = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": direct.id,
        "tab": tab,
        "event_ts": workspace.fresh_ts(),
    }
    return event | ({"view": workspace.view_json(view)} if view and tab == "home" else {})
