"""The bot's own account: who it is, what it is called, which commands its menu shows."""

from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

PROFILE = {
    "MyName": ("name", 64),
    "MyDescription": ("description", 512),
    "MyShortDescription": ("short_description", 120),
}


@answers("getMe")
def get_me(world: World, call: Call) -> JSON:
    """The bot as a `User`, with the switches that only getMe shows."""
    return payloads.user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.sees_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


@answers("logOut", "close")
def log_out(world: World, call: Call) -> bool:
    """Leaves the cloud server; a logged out bot is refused until the fake is told otherwise."""
    world.logged_out = call.method == "logOut"
    return True


def scope_key(scope: JSON | str | None) -> str:
    """One text for a command scope, whatever the order of its fields: `default`, `chat -100`, `chat_member -100 7`."""
    if scope is None or isinstance(scope, str):
        return scope or "default"
    return " ".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)


@answers("setMyCommands")
def set_my_commands(world: World, call: Call) -> bool:
    """Replaces the commands of one scope and language."""
    world.commands[_commands_key(world, call)] = list(call.structure("commands"))
    return True


@answers("getMyCommands")
def get_my_commands(world: World, call: Call) -> list[JSON]:
    """The commands of exactly this scope and language, without falling back to a wider one."""
    return world.commands.get(_commands_key(world, call), [])


@answers("deleteMyCommands")
def delete_my_commands(world: World, call: Call) -> bool:
    """Forgets the commands of one scope and language."""
    world.commands.pop(_commands_key(world, call), None)
    return True


def _commands_key(world: World, call: Call) -> tuple[str, str]:
    scope = call.structure("scope")
    if isinstance(scope, dict) and "chat_id" in scope:
        chat = world.open_chat(scope["chat_id"])
        if scope["type"] == "chat_administrators" and chat.is_private:
            raise bad_request("chat not found")
        scope = {**scope, "chat_id": chat.id}
    return scope_key(scope), call.text("language_code")


@answers("setMyName", "setMyDescription", "setMyShortDescription")
def set_profile(world: World, call: Call) -> bool:
    """Keeps one of the bot's texts for one language; empty removes it."""
    field, limit = PROFILE[call.method.removeprefix("set")]
    text = call.text(field)
    if len(text) > limit:
        raise bad_request(f"{field} is too long")  # wording unverified
    key = (field, call.text("language_code"))
    if text:
        world.profile[key] = text
    else:
        world.profile.pop(key, None)
    return True


@answers("getMyName", "getMyDescription", "getMyShortDescription")
def get_profile(world: World, call: Call) -> JSON:
    """One of the bot's texts: in the language asked for, else the general one."""
    field, _ = PROFILE[call.method.removeprefix("get")]
    general = world.profile.get((field, ""), world.bot.first_name if field == "name" else "")
    return {field: world.profile.get((field, call.text("language_code")), general)}


def menu(world: World, scopes: list[str], language: str) -> list[JSON]:
    """What a person's menu shows: the first of `scopes` that has commands, in the language or in general."""
    for scope in scopes:
        for code in (language, ""):
            if world.commands.get((scope, code)):
                return world.commands[scope, code]
    return []
