"""When somebody is not to be had, and who was mentioned where."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.metadata import instant, metadata, reference, serial, words

duty_blocks = Table(
    "duty_blocks",
    metadata,
    serial(),
    reference("person", "persons"),
    instant("starts_at"),
    instant("ends_at"),
    words("kind"),
    words("note"),
)
Index("ix_duty_blocks_person", duty_blocks.c.person, duty_blocks.c.ends_at)

mentions = Table(
    "mentions",
    metadata,
    serial(),
    reference("ticket", "tickets"),
    reference("message", "messages"),
    reference("person", "persons"),
    instant("at"),
    words("state"),
    UniqueConstraint("message", "person"),
)
Index("ix_mentions_person", mentions.c.person, mentions.c.id)
