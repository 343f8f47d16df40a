"""The signing key: made once, kept where every replica finds it, read by its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import storage
from bot.settings import Settings
from bot.signing import kept_in_file, signing_key
from tests.clock import ManualClock


def settings(url: str, **variables: str) -> Settings:
    """Settings with this database."""
    return Settings(_env_file=None, **({"BATON_DATABASE_URL": url} | variables))  # type: ignore[arg-type]


async def key_of(configured: Settings) -> str:
    """The key that a Baton with these settings would sign with."""
    database = storage.open_database(configured.database_url, clock=ManualClock())
    await database.start()
    try:
        return await signing_key(configured, database)
    finally:
        await database.close()


async def test_on_sqlite_it_lies_beside_the_database_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    configured = settings(f"sqlite:///{tmp_path / 'data' / 'baton.db'}")
    key = await key_of(configured)
    path = tmp_path / "data" / "baton.db.key"
    assert path.read_text() == key
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await key_of(configured) == key


async def test_on_postgresql_replicas_share_it(postgres_url: str) -> None:
    key = await key_of(settings(postgres_url))
    assert len(key) == 64
    assert await key_of(settings(postgres_url)) == key


async def test_a_given_key_wins_and_nothing_is_kept(tmp_path: Path) -> None:
    configured = settings(f"sqlite:///{tmp_path / 'baton.db'}", BATON_SECRET_KEY="k" * 40)
    assert await key_of(configured) == "k" * 40
    assert not (tmp_path / "baton.db.key").exists()


@pytest.mark.parametrize("attempt", range(5))
def test_of_several_that_make_it_at_once_one_wins(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / f"{attempt}.key"
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(kept_in_file, [path] * 8))
    assert len(keys) == 1
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
