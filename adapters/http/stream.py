"""Server-sent events (WHATWG HTML, section 9.2): a long answer that ends when the reader leaves or the server stops."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import StreamingResponse

# A comment this often keeps proxies from closing a silent stream; in seconds.
BREATH = 15.0
# How long a browser waits before it connects again, in milliseconds.
RETRY = 1000


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. `data` is one line (JSON); `id` comes back as `Last-Event-ID` when the browser connects again."""

    data: str
    event: str = "message"
    id: str = ""

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        head = f"id: {self.id}\n" if self.id else ""
        return f"{head}event: {self.event}\ndata: {self.data}\n\n".encode()


def event_stream(request: Request, events: AsyncGenerator[ServerEvent, None]) -> StreamingResponse:
    """Answer with these events until they end, the reader leaves, or the server stops."""
    stopping: asyncio.Event = request.app.state.stopping
    return StreamingResponse(
        _until_stopped(events, stopping),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _until_stopped(
    events: AsyncGenerator[ServerEvent, None], stopping: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    yield f"retry: {RETRY}\n\n".encode()
    halt = asyncio.create_task(stopping.wait())
    upcoming = asyncio.create_task(_next(events))
    try:
        while True:
            await asyncio.wait({upcoming, halt}, timeout=BREATH, return_when=asyncio.FIRST_COMPLETED)
            if halt.done():
                return
            if not upcoming.done():
                yield b": still here\n\n"
                continue
            event = upcoming.result()
            if event is None:
                return
            yield event.encoded()
            upcoming = asyncio.create_task(_next(events))
    finally:
        halt.cancel()
        upcoming.cancel()
        await asyncio.gather(halt, upcoming, return_exceptions=True)
        await events.aclose()


async def _next(events: AsyncGenerator[ServerEvent, None]) -> ServerEvent | None:
    return await anext(events, None)
