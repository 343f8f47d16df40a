"""The secret that signs sessions and links: given by the operator, or made once and kept where every replica finds it.

On SQLite, which one process has to itself, it lies in a file beside the database that only its owner may read. On
PostgreSQL it is kept in the database, so that all replicas share it.
"""

import os
import secrets
from pathlib import Path

from bot.settings import Settings
from bot.unit import Database, Unit

STORED_KEY = "secret/key"


async def signing_key(settings: Settings, database: Database) -> str:
    """The key that sessions and links are signed with; the same after a restart and in every replica."""
    if settings.given_secret_key:
        return settings.given_secret_key.get_secret_value()
    path = settings.sqlite_path
    if path is not None:
        return kept_in_file(path.with_name(f"{path.name}.key"))
    return await database.write(kept_in_database, source="start")


def kept_in_file(path: Path) -> str:
    """The key in this file, made with mode 0600 if there is none; of two that make it at once, one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("ascii").strip()


def kept_in_database(unit: Unit) -> str:
    """The key in the key store, made if there is none."""
    unit.serialize(STORED_KEY)
    key = unit.keys.get(STORED_KEY)
    if key is None:
        key = secrets.token_hex(32)
        unit.keys.put(STORED_KEY, key)
    return str(key)
