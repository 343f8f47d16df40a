"""Topics of a forum: made, renamed, closed, opened again and deleted by an administrator's right."""

from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.state import TOPIC_COLOURS, Chat, Topic, User
from tests.fakes.telegram.world import World

JSON = dict[str, Any]


def open_topic(world: World, chat: Chat, actor: User, name: str, colour: int = TOPIC_COLOURS[0]) -> Topic:
    """A new topic; its id is that of the service message that announces it."""
    message = world.post(chat, {"forum_topic_created": {"name": name, "icon_color": colour}}, sender=actor)
    topic = Topic(chat, message.message_id, name, colour)
    message.topic, message.thread_id = topic, topic.thread_id
    chat.topics[topic.thread_id] = topic
    if actor is not world.bot:
        world.tell(message)
    return topic


def delete_topic(topic: Topic) -> None:
    """The topic and every message in it are gone; no update says so."""
    topic.deleted = True
    for message in topic.chat.messages.values():
        message.deleted = message.deleted or message.topic is topic


def _forum(world: World, call: Call) -> Chat:
    chat = world.open_chat(call.parameters["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not world.bot_may(chat, "can_manage_topics"):
        action = {"createForumTopic": "create a topic"}.get(call.method, "manage topics")
        raise bad_request(f"not enough rights to {action}")
    return chat


def _topic(world: World, call: Call) -> Topic:
    topic = _forum(world, call).topics.get(call.integer("message_thread_id") or 0)
    if topic is None or topic.deleted:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


@answers("createForumTopic")
def create_forum_topic(world: World, call: Call) -> JSON:
    """Makes a topic."""
    chat = _forum(world, call)
    colour = call.integer("icon_color") or TOPIC_COLOURS[0]
    if colour not in TOPIC_COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")  # wording unverified
    return payloads.topic_json(open_topic(world, chat, world.bot, call.text("name"), colour))


@answers("editForumTopic")
def edit_forum_topic(world: World, call: Call) -> bool:
    """Renames a topic."""
    topic = _topic(world, call)
    if call.text("name") in {"", topic.name}:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = call.text("name")
    world.post(topic.chat, {"forum_topic_edited": {"name": topic.name}}, sender=world.bot, topic=topic)
    return True


@answers("closeForumTopic", "reopenForumTopic")
def close_forum_topic(world: World, call: Call) -> bool:
    """Closes a topic or opens it again; doing it twice is refused."""
    topic, closed = _topic(world, call), call.method == "closeForumTopic"
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.post(topic.chat, {what: {}}, sender=world.bot, topic=topic)
    return True


@answers("deleteForumTopic")
def delete_forum_topic(world: World, call: Call) -> bool:
    """Deletes a topic with all its messages."""
    delete_topic(_topic(world, call))
    return True
