"""Carrying out one order: the only place where Baton waits for a platform to show something."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.contract import Adapter, Content, Delivery, FetchFailed, Order, Target, Vault
from bot.chat.events import Attachment
from bot.chat.ports import OutboxRow
from bot.workers.steady import Steady

log = logging.getLogger(__name__)

# Seconds. Files travel longer than words; a lane is leased for longer than either.
SEND_WITHIN = 15.0
CARRY_WITHIN = 90.0
FETCH_TRIES = 5
# Names of files that articles are made of end so.
TEXTS = (".md", ".markdown", ".txt")


@dataclass(frozen=True, slots=True)
class Ready:
    """An order that is to be carried out now, marked as being sent."""

    row: OutboxRow
    target: Target
    adapter: Adapter


class Courier:
    """Carries orders out through the platforms' adapters; never raises for what a platform or a network does.

    Files are kept in `vault` where there is one, else in the database.
    """

    def __init__(self, steady: Steady, adapters: Mapping[str, Adapter], vault: Vault | None = None) -> None:
        self._steady = steady
        self._adapters = adapters
        self._vault = vault
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
        file, stored, outside = await self._steady.read(
            lambda unit: (unit.files.get(number), unit.files.content(number), unit.files.outside(number))
        )
        if stored is not None:
            return stored
        source = self._adapters.get(file.platform)
        if (source is None and not outside) or file.state == "lost":
            return Delivery("refused", reason="gone", detail=f"file {number} can't be had")
        try:
            data = await (self._from_vault(outside) if outside else self._into_vault(source, file.attachment))
        except FetchFailed as error:
            if error.final or attempt >= FETCH_TRIES:
                return Delivery("refused", reason="gone", detail=str(error))
            return Delivery("retry", detail=str(error))
        content = Content(file.attachment.name, file.attachment.media_type, data)
        if not outside:
            kept = self._vault is not None and not _stays(file.attachment)
            await self._steady.write(lambda unit: unit.files.keep(number, data, content.media_type, outside=kept))
        return content

    async def _from_vault(self, digest: bytes) -> bytes:
        if self._vault is None:
            raise FetchFailed("it lies in a bucket, and BATON_FILES_URL names none", final=False)
        return await self._vault.get(digest)

    async def _into_vault(self, source: Adapter | None, attachment: Attachment) -> bytes:
        """Fetch the bytes where they were sent, and lay them in the vault before the database says that they are there:
        killed in between, they are laid there once more."""
        assert source is not None  # noqa: S101 - nobody asks for a file that has no source
        data = await source.fetch(attachment)
        if self._vault is not None and not _stays(attachment):
            await self._vault.put(hashlib.sha256(data).digest(), data)
        return data


def _stays(attachment: Attachment) -> bool:
    """Whether the database keeps it in any case: units read texts, and can't ask a bucket."""
    return attachment.name.casefold().endswith(TEXTS)


def _timed_out(order: Order) -> Delivery:
    detail = "no answer in time"
    return Delivery("retry" if order.kind == "fetch" else "unknown", detail=detail)
