"""The queue of updates and the long poll that empties it: confirmation by offset, and 409 for a second poller."""

import asyncio
import time
from typing import Any

from tests.fakes.telegram.refusals import OTHER_POLLER, WEBHOOK_ACTIVE, conflict
from tests.fakes.telegram.signal import Signal

JSON = dict[str, Any]

LONGEST_POLL = 50.0
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_UPDATE_ID = 700_000_001


class UpdateQueue:
    """What Telegram holds for the bot until it is confirmed."""

    def __init__(self, signal: Signal, *, guard_hot_loop: bool = False) -> None:
        self.pending: list[JSON] = []
        self.history: list[JSON] = []
        """Every update ever queued, also those confirmed since."""
        self.allowed: list[str] = []
        """The server's memory of `allowed_updates`; empty means its default."""
        self.offset = 0
        """The highest offset that getUpdates asked for: everything below is confirmed."""
        self.conflicts = 0
        self.repeats = 0
        """How many polls came back with the same offset for updates they had already been given."""
        self.webhook_active = False
        self._signal = signal
        self._next_id = FIRST_UPDATE_ID
        self._waiting: asyncio.Future[None] | None = None
        self._guard = guard_hot_loop
        self._last_poll: tuple[int, float] | None = None
        self._given: set[int] = set()

    @property
    def polled(self) -> bool:
        """Whether a long poll is waiting right now."""
        return self._waiting is not None

    def accepts(self, kind: str) -> bool:
        """Whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def push(self, kind: str, payload: JSON) -> JSON | None:
        """Queues an update, unless the bot did not ask for its kind (then None: it is lost, as on Telegram)."""
        return self.push_raw({kind: payload}) if self.accepts(kind) else None

    def push_raw(self, fields: JSON) -> JSON:
        """Queues anything at all under the next update id."""
        update = {**fields, "update_id": self._next_id}
        self._next_id += 1
        self.pending.append(update)
        self.history.append(update)
        self._release()
        self._signal.fire()
        return update

    async def poll(self, offset: int, limit: int, timeout: float, allowed: list[str] | None) -> list[JSON]:  # noqa: ASYNC109 - Telegram's parameter
        """One getUpdates; raises `Refusal` (409) when a webhook is set or another poll takes over."""
        if self.webhook_active:
            self.conflicts += 1
            raise conflict(WEBHOOK_ACTIVE)
        self.terminate(OTHER_POLLER)
        if allowed is not None:
            self.allowed = allowed
        self._confirm(offset)
        limit = await self._slowed(offset, limit, timeout)
        if not self.pending and timeout > 0:
            await self._wait(min(timeout, LONGEST_POLL))
        batch = self.pending[:limit]
        self.repeats += bool(batch) and batch[0]["update_id"] in self._given
        self._given.update(update["update_id"] for update in batch)
        return batch

    def terminate(self, reason: str) -> None:
        """Ends a waiting poll with 409."""
        if self._waiting is not None and not self._waiting.done():
            self.conflicts += 1
            self._waiting.set_exception(conflict(reason))
            self._waiting = None

    def forget(self, update_id: int) -> None:
        """A webhook took this update."""
        self.pending = [update for update in self.pending if update["update_id"] != update_id]
        self._signal.fire()

    def clear(self) -> None:
        """Forgets all that is pending (`drop_pending_updates`)."""
        self.pending.clear()
        self._signal.fire()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.offset = max(self.offset, offset)
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self._signal.fire()

    async def _slowed(self, offset: int, limit: int, timeout: float) -> int:  # noqa: ASYNC109 - Telegram's parameter
        """The hot loop guard of the real server: 3 s of patience, and one update at a time (facts 2.1)."""
        now, last = time.monotonic(), self._last_poll
        self._last_poll = (offset, now)
        if not self._guard or last is None or last[0] != offset:
            return limit
        if now - last[1] < 3 and timeout < 3:
            await asyncio.sleep(3)
        return 1 if now - last[1] < 0.5 else limit

    async def _wait(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._signal.fire()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            pass
        finally:
            if self._waiting is waiting:
                self._waiting = None
            self._signal.fire()

    def _release(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
            self._waiting = None
