"""Which messages of Baton's stand where. Written when something was sent, read when somebody answers it."""

from sqlalchemy import bindparam, case, delete, literal_column, or_, select, true

from bot.chat.events import Place
from bot.chat.ports import OutboxRow, Posted
from storage.claims import all_columns, insert
from storage.encoding import bounded
from storage.statements import Link, Row, Statement
from storage.tables.outbox import named, outbox, posted

# Kinds of orders whose message others may hang on, and that leave a reference behind.
_LASTING = ("show", "file", "topic")

# A message that a platform shows in several pieces has a reference of several, parted by commas. Each piece is
# remembered as well, so that an answer to any of them finds the whole; its key is the message's with this and a number.
_PART = "#"

_POSTED = (
    posted.c.key,
    posted.c.platform,
    posted.c.room,
    posted.c.thread,
    posted.c.ref,
    posted.c.ticket,
    posted.c.message,
    posted.c.topic,
)
BY_KEY = Statement(select(*_POSTED).where(posted.c.key == bindparam("key")))
AT = Statement(
    select(*_POSTED).where(
        posted.c.platform == bindparam("platform"),
        posted.c.room == bindparam("room"),
        posted.c.ref == bindparam("ref"),
    )
)
_remember = insert(posted).values(all_columns(posted))
_new = _remember.excluded
REMEMBER = Statement(
    _remember.on_conflict_do_update(
        index_elements=["key"],
        set_={
            **{name: _new[name] for name in ("platform", "room", "thread", "ref", "topic")},
            # A refreshed card need not say again what it is about.
            "ticket": case((_new.ticket == 0, posted.c.ticket), else_=_new.ticket),
            "message": case((_new.message == 0, posted.c.message), else_=_new.message),
        },
    )
)
FORGET = Statement(delete(posted).where(posted.c.key == bindparam("key")))
IN_FLIGHT = Statement(
    select(outbox.c.id)
    .where(
        named,
        outbox.c.room == bindparam("room"),
        outbox.c.kind.in_([literal_column(f"'{kind}'") for kind in _LASTING]),
        or_(outbox.c.state == literal_column("'sending'"), outbox.c.uncertain.is_(true())),
    )
    .limit(literal_column("1"))
)


class PostedMessages:
    """See `bot.chat.ports.PostedStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def by_key(self, key: str) -> Posted | None:
        """The message remembered under this key."""
        row = self._link.one(BY_KEY, key=bounded(key))
        return _posted(row) if row else None

    def at(self, place: Place, ref: str) -> Posted | None:
        """The message with this reference in this room (the thread is ignored)."""
        row = self._link.one(AT, platform=place.platform, room=place.room, ref=ref)
        return _posted(row) if row else None

    def foresee(self, place: Place, ref: str) -> None:
        """`at` will be asked for this."""
        self._link.ahead(AT, platform=place.platform, room=place.room, ref=ref)

    def in_flight(self, room: Place) -> bool:
        """Whether something that others may hang on is being sent to this room right now (or may have been)."""
        return self._link.one(IN_FLIGHT, room=str(room.whole)) is not None


def remember(link: Link, row: OutboxRow, ref: str, place: Place) -> None:
    """An order was carried out: `key` leads to its message from now on, or nowhere if it was taken away."""
    order = row.order
    if not order.key:
        return
    if order.kind == "remove":
        link.run(FORGET, key=bounded(order.key))
    elif order.kind in _LASTING and ref:  # an edit that gives no reference leaves the old one
        common = {
            "platform": place.platform,
            "room": place.room,
            "thread": place.thread,
            "ticket": row.ticket,
            "message": row.message,
            "topic": order.kind == "topic",
        }
        key = bounded(order.key)
        parts = ref.split(",") if "," in ref else []
        named_parts = [{"key": f"{key}{_PART}{at}", "ref": part, **common} for at, part in enumerate(parts)]
        link.many(REMEMBER, [{"key": key, "ref": ref, **common}, *named_parts])


def _posted(row: Row) -> Posted:
    key, platform, room, thread, ref, ticket, message, topic = row
    return Posted(key.partition(_PART)[0], Place(platform, room, thread), ref, ticket, message, bool(topic))
