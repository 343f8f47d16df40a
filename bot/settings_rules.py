"""What a variable of the environment may hold. Each check gives the value back as it is used, or says what is wrong.

The checks raise `PydanticCustomError`; its type is the key of a sentence under `settings.` in the catalogue. No check
puts a secret into the values of its sentence.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError
from rapidfuzz import process
from rapidfuzz.distance import OSA

# Telegram: setWebhook's secret_token is 1 to 256 of these characters.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+\Z")
_HOST = re.compile(r"\[?[A-Za-z0-9_.:%-]+\]?\Z")
_ON = frozenset({"on", "yes", "true", "1"})
_OFF = frozenset({"off", "no", "false", "0"})

# A signing key shorter than this can be guessed.
SECRET_KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a variable: a sentence under `settings.` and its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def _refuse(key: str, **values: Any) -> PydanticCustomError:
    return PydanticCustomError(key, "see the catalogue", values)


def database_url(value: str) -> str:
    """`sqlite:///PATH` or `postgresql://…`; a driver in the scheme is cut off, for Baton chooses it."""
    scheme, colon, rest = value.strip().partition("://")
    dialect = scheme.lower().partition("+")[0]
    if colon and dialect == "sqlite":
        return _sqlite(f"sqlite://{rest}")
    if colon and dialect in ("postgresql", "postgres"):
        return _postgresql(f"postgresql://{rest}")
    raise _refuse("database_scheme", value=scheme if colon else "")


def _sqlite(url: str) -> str:
    path = sqlite_path(url)
    if path is None or str(path) in (".", ":memory:"):
        raise _refuse("database_path")
    if path.is_dir():
        raise _refuse("database_folder", path=path)
    parent = next(folder for folder in path.absolute().parents if folder.exists())
    if not parent.is_dir():
        raise _refuse("database_parent", path=parent)
    return url


def sqlite_path(url: str) -> Path | None:
    """The path in `sqlite:///PATH` (four slashes: an absolute one); None for another database."""
    if not url.startswith("sqlite:///"):
        return None
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def _postgresql(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises on one that is no number
    except ValueError:
        raise _refuse("database_address") from None
    if not parts.path.strip("/") and "dbname=" not in parts.query:
        raise _refuse("database_name")
    return url


def existing_file(value: str) -> Path:
    """A file that can be read."""
    path = Path(value).expanduser()
    if not path.is_file():
        raise _refuse("no_file", value=value)
    return path


def host(value: str) -> str:
    """A host name or an address to listen on."""
    if not _HOST.match(value):
        raise _refuse("host", value=value)
    return value.strip("[]")


def port(value: str | int) -> int:
    """A TCP port; 0 lets the system choose a free one."""
    number = int(value) if str(value).isascii() and str(value).isdigit() else -1
    if not 0 <= number <= 65535:
        raise _refuse("port", value=value)
    return number


def address(value: str) -> str:
    """An http(s) address without query, given back without a slash at its end."""
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError:
        raise _refuse("address", value=value) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise _refuse("address", value=value)
    return value.strip().rstrip("/")


def watcher(value: str) -> str:
    """An http(s) address, with a query if need be, that is asked for while all is well."""
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError:
        raise _refuse("address", value=value) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refuse("address", value=value)
    return value.strip()


def bucket(value: str) -> str:
    """The address of a bucket, with a prefix if need be: `s3://bucket/prefix`."""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        raise _refuse("bucket", value=value) from None
    if parts.scheme not in ("s3", "gs", "az") or not parts.hostname:
        raise _refuse("bucket", value=value)
    return value.strip().rstrip("/")


def secret_key(value: str) -> str:
    """Long enough not to be guessed."""
    if len(value.strip()) < SECRET_KEY_LENGTH:
        raise _refuse("secret_key", least=SECRET_KEY_LENGTH)
    return value.strip()


def switch(value: str | bool) -> bool:
    """On or off, as people write it."""
    word = str(value).strip().casefold()
    if word not in _ON | _OFF:
        raise _refuse("switch", value=value)
    return word in _ON


def one_word(value: str) -> str:
    """A secret without spaces in it."""
    if len(value.split()) != 1:
        raise _refuse("spaces")
    return value.strip()


def slack_bot_token(value: str) -> str:
    """A bot token of Slack (`xoxb-`, or `xoxe.xoxb-` where tokens rotate)."""
    return _prefixed(value, ("xoxb-", "xoxe.xoxb-"), "slack_bot_token")


def slack_app_token(value: str) -> str:
    """An app-level token of Slack."""
    return _prefixed(value, ("xapp-",), "slack_app_token")


def _prefixed(value: str, prefixes: tuple[str, ...], key: str) -> str:
    token = one_word(value)
    if not token.startswith(prefixes):
        # The kind of the token is no secret, and tells the operator which one he copied.
        raise _refuse(key, kind=token.partition("-")[0] if re.match(r"xox[a-z]-|xapp-", token) else "?")
    return token


def telegram_bot_token(value: str) -> str:
    """What BotFather gave: the bot's number, a colon, 35 characters."""
    token = one_word(value)
    if not _TELEGRAM_TOKEN.match(token):
        raise _refuse("telegram_bot_token")
    return token


def telegram_mode(value: str) -> str:
    """How updates come in."""
    if value.strip().lower() not in ("polling", "webhook"):
        raise _refuse("telegram_mode", value=value)
    return value.strip().lower()


def webhook_secret(value: str) -> str:
    """What Telegram allows as a secret token."""
    if not _WEBHOOK_SECRET.match(value):
        raise _refuse("webhook_secret")
    return value


def misspelt(name: str, known: Collection[str]) -> str:
    """The variable that was probably meant by `name`; "" when it is one of them, or resembles none."""
    if name in known or not name.startswith(("BATON", "SLACK", "TELEGRAM")):
        return ""
    found = process.extractOne(name, list(known), scorer=OSA.distance, score_cutoff=2)
    return found[0] if found else ""


def incomplete(given: Mapping[str, str]) -> Iterator[tuple[str, Wrong]]:
    """Variables that are missing beside others that are set, looked at before any value is read."""
    slack = [name for name in ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN") if given.get(name)]
    if given.get("SLACK_BOT_TOKEN") and not slack:
        yield "SLACK_SIGNING_SECRET", Wrong("slack_inlet_missing")
    if slack and not given.get("SLACK_BOT_TOKEN"):
        yield "SLACK_BOT_TOKEN", Wrong("slack_token_missing", {"other": slack[0]})
    if str(given.get("TELEGRAM_MODE", "")).strip().lower() == "webhook":
        yield from _webhook(given)


def _webhook(given: Mapping[str, str]) -> Iterator[tuple[str, Wrong]]:
    if not given.get("TELEGRAM_BOT_TOKEN"):
        yield "TELEGRAM_BOT_TOKEN", Wrong("telegram_token_missing")
    public = given.get("BATON_PUBLIC_URL", "")
    if not public:
        yield "BATON_PUBLIC_URL", Wrong("public_url_missing")
    # Only a Bot API server of one's own delivers to plain http.
    elif not public.strip().startswith("https://") and not given.get("TELEGRAM_API_URL"):
        yield "BATON_PUBLIC_URL", Wrong("public_url_https", {"value": public})
