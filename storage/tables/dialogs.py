"""Forms that are being asked field by field."""

from sqlalchemy import Table

from storage.tables.metadata import instant, metadata, payload, reference, words

dialogs = Table(
    "dialogs",
    metadata,
    words("platform", key=True),
    words("room", key=True),
    words("thread", key=True),
    reference("person", "persons", key=True),
    payload("data"),
    instant("saved_at"),
)
