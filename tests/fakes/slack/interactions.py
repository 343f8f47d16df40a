"""Payloads of interactions, commands and options requests. Shapes: the samples of the shared fixtures."""

from tests.fakes.slack import forms, reading
from tests.fakes.slack.model import JSON, Channel, Message, User, View
from tests.fakes.slack.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, Workspace

TOKEN = "fake-verification-token"


def _who_and_where(user: User) -> JSON:
    return {
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place(channel: Channel) -> JSON:
    """A channel as interaction payloads name it."""
    return {"id": channel.id, "name": channel.payload_name}


def _surroundings(workspace: Workspace, user: User, target: Message | View) -> JSON:
    """Container, channel and message, or container and view; an ephemeral message is not sent along."""
    if isinstance(target, View):
        return {"container": {"type": "view", "view_id": target.id}, "view": workspace.view_json(target)}
    container: JSON = {
        "type": "message",
        "message_ts": target.ts,
        "channel_id": target.channel,
        "is_ephemeral": target.ephemeral_to is not None,
    }
    if target.is_reply:
        container["thread_ts"] = target.thread_ts
    around: JSON = {"container": container, "channel": place(workspace.channels[target.channel])}
    if target.ephemeral_to is None:
        around["message"] = workspace.message_json(target)
    return around


def block_action(workspace: Workspace, user: User, target: Message | View, action: JSON) -> JSON:
    """A button pressed or a menu used, in a message, a modal or App Home."""
    payload: JSON = {"type": "block_actions", **_who_and_where(user), **_surroundings(workspace, user, target)}
    attachment = _attachment_with(target, action["block_id"])
    if attachment is not None:
        payload["container"] |= {"type": "message_attachment", "attachment_id": attachment, "is_app_unfurl": False}
    modal = target.id if isinstance(target, View) and target.kind == "modal" else None
    payload["trigger_id"] = workspace.fresh_trigger(user.id, modal).id
    if isinstance(target, Message):
        untouched = forms.initial_values(reading.blocks_of(target))
        payload["state"] = {"values": target.states.get(user.id, untouched)}
        payload["response_url"] = workspace.fresh_response_url(user.id, target.channel, target.ts)
    payload["actions"] = [action | {"action_ts": workspace.fresh_ts()}]
    return payload


def _attachment_with(target: Message | View, block_id: str) -> int | None:
    """The number of the attachment that holds a block, None when it stands in the message itself."""
    for attachment in target.attachments if isinstance(target, Message) else []:
        if any(block["block_id"] == block_id for block in attachment.get("blocks", [])):
            return int(attachment["id"])
    return None


def options_request(
    workspace: Workspace, user: User, target: Message | View, block_id: str, element: JSON, typed: str
) -> JSON:
    """What an external select asks while a person types."""
    asked = {"action_id": element["action_id"], "block_id": block_id, "value": typed}
    return {"type": "block_suggestion", **_who_and_where(user), **_surroundings(workspace, user, target), **asked}


def view_submission(workspace: Workspace, user: User, view: View) -> JSON:
    """The submit button of a modal."""
    return {
        "type": "view_submission",
        **_who_and_where(user),
        "trigger_id": workspace.fresh_trigger(user.id, view.id).id,
        "view": workspace.view_json(view),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> JSON:
    """A modal dismissed; `is_cleared` when the whole stack went."""
    return {
        "type": "view_closed",
        **_who_and_where(user),
        "view": workspace.view_json(view),
        "is_cleared": is_cleared,
    }


def message_shortcut(workspace: Workspace, user: User, message: Message, callback_id: str) -> JSON:
    """A shortcut from a message's menu."""
    return {
        "type": "message_action",
        **_who_and_where(user),
        "action_ts": workspace.fresh_ts(),
        "channel": place(workspace.channels[message.channel]),
        "callback_id": callback_id,
        "trigger_id": workspace.fresh_trigger(user.id).id,
        "response_url": workspace.fresh_response_url(user.id, message.channel, message.ts),
        "message_ts": message.ts,
        "message": workspace.message_json(message),
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str) -> JSON:
    """A shortcut from the search or the plus menu: no channel, no response_url."""
    return {
        "type": "shortcut",
        **_who_and_where(user),
        "action_ts": workspace.fresh_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.fresh_trigger(user.id).id,
    }


def command(workspace: Workspace, user: User, channel: Channel, name: str, text: str) -> JSON:
    """The form fields of a slash command: there is no thread in them."""
    return {
        "token": TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.fresh_response_url(user.id, channel.id),
        "trigger_id": workspace.fresh_trigger(user.id).id,
    }
