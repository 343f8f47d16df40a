"""chat.*: posting, editing, deleting, ephemeral messages, permalinks."""

import json
import re
from copy import deepcopy
from typing import Any

from tests.fakes.slack import events
from tests.fakes.slack.core import LONGEST_TEXT, RECOMMENDED_TEXT
from tests.fakes.slack.model import JSON, Channel, Message, Refusal
from tests.fakes.slack.web_api import MethodCall, method
from tests.fakes.slack.workspace import APP_ID, BOT_ID, BOT_USER_ID, Workspace

METADATA_BYTES = 8_000


@method("chat.postMessage", scope="chat:write", tier=None, posts=True)
def post_message(call: MethodCall) -> JSON:
    """Post to a channel, a direct conversation, or a person by id."""
    channel = destination(call)
    content = content_of(call)
    message = bot_message(call.workspace, channel.id, content)
    message.metadata = metadata_of(call)
    enter_thread(call, message)
    if call.text("username"):
        call.need_scope("chat:write.customize")
        message.username = call.text("username")
    cut = len(message.text) > LONGEST_TEXT
    message.text = message.text[:LONGEST_TEXT]
    announce(call, message)
    answer = {"channel": channel.id, "ts": message.ts, "message": call.workspace.message_json(message, metadata=True)}
    warnings = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer | (warnings if cut else {})


@method("chat.update", scope="chat:write", tier=3)
def update(call: MethodCall) -> JSON:
    """Edit an own message: text alone removes the blocks, neither keeps them, [] clears them."""
    channel = call.workspace.channel_named(call.required("channel"))
    message = call.workspace.find_message(channel.id, call.required("ts"))
    if message.bot_id != BOT_ID:
        raise Refusal("cant_update_message", fault=True)
    if channel.archived:
        raise Refusal("is_inactive")
    content = content_of(call, longest=RECOMMENDED_TEXT)
    previous = call.workspace.message_json(message, metadata=True)
    _apply(call.workspace, message, content, call.arguments)
    if "metadata" in call.arguments:
        message.metadata = metadata_of(call)
    if call.workspace.message_json(message, metadata=True) != previous:
        at = call.workspace.fresh_ts()
        message.edited = {"user": BOT_USER_ID, "ts": at}
        call.fake.happen_beside(lambda: events.message_changed(call.workspace, message, previous, at))
    written = call.workspace.message_json(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": written}


def _apply(workspace: Workspace, message: Message, content: JSON, given: JSON) -> None:
    message.text = content["text"] if "text" in given or "markdown_text" in given else message.text
    if "blocks" in given or "text" in given:
        message.blocks = with_ids(workspace, content["blocks"])
        message.states.clear()
    if "attachments" in given or "text" in given:
        message.attachments = with_attachment_ids(workspace, content["attachments"])


@method("chat.delete", scope="chat:write", tier=3)
def delete(call: MethodCall) -> JSON:
    """Delete an own message; a parent with replies leaves a tombstone."""
    channel = call.workspace.channel_named(call.required("channel"))
    message = call.workspace.find_message(channel.id, call.required("ts"))
    if message.bot_id != BOT_ID:
        raise Refusal("cant_delete_message", fault=True)
    make_event = remove(call.workspace, message)
    call.fake.happen_beside(lambda: make_event)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", scope="chat:write", tier=4)
def post_ephemeral(call: MethodCall) -> JSON:
    """Show something to one person in a conversation until the next reload."""
    channel = call.workspace.channel_named(call.required("channel"))
    user = call.workspace.user_named(call.required("user"))
    content = content_of(call)
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER_ID not in channel.members:
        raise Refusal("not_in_channel")
    if user.id not in channel.members or user.deleted:
        raise Refusal("user_not_in_channel")
    message = bot_message(call.workspace, channel.id, content)
    message.ephemeral_to = user.id
    enter_thread(call, message)
    call.workspace.add_message(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink", tier=None, takes_json=False)
def get_permalink(call: MethodCall) -> JSON:
    """The address of a message."""
    channel = call.workspace.channel_named(call.required("channel"))
    message = call.workspace.find_message(channel.id, call.required("message_ts"))
    return {"channel": channel.id, "permalink": call.workspace.permalink(message)}


# -- shared by everything that writes messages ---------------------------------------------------------------------


def destination(call: MethodCall, argument: str = "channel") -> Channel:
    """Where a post goes: a conversation by id or name, or a person by id."""
    name = call.required(argument)
    if re.fullmatch(r"[UW]\w+", name):
        user = call.workspace.users.get(name)
        if user is None or user.deleted:
            raise Refusal("channel_not_found")
        if user.is_bot:
            raise Refusal("cannot_dm_bot", fault=True)
        return call.workspace.direct(name)
    by_name = [c.id for c in call.workspace.channels.values() if c.name and c.name == name.lstrip("#")]
    channel = call.workspace.channel_named(by_name[0] if by_name else name)
    gone = [m for m in channel.members if m in call.workspace.users and call.workspace.users[m].deleted]
    if channel.archived or (channel.kind == "im" and gone):
        raise Refusal("is_archived")
    if BOT_USER_ID not in channel.members and "chat:write.public" not in call.fake.scopes:
        raise Refusal("not_in_channel")
    return channel


def content_of(call: MethodCall, *, longest: int | None = None) -> JSON:
    """Text, blocks and attachments of a call, judged; refuses with no_text when there is nothing."""
    content: JSON = {
        "text": call.text("text"),
        "markdown_text": call.text("markdown_text"),
        "blocks": call.structured("blocks", "invalid_blocks_format"),
        "attachments": call.structured("attachments", "invalid_attachments") or [],
        "link_names": call.arguments.get("link_names"),
        "parse": call.arguments.get("parse"),
    }
    if content["blocks"] is not None and not isinstance(content["blocks"], list):
        raise Refusal("invalid_blocks_format", fault=True)
    if not any(content[part] for part in ("text", "markdown_text", "blocks", "attachments")):
        raise Refusal("no_text", fault=True)
    call.fake.check_content(call.name, content, longest=longest)
    content["text"] = content["text"] or content["markdown_text"]
    return content


def metadata_of(call: MethodCall) -> JSON | None:
    """The message metadata; refuses what has no event_type or no event_payload."""
    metadata = call.structured("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    complete = (
        isinstance(metadata, dict) and metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)
    )
    if not complete:
        raise Refusal("invalid_metadata_format", fault=True)
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise Refusal("metadata_too_large", fault=True)
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def bot_message(workspace: Workspace, channel_id: str, content: JSON) -> Message:
    """A message by the app, not yet stored."""
    return Message(
        channel_id,
        workspace.fresh_ts(),
        BOT_USER_ID,
        text=content.get("text") or "",
        blocks=with_ids(workspace, content.get("blocks") or []),
        attachments=with_attachment_ids(workspace, content.get("attachments")),
        bot_id=BOT_ID,
        app_id=APP_ID,
    )


def enter_thread(call: MethodCall, message: Message) -> None:
    """Put a message under `thread_ts`; a reply's own ts there is a mistake that Slack lets pass badly."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return
    try:
        parent = call.workspace.find_message(message.channel, thread_ts)
    except Refusal:
        raise Refusal("thread_not_found") from None
    if parent.is_reply:
        call.fake.violate(call.name, "thread_ts_of_a_reply", f"{thread_ts} stands in thread {parent.thread_ts}")
    message.thread_ts = parent.thread_ts if parent.is_reply else parent.ts
    message.broadcast = call.flag("reply_broadcast")


def announce(call: MethodCall, message: Message) -> None:
    """Store a message of the app and echo it as an event."""
    call.workspace.add_message(message)
    call.fake.happen_beside(lambda: events.message_posted(call.workspace, message))


def remove(workspace: Workspace, message: Message) -> JSON:
    """Delete a message and give the event: a parent with replies becomes a tombstone by message_changed."""
    previous, at = workspace.message_json(message, metadata=True), workspace.fresh_ts()
    if not workspace.replies_to(message):
        workspace.remove_message(message)
        return events.message_deleted(workspace, message, previous, at)
    message.subtype, message.user, message.text = "tombstone", "USLACKBOT", "This message was deleted."
    message.blocks, message.attachments, message.files, message.metadata = [], [], [], None
    message.bot_id = message.app_id = None
    return events.message_changed(workspace, message, previous, at)


def with_ids(workspace: Workspace, blocks: list[JSON] | None) -> list[JSON]:
    """A copy of the blocks in which every block_id and action_id that the app left out is filled in."""
    filled = deepcopy(blocks or [])
    for block in filled:
        block.setdefault("block_id", workspace.fresh_id("b"))
        for element in [block.get("accessory"), block.get("element"), *_elements(block)]:
            if isinstance(element, dict) and element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", workspace.fresh_id("a"))
    return filled


def with_attachment_ids(workspace: Workspace, attachments: list[JSON] | None) -> list[JSON]:
    """A copy of the attachments, numbered, the ids of their blocks filled in."""
    filled = [{"id": number, **attachment} for number, attachment in enumerate(attachments or [], start=1)]
    return [{**a, "blocks": with_ids(workspace, a["blocks"])} if "blocks" in a else a for a in filled]


def _elements(block: JSON) -> list[Any]:
    elements = block.get("elements")
    return elements if block.get("type") == "actions" and isinstance(elements, list) else []
