"""Tickets, the threads they joined, their conversation, and how they hang together."""

from sqlalchemy import Index, Table, UniqueConstraint, true

from storage.tables.metadata import (
    flag,
    instant,
    maybe_words,
    metadata,
    number,
    payload,
    reference,
    serial,
    words,
)

tickets = Table(
    "tickets",
    metadata,
    serial(),
    words("title"),
    payload("description"),
    reference("requester", "persons"),
    reference("team", "teams", null=True),
    reference("assignee", "persons", null=True),
    words("status"),
    # Whether somebody still has to do something (`Status.live`): the queues' indexes hold these rows only.
    flag("live"),
    number("weight"),
    payload("tags"),
    words("source"),
    words("link"),
    maybe_words("origin"),
    words("due_on"),
    reference("follows", "tickets", null=True),
    reference("merged_into", "tickets", null=True),
    instant("created_at"),
    instant("updated_at"),
    instant("solved_at", null=True),
    instant("closed_at", null=True),
    instant("customer_spoke_at", null=True),
    words("last_reply"),
    instant("last_reply_at", null=True),
    number("version"),
    words("type"),
    sqlite_autoincrement=True,  # a number that people have typed never means another ticket
)
live = tickets.c.live.is_(true())
Index("uq_tickets_origin", tickets.c.origin, unique=True)
Index("ix_tickets_requester", tickets.c.requester, tickets.c.created_at)
Index(
    "ix_tickets_assignee_live",
    tickets.c.assignee,
    tickets.c.weight.desc(),
    tickets.c.created_at,
    sqlite_where=live,
    postgresql_where=live,
)
Index(
    "ix_tickets_team_live",
    tickets.c.team,
    tickets.c.weight.desc(),
    tickets.c.created_at,
    sqlite_where=live,
    postgresql_where=live,
)
Index("ix_tickets_board", tickets.c.team, tickets.c.status, tickets.c.weight.desc(), tickets.c.created_at)

threads = Table(
    "threads",
    metadata,
    serial(),
    reference("ticket", "tickets"),
    words("side"),
    words("platform"),
    words("room"),
    words("thread"),
    words("key"),
    words("reply_to"),
    number("request"),  # of the collaboration request whose thread it is; 0 for the ticket's own
    UniqueConstraint("ticket", "side", "platform", "room", "thread", "request"),
)
Index("ix_threads_place", threads.c.platform, threads.c.room, threads.c.thread)

messages = Table(
    "messages",
    metadata,
    serial(),
    reference("ticket", "tickets"),
    reference("author", "persons", null=True),
    words("side"),
    flag("public"),
    payload("text"),
    words("said"),  # the characters alone, folded, for those who look for them
    instant("at"),
    maybe_words("platform"),
    maybe_words("room"),
    words("thread"),
    maybe_words("ref"),
    reference("thread_id", "threads", null=True),  # the ticket's thread in which it was written
    payload("files"),
    words("fate"),
    instant("edited_at", null=True),
    instant("removed_at", null=True),
    number("request"),  # of the collaboration request that it is about; 0 for none
)
Index("ix_messages_ticket", messages.c.ticket, messages.c.at, messages.c.id)
Index("ix_messages_thread", messages.c.thread_id)
Index("ix_messages_author", messages.c.author, messages.c.at)
Index("uq_messages_ref", messages.c.platform, messages.c.room, messages.c.ref, unique=True)

links = Table(
    "links",
    metadata,
    reference("one", "tickets", key=True),
    reference("other", "tickets", key=True),
    words("kind", key=True),
)
Index("ix_links_other", links.c.other)
