"""What a process that died had in its hands: free at once where nobody else can be alive.

On SQLite the lock on the file says so. On PostgreSQL, whose replicas know nothing of each other, leases run out.
"""

from sqlalchemy import Connection, delete, update

from storage.tables.inbox import inbox, waiting
from storage.tables.keystore import leases
from storage.tables.outbox import lanes


def free(connection: Connection, now: int) -> None:
    """Let all leases end now (microseconds since 1970). Who held what stays to be seen: it may have killed him."""
    connection.execute(update(inbox).where(waiting, inbox.c.holder != "").values(due_at=now))
    connection.execute(update(lanes).where(lanes.c.holder != "").values(ready_at=now))
    connection.execute(delete(leases))
