"""Deliveries of the platforms: seen, waiting, handled, given up."""

from sqlalchemy import Index, Table, UniqueConstraint, and_, false, true

from storage.tables.metadata import flag, instant, metadata, number, payload, serial, words

inbox = Table(
    "inbox",
    metadata,
    serial(),
    words("platform"),
    words("key"),
    payload("payload"),
    instant("received_at"),
    # When somebody may take the row: the time it was put back to or, while it is in hands, the end of their lease.
    instant("due_at"),
    words("holder"),
    number("attempts"),
    words("error"),
    instant("ended_at", null=True),
    flag("dead"),
    # The conversation that it belongs to, as `str(Place)`; "" where that is not known.
    words("line"),
    words("author"),  # the account that speaks in it, on its platform
    UniqueConstraint("platform", "key"),
)
waiting = inbox.c.ended_at.is_(None)
handled = and_(inbox.c.ended_at.is_not(None), inbox.c.dead.is_(false()))
given_up = inbox.c.dead.is_(true())
Index("ix_inbox_line", inbox.c.line, inbox.c.id, sqlite_where=waiting, postgresql_where=waiting)
Index("ix_inbox_due", inbox.c.due_at, sqlite_where=waiting, postgresql_where=waiting)
Index("ix_inbox_handled", inbox.c.received_at, sqlite_where=handled, postgresql_where=handled)
Index("ix_inbox_dead", inbox.c.id, sqlite_where=given_up, postgresql_where=given_up)
