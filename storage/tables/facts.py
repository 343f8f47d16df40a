"""What happened: history, audit trail and feed in one, append-only."""

from sqlalchemy import Index, Table

from storage.tables.metadata import instant, metadata, number, payload, serial, words

# No foreign keys: what happened stays true whatever becomes of those who took part.
facts = Table(
    "facts",
    metadata,
    serial(),
    instant("at"),
    number("actor"),
    words("source"),
    words("kind"),
    number("ticket"),
    payload("data"),
    # Merging tickets copies their history; a copy names the fact it was made of, so that nobody counts it twice.
    number("copy_of", null=True),
)
Index("ix_facts_ticket", facts.c.ticket, facts.c.at, facts.c.id)
Index("uq_facts_copy", facts.c.copy_of, facts.c.ticket, unique=True)
