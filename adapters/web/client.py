"""From orders to the chat's memory: what any other platform's server would do with a call, and how it went."""

import hashlib
import hmac
from dataclasses import replace

from adapters.web import limits, rooms
from adapters.web.directory import PLATFORM, Directory
from adapters.web.markup import mentions
from adapters.web.outbound import file_body, topic_body, view_body
from bot.chat.builtin import BOT, BuiltinMessage, NewFile
from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import Place
from bot.unit import Unit


class Refused(Exception):
    """The chat will never do this; `reason` is one of `bot.chat.contract.REASONS`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def effect_key(effect: str) -> str:
    """Under which key a message of the bot's is found again."""
    return f"effect:{effect}"


def carry_out(unit: Unit, order: Order, target: Target, secret_key: str) -> Delivery:
    """Do what the order says, once however often it is tried. Raises `Refused`."""
    if order.kind == "home":
        return _home(unit, order)
    if order.kind == "remove":
        return _remove(unit, target)
    if order.kind == "show" and target.ref:
        return _change(unit, order, target)
    if order.kind == "room":
        return rooms.open_room(unit, order)
    if order.kind == "close":
        return rooms.close_room(unit, target.place)
    if order.kind in ("show", "whisper", "topic", "file"):
        return _post(unit, order, target, secret_key)
    raise Refused("invalid", f"no such order: {order.kind}")


def taken(unit: Unit, order: Order, target: Target) -> Delivery:
    """Whether an order of unknown fate was carried out; `retry` when it was not, for all of them may be repeated."""
    message = unit.builtin.by_key(effect_key(target.effect))
    return _sent(message) if message else Delivery("retry", detail="not taken, or harmless to do again")


def _post(unit: Unit, order: Order, target: Target, secret_key: str) -> Delivery:
    known = unit.builtin.by_key(effect_key(target.effect))
    if known is not None:
        return _sent(known)
    directory = Directory(unit)
    _check_place(unit, directory, order, target.place)
    message = unit.builtin.post(_draft(unit, order, target), mentions=_mentioned(directory, order, target.place))
    if order.kind == "file":
        _add_file(unit, target, message, secret_key)
    return _sent(message)


def _draft(unit: Unit, order: Order, target: Target) -> BuiltinMessage:
    if order.kind == "topic":
        body = topic_body(order.title)
    elif order.view is not None:
        body = view_body(order.view)
    elif order.kind == "file" and target.content is not None:
        body = file_body()
    else:
        raise Refused("invalid", "nothing to show")
    if order.view is not None and limits.too_long(order.view):
        raise Refused("too_long", f"more than {limits.TEXT} characters")
    topic = order.kind == "topic"
    return BuiltinMessage(
        room=target.place.room,
        author=BOT,
        at=unit.now,
        body=body,
        thread="" if topic else target.place.thread,
        title=body["title"] if topic else "",
        only_for=order.user if order.kind == "whisper" else "",
        reply_to=target.reply_to,
        key=effect_key(target.effect),
    )


def _mentioned(directory: Directory, order: Order, place: Place) -> frozenset[str]:
    """Who is named: whoever the words mention, and everybody who is written to directly."""
    named = mentions(order.view.body) if order.view is not None else frozenset()
    if order.kind == "whisper":
        return named | {order.user}
    return named if directory.shared(place.room) else named | {place.room}


def _check_place(unit: Unit, directory: Directory, order: Order, place: Place) -> None:
    if not directory.exists(place.room):
        gone = unit.builtin.direct(place.room) is None
        raise Refused("gone" if gone else "not_member", f"no room {place.room!r} for the bot")
    if not directory.shared(place.room) and directory.person(place.room) is None:
        raise Refused("unreachable", "the user is out of service")
    if not directory.shared(place.room) and unit.builtin.user(place.room).blocked:
        raise Refused("unreachable", "the user has shut the bot out")
    if order.kind == "whisper" and directory.room(order.user, place.room) is None:
        raise Refused("not_member", f"{order.user!r} is not in {place.room!r}")
    if place.thread and order.kind != "topic":
        root = unit.builtin.message(int(place.thread)) if place.thread.isdecimal() else None
        if root is None or root.room != place.room or root.thread:
            raise Refused("message_gone", f"no thread {place.thread!r}")


def _add_file(unit: Unit, target: Target, message: BuiltinMessage, secret_key: str) -> None:
    """The name can't be guessed, and is the same however often this is tried."""
    content = target.content
    if content is None:
        raise Refused("invalid", "a file without content")
    if len(content.data) > limits.FILE:
        raise Refused("too_large", f"{len(content.data)} bytes")
    ref = hmac.new(secret_key.encode(), f"file:{target.effect}".encode(), hashlib.sha256).hexdigest()[:40]
    unit.builtin.add_file(
        NewFile(ref, content.name, content.media_type, content.data, BOT, unit.now, message=message.id)
    )


def _change(unit: Unit, order: Order, target: Target) -> Delivery:
    message = _own(unit, target)
    if message is None or message.removed_at:
        raise Refused("message_gone", f"no message {target.ref!r}")
    if order.view is None:
        raise Refused("invalid", "nothing to show")
    if limits.too_long(order.view):
        raise Refused("too_long", f"more than {limits.TEXT} characters")
    body = view_body(order.view)
    if body != message.body:
        # Cards and the bot's own notes are living by nature; somebody's words that read differently now were edited.
        reworded = bool(body.get("author")) and body["text"] != message.body.get("text")
        unit.builtin.save(replace(message, body=body, edited_at=unit.now if reworded else message.edited_at))
    return _sent(message)


def _remove(unit: Unit, target: Target) -> Delivery:
    message = _own(unit, target)
    if message is not None and not message.removed_at:
        unit.builtin.save(replace(message, body={"kind": "post", "text": []}, removed_at=unit.now))
    return Delivery("sent", ref=target.ref, place=target.place)


def _own(unit: Unit, target: Target) -> BuiltinMessage | None:
    message = unit.builtin.message(int(target.ref)) if target.ref.isdecimal() else None
    return message if message and message.author == BOT else None


def _home(unit: Unit, order: Order) -> Delivery:
    if Directory(unit).person(order.user) is None:
        raise Refused("unreachable", "no such user in service")
    if order.view is None:
        raise Refused("invalid", "nothing to show")
    unit.builtin.save_home(order.user, view_body(order.view), unit.now)
    return Delivery("sent", place=Place(PLATFORM, order.user))


def _sent(message: BuiltinMessage) -> Delivery:
    thread = message.ref if message.title else message.thread
    return Delivery("sent", ref=message.ref, place=Place(PLATFORM, message.room, thread))
