"""What is wrong with tokens, rights and rooms: the lines of `baton check` about Slack."""

from collections.abc import Sequence

from adapters.slack.client import SlackClient
from adapters.slack.failures import CallFailed
from adapters.slack.rights import SCOPES
from bot.chat.contract import Problem


async def problems(client: SlackClient, app_token: str, rooms: Sequence[str]) -> list[Problem]:
    """Everything that can be found out by asking Slack; the token first, since nothing else works without it."""
    try:
        answer = await client.answer("auth.test")
    except CallFailed as failed:
        return [_unanswered(failed, "check.slack_token")]
    found = _scopes(str(answer.headers.get("x-oauth-scopes") or ""))
    if app_token:
        found += await _socket(client, app_token)
    for room in rooms:
        found += await _room(client, room)
    return found


def _unanswered(failed: CallFailed, key: str) -> Problem:
    """Slack said no, or did not say anything."""
    if failed.error:
        return Problem(key, (("error", failed.error),))
    return Problem("check.slack_unreachable", (("error", failed.delivery.detail),))


def _scopes(granted: str) -> list[Problem]:
    """Rights that are missing. Slack lists them with every answer; an answer without the list says nothing."""
    missing = sorted(SCOPES.keys() - {scope.strip() for scope in granted.split(",")}) if granted else []
    return [Problem("check.slack_scopes", (("scopes", ", ".join(missing)),))] if missing else []


async def _socket(client: SlackClient, app_token: str) -> list[Problem]:
    try:
        await client.call("apps.connections.open", app_token=app_token)
    except CallFailed as failed:
        return [_unanswered(failed, "check.slack_app_token")]
    return []


async def _room(client: SlackClient, room: str) -> list[Problem]:
    try:
        channel = (await client.call("conversations.info", channel=room)).get("channel") or {}
    except CallFailed as failed:
        if failed.delivery.outcome != "refused":
            return [Problem("check.slack_unreachable", (("error", failed.delivery.detail),))]
        return [Problem("check.slack_room", (("room", room), ("error", failed.error)), fatal=False)]
    if channel.get("is_archived"):
        return [Problem("check.slack_archived", (("room", room),), fatal=False)]
    if channel.get("is_member") is False:
        name = str(channel.get("name") or room)
        return [Problem("check.slack_not_member", (("room", room), ("name", name)), fatal=False)]
    return []
