"""Tables and constraints, one module per capability; `metadata` knows them all."""

from storage.tables import (
    alerts,
    builtin,
    clocks,
    collab,
    dialogs,
    duty,
    facts,
    files,
    inbox,
    keystore,
    knowledge,
    outbox,
    people,
    tickets,
)
from storage.tables.metadata import metadata

__all__ = [
    "alerts",
    "builtin",
    "clocks",
    "collab",
    "dialogs",
    "duty",
    "facts",
    "files",
    "inbox",
    "keystore",
    "knowledge",
    "metadata",
    "outbox",
    "people",
    "tickets",
]
