"""Long polling: fetch, hand over, and only then confirm.

`getUpdates` with an offset confirms everything below it for good, so the offset moves when the updates are stored and
not before. A kill at any instant makes Telegram deliver again what was not confirmed; the inbox knows repeats by their
key. Updates are passed on as they came: whether one can be understood is found out later and never stalls the others.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.telegram.client import BotApi, describe, wait_of
from adapters.telegram.inbound import UPDATES
from adapters.telegram.limits import UPDATES_AT_ONCE
from bot.chat.contract import Unavailable
from bot.clock import Clock

log = logging.getLogger(__name__)

JSON = dict[str, Any]
HandOver = Callable[[Sequence[JSON]], Awaitable[None]]
"""Stores a batch of updates, all or part of them; raises `Unavailable` when a part could not be."""

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class Poller:
    """Receives the updates of one bot. Two pollers of one bot disturb each other: only one replica may run it."""

    def __init__(self, api: BotApi, clock: Clock, hand_over: HandOver, hold: float = 30.0) -> None:
        """`hold` is how many seconds the server keeps a request without news open, at most 50."""
        self._api = api
        self._clock = clock
        self._hand_over = hand_over
        self._hold = hold
        self._offset: int | None = None
        self._pause = 0.0
        self._webhook_gone = False
        self._troubled = ""

    async def run(self) -> None:
        """Receive until cancelled. Whatever was not stored by then is delivered again to the next one who asks."""
        while True:
            try:
                await self._round()
            except Unavailable:
                await self._rest("the inbox is not available: nothing is confirmed")
            except RetryAfter as error:
                await self._rest("Telegram asks to wait", wait_of(error))
            except Conflict as error:
                # Another poller, or a webhook that somebody set meanwhile; only the latter is ours to end.
                self._webhook_gone = False
                await self._rest(f"somebody else receives this bot's updates: {error.message}")
            except InvalidToken as error:
                await self._rest(f"Telegram refuses the token: {error.message}", _LONGEST_PAUSE)
            except TelegramError as error:
                await self._rest(f"Telegram can't be reached: {describe(error)}")
            except Exception:
                log.exception("receiving updates failed")
                await self._rest("an unforeseen failure")

    async def _round(self) -> None:
        if not self._webhook_gone:
            await self._api.call("deleteWebhook")
            self._webhook_gone = True
        updates = await self._api.call(
            "getUpdates",
            wait=self._hold,
            offset=self._offset,
            timeout=int(self._hold),
            limit=UPDATES_AT_ONCE,
            allowed_updates=list(UPDATES),
        )
        if updates:
            await self._hand_over(updates)
        # An empty answer to an offset means that all below it is confirmed. Without one the server begins at what is
        # unconfirmed, wherever its numbers are: after a quiet week they start anew at random.
        self._offset = max(update["update_id"] for update in updates) + 1 if updates else None
        if self._troubled:
            log.info("receiving updates again")
        self._pause, self._troubled = 0.0, ""

    async def _rest(self, why: str, seconds: float = 0.0) -> None:
        """Wait, longer each time in a row; said once, not at every turn."""
        if why != self._troubled:
            log.warning("not receiving: %s", why)
            self._troubled = why
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        await self._clock.sleep(max(seconds, self._pause))
