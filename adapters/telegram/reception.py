"""Between Telegram and the inbox: an update is stored first, and whoever pressed a button gets his answer."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from telegram.error import BadRequest, TelegramError

from adapters.telegram import inbound, limits
from adapters.telegram.client import BotApi, describe
from adapters.telegram.entities import Addressee
from bot.chat.contract import Arrival, Inlet, Unavailable
from bot.chat.text import shortened
from bot.chat.views import Reply, Toast
from bot.clock import Clock

log = logging.getLogger(__name__)

JSON = dict[str, Any]

_KEPT = 1000
_LAST_WORDS = 2.0  # seconds for answers that are under way when the adapter closes


class Reception:
    """Takes the updates of one bot to the inlet, however they come."""

    def __init__(self, api: BotApi, clock: Clock) -> None:
        self.bot = Addressee()
        self.inlet: Inlet | None = None
        self._api = api
        self._clock = clock
        self._answering: set[asyncio.Task[None]] = set()
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def identify(self) -> None:
        """Find out who the bot is, once. Raises `TelegramError`."""
        if not self.bot.id:
            me = await self._api.call("getMe")
            self.bot = Addressee(me["id"], me["username"])

    async def batch(self, updates: Sequence[JSON]) -> None:
        """Store updates in their order. Raises `Unavailable` as soon as one could not be stored."""
        waiting: list[Arrival] = []
        for update in updates:
            arrival = await self._arrival(update)
            if not inbound.is_press(update):
                waiting.append(arrival)
                continue
            await self._take(waiting)
            waiting = []
            await self._ask(arrival, update)
        await self._take(waiting)

    async def one(self, update: JSON) -> None:
        """Store one update. Raises `Unavailable`."""
        await self.batch([update])

    async def close(self) -> None:
        """Let the answers under way be given."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=_LAST_WORDS)

    async def _arrival(self, update: JSON) -> Arrival:
        """Mentions can be told only by who knows the bot's name, so the name is learned before anything is stored."""
        try:
            await self.identify()
        except TelegramError as error:
            raise Unavailable(f"the bot's name is not known: {describe(error)}") from error
        return inbound.arrival(update, self.bot, self._clock.now())

    async def _take(self, arrivals: Sequence[Arrival]) -> None:
        if arrivals:
            await self._open().take(arrivals)

    async def _ask(self, arrival: Arrival, update: JSON) -> None:
        """Store a press, and answer it beside the receiving: nobody else shall wait for that."""
        reply = await self._open().ask(arrival)
        query = str(update["callback_query"].get("id", ""))
        if query in self._answered:
            return
        self._answered[query] = None
        if len(self._answered) > _KEPT:
            self._answered.popitem(last=False)
        answer = asyncio.create_task(self._answer(query, reply))
        self._answering.add(answer)
        answer.add_done_callback(self._answering.discard)

    async def _answer(self, query: str, reply: Reply | None) -> None:
        """End the wait at the button, with the toast where there is one; each press once, even with nothing to say."""
        words = shortened(limits.well_formed(reply.words), limits.TOAST) if isinstance(reply, Toast) else None
        try:
            await self._api.call("answerCallbackQuery", callback_query_id=query, text=words)
        except BadRequest as error:
            log.info("a press was answered too late: %s", error.message)
        except TelegramError as error:
            self._answered.pop(query, None)
            log.warning("a press could not be answered: %s", describe(error))

    def _open(self) -> Inlet:
        if self.inlet is None:
            raise Unavailable("Baton is not receiving yet")
        return self.inlet
