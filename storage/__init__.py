"""Where Baton keeps things: tables, repositories and migrations, on SQLite and PostgreSQL.

`open_database` gives the units of work, `migrate` brings tables up to date, `backup` and `restore` save everything.
"""

from storage.backups import backup, restore
from storage.engine import DatabaseDown
from storage.opening import open_database
from storage.schema import migrate

__all__ = ["DatabaseDown", "backup", "migrate", "open_database", "restore"]
