"""Carrying out orders: what is called for each, what is tried instead, and how it went."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.slack import limits, outbound
from adapters.slack.client import SlackClient
from adapters.slack.directory import Directory
from adapters.slack.failures import CallFailed
from adapters.slack.messages import PLATFORM
from adapters.slack.rooms import Rooms
from bot.chat.contract import Content, Delivery, Order, Target
from bot.chat.events import Place
from bot.chat.views import View
from bot.clock import Clock

log = logging.getLogger(__name__)

EVENT_TYPE = "baton"
_FILE = "file:"
_MESSAGE_LOST = ("message_not_found", "cant_update_message", "edit_window_closed")
_NOTHING_THERE = ("message_not_found", "channel_not_found", "file_not_found", "file_deleted")
_NOT_HERE = ("user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived")
_NOTHING_OF_OURS = ("not_in_channel", "thread_not_found")
_PAGE = 200
_MOST_PAGES = 5
# Slack's clock and ours may differ; what was tried then is looked for from a little earlier on.
_EARLIER = timedelta(minutes=5)


class Sender:
    """Sends through one client."""

    def __init__(self, client: SlackClient, directory: Directory, clock: Clock) -> None:
        self._client = client
        self._directory = directory
        self._clock = clock
        self._rooms = Rooms(client)

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Carry out the order once. Never raises for what Slack or the network does."""
        try:
            return await self._carry_out(order, target)
        except CallFailed as failed:
            log.info("order not carried out: %s", failed.delivery.detail)
            if failed.delivery.reason == "gone" and _is_one_person(target.place.room):
                return replace(failed.delivery, reason="unreachable")
            return failed.delivery

    async def _carry_out(self, order: Order, target: Target) -> Delivery:
        if order.kind == "remove":
            return await self._remove(target)
        if order.kind == "file" and target.content is not None:
            return await self._file(order, target, target.content)
        if order.kind == "show" and order.view is not None:
            return await self._show(order.view, target)
        if order.kind == "whisper" and order.view is not None:
            return await self._whisper(order, order.view, target)
        if order.kind == "home" and order.view is not None:
            await self._client.call("views.publish", user_id=order.user, view=outbound.home(order.view))
            return Delivery("sent", place=target.place)
        if order.kind == "room":
            return await self._rooms.open(order)
        if order.kind == "close":
            return await self._rooms.close(target.place)
        return Delivery("refused", reason="invalid", detail=f"Slack knows no order of kind {order.kind} like this")

    # -- showing ------------------------------------------------------------------------------------------------

    async def _show(self, view: View, target: Target, budget: int = limits.MESSAGE_JSON) -> Delivery:
        """One message, or the several that a long text takes; the reference names them all, in order.

        Those that stand are changed, missing ones are posted (none twice: each can be looked up), the rest goes.
        """
        before = target.ref.split(",") if target.ref else []
        parts = outbound.messages(view, budget)
        standing = await self._standing(target) if len(parts) > max(1, len(before)) else {}
        room, shown = target.place.room, list[str]()
        for number, part in enumerate(parts):
            effect = _effect(target, number)
            try:
                if number < len(before) and await self._changed(part, target, before[number]):
                    shown.append(before[number])
                elif effect in standing:
                    shown.append(standing[effect])
                else:
                    answer = await self._post_one(part, target, effect)
                    room = str(answer.get("channel") or room)
                    shown.append(str(answer["ts"]))
            except CallFailed as failed:
                # Slack counts a message's size in a way that it does not tell; smaller parts fit if ours were too big.
                if failed.error != "msg_blocks_too_long" or number or budget < limits.MESSAGE_JSON:
                    raise
                return await self._show(view, target, budget // 3)
        for left_over in before[len(parts) :]:
            await self._delete(target.place.room, left_over)
        return Delivery("sent", ref=",".join(shown), place=Place(PLATFORM, room, _thread(target)))

    async def _changed(self, message: outbound.Message, target: Target, ts: str) -> bool:
        """Change a message; False when it is gone or may not be changed any more, so that it has to be posted anew."""
        try:
            await self._client.call(
                "chat.update", channel=target.place.room, ts=ts, text=message.text, blocks=message.blocks
            )
        except CallFailed as failed:
            if failed.error not in _MESSAGE_LOST:
                raise
            log.info("posting it anew: %s", failed.delivery.detail)
            return False
        return True

    async def _post_one(self, message: outbound.Message, target: Target, effect: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "channel": target.place.room,
            "text": message.text,
            "blocks": message.blocks,
            "thread_ts": _thread(target) or None,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"effect": effect}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            return await self._client.call("chat.postMessage", **arguments)
        except CallFailed as failed:
            if failed.error != "not_in_channel" or not await self._joined(target.place.room):
                raise
        return await self._client.call("chat.postMessage", **arguments)

    async def _joined(self, room: str) -> bool:
        """Join a public channel; False where Baton has to be invited."""
        try:
            await self._client.call("conversations.join", channel=room)
        except CallFailed as failed:
            log.info("can't join: %s", failed.delivery.detail)
            return False
        return True

    # -- taking away, telling one person, files -------------------------------------------------------------------

    async def _remove(self, target: Target) -> Delivery:
        for ref in target.ref.split(",") if target.ref else ():
            await self._delete(target.place.room, ref)
        return Delivery("sent", place=target.place)

    async def _delete(self, room: str, ref: str) -> None:
        """Take away a message or a file; what is gone already is as good."""
        try:
            if ref.startswith(_FILE):
                await self._client.call("files.delete", file=ref.removeprefix(_FILE))
            else:
                await self._client.call("chat.delete", channel=room, ts=ref)
        except CallFailed as failed:
            if failed.error not in _NOTHING_THERE:
                raise

    async def _whisper(self, order: Order, view: View, target: Target) -> Delivery:
        """To one person: in answer to what he did, else beside the conversation, else in his direct conversation."""
        message = outbound.message(view)
        content: dict[str, Any] = {"text": message.text, "blocks": message.blocks}
        if order.trigger.startswith(("https://", "http://")):
            try:
                await self._client.respond(order.trigger, content | _privately(target))
                return Delivery("sent", place=target.place)
            except CallFailed as failed:
                if failed.delivery.outcome != "refused":  # used up or expired: there are other ways
                    raise
        try:
            content["thread_ts"] = _thread(target) or None
            await self._client.call("chat.postEphemeral", channel=target.place.room, user=order.user, **content)
            return Delivery("sent", place=target.place)
        except CallFailed as failed:
            if failed.error not in _NOT_HERE:
                raise
        return await self._post_directly(message, order, target)

    async def _post_directly(self, message: outbound.Message, order: Order, target: Target) -> Delivery:
        there = Target(Place(PLATFORM, order.user), target.effect)
        answer = await self._post_one(message, there, target.effect)
        return Delivery("sent", place=Place(PLATFORM, str(answer.get("channel") or order.user)))

    async def _file(self, order: Order, target: Target, content: Content) -> Delivery:
        """The three steps of an upload (docs.slack.dev/messaging/working-with-files)."""
        if not content.data or len(content.data) > limits.FILE_BYTES:
            reason = "too_large" if content.data else "invalid"
            return Delivery("refused", reason=reason, detail=f"a file of {len(content.data)} bytes")
        room = await self._directory.conversation(target.place.room)
        name = content.name or "file"
        promised = await self._client.call("files.getUploadURLExternal", filename=name, length=len(content.data))
        await self._client.upload(str(promised["upload_url"]), content.data)
        file = str(promised["file_id"])
        finish: dict[str, Any] = {
            "files": [{"id": file, "title": name}],
            "channel_id": room,
            "thread_ts": _thread(target) or None,
            "initial_comment": outbound.fallback(order.view) if order.view else None,
        }
        try:
            await self._client.call("files.completeUploadExternal", **finish)
        except CallFailed as failed:
            if failed.error != "not_in_channel" or not await self._joined(room):
                raise
            await self._client.call("files.completeUploadExternal", **finish)
        return Delivery("sent", ref=f"{_FILE}{file}", place=Place(PLATFORM, room, _thread(target)))

    # -- looking whether it was done ------------------------------------------------------------------------------

    async def find(self, order: Order, target: Target) -> Delivery | None:
        """`sent` if it stands there; `retry` if it surely does not, or doing it again is harmless; `unknown` if Slack
        could not be asked now; None for what can't be looked up (whispers, files, where the bot may not read).
        """
        if order.kind in ("home", "remove", "room", "close") or (order.kind == "show" and target.ref):
            return Delivery("retry", detail="doing it again changes nothing")
        if order.kind != "show" or order.view is None:
            return None
        try:
            room = await self._directory.conversation(target.place.room)
            standing = await self._standing(target)
        except CallFailed as failed:
            wait, detail = failed.delivery.retry_after, failed.delivery.detail
            if failed.delivery.outcome == "refused":  # it never will be; sending it says what is wrong
                return None
            return Delivery("unknown", retry_after=wait, pace=failed.delivery.pace, detail=detail)
        wanted = [_effect(target, number) for number in range(len(outbound.messages(order.view)))]
        if all(effect in standing for effect in wanted):
            ref = ",".join(standing[effect] for effect in wanted)
            return Delivery("sent", ref=ref, place=Place(PLATFORM, room, _thread(target)))
        return Delivery("retry", detail="not there")

    async def _standing(self, target: Target) -> dict[str, str]:
        """The effects that stand where this order goes, and the messages that carry them."""
        room, thread = await self._directory.conversation(target.place.room), _thread(target)
        since = (target.first_tried or self._clock.now()) - _EARLIER
        arguments: dict[str, Any] = {"channel": room, "oldest": f"{since.timestamp():.6f}", "limit": _PAGE}
        if thread:
            arguments["ts"] = thread
        method = "conversations.replies" if thread else "conversations.history"
        found: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            try:
                answer = await self._client.call(method, include_all_metadata=True, **arguments)
            except CallFailed as failed:
                if failed.error in _NOTHING_OF_OURS:
                    return {}
                raise
            found |= dict(_carried(message) for message in answer.get("messages") or [])
            arguments["cursor"] = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not arguments["cursor"]:
                break
        return found


def _carried(message: dict[str, Any]) -> tuple[str, str]:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("effect") or ""), str(message.get("ts") or "")


def _effect(target: Target, number: int) -> str:
    return f"{target.effect}/{number + 1}" if number else target.effect


def _thread(target: Target) -> str:
    """The thread to post in. An answer opens one under its message, but not in a direct conversation."""
    thread = target.place.thread
    if not thread and not _is_one_person(target.place.room):
        thread = target.reply_to
    return thread.partition(",")[0]  # under a text of several messages: under its first


def _is_one_person(room: str) -> bool:
    """Whether the room is a direct conversation, by its own id or the person's."""
    return room.startswith(("D", "U", "W"))


def _privately(target: Target) -> dict[str, Any]:
    thread = {"thread_ts": target.place.thread} if target.place.thread else {}
    return {"response_type": "ephemeral", "replace_original": False, **thread}
