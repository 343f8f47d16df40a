"""The environment: every variable that Baton reads, with its default, in one frozen object.

`.env` in the working directory counts as well; the environment wins. An empty variable is as good as none. Whatever is
missing or wrong is reported at once: `ConfigurationProblem` has one line a variable, in the operator's language, that
says what is wrong and shows an example. Secrets never appear in those lines, nor in the object's `repr`.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import settings_rules as rules
from bot.chat.contract import Problem
from bot.errors import ConfigurationProblem
from bot.language.catalogue import Words, chosen

DEFAULT_CONFIG = Path("baton.toml")
ENV_FILE = ".env"
SLACK_API = "https://slack.com/api"
TELEGRAM_API = "https://api.telegram.org"

EXAMPLES: Mapping[str, str] = {
    "BATON_DATABASE_URL": "sqlite:///var/baton.db",
    "BATON_CONFIG": "baton.toml",
    "BATON_HOST": "127.0.0.1",
    "BATON_PORT": "8300",
    "BATON_PUBLIC_URL": "https://baton.example.com",
    "BATON_HEARTBEAT_URL": "https://hc-ping.com/…",
    "BATON_FILES_URL": "s3://bucket/baton",
    "BATON_SECRET_KEY": "$(openssl rand -hex 32)",
    "BATON_LOCAL_CHAT": "on",
    "SLACK_BOT_TOKEN": "xoxb-…",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_APP_TOKEN": "xapp-1-…",
    "SLACK_API_URL": SLACK_API,
    "TELEGRAM_BOT_TOKEN": "110201543:AAHdqTcv…",
    "TELEGRAM_MODE": "polling",
    "TELEGRAM_WEBHOOK_SECRET": "$(openssl rand -hex 32)",
    "TELEGRAM_API_URL": TELEGRAM_API,
}

ApiAddress = Annotated[str, BeforeValidator(rules.address)]


class Settings(BaseSettings):
    """What the operator decided outside of the database. Made by `Settings()`; raises `ConfigurationProblem`."""

    model_config = SettingsConfigDict(
        frozen=True,
        case_sensitive=True,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_default=False,
    )

    database_url: Annotated[str, BeforeValidator(rules.database_url)] = Field(
        "sqlite:///var/baton.db", validation_alias="BATON_DATABASE_URL", repr=False
    )
    config: Annotated[Path | None, BeforeValidator(rules.existing_file)] = Field(None, validation_alias="BATON_CONFIG")
    host: Annotated[str, BeforeValidator(rules.host)] = Field("127.0.0.1", validation_alias="BATON_HOST")
    port: Annotated[int, BeforeValidator(rules.port)] = Field(8300, validation_alias="BATON_PORT")
    public_url: ApiAddress = Field("", validation_alias="BATON_PUBLIC_URL")
    heartbeat_url: Annotated[SecretStr | None, BeforeValidator(rules.watcher)] = Field(
        None, validation_alias="BATON_HEARTBEAT_URL"
    )
    files_url: Annotated[str, BeforeValidator(rules.bucket)] = Field("", validation_alias="BATON_FILES_URL")
    given_secret_key: Annotated[SecretStr | None, BeforeValidator(rules.secret_key)] = Field(
        None, validation_alias="BATON_SECRET_KEY"
    )
    local_chat: Annotated[bool | None, BeforeValidator(rules.switch)] = Field(None, validation_alias="BATON_LOCAL_CHAT")

    slack_bot_token: Annotated[SecretStr | None, BeforeValidator(rules.slack_bot_token)] = Field(
        None, validation_alias="SLACK_BOT_TOKEN"
    )
    slack_signing_secret: Annotated[SecretStr | None, BeforeValidator(rules.one_word)] = Field(
        None, validation_alias="SLACK_SIGNING_SECRET"
    )
    slack_app_token: Annotated[SecretStr | None, BeforeValidator(rules.slack_app_token)] = Field(
        None, validation_alias="SLACK_APP_TOKEN"
    )
    slack_api_url: ApiAddress = Field(SLACK_API, validation_alias="SLACK_API_URL")

    telegram_bot_token: Annotated[SecretStr | None, BeforeValidator(rules.telegram_bot_token)] = Field(
        None, validation_alias="TELEGRAM_BOT_TOKEN"
    )
    telegram_mode: Annotated[Literal["polling", "webhook"], BeforeValidator(rules.telegram_mode)] = Field(
        "polling", validation_alias="TELEGRAM_MODE"
    )
    given_webhook_secret: Annotated[SecretStr | None, BeforeValidator(rules.webhook_secret)] = Field(
        None, validation_alias="TELEGRAM_WEBHOOK_SECRET"
    )
    telegram_api_url: ApiAddress = Field(TELEGRAM_API, validation_alias="TELEGRAM_API_URL")

    @model_validator(mode="wrap")
    @classmethod
    def _all_problems_at_once(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report wrong values together with what is missing beside them."""
        problems: dict[str, rules.Wrong] = {}
        settings = None
        try:
            settings = handler(given)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_input=False):
                problems[str(found["loc"][0])] = rules.Wrong(found["type"], found.get("ctx", {}))
        for variable, wrong in rules.incomplete(given):
            problems.setdefault(variable, wrong)
        if problems or settings is None:
            words = operator_words()
            raise ConfigurationProblem(*(_line(words, name, problems[name]) for name in EXAMPLES if name in problems))
        return settings

    @property
    def slack_on(self) -> bool:
        """Whether Slack is configured."""
        return self.slack_bot_token is not None

    @property
    def slack_mode(self) -> Literal["http", "socket"]:
        """Socket Mode as soon as there is an app-level token."""
        return "socket" if self.slack_app_token else "http"

    @property
    def telegram_on(self) -> bool:
        """Whether Telegram is configured."""
        return self.telegram_bot_token is not None

    @property
    def local_chat_on(self) -> bool:
        """Whether the built-in chat is served: as the operator says, else while no platform's token is set."""
        return not (self.slack_on or self.telegram_on) if self.local_chat is None else self.local_chat

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that are on, by the names that places carry."""
        on = {"slack": self.slack_on, "telegram": self.telegram_on, "web": self.local_chat_on}
        return tuple(name for name, is_on in on.items() if is_on)

    @property
    def team_file(self) -> Path | None:
        """The team file to apply at the start: the one that was named, else `baton.toml` if it stands."""
        return self.config or (DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None)

    @property
    def sqlite_path(self) -> Path | None:
        """Where the SQLite database lies; None on PostgreSQL."""
        return rules.sqlite_path(self.database_url)

    @property
    def cache_folder(self) -> Path:
        """Where is kept what can be made anew: beside the SQLite file, on PostgreSQL in the user's own cache."""
        path = self.sqlite_path
        if path is not None:
            return path.with_name(f"{path.name}.cache")
        own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(own) / "baton" / hashlib.sha256(self.database_url.encode()).hexdigest()[:16]

    @property
    def database_shown(self) -> str:
        """The database's address without its password, for logs and people."""
        parts = urlsplit(self.database_url)
        if not parts.password:
            return self.database_url.partition("?")[0]
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, f"{parts.username}:***@{host}", parts.path, "", ""))

    def webhook_secret(self, signing_key: str) -> str:
        """Telegram's secret token header: as given, else derived from the signing key, so that replicas agree on it."""
        if self.given_webhook_secret:
            return self.given_webhook_secret.get_secret_value()
        return hmac.new(signing_key.encode(), b"telegram webhook", hashlib.sha256).hexdigest()

    def address(self, port: int = 0) -> str:
        """Where people reach Baton, without a slash at the end; `port` is the one really served on, if it was free."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port or self.port}"


def doubts_of(settings: Settings, environ: Mapping[str, str]) -> list[Problem]:
    """What will not do what the operator expects, although Baton can start with it."""
    found = []
    for name in environ:
        near = rules.misspelt(name, EXAMPLES)
        if near:
            found.append(Problem("check.unknown_variable", (("variable", name), ("near", near)), fatal=False))
    if not settings.platforms:
        found.append(Problem("check.no_platform"))
    if settings.slack_on and settings.slack_mode == "http" and not settings.public_url:
        found.append(Problem("check.no_public_url", fatal=False))
    return found


def environment() -> dict[str, str]:
    """Every variable, those of `.env` included, for what the team file takes from the environment as `$NAME`."""
    noted = dotenv_values(ENV_FILE, encoding="utf-8-sig")
    return {name: value for name, value in noted.items() if value} | dict(os.environ)


def operator_words(environ: Mapping[str, str] | None = None) -> Words:
    """The catalogue for whoever sits at the terminal: `BATON_LANG`, else the locale of the shell, else English."""
    env = os.environ if environ is None else environ
    shell = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return Words(chosen(env.get("BATON_LANG", ""), shell.partition(".")[0]))


def _line(words: Words, variable: str, wrong: rules.Wrong) -> str:
    values = {name: str(value) for name, value in wrong.values.items()}
    problem = words(f"settings.{wrong.key}", **values)
    return words("settings.line", variable=variable, problem=problem, example=f"{variable}={EXAMPLES[variable]}")
