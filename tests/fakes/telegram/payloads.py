"""The records of `state.py` as Bot API objects: User, Chat, Message, ChatMember and the updates made of them."""

from typing import Any

from tests.fakes.telegram.state import ADMIN_RIGHTS, MEMBER_RIGHTS, CallbackQuery, Chat, Member, Message, Topic, User

JSON = dict[str, Any]

UNTIL_FOREVER = 0


def user_json(user: User) -> JSON:
    """A `User` as it stands in `from`; empty fields are left out, as the server does."""
    fields = {
        "id": user.id,
        "is_bot": user.is_bot,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
    }
    return _filled(fields)


def chat_json(chat: Chat) -> JSON:
    """A `Chat` as it stands in messages."""
    if chat.person is not None:
        person = user_json(chat.person)
        names = {name: person.get(name) for name in ("first_name", "last_name", "username")}
        return _filled({"id": chat.id, **names, "type": "private"})
    fields = {"id": chat.id, "title": chat.title, "username": chat.username, "type": chat.type}
    return _filled({**fields, "is_forum": chat.is_forum or None})


def chat_full_info_json(chat: Chat) -> JSON:
    """A `ChatFullInfo` as getChat answers it."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    info = {
        **chat_json(chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.pinned:
        info["pinned_message"] = message_json(chat.messages[chat.pinned[-1]], nested=True)
    if not chat.is_private:
        info["permissions"] = dict.fromkeys(MEMBER_RIGHTS, True)
    return info


def message_json(message: Message, *, nested: bool = False) -> JSON:
    """A `Message`; `nested` leaves out what it replies to, because replies are one level deep."""
    payload: JSON = {"message_id": message.message_id}
    if message.sender is not None:
        payload["from"] = user_json(message.sender)
    if message.sender_chat is not None:
        payload["sender_chat"] = chat_json(message.sender_chat)
    payload |= {"chat": chat_json(message.chat), "date": message.date}
    if message.edit_date is not None:
        payload["edit_date"] = message.edit_date
    if message.thread_id is not None:
        payload["message_thread_id"] = message.thread_id
    if message.topic is not None:
        payload["is_topic_message"] = True
    if not nested and (replied := _replied(message)) is not None:
        payload["reply_to_message"] = message_json(replied, nested=True)
    payload |= message.extra | message.content
    if message.reply_markup is not None:
        payload["reply_markup"] = message.reply_markup
    return payload


def _replied(message: Message) -> Message | None:
    """A plain post in a topic shows the topic's creation as the message it replies to."""
    if message.reply_to is not None:
        return None if message.reply_to.deleted else message.reply_to
    if message.topic is not None and message.message_id != message.topic.thread_id:
        return message.chat.messages.get(message.topic.thread_id)
    return None


def member_json(member: Member) -> JSON:
    """A `ChatMember` of the kind that its status asks for, with every field that kind requires."""
    base: JSON = {"user": user_json(member.user), "status": member.status}
    if member.status == "creator":
        return base | {"is_anonymous": False}
    if member.status == "administrator":
        rights = {right: member.rights.get(right, False) for right in ADMIN_RIGHTS}
        return base | {"can_be_edited": False, "is_anonymous": False} | rights
    if member.status == "restricted":
        rights = {right: member.rights.get(right, False) for right in MEMBER_RIGHTS}
        return base | {"is_member": True, "until_date": UNTIL_FOREVER} | rights
    return base | ({"until_date": UNTIL_FOREVER} if member.status == "kicked" else {})


def member_change_json(chat: Chat, actor: User, date: int, old: JSON, new: JSON) -> JSON:
    """A `ChatMemberUpdated`."""
    return {
        "chat": chat_json(chat),
        "from": user_json(actor),
        "date": date,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def callback_query_json(query: CallbackQuery, *, inaccessible: bool = False) -> JSON:
    """A `CallbackQuery`; an old message may arrive as `InaccessibleMessage` (date 0, nothing in it)."""
    message = query.message
    if inaccessible:
        carried: JSON = {"chat": chat_json(message.chat), "message_id": message.message_id, "date": 0}
    else:
        carried = message_json(message)
    return {
        "id": query.id,
        "from": user_json(query.user),
        "message": carried,
        "chat_instance": str(abs(message.chat.id) * 7919 + 1),
        "data": query.data,
    }


def topic_json(topic: Topic) -> JSON:
    """A `ForumTopic` as createForumTopic answers it."""
    return {"message_thread_id": topic.thread_id, "name": topic.name, "icon_color": topic.icon_color}


def reaction_json(emojis: list[str]) -> list[JSON]:
    """A list of `ReactionTypeEmoji`."""
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]


def _filled(fields: JSON) -> JSON:
    return {name: value for name, value in fields.items() if value is not None}
