"""Tables and constraints, one module per capability; `metadata` knows them all."""

from storage.tables import builtin, dialogs, facts, files, inbox, keystore, outbox, people, tickets
from storage.tables.metadata import metadata

__all__ = ["builtin", "dialogs", "facts", "files", "inbox", "keystore", "metadata", "outbox", "people", "tickets"]
