"""Changing what was sent: text, caption, keyboard, reactions, pins, deletion."""

import re
from datetime import timedelta
from typing import Any

from telegram.constants import ReactionEmoji

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.methods.sending import caption_content, inline_keyboard, text_content
from tests.fakes.telegram.refusals import NOT_MODIFIED, bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.state import Chat, Message
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

DELETABLE_FOR = timedelta(hours=48)
UNDELETABLE = {"supergroup_chat_created", "forum_topic_created"}


def _own_message(world: World, call: Call) -> Message:
    """The bot's message that an edit is about; any age will do (facts 2.5)."""
    chat = world.open_chat(call.parameters.get("chat_id"))
    message = world.message(chat, call.integer("message_id"), "edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    if world.flood is not None and not chat.is_private:
        world.flood.admit(chat, world.now())
    return message


def _apply(world: World, message: Message, content: JSON, keyboard: JSON | None) -> JSON:
    """Changes `message`, unless nothing would change; an edit without a keyboard removes it."""
    if content == message.content and keyboard == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    message.versions.append(message.content)
    message.content = content
    message.reply_markup = keyboard
    message.edit_date = world.timestamp()
    return payloads.message_json(message)


@answers("editMessageText")
def edit_message_text(world: World, call: Call) -> JSON:
    """Replaces the text of one of the bot's messages."""
    message = _own_message(world, call)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return _apply(world, message, text_content(world, call), inline_keyboard(call.structure("reply_markup")))


@answers("editMessageCaption")
def edit_message_caption(world: World, call: Call) -> JSON:
    """Replaces or removes the caption of media."""
    message = _own_message(world, call)
    if message.text is not None:
        raise bad_request("there is no caption in the message to edit")
    rest = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    content = rest | caption_content(world, call.parameters)
    return _apply(world, message, content, inline_keyboard(call.structure("reply_markup")))


@answers("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, call: Call) -> JSON:
    """Replaces or removes the keyboard."""
    message = _own_message(world, call)
    return _apply(world, message, message.content, inline_keyboard(call.structure("reply_markup")))


@answers("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    """Removes one message of the last 48 hours."""
    chat = world.open_chat(call.parameters["chat_id"])
    _delete(world, world.message(chat, call.integer("message_id"), "delete"))
    return True


@answers("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    """Removes several; those that are not there are skipped."""
    chat = world.open_chat(call.parameters["chat_id"])
    for message_id in call.structure("message_ids") or []:
        message = chat.messages.get(message_id)
        if message is not None and not message.deleted:
            _delete(world, message)
    return True


def _delete(world: World, message: Message) -> None:
    chat = message.chat
    if UNDELETABLE & set(message.content):
        raise bad_request("message can't be deleted")
    if world.now().timestamp() - message.date >= DELETABLE_FOR.total_seconds():
        raise bad_request("message can't be deleted for everyone")
    if not (message.from_bot or chat.is_private or _may_delete(world, chat)):
        raise bad_request("message can't be deleted")
    message.deleted = True


def _may_delete(world: World, chat: Chat) -> bool:
    """Any administrator of a group; in a supergroup the right is needed."""
    return world.bot_is_admin(chat) if chat.type == "group" else world.bot_may(chat, "can_delete_messages")


@answers("setMessageReaction")
def set_message_reaction(world: World, call: Call) -> bool:
    """Sets or removes the bot's one reaction."""
    chat = world.open_chat(call.parameters["chat_id"])
    message = world.message(chat, call.integer("message_id"), "react")  # wording unverified
    reactions = call.structure("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emojis = [reaction.get("emoji") for reaction in reactions]
    if any(emoji not in set(ReactionEmoji) for emoji in emojis):
        raise bad_request("REACTION_INVALID")
    message.bot_reaction = emojis[0] if emojis else None
    return True


@answers("pinChatMessage", "unpinChatMessage")
def pin_chat_message(world: World, call: Call) -> bool:
    """Pins or unpins; in groups an administrator's right."""
    chat = world.open_chat(call.parameters["chat_id"])
    if not chat.is_private and not world.bot_may(chat, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    if call.method == "unpinChatMessage" and not call.has("message_id"):
        chat.pinned = chat.pinned[:-1]
        return True
    message = world.message(chat, call.integer("message_id"), re.sub("ChatMessage", "", call.method))
    if call.method == "pinChatMessage":
        chat.pinned.append(message.message_id)
        world.post(chat, {"pinned_message": payloads.message_json(message, nested=True)}, sender=world.bot)
    elif message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    return True
