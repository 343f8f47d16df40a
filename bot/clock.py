"""The only place where real time enters Baton; everything else is handed a clock.

Tests hand in a clock that they move themselves, so nothing in the suite waits for real time to pass.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time is it, and how to wait. All instants are aware and in UTC."""

    def now(self) -> datetime:
        """The wall-clock instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never steps; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` (nothing, if not positive)."""
        ...

    async def wait(self, signal: asyncio.Event, seconds: float) -> bool:
        """Wait until `signal` is set or `seconds` have passed; True when it was set."""
        ...


class SystemClock:
    """The machine's clock, less what it is known to be wrong by (`correction`)."""

    correction = timedelta(0)

    def now(self) -> datetime:
        """The wall-clock instant, aware, in UTC."""
        return datetime.now(UTC) + self.correction

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` (nothing, if not positive)."""
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def wait(self, signal: asyncio.Event, seconds: float) -> bool:
        """Wait until `signal` is set or `seconds` have passed; True when it was set."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):  # `wait_for` may swallow a cancellation
                await signal.wait()
        except TimeoutError:
            return False
        return True
