"""What really happened on the network while Apprise sent something.

Apprise answers True or False. It takes a robot's refusal for success (the robots answer 200 with a code of their own),
and tells neither a lost connection from a refusal nor one that was never made from one that broke. So the plugins see
`requests` and `smtplib` through what stands here, which does the same and keeps a record. Nobody else's calls change.
"""

import contextlib
import logging
import smtplib
import socket
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests

_ANSWER_BYTES = 2000
_PLUGINS = "apprise.plugins."


class Abandoned(OSError):
    """Nobody waits for this call any more, so nothing may be submitted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to a request. `retry_after` is the header as it came."""

    status: int
    body: str
    retry_after: str = ""


@dataclass(slots=True)
class Record:
    """What one call did: what servers answered, what failed, what Apprise said about it.

    `submitted` is set just before anything is handed over that a server may act on.
    """

    base: str = ""
    answers: list[Answer] = field(default_factory=list)
    failures: list[OSError] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    submitted: bool = False
    abandoned: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def submit(self) -> None:
        """From here on a server may act. Raises `Abandoned` when it no longer shall."""
        with self._lock:
            if self.abandoned:
                raise Abandoned("given up")
            self.submitted = True

    def abandon(self) -> bool:
        """Submit nothing from now on; whether something was already."""
        with self._lock:
            self.abandoned = True
            return self.submitted

    def note(self, error: OSError) -> None:
        """Remember a failure, once, however often it is passed on."""
        if error not in self.failures:
            self.failures.append(error)


_current: ContextVar[Record | None] = ContextVar("record", default=None)


@contextlib.contextmanager
def recording(record: Record) -> Iterator[None]:
    """Whatever plugins do in this thread meanwhile goes into the record."""
    _listen()
    token = _current.set(record)
    try:
        yield
    finally:
        _current.reset(token)


def attach(plugin: object) -> bool:
    """See to it that this plugin's calls are recorded; False for one that uses neither `requests` nor `smtplib`."""
    attached = False
    for kind in type(plugin).__mro__:
        if not kind.__module__.startswith(_PLUGINS) or kind.__module__ == f"{_PLUGINS}base":
            continue
        names = vars(sys.modules[kind.__module__])
        for name, wire in _WIRES.items():
            if name in names:
                names[name] = wire
                attached = True
    return attached


class _Requests:
    """`requests`, recorded."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        record = _current.get()
        if record is None:
            return requests.request(method, url, **options)  # noqa: S113 - the plugins say how long they wait
        record.submit()
        # A redirect would carry tokens and customers' words wherever the answer says, inside the network as well.
        options["allow_redirects"] = False
        try:
            response = requests.request(method, _rebased(url, record.base), **options)  # noqa: S113
        except requests.RequestException as error:
            record.note(error)
            raise
        body = response.content[:_ANSWER_BYTES].decode("utf-8", "replace")
        record.answers.append(Answer(response.status_code, body, response.headers.get("Retry-After", "")))
        return response

    def get(self, url: str, params: Any = None, **options: Any) -> requests.Response:
        return self.request("GET", url, params=params, **options)

    def post(self, url: str, data: Any = None, json: Any = None, **options: Any) -> requests.Response:
        return self.request("POST", url, data=data, json=json, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> requests.Response:
        return self.request("PUT", url, data=data, **options)


def _rebased(url: str, base: str) -> str:
    """The same path and query elsewhere."""
    if not base:
        return url
    parts = urlsplit(url)
    return f"{base}{parts.path}{f'?{parts.query}' if parts.query else ''}"


class _Recorded(smtplib.SMTP):
    """A session with a mail server, recorded."""

    def __init__(self, host: str = "", port: int = 0, local_hostname: str | None = None, **options: Any) -> None:
        with _noted():
            super().__init__(host, port, local_hostname or _own_name(), **options)

    def starttls(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        with _noted():
            return super().starttls(*arguments, **options)

    def login(self, user: str, password: str, **options: Any) -> tuple[int, bytes]:
        with _noted():
            return super().login(user, password, **options)

    def sendmail(self, *arguments: Any, **options: Any) -> Any:
        with _noted():
            return super().sendmail(*arguments, **options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        record = _current.get()
        if record is not None:
            record.submit()
        return super().data(msg)


class _RecordedOverTls(_Recorded, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


class _Smtplib:
    """`smtplib`, recorded."""

    SMTP = _Recorded
    SMTP_SSL = _RecordedOverTls

    def __getattr__(self, name: str) -> Any:
        return getattr(smtplib, name)


_WIRES: dict[str, object] = {"requests": _Requests(), "smtplib": _Smtplib()}


@contextlib.contextmanager
def _noted() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # and so every failure that `smtplib` knows
        record = _current.get()
        if record is not None:
            record.note(error)
        raise


@cache
def _own_name() -> str:
    """As which host we greet mail servers: looked up once, since that can take a name server's patience."""
    return socket.getfqdn()


class _Listening(logging.Handler):
    """Takes what Apprise says about a call into its record."""

    def emit(self, record: logging.LogRecord) -> None:
        current = _current.get()
        if current is not None:
            current.said.append(record.getMessage())


class _WithoutAddresses(logging.Filter):
    """Keeps what the HTTP library says about our calls out of the log: their addresses have tokens in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _current.get() is None


@cache
def _listen() -> None:
    """Let what Apprise says go nowhere but into records: tokens and phone numbers stand in it."""
    apprise = logging.getLogger("apprise")
    apprise.propagate = False
    apprise.setLevel(logging.WARNING)
    apprise.addHandler(_Listening())
    logging.getLogger("urllib3.connectionpool").addFilter(_WithoutAddresses())
