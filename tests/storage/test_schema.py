"""The schema: migrations make what the code expects, whole or not at all, and a newer one is left alone."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from bot.errors import ConfigurationProblem
from storage import DatabaseDown, migrate, open_database, schema
from storage.tables import metadata

ROOT = Path(__file__).parents[2]


def described(connection: Connection) -> dict[str, object]:
    """Every table with its columns, keys and indexes, as the database itself tells them."""
    look = inspect(connection)
    tables = sorted(set(look.get_table_names()) - {"alembic_version"})
    described: dict[str, object] = {}
    for table in tables:
        columns = [(c["name"], str(c["type"]), c["nullable"], bool(c.get("identity"))) for c in look.get_columns(table)]
        keys = sorted((k["constrained_columns"], k["referred_table"], k["name"]) for k in look.get_foreign_keys(table))
        uniques = sorted((u["name"], u["column_names"]) for u in look.get_unique_constraints(table))
        described[table] = (columns, look.get_pk_constraint(table), keys, uniques, indexes(connection, table))
    return described


def indexes(connection: Connection, table: str) -> list[str]:
    """The statements of a table's indexes, spaces and quotes aside."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    else:
        query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = :table"
    rows = connection.execute(text(query), {"table": table})
    return sorted(" ".join(statement.replace('"', "").split()) for (statement,) in rows)


class TestMigrations:
    """Covers G2: migrations run up on both databases, and refuse to start on a schema newer than the program."""

    def test_they_make_what_the_tables_say(self, empty_url: str) -> None:
        with suppress(Undo), schema.rebuilding(empty_url) as connection:
            metadata.create_all(connection)
            wanted = described(connection)
            raise Undo
        assert migrate(empty_url)
        with schema.snapshot(empty_url) as (connection, revision):
            made = described(connection)
        assert revision == schema.revisions()[-1]
        assert set(made) == set(wanted)
        for table, description in wanted.items():
            assert made[table] == description, table

    def test_autoincrement_numbers_are_never_given_twice(self, sqlite_url: str) -> None:
        with schema.snapshot(sqlite_url) as (connection, _):
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'tickets'")).scalar()
        assert "AUTOINCREMENT" in str(made)

    def test_they_go_step_by_step_and_back(self, empty_url: str) -> None:
        for revision in schema.revisions():
            with schema.rebuilding(empty_url) as connection:
                schema.upgrade(connection, revision)
            assert schema.current(empty_url) == revision
        with schema.rebuilding(empty_url) as connection:
            schema.downgrade(connection)
            assert schema.tables_in(connection) <= {"alembic_version", "sqlite_sequence"}
        assert schema.current(empty_url) == ""
        assert migrate(empty_url)

    def test_running_them_again_does_nothing(self, empty_url: str) -> None:
        assert migrate(empty_url)
        assert not migrate(empty_url)

    def test_an_interrupted_one_leaves_nothing_behind(self, empty_url: str) -> None:
        """Fault D13."""
        with suppress(Undo), schema.rebuilding(empty_url) as connection:
            schema.upgrade(connection, schema.revisions()[0])
            raise Undo
        assert schema.current(empty_url) == ""
        assert migrate(empty_url)

    def test_several_at_once_are_all_content(self, empty_url: str) -> None:
        """Fault D13: two replicas start on an empty database."""
        program = f"from storage import migrate; print(migrate({empty_url!r}))"
        starting = [
            subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        said = sorted(process.communicate(timeout=60)[0].strip() for process in starting)
        assert said == ["False", "False", "True"]
        assert schema.current(empty_url) == schema.revisions()[-1]

    async def test_a_newer_schema_is_refused_in_one_line(self, database_url: str) -> None:
        with schema.rebuilding(database_url) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        try:
            for start in (lambda: migrate(database_url), lambda: schema.check(database_url)):
                with pytest.raises(ConfigurationProblem, match="9999") as problem:
                    start()
                assert "\n" not in str(problem.value)
            with pytest.raises(ConfigurationProblem, match="newer than this program"):
                await open_database(database_url).start()
        finally:
            with schema.rebuilding(database_url) as connection:
                connection.execute(text(f"UPDATE alembic_version SET version_num = '{schema.revisions()[-1]}'"))

    def test_an_empty_database_asks_for_them(self, empty_url: str) -> None:
        assert schema.current(empty_url) == ""
        with pytest.raises(ConfigurationProblem, match="baton migrate"):
            schema.check(empty_url)

    def test_looking_makes_no_file(self, tmp_path: Path) -> None:
        assert schema.current(f"sqlite:///{tmp_path / 'none.db'}") == ""
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_no_database_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "letter"
        path.write_text("Dear diary, " * 500)
        with pytest.raises(DatabaseDown):
            migrate(f"sqlite:///{path}")


class Undo(Exception):
    """Ends a transaction without a trace."""


class TestAddresses:
    """What `BATON_DATABASE_URL` may say."""

    @pytest.mark.parametrize(
        "url",
        ["", "sqlite://", "sqlite:///:memory:", "mysql://root:s3cret@host/db", "baton.db", "postgresql//x:s3cret@y"],
    )
    def test_what_can_not_be_meant_is_refused_in_one_line(self, url: str) -> None:
        with pytest.raises(ConfigurationProblem) as problem:
            open_database(url)
        line = str(problem.value)
        assert line.startswith("BATON_DATABASE_URL: ")
        assert "sqlite:///var/baton.db" in line
        assert "s3cret" not in line

    @pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
    async def test_every_way_to_name_postgresql_is_understood(self, scheme: str, migrated_postgres_url: str) -> None:
        database = open_database(migrated_postgres_url.replace("postgresql", scheme, 1), mode="visit")
        await database.start()
        assert await database.read(lambda unit: unit.facts.latest()) == 0
        await database.close()
