"""Small values, leases, and the runs of calendar jobs."""

from sqlalchemy import Column, Table

from storage.tables.metadata import NUMBER, instant, metadata, number, payload, words

kept_values = Table("kept_values", metadata, words("key", key=True), payload("data"), instant("expires_at", null=True))

leases = Table(
    "leases",
    metadata,
    words("name", key=True),
    words("holder"),
    instant("elected_at"),  # with the holder: its term
    instant("ends_at"),
)

# How often something of a kind was changed.
changes = Table("changes", metadata, words("name", key=True), number("number"))

fires = Table(
    "fires",
    metadata,
    words("name", key=True),
    Column("fire_at", NUMBER, primary_key=True, autoincrement=False),
)
