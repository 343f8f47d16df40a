"""Messages to send, the lanes that keep their order, the paces that slow them down, and where they stand now."""

from sqlalchemy import Index, Table, and_, literal_column, true

from storage.tables.metadata import flag, instant, metadata, number, payload, serial, words

outbox = Table(
    "outbox",
    metadata,
    serial(),
    words("lane"),
    words("room"),  # `platform:room` of the order's place
    words("kind"),
    # The name that later orders use for it; a home page's is `home:` and the user, as there is one for each.
    words("key"),
    words("effect"),
    payload("payload"),
    words("state"),  # pending, sending; ended: sent, refused, unknown, dead, cancelled, replaced
    flag("uncertain"),
    instant("not_before"),
    number("attempts"),
    instant("created_at"),
    instant("first_tried", null=True),
    instant("ended_at", null=True),
    flag("failed"),
    words("error"),
    number("author"),
    number("ticket"),
    number("message"),
)
waiting = outbox.c.ended_at.is_(None)
named = and_(waiting, outbox.c.key != literal_column("''"))
ended = outbox.c.ended_at.is_not(None)
failed = outbox.c.failed.is_(true())
Index("uq_outbox_effect", outbox.c.effect, unique=True)
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=waiting, postgresql_where=waiting)
Index("ix_outbox_key", outbox.c.key, outbox.c.id, sqlite_where=named, postgresql_where=named)
Index("ix_outbox_failed", outbox.c.id, sqlite_where=failed, postgresql_where=failed)
Index("ix_outbox_ended", outbox.c.ended_at, sqlite_where=ended, postgresql_where=ended)

# A lane stands here while something waits in it: the table is as long as the backlog, not as the history.
lanes = Table(
    "lanes",
    metadata,
    words("name", key=True),
    words("platform"),
    # When it wants attention: its head's time or, while somebody holds it, the end of the lease.
    instant("ready_at"),
    words("holder"),
    number("fence"),
)
Index("ix_lanes_ready", lanes.c.ready_at)

paces = Table(
    "paces",
    metadata,
    words("name", key=True),
    instant("arrival"),  # theoretical arrival time of the generic cell rate algorithm
    instant("held_until"),
)

posted = Table(
    "posted",
    metadata,
    words("key", key=True),
    words("platform"),
    words("room"),
    words("thread"),
    words("ref"),
    number("ticket"),
    number("message"),
    flag("topic"),
)
Index("ix_posted_ref", posted.c.platform, posted.c.room, posted.c.ref)
