"""conversations.*: channels, their members, their history."""

import re

from tests.fakes.slack import events
from tests.fakes.slack.model import JSON, Channel, Kind, Message, Refusal
from tests.fakes.slack.web_api import MethodCall, method
from tests.fakes.slack.workspace import BOT_USER_ID

_LIST_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_TS = re.compile(r"\d+(\.\d+)?")


@method("conversations.open", tier=3)
def open_conversation(call: MethodCall) -> JSON:
    """Open the direct conversation with a person, or a group message with up to eight."""
    if call.text("channel"):
        return {"channel": {"id": call.workspace.channel_named(call.text("channel")).id}}
    wanted = call.arguments.get("users") or ""
    users = [u.strip() for u in (wanted if isinstance(wanted, list) else str(wanted).split(",")) if u.strip()]
    if not users:
        raise Refusal("users_list_not_supplied", fault=True)
    if len(users) > 8:
        raise Refusal("too_many_users", fault=True)
    call.need_scope("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        if call.workspace.user_named(user).deleted:
            raise Refusal("user_disabled")
    channel = call.workspace.direct(users[0]) if len(users) == 1 else _group_message(call, users)
    return {"channel": call.workspace.channel_json(channel) if call.flag("return_im") else {"id": channel.id}}


def _group_message(call: MethodCall, users: list[str]) -> Channel:
    members = {*users, BOT_USER_ID}
    for channel in call.workspace.channels.values():
        if channel.kind == "mpim" and set(channel.members) == members:
            return channel
    name = "mpdm-" + "--".join(user.lower() for user in users) + "-1"
    return call.workspace.add_channel(call.workspace.fresh_id("G"), name, "mpim", [*users, BOT_USER_ID])


@method("conversations.info", tier=3, takes_json=False)
def info(call: MethodCall) -> JSON:
    """One conversation."""
    return {"channel": call.workspace.channel_json(call.conversation("read"))}


@method("conversations.list", tier=2, takes_json=False)
def list_conversations(call: MethodCall) -> JSON:
    """The conversations of the wanted types that the bot can see."""
    types = [name.strip() for name in (call.text("types") or "public_channel").split(",")]
    if any(name not in _LIST_TYPES for name in types):
        raise Refusal("invalid_types", fault=True)
    kinds = {_LIST_TYPES[name] for name in types}
    for kind in kinds:
        call.need_scope({"channel": "channels:read", "group": "groups:read"}.get(kind, f"{kind}:read"))
    seen = [c for c in call.workspace.channels.values() if c.kind in kinds and _visible(c)]
    kept = [c for c in seen if not (call.flag("exclude_archived") and c.archived)]
    page, cursor = call.page(kept, default=100)
    return {"channels": [call.workspace.channel_json(c) for c in page], "response_metadata": {"next_cursor": cursor}}


def _visible(channel: Channel) -> bool:
    return channel.kind == "channel" or BOT_USER_ID in channel.members


@method("conversations.members", tier=4, takes_json=False)
def members(call: MethodCall) -> JSON:
    """The ids of a conversation's members."""
    page, cursor = call.page(call.conversation("read").members, default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.history", tier=3, takes_json=False)
def history(call: MethodCall) -> JSON:
    """Top-level messages, newest first; replies only where they were broadcast."""
    channel = call.conversation("history", member=True)
    shown = [m for m in call.workspace.messages_in(channel.id) if not m.is_reply or m.broadcast]
    page, cursor = call.page(list(reversed(_between(call, shown))), default=100)
    answer = {"messages": _written(call, page), "has_more": bool(cursor), "pin_count": 0, "channel_actions_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


@method("conversations.replies", tier=3, takes_json=False)
def replies(call: MethodCall) -> JSON:
    """A thread: its parent, then the replies, oldest first."""
    channel = call.conversation("history", member=True)
    try:
        found = call.workspace.find_message(channel.id, call.required("ts"))
    except Refusal as refusal:
        raise Refusal("thread_not_found") if refusal.error == "message_not_found" else refusal from None
    if found.is_reply:
        return {"messages": _written(call, [found]), "has_more": False}
    thread = [found, *_between(call, call.workspace.replies_to(found))]
    page, cursor = call.page(thread, default=1000, most=1000)
    answer = {"messages": _written(call, page), "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _written(call: MethodCall, messages: list[Message]) -> list[JSON]:
    return [call.workspace.message_json(m, metadata=call.flag("include_all_metadata")) for m in messages]


def _between(call: MethodCall, messages: list[Message]) -> list[Message]:
    """Those between `oldest` and `latest`, both excluded unless `inclusive`."""
    bounds = {}
    for name in ("oldest", "latest"):
        if call.text(name) and not _TS.fullmatch(call.text(name)):
            raise Refusal(f"invalid_ts_{name}", fault=True)
        bounds[name] = float(call.text(name) or 0)
    oldest, latest = bounds["oldest"], bounds["latest"] or float("inf")
    if call.flag("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


@method("conversations.join", scope="channels:join", tier=3)
def join(call: MethodCall) -> JSON:
    """Make the bot a member of a public channel."""
    channel = call.workspace.channel_named(call.required("channel"))
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type", fault=True)
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER_ID in channel.members:
        return {"channel": call.workspace.channel_json(channel), "warning": "already_in_channel"}
    channel.members.append(BOT_USER_ID)
    call.fake.happen_beside(lambda: events.membership(call.workspace, channel, BOT_USER_ID, joined=True))
    return {"channel": call.workspace.channel_json(channel)}


@method("conversations.create", tier=2)
def create(call: MethodCall) -> JSON:
    """A new channel with the bot as its only member."""
    name, private = call.text("name"), call.flag("is_private")
    call.need_scope("groups:write" if private else "channels:manage")
    if not name:
        raise Refusal("invalid_name_required", fault=True)
    if len(name) > 80:
        raise Refusal("invalid_name_maxlength", fault=True)
    if re.search(r"[^\w\-]", name) or name != name.lower():
        raise Refusal("invalid_name_specials", fault=True)
    if any(channel.name == name for channel in call.workspace.channels.values()):
        raise Refusal("name_taken")
    kind: Kind = "group" if private else "channel"
    channel = call.workspace.add_channel(call.workspace.fresh_id("C"), name, kind, [BOT_USER_ID])
    channel.creator = BOT_USER_ID
    return {"channel": call.workspace.channel_json(channel)}


@method("conversations.invite", tier=3)
def invite(call: MethodCall) -> JSON:
    """Add people to a channel in which the bot is."""
    channel = call.workspace.channel_named(call.required("channel"))
    if channel.kind not in ("channel", "group"):
        raise Refusal("method_not_supported_for_channel_type", fault=True)
    wanted_scopes = {"channel": ("channels:manage", "channels:write.invites"), "group": ("groups:write",)}
    call.need_scope(*wanted_scopes[channel.kind])
    wanted = call.arguments.get("users") or ""
    users = [u.strip() for u in (wanted if isinstance(wanted, list) else str(wanted).split(",")) if u.strip()]
    _check_invitation(call, channel, users)
    for user in users:
        channel.members.append(user)
        joined = events.membership(call.workspace, channel, user, joined=True, inviter=BOT_USER_ID)
        call.fake.happen_beside(lambda event=joined: event)  # type: ignore[misc]
    return {"channel": call.workspace.channel_json(channel)}


@method("conversations.archive", tier=2)
def archive(call: MethodCall) -> JSON:
    """Nobody writes in the channel any more."""
    channel = call.workspace.channel_named(call.required("channel"))
    if channel.kind not in ("channel", "group"):
        raise Refusal("method_not_supported_for_channel_type", fault=True)
    call.need_scope("groups:write" if channel.kind == "group" else "channels:manage")
    if channel.archived:
        raise Refusal("already_archived")
    if BOT_USER_ID not in channel.members:
        raise Refusal("not_in_channel")
    channel.archived = True
    return {}


def _check_invitation(call: MethodCall, channel: Channel, users: list[str]) -> None:
    if not users:
        raise Refusal("no_user", fault=True)
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER_ID not in channel.members:
        raise Refusal("not_in_channel")
    for user in users:
        if user == BOT_USER_ID:
            raise Refusal("cant_invite_self", fault=True)
        if call.workspace.user_named(user).deleted:
            raise Refusal("user_is_restricted")
        if user in channel.members:
            raise Refusal("already_in_channel")
