"""Where exactly an order goes: keys become the platform's references, threads are filled in, files get their bytes."""

from dataclasses import replace

from bot.chat.contract import Adapter, Delivery, Target
from bot.chat.events import Place
from bot.chat.ports import OutboxRow, Posted
from bot.unit import Unit


class Unready:
    """What the order hangs on has not been sent yet."""


def resolve(unit: Unit, row: OutboxRow, adapter: Adapter) -> Target | Unready | Delivery:
    """The target of an order; `Unready` when it has to wait; a `Delivery` when nothing has to be (or can be) sent."""
    order = row.order
    place, reply_to = order.place, order.reply_to
    own = unit.posted.by_key(order.key) if order.key else None
    if order.kind == "remove":
        return _removal(row, own)
    if order.kind in ("topic", "file") and own is not None:
        return Delivery("sent", ref=own.ref, place=own.place)
    if order.under:
        anchor = unit.posted.by_key(order.under)
        if anchor is None:
            if unit.outbox.pending(order.under):
                return Unready()
            return Delivery("refused", reason="message_gone", detail=f"{order.under} was never sent")
        place, reply_to = _hung(place, anchor, adapter, reply_to)
    if order.reply_key:
        answered = unit.posted.by_key(order.reply_key)
        reply_to = answered.ref if answered else reply_to
    content = unit.files.content(order.file) if order.kind == "file" else None
    if own is not None:
        place = own.place
    return Target(place, row.effect, own.ref if own else "", reply_to, content, row.first_tried)


def _removal(row: OutboxRow, own: Posted | None) -> Target | Delivery:
    if own is not None:
        return Target(own.place, row.effect, own.ref, first_tried=row.first_tried)
    return Delivery("sent")  # it never stood there: what was to be removed shares the lane and came to its end before


def _hung(place: Place, anchor: Posted, adapter: Adapter, reply_to: str) -> tuple[Place, str]:
    """Under an anchor: in its topic, in its thread, or as a reply to it, as the platform has it."""
    room = replace(place, room=anchor.place.room, thread=anchor.place.thread)
    if anchor.topic:
        return replace(room, thread=anchor.ref), reply_to
    if adapter.can.threads:
        return replace(room, thread=anchor.place.thread or anchor.ref), reply_to
    return room, reply_to or anchor.ref
