"""Sending text, forwarding, copying, and what all kinds of sending have in common."""

from typing import Any

from tests.fakes.telegram import markup, payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.entities import with_detected
from tests.fakes.telegram.markup import Formatted
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.state import Chat, Message, Topic
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def formatted(world: World, text: str, parse_mode: str, entities: list[JSON] | None) -> Formatted:
    """Text as it will stand in the message: markup read, the rest detected, strangers' mentions dropped."""
    return world.resolved(with_detected(markup.parse(text, parse_mode, entities)))


def text_content(world: World, call: Call) -> JSON:
    """`text`, `entities` and `link_preview_options` of a text message."""
    plain = formatted(world, call.text("text"), call.text("parse_mode"), call.structure("entities"))
    content: JSON = {"text": plain.text}
    if plain.entities:
        content["entities"] = plain.entities
    if options := call.structure("link_preview_options"):
        content["link_preview_options"] = options
    return content


def caption_content(world: World, fields: JSON) -> JSON:
    """`caption` and `caption_entities` of media, from a call or from one item of an album."""
    plain = formatted(
        world, fields.get("caption") or "", fields.get("parse_mode") or "", fields.get("caption_entities")
    )
    if not plain.text:
        return {}
    return {"caption": plain.text} | ({"caption_entities": plain.entities} if plain.entities else {})


def deliver(world: World, call: Call, chat: Chat, contents: list[JSON], extra: JSON | None = None) -> list[Message]:
    """Posts `contents` from the bot into `chat` as the common parameters say: topic, reply, keyboard, protection."""
    topic = world.topic(chat, call.integer("message_thread_id"))
    replied, reply_extra = _reply(world, call, chat, topic)
    if topic is None and replied is not None:
        topic = replied.topic  # a reply lands in the topic of what it replies to
    outer = (extra or {}) | reply_extra
    if call.flag("protect_content"):
        outer["has_protected_content"] = True
    keyboard = call.structure("reply_markup")
    sent = []
    for content in contents:
        message = world.post(chat, content, sender=world.bot, reply_to=replied, topic=topic, extra=dict(outer))
        message.silent = call.flag("disable_notification")
        message.requested_markup = keyboard
        message.reply_markup = inline_keyboard(keyboard)
        sent.append(message)
    return sent


def inline_keyboard(keyboard: JSON | None) -> JSON | None:
    """The markup that stays under a message: an inline keyboard with at least one button."""
    return keyboard if keyboard and any(keyboard.get("inline_keyboard") or []) else None


@answers("sendMessage")
def send_message(world: World, call: Call) -> JSON:
    """Sends text."""
    chat = world.writable_chat(call)
    return payloads.message_json(deliver(world, call, chat, [text_content(world, call)])[0])


@answers("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    """Shows "typing" and the like; leaves no trace but the recorded call."""
    chat = world.open_chat(call.parameters["chat_id"])
    world.topic(chat, call.integer("message_thread_id"))
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


@answers("forwardMessage")
def forward_message(world: World, call: Call) -> JSON:
    """Sends an existing message on, with where it came from."""
    chat, original = _target_and_original(world, call, "forward")
    author = original.sender
    origin: JSON = {"type": "user", "date": original.date}
    if author is not None:
        origin["sender_user"] = payloads.user_json(author)
    extra = original.extra.get("forward_origin") or origin
    return payloads.message_json(deliver(world, call, chat, [dict(original.content)], {"forward_origin": extra})[0])


@answers("copyMessage")
def copy_message(world: World, call: Call) -> JSON:
    """Sends the content of an existing message anew; a new caption replaces the old one."""
    chat, original = _target_and_original(world, call, "copy")
    if original.text is None and original.caption is None and not _is_media(original):
        raise bad_request("the message can't be copied")
    content = dict(original.content)
    if call.has("caption") and original.text is None:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= caption_content(world, call.parameters)
    return {"message_id": deliver(world, call, chat, [content])[0].message_id}


def _is_media(message: Message) -> bool:
    return bool({"photo", "document", "voice", "audio", "video"} & set(message.content))


def _target_and_original(world: World, call: Call, purpose: str) -> tuple[Chat, Message]:
    source = world.open_chat(call.parameters["from_chat_id"])
    original = world.message(source, call.integer("message_id"), purpose)
    if original.extra.get("has_protected_content"):
        raise bad_request(f"the message can't be {'copied' if purpose == 'copy' else 'forwarded'}")
    return world.writable_chat(call), original


def _reply(world: World, call: Call, chat: Chat, topic: Topic | None) -> tuple[Message | None, JSON]:
    """What the new message replies to, and the quote it shows."""
    parameters = call.structure("reply_parameters")
    if not parameters:
        return None, {}
    found = chat.messages.get(int(parameters["message_id"]))
    elsewhere = found is not None and topic is not None and found.topic is not topic
    if found is None or found.deleted or elsewhere:
        if parameters.get("allow_sending_without_reply"):
            return None, {}
        raise bad_request("message to be replied not found")
    return found, _quote(parameters, found)


def _quote(parameters: JSON, replied: Message) -> JSON:
    if not parameters.get("quote"):
        return {}
    quote = markup.parse(parameters["quote"], parameters.get("quote_parse_mode"), parameters.get("quote_entities"))
    whole = replied.text or replied.caption or ""
    if quote.text not in whole:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = markup.utf16_length(whole[: whole.index(quote.text)])
    return {"quote": {"text": quote.text, "position": position, "is_manual": True}}
