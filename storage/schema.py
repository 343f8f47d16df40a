"""The tables' state: bring it up to date, or refuse to work with one that is newer than the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from bot.errors import ConfigurationProblem
from storage.claims import lock_number
from storage.engine import DatabaseDown
from storage.location import located

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """All revisions that this program knows, oldest first: the numbers that the files begin with."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(url: str) -> str:
    """The revision of the database; "" while it is empty. Raises `DatabaseDown`, `ConfigurationProblem`."""
    with _transaction(url, write=False) as connection:
        return _revision(connection)


def migrate(url: str) -> bool:
    """Bring the tables up to date; whether anything had to be done.

    One transaction: interrupted, it leaves nothing behind. Of several at once one does it and the others wait. Raises
    `DatabaseDown`, and `ConfigurationProblem` for a database that is newer than this program.
    """
    with _transaction(url, write=True) as connection:
        before = _known(_revision(connection))
        if before == revisions()[-1]:
            return False
        command.upgrade(_config(connection), "head")
        return True


def check(url: str) -> None:
    """Raises `ConfigurationProblem` unless the tables are exactly those of this program; `DatabaseDown`."""
    found = _known(current(url))
    if found != revisions()[-1]:
        state = f"its tables are at revision {found}" if found else "it has no tables yet"
        raise ConfigurationProblem(f"BATON_DATABASE_URL: {state}, this program needs {revisions()[-1]}; run `baton migrate`")


def _known(revision: str) -> str:
    if revision and revision not in revisions():
        raise ConfigurationProblem(
            f"BATON_DATABASE_URL: its tables are at revision {revision}, which is newer than this program "
            f"({revisions()[-1]}); start the newer Baton, or restore a backup made by this one"
        )
    return revision


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _transaction(url: str, *, write: bool) -> Iterator[Connection]:
    engine = core_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            if write and engine.dialect.name == "postgresql":
                number = lock_number("baton.schema")
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
            yield connection
    except OperationalError as problem:
        raise DatabaseDown(" ".join(str(problem.orig).split())) from problem
    finally:
        engine.dispose()


def core_engine(url: str) -> Engine:
    """An engine for work on the whole database; on SQLite its transactions begin with the lock for writing."""
    location = located(url)
    if location.path is None:
        return create_engine(location.url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    location.path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(location.url, poolclass=NullPool, connect_args={"timeout": 60, "isolation_level": None})

    # SQLite's driver would else begin late, and commit before a CREATE TABLE.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
