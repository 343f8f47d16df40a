"""Apprise at work: in a thread, since it blocks, and never for longer than its limit."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat

from adapters.notify.wire import Record, attach, recording

log = logging.getLogger(__name__)

_THREADS = 8
_JSON = ("json", "jsons")
_ASSET = AppriseAsset(app_id="Baton", app_desc="Baton", app_url="")


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to send: to `url`, over `base` if that is given; in plain lines or, where it is asked for, as HTML.

    `extras` go into the JSON of webhooks, `headers` into mails. `patience` is for how many seconds a server may be
    silent, unless the URL says otherwise.
    """

    url: str
    title: str
    text: str
    html: str = ""
    base: str = ""
    patience: float = 5.0
    extras: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """How a call went: whether Apprise thinks that it was sent, and the record that tells more.

    `service` is Apprise's name for whom it spoke to (`wecombot`, `json`; "" for none). `recorded` is False where
    nothing could be recorded. `began` is False if no thread was free in time.
    """

    sent: bool
    record: Record
    service: str = ""
    recorded: bool = True
    began: bool = True
    timed_out: bool = False


class Sender:
    """Sends through Apprise. `limit` is how many seconds a call may take in all."""

    def __init__(self, name: str, limit: float) -> None:
        self._limit = limit
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"notify-{name}")

    async def send(self, call: Call) -> Report:
        """Send it once; never raises for what a server or a network does."""
        record = Record(call.base)
        started = self._threads.submit(_sent, call, record)
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.wrap_future(started)
        except TimeoutError:
            record.abandon()
            return Report(False, record, began=not started.cancelled(), timed_out=True)
        except asyncio.CancelledError:
            record.abandon()
            raise

    async def understands(self, url: str) -> bool:
        """Whether Apprise knows what to do with this URL."""
        return await asyncio.wrap_future(self._threads.submit(_understood, url))

    def close(self) -> None:
        """Start nothing more; what hangs ends with its own time limits."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _understood(url: str) -> bool:
    with recording(Record()):
        return _plugin(url) is not None


def _plugin(url: str) -> NotifyBase | None:
    return Apprise.instantiate(url, asset=_ASSET)


def _sent(call: Call, record: Record) -> Report:
    with recording(record):
        plugin = _plugin(call.url)
        if plugin is None or _dropped(record):
            return Report(False, record)
        recorded = attach(plugin)
        _prepare(plugin, call)
        html = bool(call.html) and plugin.notify_format == NotifyFormat.HTML
        how = NotifyFormat.HTML if html else NotifyFormat.TEXT
        try:
            sent = plugin.notify(call.html if html else call.text, call.title, body_format=how)
        except Exception as error:  # a fault of the plugin's; its words may hold secrets
            log.error("%s failed: %s", type(plugin).__name__, type(error).__name__)
            return Report(False, record, plugin.schema, recorded)
        return Report(bool(sent), record, plugin.schema, recorded)


def _dropped(record: Record) -> bool:
    """Whether the plugin dropped the recipient; many then write to the sender instead."""
    return any("invalid" in words.casefold() for words in record.said)


def _prepare(plugin: NotifyBase, call: Call) -> None:
    plugin.request_rate_per_sec = 0  # the outbox keeps the paces
    kind = type(plugin)
    for name in ("socket_connect_timeout", "socket_read_timeout"):
        if getattr(plugin, name) == getattr(kind, name):  # the URL does not ask for another
            setattr(plugin, name, call.patience)
    extras = call.extras if plugin.schema in _JSON else {}  # other forms carry no lists
    for name, more in (("payload_extras", extras), ("headers", call.headers)):
        own = getattr(plugin, name, None)
        if isinstance(own, dict):
            own.update({key: value for key, value in more.items() if key not in own})
