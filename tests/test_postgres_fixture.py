"""The tests' own PostgreSQL: a real server, and a database that no other test sees."""

import fcntl
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres_server as launcher
from tests.postgres import PostgresServer, database_name


def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    assert postgres_url.startswith("postgresql://")
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT * FROM pg_tables WHERE schemaname = 'public'").fetchall()
        connection.execute("CREATE TABLE mark (id int)")
    assert tables == []


@pytest.mark.parametrize("test", ["first", "second"])
def test_nothing_is_left_over_from_another_test(postgres_url: str, test: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mark (id int)")  # fails where it stands already


def test_the_server_is_current_and_speaks_unicode_and_does_not_run_in_utc(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version >= 150000
        row = connection.execute("SELECT lower('ÄÖ接力'), current_setting('server_encoding')").fetchone()
    assert row == ("äö接力", "UTF8")


def test_a_database_is_dropped_although_somebody_is_connected(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        left_open = psycopg.connect(url)
    left_open.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_filled_database_serves_as_a_template(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as original:
        with psycopg.connect(original) as connection:
            connection.execute("CREATE TABLE mark AS SELECT 7 AS id")
        with postgres_server.database(template=database_name(original)) as copy, psycopg.connect(copy) as connection:
            assert connection.execute("SELECT id FROM mark").fetchall() == [(7,)]


def test_the_server_goes_with_its_last_user(tmp_path: Path) -> None:
    with (tmp_path / launcher.USERS).open("a") as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        subprocess.run([sys.executable, launcher.__file__, str(tmp_path)], check=True)
        url = (tmp_path / launcher.ADDRESS).read_text("utf-8")
        psycopg.connect(url).close()
    _wait_until_removed(tmp_path)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def _wait_until_removed(home: Path) -> None:
    """The watcher takes the address away first and lets go of the lock last. pytest's time limit bounds the wait."""
    while (home / launcher.ADDRESS).exists():
        time.sleep(0.01)
    with (home / launcher.USERS).open("a") as next_user:
        fcntl.flock(next_user, fcntl.LOCK_SH)
