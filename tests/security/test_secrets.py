"""What must not be read, in logs, figures, errors and files: tokens, keys, and who customers are. Covers T10."""

import logging
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.logs import Masking
from bot.settings import Settings
from storage import migrate
from storage.backups import backup
from tests.cli.conftest import Terminal
from tests.security.house import AGENT, CUSTOMER, STRANGER, Guarded, guarded

PHONE, MAIL, CARD = "13800138000", "zhang.wei@example.com", "6222020200112233445"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
VARIABLES = {
    "SLACK_BOT_TOKEN": "xoxb-1111-2222-abcdefghijklmnop",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99fffeee85a5",
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "BATON_SECRET_KEY": "a-key-that-nobody-is-to-read-anywhere-1234",
    "BATON_DATABASE_URL": "postgresql://baton:hunter2secret@127.0.0.1:1/baton",
}


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Guarded]:
    """Baton at work."""
    async with guarded(sqlite_url, tmp_path) as made:
        yield made


def formatted(message: str, *values: object) -> str:
    """A line of the log."""
    return Masking("%(levelname)s %(message)s").format(logging.LogRecord("bot", 20, "", 0, message, values, None))


@given(st.text())
def test_a_line_of_the_log_is_one_line(written: str) -> None:
    """Whatever stands in a path, a name or a message: nobody writes lines of his own, or moves a terminal's cursor."""
    line = formatted("%s", written)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


async def test_a_path_forges_no_line(house: Guarded, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "baton.http")
    await house[STRANGER].get("/nowhere%0aERROR%20bot:%20all%20is%20lost%1b[2J")
    lines = [Masking("%(message)s").format(record) for record in caplog.records if record.name == "baton.http"]
    assert [len(line.splitlines()) for line in lines] == [1]


async def test_who_a_customer_is_stands_in_no_log_and_no_figure(
    house: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    """He writes all of it, his agent answers with it, something of it fails: nobody reads it outside the ticket."""
    caplog.set_level(logging.DEBUG)
    await house[CUSTOMER].says(CUSTOMER, f"打印机坏了，电话 {PHONE}，邮箱 {MAIL}，卡号 {CARD}")
    await house.settle()
    await house[AGENT].asks("support", "reply", f"T-1 我们打 {PHONE}")
    await house[AGENT].asks("support", "show", f"T-{PHONE}")
    await house.settle()
    handler = Masking("%(asctime)s %(levelname)s %(name)s: %(message)s")
    ours = [record for record in caplog.records if record.name.split(".")[0] in ("bot", "adapters", "storage", "baton")]
    told = "\n".join(handler.format(record) for record in ours)
    told += (await house[STRANGER].get("/metrics")).text
    told += (await house[STRANGER].get("/healthz")).text + (await house[STRANGER].get("/readyz")).text
    for secret in (PHONE, MAIL, CARD, "张伟", "Emma"):
        assert secret not in told


async def test_what_is_open_to_everybody_tells_of_nobody(house: Guarded) -> None:
    """Figures have labels of platforms, queues and workers only: no room, no person, no text."""
    await house[CUSTOMER].says(CUSTOMER, "打印机坏了")
    await house.settle()
    figures = (await house[STRANGER].get("/metrics")).text
    labels = {part.partition("=")[0] for line in figures.splitlines() if "{" in line
              for part in line[line.index("{") + 1 : line.index("}")].split(",")}  # fmt: skip
    assert labels <= {"platform", "outcome", "queue", "worker", "kind", "le"}


async def test_an_error_page_says_nothing_of_the_inside(house: Guarded) -> None:
    for path in (
        "/nowhere",
        "/chat/api/nowhere",
        "/chat/message/x",
        "/static/../../etc/passwd",
        "/docs",
        "/openapi.json",
    ):
        answer = await house[STRANGER].get(path)
        assert answer.status_code in (200, 404), path
        for word in ("Traceback", "/bot/", ".py", "sqlite", "fastapi", "uvicorn"):
            assert word not in answer.text.casefold(), (path, word)
        assert "server" not in answer.headers


def test_settings_never_say_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither printed nor in a traceback's locals."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    shown = repr(settings) + str(settings) + settings.database_shown
    for value in (*VARIABLES.values(), "hunter2secret"):
        assert value not in shown
    assert isinstance(settings.telegram_bot_token, SecretStr)


def test_check_tells_what_is_wrong_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every token wrong and the database away, none of them is printed."""
    monkeypatch.chdir(tmp_path)
    away = {"SLACK_API_URL": "http://127.0.0.1:1", "TELEGRAM_API_URL": "http://127.0.0.1:1"}
    done = Terminal(tmp_path)("check", **VARIABLES, **away)
    assert done.code == 1
    for value in (*VARIABLES.values(), "hunter2secret", TOKEN.partition(":")[2]):
        assert value not in done.out + done.err


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A machine on which whatever is made may be read by everybody unless it is said otherwise."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_the_database_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Customers' words stand in it; the files that SQLite puts beside it are made alike."""
    path = tmp_path / "var" / "baton.db"
    migrate(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("open_umask")
async def test_so_is_all_that_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "baton.db"
    async with guarded(f"sqlite:///{path}", tmp_path) as house:
        await house[CUSTOMER].says(CUSTOMER, "打印机坏了")
        await house.settle()
        await house.baton.baton.librarian.look()
        found = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert {"baton.db", "baton.db-wal"} <= found.keys()
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}


@pytest.mark.usefixtures("open_umask")
def test_a_backup_takes_over_nobody_s_open_file(sqlite_url: str, tmp_path: Path) -> None:
    """Somebody put an open file, or a link, where the unfinished backup will stand."""
    (tmp_path / "mine").touch(mode=0o666)
    (tmp_path / ".a.zip.part").symlink_to(tmp_path / "mine")
    backup(sqlite_url, tmp_path / "a.zip")
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    assert not (tmp_path / "a.zip").is_symlink()
    assert (tmp_path / "mine").read_bytes() == b""
