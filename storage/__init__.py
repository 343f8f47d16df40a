"""Where Baton keeps things: tables, repositories and migrations, on SQLite and PostgreSQL."""

from storage.opening import open_database

__all__ = ["open_database"]
