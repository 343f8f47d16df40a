"""Live pages: one reader per process follows the numbered changes and wakes every page that must hear of one.

A page names the last number that it has seen (`Last-Event-ID`) and is told everything after it, in order, once. The
numbers follow the commits (see `bot.chat.builtin`), so nothing is skipped, on any replica. A page that was away for
longer than changes are kept is told to begin anew.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Any

import orjson

from adapters.http import ServerEvent
from adapters.web.page import Viewer
from bot.chat.builtin import BuiltinChange, BuiltinMessage
from bot.clock import Clock
from bot.unit import Database, Unit

# Seconds after which a change that another replica made is seen at the latest.
POLL = 1.0
# Changes that are read at once; more come with the next round.
BATCH = 200


class Live:
    """Follows the changes of the chat for all pages of this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._wake = asyncio.Event()
        self._newest = 0
        self._grown: asyncio.Future[None] | None = None
        self._pages = 0
        database.on_commit(self._committed)

    def _committed(self, topics: Sequence[str]) -> None:
        if "builtin" in topics:
            self._wake.set()

    async def run(self) -> None:
        """Look for changes until cancelled: when this process made one, else every `POLL` seconds."""
        while True:
            await self._clock.wait(self._wake, POLL)
            self._wake.clear()
            if not self._pages:
                continue
            with contextlib.suppress(ConnectionError):  # the database is away; the next round asks again
                self._seen(await self._database.read(lambda unit: unit.builtin.span()[1]))

    def _seen(self, newest: int) -> None:
        if newest > self._newest:
            self._newest = newest
            grown, self._grown = self._grown, None
            if grown is not None and not grown.done():
                grown.set_result(None)

    async def _beyond(self, number: int) -> None:
        """Wait until there is a change after `number`."""
        while self._newest <= number:
            if self._grown is None:
                self._grown = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._grown)

    async def page(self, user: str, after: int) -> AsyncGenerator[ServerEvent, None]:
        """What the page of `user` must hear after change `after`, until it leaves or is told to begin anew."""
        self._pages += 1
        self._wake.set()
        try:
            while True:
                news = await self._database.read(partial(_news, user=user, after=after))
                if news is None:
                    yield ServerEvent("{}", "anew")
                    return
                told, reached = news
                if told:
                    yield ServerEvent(orjson.dumps(told).decode(), "changes", str(reached))
                if reached == after:
                    await self._beyond(after)
                after = reached
        except ConnectionError:
            return  # the database is away; the browser connects again and names the last number it saw
        finally:
            self._pages -= 1


def _news(unit: Unit, *, user: str, after: int) -> tuple[dict[str, Any], int] | None:
    """What happened after that number, and up to which one; None when the page must begin anew."""
    oldest, newest = unit.builtin.span()
    if after > newest or (oldest and after < oldest - 1):
        return None
    changes = unit.builtin.changes(after, BATCH)
    if not changes:
        return {}, after
    viewer = Viewer(unit, user)
    if viewer.directory.person(user) is None:
        return None
    heard = viewer.changed(changes, _messages(unit, changes))
    return {"changes": heard, "unread": viewer.unread()} if heard else {}, changes[-1].number


def _messages(unit: Unit, changes: Sequence[BuiltinChange]) -> dict[int, BuiltinMessage]:
    """The messages that changed, and the heads of their threads, which count their answers."""
    numbers = {change.message for change in changes if change.message}
    roots = {int(change.thread) for change in changes if change.thread.isdecimal()}
    return unit.builtin.messages(sorted(numbers | roots))
