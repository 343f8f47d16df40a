"""Answers that do not come through the Web API: response_url posts, and the body of a command's acknowledgement."""

import json

from aiohttp import web

from tests.fakes.slack import events
from tests.fakes.slack.inbound import Inbound
from tests.fakes.slack.methods.chat import bot_message, remove, with_attachment_ids, with_ids
from tests.fakes.slack.model import JSON, Message, Refusal, ResponseUrl
from tests.fakes.slack.workspace import BOT_ID

MOST_USES = 5
WHERE = "response_url"


async def handle(fake: Inbound, request: web.Request) -> web.Response:
    """Serve one post to a response_url; refusals are plain text, not JSON."""
    used = fake.workspace.response_urls.get(request.match_info["id"])
    if used is None or fake.workspace.now() > used.expires:
        return web.Response(status=404, text="expired_url")
    if used.uses >= MOST_USES:
        fake.violate(WHERE, "used_url", f"more than {MOST_USES} uses")
        return web.Response(status=404, text="used_url")
    try:
        content = json.loads(await request.text())
        if not isinstance(content, dict):
            raise ValueError("no object")
    except ValueError:
        fake.violate(WHERE, "invalid_payload")
        return web.Response(status=400, text="invalid_payload")
    used.uses += 1
    try:
        show(fake, WHERE, used, content)
    except Refusal as refusal:
        fake.violate(WHERE, refusal.error, "; ".join(refusal.messages))
        return web.Response(status=400, text=refusal.error)
    return web.Response(text="ok")


def show(fake: Inbound, where: str, used: ResponseUrl, content: JSON) -> None:
    """Do what such an answer says: replace or delete the original, or post, privately unless told otherwise."""
    original = _original(fake, used)
    if content.get("delete_original"):
        if original is not None:
            _delete(fake, original)
        return
    if not any(content.get(part) for part in ("text", "blocks", "attachments")):
        raise Refusal("no_text")
    fake.check_content(where, content)
    if content.get("replace_original") and original is not None:
        _replace(fake, original, content)
        return
    message = bot_message(fake.workspace, used.channel, content)
    if content.get("response_type") != "in_channel":
        message.ephemeral_to = used.user
    message.thread_ts = content.get("thread_ts")
    fake.workspace.add_message(message)
    if message.ephemeral_to is None:
        fake.happen_beside(lambda: events.message_posted(fake.workspace, message))
    fake.changed()


def _original(fake: Inbound, used: ResponseUrl) -> Message | None:
    for message in fake.workspace.messages_in(used.channel, ephemeral=True):
        if message.ts == used.message_ts and message.bot_id == BOT_ID:
            return message
    return None


def _delete(fake: Inbound, original: Message) -> None:
    if original.ephemeral_to is not None:
        fake.workspace.remove_message(original)
        fake.changed()
        return
    event = remove(fake.workspace, original)
    fake.happen_beside(lambda: event)


def _replace(fake: Inbound, original: Message, content: JSON) -> None:
    previous, at = fake.workspace.message_json(original), fake.workspace.fresh_ts()
    original.text = content.get("text") or ""
    original.blocks = with_ids(fake.workspace, content.get("blocks"))
    original.attachments = with_attachment_ids(fake.workspace, content.get("attachments"))
    original.states.clear()
    if original.ephemeral_to is None:
        fake.happen_beside(lambda: events.message_changed(fake.workspace, original, previous, at))
    fake.changed()


def command_answered(fake: Inbound, used: ResponseUrl, body: str) -> None:
    """Show what the acknowledgement of a slash command says, to its author or to the channel."""
    if not body.strip():
        return
    try:
        content = json.loads(body)
    except ValueError:
        content = {"text": body}
    if not isinstance(content, dict):
        content = {"text": str(content)}
    if not content:
        return
    try:
        show(fake, "answer to a command", used, content)
    except Refusal as refusal:
        fake.violate("answer to a command", refusal.error, "; ".join(refusal.messages))
