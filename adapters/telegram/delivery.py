"""Carrying out orders: one order is one or more calls, and one `Delivery` says how it went.

Nothing here waits: a refusal for now goes back to the outbox, which knows when to try again. A message of several
pieces that was interrupted goes on where it stopped when the same order (the same effect) comes again.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import InputFile
from telegram.error import BadRequest, TelegramError

from adapters.telegram import PLATFORM, files, limits, outbound, refs
from adapters.telegram.client import BotApi, failed, says
from adapters.telegram.outbound import Piece
from bot.chat.contract import Content, Delivery, Order, Target
from bot.chat.events import Place

log = logging.getLogger(__name__)

# General has the number 1 inside Telegram, but nothing can be sent to it under that number.
_GENERAL = "1"
_BLANK = "🗑"
_REMEMBERED = 1000

_NOT_MODIFIED = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "can't be edited", "message_id_invalid", "no text in the message to edit")
_NOT_PRESENTABLE = ("photo_", "image_process_failed", "wrong type", "voice_messages_forbidden", "wrong file identifier")

JSON = dict[str, Any]


class Courier:
    """Sends, changes and removes messages of one bot."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._begun: OrderedDict[str, list[int]] = OrderedDict()
        self._ways: dict[str, Callable[[Order, Target], Awaitable[Delivery]]] = {
            "show": self._show,
            "whisper": self._show,
            "remove": self._remove,
            "file": self._file,
            "topic": self._topic,
            "room": self._topic,
            "close": self._close,
        }

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Carry out an order; orders for what Telegram does not have (home pages) are done with nothing."""
        way = self._ways.get(order.kind)
        return await way(order, target) if way else Delivery("sent")

    async def _show(self, order: Order, target: Target) -> Delivery:
        """Bring the messages that stand (none, at first) to how the view reads now."""
        if order.view is None:
            return Delivery("refused", reason="invalid", detail="nothing to show")
        standing = self._begun.pop(target.effect, None) or refs.numbers(target.ref)
        pieces = outbound.pieces(order.view)
        writing = False
        try:
            for index, piece in enumerate(pieces):
                writing = False
                if index < len(standing) and not await self._edit(target.place, standing[index], piece):
                    await self._delete_all(target.place, standing[index:])
                    del standing[index:]
                if index >= len(standing):
                    writing = True
                    standing.append(await self._send(target, piece, answers=index == 0, quiet=order.quiet))
            writing = False
            await self._delete_all(target.place, standing[len(pieces) :])
        except TelegramError as error:
            return self._interrupted(error, target, standing, again=not writing)
        return Delivery("sent", refs.joined(standing[: len(pieces)]), target.place)

    def _interrupted(self, error: TelegramError, target: Target, standing: list[int], *, again: bool) -> Delivery:
        delivery = failed(error, target.place.room, again=again)
        if delivery.outcome != "refused" and standing:
            self._begun[target.effect] = standing
            while len(self._begun) > _REMEMBERED:
                self._begun.popitem(last=False)
        return delivery

    async def _send(self, target: Target, piece: Piece, *, answers: bool, quiet: bool = False) -> int:
        where = _where(target, answers=answers) | {"reply_markup": piece.keyboard}
        if quiet:
            where["disable_notification"] = True
        sent = await self._worded("sendMessage", piece, where)
        return int(sent["message_id"])

    async def _edit(self, place: Place, number: int, piece: Piece) -> bool:
        """Change a message; False when it is no longer there to be changed. Without a keyboard the old one goes."""
        where = {"chat_id": place.room, "message_id": number, "reply_markup": piece.keyboard}
        try:
            await self._worded("editMessageText", piece, where)
        except BadRequest as error:
            if says(error, _NOT_MODIFIED):
                return True
            if says(error, *_NOT_EDITABLE):
                return False
            raise
        return True

    async def _worded(self, method: str, piece: Piece, where: JSON) -> Any:
        """Call with the HTML; should the server not understand it, once more with the bare words."""
        where = where | {"link_preview_options": {"is_disabled": True}}
        try:
            return await self._api.call(method, **where, text=piece.html, parse_mode="HTML")
        except BadRequest as error:
            if not says(error, "can't parse entities"):
                raise
            log.error("Telegram did not understand our HTML: %s", error.message)
            return await self._api.call(method, **where, text=piece.plain)

    async def _remove(self, order: Order, target: Target) -> Delivery:
        try:
            await self._delete_all(target.place, refs.numbers(target.ref))
        except TelegramError as error:
            return failed(error, target.place.room, again=True)
        return Delivery("sent", place=target.place)

    async def _delete_all(self, place: Place, numbers: Sequence[int]) -> None:
        for number in numbers:
            try:
                await self._api.call("deleteMessage", chat_id=place.room, message_id=number)
            except BadRequest as error:
                if says(error, "message can't be deleted"):
                    # After 48 hours a bot's message can't be deleted any more, but still be emptied.
                    await self._edit(place, number, Piece(_BLANK, _BLANK))
                elif not says(error, "message to delete not found", "message_id_invalid"):
                    raise

    async def _file(self, order: Order, target: Target) -> Delivery:
        """A stored file with the view's words under it, or before it where they are too long for that."""
        content = target.content
        if content is None:
            return Delivery("refused", reason="invalid", detail="no content")
        if len(content.data) > limits.UPLOAD:
            return Delivery("refused", reason="too_large", detail=f"{len(content.data)} bytes")
        sent = self._begun.pop(target.effect, [])
        try:
            if order.view is not None and not outbound.fits_caption(order.view) and not sent:
                for index, piece in enumerate(outbound.pieces(order.view)):
                    sent.append(await self._send(target, piece, answers=index == 0))
            caption = "" if sent or order.view is None else outbound.caption(order.view)
            sent.append(await self._upload(target, content, caption, answers=not sent))
        except TelegramError as error:
            return self._interrupted(error, target, sent, again=False)
        return Delivery("sent", refs.joined(sent), target.place)

    async def _upload(self, target: Target, content: Content, caption: str, *, answers: bool) -> int:
        where = _where(target, answers=answers)
        if caption:
            where |= {"caption": caption, "parse_mode": "HTML"}
        way = files.upload(content)
        try:
            return await self._post_file(way, where, content)
        except BadRequest as error:
            # What Telegram can neither show nor play it still carries.
            if way is files.DOCUMENT or not says(error, *_NOT_PRESENTABLE):
                raise
            return await self._post_file(files.DOCUMENT, where, content)

    async def _post_file(self, way: files.Upload, where: JSON, content: Content) -> int:
        file = InputFile(content.data, filename=content.name or "file")
        sent = await self._api.call(way.method, **where | {way.field: file})
        return int(sent["message_id"])

    async def _topic(self, order: Order, target: Target) -> Delivery:
        """Open a topic, or give an open one another name. Its reference is the number of its thread."""
        room = target.place.room
        name = limits.well_formed(order.title)[: limits.TOPIC_NAME] or "…"
        try:
            if target.ref:
                await self._rename(room, target.ref, name)
                thread = target.ref
            else:
                topic = await self._api.call("createForumTopic", chat_id=room, name=name)
                thread = str(topic["message_thread_id"])
        except TelegramError as error:
            return failed(error, room, again=bool(target.ref))
        return Delivery("sent", thread, Place(PLATFORM, room, thread))

    async def _close(self, order: Order, target: Target) -> Delivery:
        """Let only administrators write in the topic any more."""
        room, thread = target.place.room, target.place.thread
        try:
            await self._api.call("closeForumTopic", chat_id=room, message_thread_id=int(thread or _GENERAL))
        except BadRequest as error:
            if not says(error, "topic_not_modified", "topic_id_invalid"):
                return failed(error, room, again=True)
        except TelegramError as error:
            return failed(error, room, again=True)
        return Delivery("sent", place=target.place)

    async def _rename(self, room: str, thread: str, name: str) -> None:
        try:
            await self._api.call("editForumTopic", chat_id=room, message_thread_id=int(thread), name=name)
        except BadRequest as error:
            if not says(error, "topic_not_modified"):
                raise


def _where(target: Target, *, answers: bool) -> JSON:
    """Chat, topic, and the message that is answered, as every sending method wants them."""
    thread = target.place.thread
    where: JSON = {"chat_id": target.place.room}
    if thread and thread != _GENERAL:
        where["message_thread_id"] = int(thread)
    answered = refs.numbers(target.reply_to) if answers else []
    if answered:
        where["reply_parameters"] = {"message_id": answered[-1], "allow_sending_without_reply": True}
    return where
