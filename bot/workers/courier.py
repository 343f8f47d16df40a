"""Carrying out one order: the only place where Baton waits for a platform to show something."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.contract import Adapter, Content, Delivery, FetchFailed, Order, Target
from bot.chat.ports import OutboxRow
from bot.workers.steady import Steady

log = logging.getLogger(__name__)

# Seconds. Files travel longer than words; a lane is leased for longer than either.
SEND_WITHIN = 15.0
CARRY_WITHIN = 90.0
FETCH_TRIES = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """An order that is to be carried out now, marked as being sent."""

    row: OutboxRow
    target: Target
    adapter: Adapter


class Courier:
    """Carries orders out through the platforms' adapters; never raises for what a platform or a network does."""

    def __init__(self, steady: Steady, adapters: Mapping[str, Adapter]) -> None:
        self._steady = steady
        self._adapters = adapters
        self.send_within = SEND_WITHIN

    def patience(self, order: Order) -> timedelta:
        """How long carrying it out may take."""
        return timedelta(seconds=CARRY_WITHIN if order.kind in ("file", "fetch") else self.send_within)

    async def carry_out(self, ready: Ready) -> Delivery:
        """Carry it out once, and say how that went."""
        row = ready.row
        try:
            async with asyncio.timeout(self.patience(row.order).total_seconds()):
                return await self._carried(ready)
        except TimeoutError:
            return _timed_out(row.order)
        except Exception as error:  # an adapter never raises for what a platform does: this is a fault of ours
            log.exception("order %d for %s failed", row.id, row.lane)
            if isinstance(error, OSError):
                return Delivery("unknown", detail=f"{type(error).__name__}: {error}")
            return Delivery("refused", reason="invalid", detail=f"{type(error).__name__}: {error}")

    async def _carried(self, ready: Ready) -> Delivery:
        order, target = ready.row.order, ready.target
        if order.kind == "fetch":
            return await self._fetch(ready)
        if order.kind == "file" and target.content is None:
            content = await self._brought(order.file, ready.row.attempts)
            if isinstance(content, Delivery):
                return content
            target = replace(target, content=content)
        if ready.row.uncertain:
            found = await ready.adapter.find(order, target)
            if found is not None and found.outcome != "retry":
                return found
        return await ready.adapter.deliver(order, target)

    async def _fetch(self, ready: Ready) -> Delivery:
        number = ready.row.order.file
        content = await self._brought(number, ready.row.attempts)
        if isinstance(content, Content):
            return Delivery("sent")
        if content.outcome == "refused":
            await self._steady.write(lambda unit: unit.files.lose(number))
        return content

    async def _brought(self, number: int, attempt: int) -> Content | Delivery:
        """A file's bytes: stored once, by whoever needs them first. A `Delivery` says why there are none."""
        file, stored = await self._steady.read(lambda unit: (unit.files.get(number), unit.files.content(number)))
        if stored is not None:
            return stored
        source = self._adapters.get(file.platform)
        if source is None or file.state == "lost":
            return Delivery("refused", reason="gone", detail=f"file {number} can't be had")
        try:
            data = await source.fetch(file.attachment)
        except FetchFailed as error:
            if error.final or attempt >= FETCH_TRIES:
                return Delivery("refused", reason="gone", detail=str(error))
            return Delivery("retry", detail=str(error))
        content = Content(file.attachment.name, file.attachment.media_type, data)
        await self._steady.write(lambda unit: unit.files.keep(number, data, content.media_type))
        return content


def _timed_out(order: Order) -> Delivery:
    detail = "no answer in time"
    return Delivery("retry" if order.kind == "fetch" else "unknown", detail=detail)
