"""The environment: defaults, what follows from it, and one line for each thing that is wrong."""

import re
from pathlib import Path

import pytest

from bot.errors import ConfigurationProblem
from bot.settings import EXAMPLES, Settings, operator_words

MANIFESTS = Path(__file__).parent.parent / "manifests"
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5"}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and nothing of Baton's in the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "occupied").touch()
    for name in (*EXAMPLES, "BATON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> "Reader":
    """Reads the settings with these variables set."""
    return Reader(monkeypatch)


class Reader:
    """Settings under a given environment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, **variables: str) -> Settings:
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)
        return Settings()

    def problems(self, **variables: str) -> dict[str, str]:
        """What is wrong, by variable."""
        with pytest.raises(ConfigurationProblem) as caught:
            self(**variables)
        return dict(line.split(": ", 1) for line in caught.value.lines)


def test_defaults_are_those_of_the_contract(settings: Reader) -> None:
    read = settings()
    assert read.database_url == "sqlite:///var/baton.db"
    assert read.sqlite_path == Path("var/baton.db")
    assert (read.host, read.port, read.public_url) == ("127.0.0.1", 8300, "")
    assert read.address() == "http://127.0.0.1:8300"
    assert (read.telegram_mode, read.slack_api_url) == ("polling", "https://slack.com/api")
    assert read.telegram_api_url == "https://api.telegram.org"
    assert read.team_file is None
    assert read.platforms == ("web",)


def test_an_empty_variable_is_none(settings: Reader) -> None:
    assert settings(SLACK_BOT_TOKEN="", BATON_PORT="", TELEGRAM_MODE="").platforms == ("web",)


def test_the_built_in_chat_is_on_while_no_platform_is(settings: Reader) -> None:
    assert settings().local_chat_on
    assert not settings(**TELEGRAM).local_chat_on
    assert settings(**TELEGRAM, BATON_LOCAL_CHAT="on").platforms == ("telegram", "web")
    assert settings(**SLACK, BATON_LOCAL_CHAT="off").platforms == ("slack", "telegram")


def test_slack_runs_over_http_until_there_is_an_app_token(settings: Reader) -> None:
    assert settings(**SLACK).slack_mode == "http"
    assert settings(**SLACK, SLACK_APP_TOKEN="xapp-1-A").slack_mode == "socket"


def test_socket_mode_needs_no_signing_secret(settings: Reader) -> None:
    assert settings(SLACK_BOT_TOKEN="xoxe.xoxb-1", SLACK_APP_TOKEN="xapp-1-A").slack_on


def test_the_team_file_is_the_named_one_or_the_one_that_stands(settings: Reader, tmp_path: Path) -> None:
    (tmp_path / "baton.toml").touch()
    assert settings().team_file == Path("baton.toml")
    (tmp_path / "other.toml").touch()
    assert settings(BATON_CONFIG="other.toml").team_file == Path("other.toml")


def test_dotenv_is_read_and_the_environment_wins(settings: Reader, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('BATON_PORT=9001\nBATON_HOST="0.0.0.0"\nUNRELATED=1\n')
    assert (settings().port, settings().address()) == (9001, "http://127.0.0.1:9001")
    assert settings(BATON_PORT="9002").port == 9002


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///var/x.db", "sqlite:///var/x.db"),
        ("sqlite+aiosqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("postgres://u:p@db/baton", "postgresql://u:p@db/baton"),
        ("postgresql+psycopg://db/baton?sslmode=require", "postgresql://db/baton?sslmode=require"),
        ("postgresql:///baton?host=/run/postgresql", "postgresql:///baton?host=/run/postgresql"),
    ],
)
def test_the_driver_is_batons_choice(settings: Reader, written: str, read: str) -> None:
    assert settings(BATON_DATABASE_URL=written).database_url == read


def test_the_public_address_has_no_slash_at_its_end(settings: Reader) -> None:
    assert settings(BATON_PUBLIC_URL="https://b.example.com/desk/").address() == "https://b.example.com/desk"


def test_addresses_to_show(settings: Reader) -> None:
    assert settings(BATON_HOST="::1", BATON_PORT="0").address(4711) == "http://[::1]:4711"
    assert settings(BATON_HOST="0.0.0.0").address(80) == "http://127.0.0.1:80"


WRONG = [
    ("BATON_DATABASE_URL", "mysql://host/db", "“mysql” is no database that Baton knows"),
    ("BATON_DATABASE_URL", "var/baton.db", "is no database that Baton knows"),
    ("BATON_DATABASE_URL", "sqlite://", "no file is named"),
    ("BATON_DATABASE_URL", "sqlite:///:memory:", "no file is named"),
    ("BATON_DATABASE_URL", "sqlite:///.", "no file is named"),
    ("BATON_DATABASE_URL", "sqlite:////", "is a folder, not a file"),
    ("BATON_DATABASE_URL", "sqlite:///occupied/x/baton.db", "is no folder"),
    ("BATON_DATABASE_URL", "postgresql://u:p@host:port/db", "this is no address"),
    ("BATON_DATABASE_URL", "postgresql://u:p@host", "name of the database is missing"),
    ("BATON_CONFIG", "missing.toml", "there is no file missing.toml"),
    ("BATON_HOST", "not a host", "is no host name"),
    ("BATON_PORT", "99999", "“99999” is no port"),
    ("BATON_PORT", "-1", "is no port"),
    ("BATON_PORT", "http", "is no port"),
    ("BATON_PORT", "８３００", "is no port"),
    ("BATON_PUBLIC_URL", "baton.example.com", "is no web address"),
    ("BATON_PUBLIC_URL", "https://", "is no web address"),
    ("BATON_PUBLIC_URL", "ftp://x", "is no web address"),
    ("BATON_PUBLIC_URL", "https://[::1", "is no web address"),
    ("BATON_FILES_URL", "my-bucket", "is no bucket"),
    ("BATON_HEARTBEAT_URL", "hc-ping.com/id", "is no web address"),
    ("BATON_SECRET_KEY", "hush", "too short"),
    ("BATON_LOCAL_CHAT", "perhaps", "neither on nor off"),
    ("SLACK_BOT_TOKEN", "xoxp-12-secret", "it begins with xoxp"),
    ("SLACK_BOT_TOKEN", "hush-hush", "it begins with ?"),
    ("SLACK_BOT_TOKEN", "xoxb-1 xoxb-2", "no spaces"),
    ("SLACK_APP_TOKEN", "xoxb-12-secret", "it begins with xoxb"),
    ("SLACK_SIGNING_SECRET", "two words", "no spaces"),
    ("SLACK_API_URL", "slack.com/api", "is no web address"),
    ("TELEGRAM_BOT_TOKEN", "baton_bot", "BotFather"),
    ("TELEGRAM_MODE", "push", "must be polling or webhook"),
    ("TELEGRAM_WEBHOOK_SECRET", "päss", "only A-Z"),
    ("TELEGRAM_API_URL", "localhost:8081", "is no web address"),
]


@pytest.mark.parametrize(("variable", "value", "said"), WRONG)
def test_a_wrong_value_is_named_with_an_example(settings: Reader, variable: str, value: str, said: str) -> None:
    problem = settings.problems(**{variable: value})[variable]
    assert said in problem
    assert problem.endswith(f"for example: {variable}={EXAMPLES[variable]}")
    assert "\n" not in problem


def test_every_variable_has_a_test_of_a_wrong_value() -> None:
    assert {variable for variable, _, _ in WRONG} == set(EXAMPLES)


def test_all_problems_are_reported_together_in_the_order_of_the_contract(settings: Reader) -> None:
    problems = settings.problems(
        TELEGRAM_MODE="webhook", SLACK_APP_TOKEN="xapp-1", BATON_PORT="x", BATON_PUBLIC_URL="http://b.example.com"
    )
    assert list(problems) == ["BATON_PORT", "BATON_PUBLIC_URL", "SLACK_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"]
    assert "does not begin with https://" in problems["BATON_PUBLIC_URL"]
    assert "SLACK_APP_TOKEN is set" in problems["SLACK_BOT_TOKEN"]


def test_slack_needs_a_way_in(settings: Reader) -> None:
    assert "SLACK_APP_TOKEN" in settings.problems(SLACK_BOT_TOKEN="xoxb-1")["SLACK_SIGNING_SECRET"]


def test_a_bot_api_server_of_ones_own_may_deliver_to_plain_http(settings: Reader) -> None:
    read = settings(
        **TELEGRAM,
        TELEGRAM_MODE="webhook",
        TELEGRAM_API_URL="http://localhost:8081/",
        BATON_PUBLIC_URL="http://localhost:8300",
    )
    assert (read.telegram_mode, read.telegram_api_url) == ("webhook", "http://localhost:8081")


def test_secrets_never_show(settings: Reader) -> None:
    read = settings(
        **SLACK,
        **TELEGRAM,
        BATON_SECRET_KEY="k" * 32,
        TELEGRAM_WEBHOOK_SECRET="hush",
        BATON_DATABASE_URL="postgresql://u:hush@db:5432/baton?password=hush",
    )
    shown = f"{read!r} {read} {read.database_shown} {read.model_dump_json(exclude={'database_url'})}"
    for secret in (*SLACK.values(), *TELEGRAM.values(), "k" * 32, "hush"):
        assert secret not in shown
    assert read.database_shown == "postgresql://u:***@db:5432/baton"


@pytest.mark.parametrize("value", ["xoxp-hush", "xoxb-hush hush", "hush"])
def test_problems_do_not_repeat_secrets(settings: Reader, value: str) -> None:
    for variable in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN", "BATON_SECRET_KEY"):
        assert "hush" not in settings.problems(**{variable: value})[variable]
    assert "hush" not in settings.problems(BATON_DATABASE_URL="postgresql://u:hush@h:x/d")["BATON_DATABASE_URL"]


def test_settings_do_not_change(settings: Reader) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings().port = 1  # type: ignore[misc]


def test_the_webhook_secret_is_the_given_one_or_follows_from_the_signing_key(settings: Reader) -> None:
    read = settings()
    assert read.webhook_secret("a") == read.webhook_secret("a") != read.webhook_secret("b")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", read.webhook_secret("a"))
    assert settings(TELEGRAM_WEBHOOK_SECRET="mine").webhook_secret("a") == "mine"


@pytest.mark.parametrize(
    ("environ", "locale"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-TW"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "BATON_LANG": "zh-CN"}, "zh-CN"),
        ({"LANG": "zh_TW.UTF-8", "BATON_LANG": "klingon"}, "zh-TW"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_terminal_speaks_the_operators_language(environ: dict[str, str], locale: str) -> None:
    assert operator_words(environ).locale == locale


def test_problems_are_told_in_chinese_too(settings: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_LANG", "zh-CN")
    with pytest.raises(ConfigurationProblem, match="“x”不是端口号"):
        settings(BATON_PORT="x")


def test_the_example_env_names_every_variable_and_is_a_sound_start(monkeypatch: pytest.MonkeyPatch) -> None:
    example = MANIFESTS / "example.env"
    named = set(re.findall(r"^#?([A-Z_]+)=", example.read_text("utf-8"), re.MULTILINE))
    assert named == {*EXAMPLES, "BATON_LANG"}
    Path(".env").write_text(example.read_text("utf-8"), "utf-8")
    assert Settings().platforms == ("web",)
