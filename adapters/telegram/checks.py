"""What `baton check` finds out about the bot: its token, what it can see, its webhook, the rooms it is to work in."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from telegram.error import InvalidToken, TelegramError

from adapters.telegram.client import BotApi, describe
from bot.chat.contract import Problem

JSON = dict[str, Any]

_WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
_ADMINISTRATORS = ("creator", "administrator")


def webhook_problem(address: str) -> Problem | None:
    """What is wrong with the address that Telegram is to call: it wants HTTPS on one of four ports."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname and parts.port in _WEBHOOK_PORTS:
        return None
    return Problem("check.telegram_webhook_address", (("url", address),))


async def problems(api: BotApi, rooms: Iterable[str], *, webhook: str = "") -> list[Problem]:
    """Everything that is wrong; `webhook` is the address that Telegram is to call ("": polling)."""
    try:
        me = await api.call("getMe")
    except InvalidToken:
        return [Problem("check.telegram_token")]
    except TelegramError as error:
        return [Problem("check.telegram_unreachable", (("detail", describe(error)),))]
    found: list[Problem] = []
    address_problem = webhook_problem(webhook) if webhook else None
    try:
        found += [address_problem] if address_problem else await _webhook(api, webhook)
        for room in dict.fromkeys(rooms):
            found += await _room(api, me, room)
    except TelegramError as error:
        found.append(Problem("check.telegram_unreachable", (("detail", describe(error)),)))
    if not me.get("can_read_all_group_messages"):
        found.append(Problem("check.telegram_privacy", (("bot", f"@{me['username']}"),), fatal=False))
    if not me.get("can_join_groups", True):
        found.append(Problem("check.telegram_join_groups", (("bot", f"@{me['username']}"),), fatal=False))
    return found


async def _webhook(api: BotApi, wanted: str) -> list[Problem]:
    info = await api.call("getWebhookInfo")
    current = info.get("url", "")
    if not wanted:
        return [Problem("check.telegram_webhook_set", (("url", current),), fatal=False)] if current else []
    if current == wanted and info.get("last_error_message"):
        said = (("url", current), ("detail", info["last_error_message"]))
        return [Problem("check.telegram_webhook_failing", said, fatal=False)]
    return []


async def _room(api: BotApi, me: JSON, room: str) -> list[Problem]:
    chat_id, _, thread = room.partition("/")
    try:
        chat = await api.call("getChat", chat_id=chat_id)
        member = await api.call("getChatMember", chat_id=chat_id, user_id=me["id"])
    except TelegramError as error:
        return [Problem("check.telegram_room", (("room", room), ("detail", describe(error))), fatal=False)]
    named = (("room", room), ("title", chat.get("title") or chat.get("username") or room))
    administrator = member["status"] in _ADMINISTRATORS
    found: list[Problem] = []
    if not administrator and member["status"] not in ("member", "restricted"):
        return [Problem("check.telegram_room", (("room", room), ("detail", member["status"])), fatal=False)]
    if thread and not chat.get("is_forum"):
        found.append(Problem("check.telegram_no_topics", named, fatal=False))
    if chat.get("is_forum") and not _may_open_topics(member):
        found.append(Problem("check.telegram_topic_right", named, fatal=False))
    if not me.get("can_read_all_group_messages") and not administrator:
        found.append(Problem("check.telegram_room_blind", named, fatal=False))
    return found


def _may_open_topics(member: JSON) -> bool:
    return member["status"] == "creator" or bool(member.get("can_manage_topics"))
