"""reactions.*: emoji on messages."""

import re

from tests.fakes.slack import events
from tests.fakes.slack.model import JSON, Message, Refusal
from tests.fakes.slack.web_api import MethodCall, method
from tests.fakes.slack.workspace import BOT_USER_ID

MOST_EMOJI = 23
_EMOJI = re.compile(r"[a-z0-9_+'\-\u0080-\uffff]+(::skin-tone-[2-6])?")


def _reacted(call: MethodCall) -> tuple[Message, str]:
    """The message and the emoji's name; refuses what is no emoji name or no message."""
    name = call.required("name")
    if not _EMOJI.fullmatch(name):
        raise Refusal("invalid_name", fault=True)
    return _message(call), name


def _message(call: MethodCall) -> Message:
    if not call.text("channel") or not call.text("timestamp"):
        raise Refusal("no_item_specified", fault=True)
    channel = call.workspace.channel_named(call.required("channel"))
    if BOT_USER_ID not in channel.members:
        raise Refusal("not_in_channel")
    return call.workspace.find_message(channel.id, call.required("timestamp"))


@method("reactions.add", scope="reactions:write", tier=3)
def add(call: MethodCall) -> JSON:
    """React as the bot."""
    message, name = _reacted(call)
    if BOT_USER_ID in message.reactions.get(name, []):
        raise Refusal("already_reacted")
    if call.workspace.channels[message.channel].archived:
        raise Refusal("is_archived")
    if name not in message.reactions and len(message.reactions) >= MOST_EMOJI:
        raise Refusal("too_many_emoji")
    message.reactions.setdefault(name, []).append(BOT_USER_ID)
    call.fake.happen_beside(lambda: events.reaction(call.workspace, message, BOT_USER_ID, name, added=True))
    return {}


@method("reactions.remove", scope="reactions:write", tier=2)
def remove(call: MethodCall) -> JSON:
    """Take the bot's reaction back."""
    message, name = _reacted(call)
    if BOT_USER_ID not in message.reactions.get(name, []):
        raise Refusal("no_reaction")
    message.reactions[name].remove(BOT_USER_ID)
    if not message.reactions[name]:
        del message.reactions[name]
    call.fake.happen_beside(lambda: events.reaction(call.workspace, message, BOT_USER_ID, name, added=False))
    return {}


@method("reactions.get", scope="reactions:read", tier=3, takes_json=False)
def get(call: MethodCall) -> JSON:
    """A message with its reactions."""
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": call.workspace.message_json(message)}
