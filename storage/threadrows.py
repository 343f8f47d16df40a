"""A thread as a row: its columns in order, how values lie in them, and how one is found by its place."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, select

from bot.chat.events import Place
from bot.tickets.rules import Side, Thread
from storage.statements import Row
from storage.tables.tickets import threads, tickets

THREAD = (
    threads.c.id,
    threads.c.ticket,
    threads.c.side,
    threads.c.platform,
    threads.c.room,
    threads.c.thread,
    threads.c.key,
    threads.c.reply_to,
    threads.c.request,
)
HERE = and_(
    threads.c.platform == bindparam("platform"),
    threads.c.room == bindparam("room"),
    threads.c.thread == bindparam("thread"),
)


def first_at(*columns: ColumnElement[Any], also: tuple[ColumnElement[bool], ...] = ()) -> Select[Any]:
    """Of the threads at a place, the one whose ticket moved last, live ones first."""
    return (
        select(*columns)
        .join(tickets, tickets.c.id == threads.c.ticket)
        .where(HERE, *also)
        .order_by(tickets.c.live.desc(), tickets.c.updated_at.desc(), threads.c.id.desc())
        .limit(literal_column("1"))
    )


def values_of(place: Place) -> dict[str, str]:
    """A place, by column."""
    return {"platform": place.platform, "room": place.room, "thread": place.thread}


def thread_of(row: Row) -> Thread:
    """The thread in a row of the columns `THREAD`."""
    id, ticket, side, platform, room, thread, key, reply_to, request = row
    return Thread(id, ticket, Side(side), Place(platform, room, thread), key, reply_to, request)
