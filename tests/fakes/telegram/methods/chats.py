"""What a bot may ask about chats and members, and leaving them."""

from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.state import Chat, Member
from tests.fakes.telegram.world import World

JSON = dict[str, Any]


@answers("getChat")
def get_chat(world: World, call: Call) -> JSON:
    """All there is to know about a chat that the bot has met."""
    chat = world.chat(call.parameters["chat_id"])
    if chat.person is not None and not chat.person.started:
        raise bad_request("chat not found")
    return payloads.chat_full_info_json(chat if chat.is_private else world.open_chat(chat.id))


@answers("getChatMember")
def get_chat_member(world: World, call: Call) -> JSON:
    """One person's standing in a chat; a stranger to Telegram is refused, a stranger to the chat has `left`."""
    chat = world.open_chat(call.parameters["chat_id"])
    user = world.users.get(call.integer("user_id") or 0)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if chat.is_private:
        present = user is world.bot or user is chat.person
        return payloads.member_json(Member(user, "member" if present else "left"))
    return payloads.member_json(chat.members.get(user.id) or Member(user, "left"))


@answers("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> list[JSON]:
    """The owner and the administrators; other bots are left out."""
    chat = _group(world, call, "there are no administrators in the private chat")
    admins = [member for member in chat.members.values() if member.status in {"creator", "administrator"}]
    return [payloads.member_json(m) for m in admins if not m.user.is_bot or m.user is world.bot]


@answers("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> int:
    """How many are in the chat, the bot included."""
    chat = world.open_chat(call.parameters["chat_id"])
    return 2 if chat.is_private else sum(member.present for member in chat.members.values())


@answers("leaveChat")
def leave_chat(world: World, call: Call) -> bool:
    """The bot goes by itself; Telegram tells it of that as well."""
    chat = _group(world, call, "chat member status can't be changed in private chats")
    world.set_bot_status(chat, world.bot, "left")
    return True


def _group(world: World, call: Call, refusal: str) -> Chat:
    chat = world.open_chat(call.parameters["chat_id"])
    if chat.is_private:
        raise bad_request(refusal)
    return chat
