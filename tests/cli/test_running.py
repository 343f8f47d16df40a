"""`baton run`, `backup`, `restore` and `chat link` as real processes on both databases."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from tests.cli.conftest import RealTerminal, Terminal
from tests.cli.test_check import doubts

DEMO = str(Path(__file__).parents[2] / "manifests" / "baton.toml")


@contextmanager
def running(terminal: RealTerminal, **variables: str) -> Iterator[str]:
    """A running Baton; the address that it printed. It ends well when it is asked to."""
    environment = terminal.environment(BATON_PORT="0", PYTHONUNBUFFERED="1", **variables)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=terminal.folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if found := re.search(r"http://127\.0\.0\.1:\d+(?=/chat)", line):
                yield found[0]
                break
        else:
            pytest.fail(f"it ended by itself: {printed}")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def signed_in(link: str) -> bool:
    """Whether a browser that opens the link gets a session."""
    jar = CookieJar()
    with suppress(HTTPError):
        build_opener(HTTPCookieProcessor(jar)).open(link, timeout=10).close()
    return "baton_session" in [cookie.name for cookie in jar]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    return "sqlite:///var/baton.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_it_runs_with_a_demo_team_while_commands_work_beside_it(
    real_baton: RealTerminal, baton: Terminal, database_url: str
) -> None:
    url = {"BATON_DATABASE_URL": database_url}
    with running(real_baton, **url) as address:
        assert urlopen(f"{address}/healthz", timeout=10).status == 200
        assert "lin\t林晓\tagent\tsupport" in baton.well("people", "list", **url)
        assert baton.well("config", "apply", DEMO, **url) == "Nothing to change.\n"
        assert doubts(baton, **url) == []
        link = baton.well("chat", "link", "lin", **url).strip()
        assert signed_in(address + link.removeprefix("http://127.0.0.1:8300"))
        assert not signed_in(f"{address}/chat?key=forged")
        assert baton.refused("chat", "link", "nobody", **url)
        assert baton.well("backup", "all.backup", **url).startswith("Everything is in all.backup")
    elsewhere = {"BATON_DATABASE_URL": "sqlite:///other.db"}
    baton.well("restore", "all.backup", **elsewhere)
    assert "lin\t林晓\tagent\tsupport" in baton.well("people", "list", **elsewhere)
    assert baton.refused("restore", "all.backup", **elsewhere)
    baton.well("restore", "--overwrite", "all.backup", **elsewhere)


def test_a_port_that_is_taken_is_one_line(baton: Terminal, real_baton: RealTerminal) -> None:
    with running(real_baton) as address:
        port = address.rpartition(":")[2]
        (line,) = baton.refused("run", BATON_PORT=port, BATON_DATABASE_URL="sqlite:///other.db")
        assert port in line


def test_a_second_baton_on_the_same_file_is_refused(real_baton: RealTerminal) -> None:
    with running(real_baton):
        done = real_baton("run", BATON_PORT="0")
        assert done.code == 1
        assert "Traceback" not in done.err
