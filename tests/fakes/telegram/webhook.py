"""Posting updates to the bot's webhook, with the secret header and retries, and a record of every attempt."""

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.signal import Signal
from tests.fakes.telegram.updates import UpdateQueue

JSON = dict[str, Any]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANSWER_WITHIN = aiohttp.ClientTimeout(total=10)
ATTEMPTS = 5
FIRST_RETRY_AFTER = 0.01


@dataclass(frozen=True)
class Delivery:
    """One attempt: the HTTP status, or the network error that came instead."""

    update_id: int
    attempt: int
    url: str
    status: int | None
    error: str | None = None
    body: str = ""
    at: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the bot took it."""
        return self.status is not None and 200 <= self.status < 300


class Webhook:
    """Where updates are posted. One at a time, in order; a refused one goes to the end and is tried again."""

    def __init__(self, queue: UpdateQueue, signal: Signal, *, local_server: bool = False) -> None:
        self.local_server = local_server
        """A Bot API server run with `--local` takes plain HTTP and any port."""
        self.url = ""
        self.secret = ""
        self.deliveries: list[Delivery] = []
        self.abandoned: list[JSON] = []
        """Updates given up after `attempts` tries; the real server goes on for a day."""
        self.attempts = ATTEMPTS
        self._queue = queue
        self._signal = signal
        self._routes: dict[str, str] = {}
        self._max_connections = 40
        self._tries: Counter[int] = Counter()
        self._worker: asyncio.Task[None] | None = None

    def set(self, url: str, secret: str, max_connections: int = 40) -> None:
        """Delivers to `url` from now on; ends a long poll that is waiting."""
        self.url, self.secret, self._max_connections = url, secret, max_connections
        self._queue.terminate("terminated by setWebhook request")
        self._queue.webhook_active = True
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="telegram webhook")
        self._signal.fire()

    def remove(self) -> None:
        """Back to polling."""
        self.url = self.secret = ""
        self._queue.webhook_active = False
        self._signal.fire()

    def route(self, public: str, local: str) -> None:
        """What begins with `public` is really served at `local`, as behind a reverse proxy that ends TLS."""
        self._routes[public.rstrip("/")] = local.rstrip("/")

    def info(self) -> JSON:
        """The answer of getWebhookInfo."""
        info: JSON = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.pending),
        }
        if self.url:
            info |= {"max_connections": self._max_connections, "ip_address": "127.0.0.1"}
        if self._queue.allowed:
            info["allowed_updates"] = self._queue.allowed
        failed = next((d for d in reversed(self.deliveries) if not d.ok), None)
        if failed is not None:
            info |= {
                "last_error_date": int(failed.at),
                "last_error_message": failed.error or f"Wrong response: {failed.status}",
            }
        return info

    async def redeliver(self, update: JSON, times: int = 1) -> list[Delivery]:
        """Posts an update again that was delivered before, as Telegram does when an answer was lost."""
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN) as session:
            return [await self._post(session, update) for _ in range(times)]

    async def close(self) -> None:
        """Stops delivering."""
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker

    async def _work(self) -> None:
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN) as session:
            while True:
                if not self.url or not self._queue.pending:
                    await self._signal.wait()
                    continue
                await self._deliver(session, self._queue.pending[0])

    async def _deliver(self, session: aiohttp.ClientSession, update: JSON) -> None:
        delivery = await self._post(session, update)
        if delivery.ok:
            self._queue.forget(delivery.update_id)
        elif delivery.attempt >= self.attempts:
            self.abandoned.append(update)
            self._queue.forget(delivery.update_id)
        else:
            if update in self._queue.pending:
                self._queue.pending.remove(update)
                self._queue.pending.append(update)
            await asyncio.sleep(FIRST_RETRY_AFTER * 2**delivery.attempt)

    async def _post(self, session: aiohttp.ClientSession, update: JSON) -> Delivery:
        update_id: int = update["update_id"]
        self._tries[update_id] += 1
        status, error, body = None, None, ""
        try:
            address = self._address()
            headers = {SECRET_HEADER: self.secret} if self.secret else {}
            async with session.post(address, json=update, headers=headers, allow_redirects=False) as answer:
                status, body = answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as problem:
            error = repr(problem)
        delivery = Delivery(update_id, self._tries[update_id], self.url, status, error, body, time.time())
        self.deliveries.append(delivery)
        self._signal.fire()
        return delivery

    def _address(self) -> str:
        """Where to connect really; this fake never leaves the machine."""
        for public, local in self._routes.items():
            if self.url.startswith(public):
                return local + self.url.removeprefix(public)
        if urlsplit(self.url).hostname not in LOOPBACK:
            raise ConnectionError(f"no route to {self.url}: call fake.reverse_proxy(public, local)")
        return self.url
