"""Where the database is: what `BATON_DATABASE_URL` means."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigurationProblem


@dataclass(frozen=True, slots=True)
class Location:
    """A database: a file (`path`), or a server's (`conninfo` is what libpq takes). `url` is SQLAlchemy's."""

    url: URL
    path: Path | None = None
    conninfo: str = ""


def located(written: str) -> Location:
    """Read an address. Raises `ConfigurationProblem`, with the password left out."""
    try:
        url = make_url(written)
    except ArgumentError:
        raise _unknown("it can't be read") from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise _unknown("it names no file")
        return Location(url.set(drivername="sqlite+pysqlite"), path=Path(url.database))
    if kind in ("postgresql", "postgres"):
        libpq = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return Location(url.set(drivername="postgresql+psycopg"), conninfo=libpq)
    raise _unknown(f"{kind} is no database that Baton knows")


def make_private(path: Path) -> None:
    """See to it that there is a file that nobody but its owner may read, for what SQLite would make for everybody.

    One that stands stays as it is: the operator may have let others in. What SQLite puts beside it is made alike.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _unknown(why: str) -> ConfigurationProblem:
    return ConfigurationProblem(
        f"BATON_DATABASE_URL: {why}; write sqlite:///var/baton.db or postgresql://user:password@host/baton"
    )
