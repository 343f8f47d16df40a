"""Deadlines: timers are what is swept, clocks are what they are about."""

from sqlalchemy import Index, Table

from storage.tables.metadata import instant, metadata, number, payload, reference, serial, words

# Narrow, and only what is armed stands in it: claiming what is due costs the same however much is open.
timers = Table(
    "timers",
    metadata,
    words("kind", key=True),
    number("subject", key=True),
    instant("due_at"),
    number("attempts"),
)
Index("ix_timers_due", timers.c.due_at)

clocks = Table(
    "clocks",
    metadata,
    serial(),
    reference("ticket", "tickets"),
    number("request"),  # 0: the ticket's own
    words("measure"),
    words("policy"),
    instant("started_at"),
    instant("target", null=True),
    instant("stopped_at", null=True),
    words("outcome"),
    payload("data"),
    number("version"),
)
running = clocks.c.stopped_at.is_(None)
Index("ix_clocks_ticket", clocks.c.ticket, clocks.c.id)
Index("ix_clocks_running", clocks.c.ticket, clocks.c.id, sqlite_where=running, postgresql_where=running)
