"""Whether a SQLite file is whole, and SQLite one to be trusted with it: looked at once, before work begins."""

import logging
import sqlite3
from pathlib import Path

from bot.errors import ConfigurationProblem

log = logging.getLogger(__name__)

CHECKED_BYTES = 512_000_000
"""A larger file takes seconds to read through (1.6 GB a second from memory, measured), and is left to its operator."""

SAFE_VERSION = (3, 51, 3)
"""Before it, two connections that write and empty the log at once may spoil the file (sqlite.org/wal.html, "The
WAL-reset bug"). Baton has one writer; commands beside it are others, for moments."""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def check(path: Path, connection: sqlite3.Connection) -> None:
    """Raises `ConfigurationProblem` for a damaged file: working on would spoil more of it. Raises `sqlite3.Error`."""
    if sqlite3.sqlite_version_info < SAFE_VERSION:
        safe = ".".join(map(str, SAFE_VERSION))
        log.info("SQLite %s: %s or newer is safer for commands beside a running Baton", sqlite3.sqlite_version, safe)
    if path.stat().st_size > CHECKED_BYTES:
        log.info("%s is too large to be read through at each start: `PRAGMA integrity_check` does", path)
        return
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise damaged(path, found)


def is_damage(problem: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is at fault, not the moment."""
    return (getattr(problem, "sqlite_errorcode", 0) & 0xFF) in _DAMAGE


def damaged(path: Path, found: str) -> ConfigurationProblem:
    """What to do about it, in one line."""
    return ConfigurationProblem(
        f"BATON_DATABASE_URL: {path} is damaged ({' '.join(found.split())}); keep a copy of it and of {path.name}-wal, "
        "and restore the latest backup: baton restore"
    )
